// The folder of a simulated board is its flash: who edits a file there has changed the board.

import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { simulatedBoardFolder } from '../../core/board/simulated/boards.js';
import { t } from '../../core/l10n.js';
import { boardNamed } from '../../core/plan/knownBoards.js';
import { portKindOf } from '../../core/plan/portKinds.js';
import { simulatedName } from '../../core/simulatedUrl.js';
import { unawaited } from '../failures.js';
import { showInformation } from '../messages.js';
import { boardItem, type ConnectedBoardChoice, isConnected } from '../pickBoard.js';
import { pickOne } from '../quickPick.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

/** What people edit, and what a board runs. */
const MAIN = 'main.py';

export const editSimulatedBoard: Command = {
  name: 'editSimulatedBoard',
  async run(services, target) {
    const board = await simulatedMeant(services, target);
    if (!board) return;
    const folder = simulatedBoardFolder(readSettings().simulatedBoardsFolder, simulatedName(board.url) ?? board.url);
    const file = await fileToEdit(folder);
    if (file === undefined) {
      void showInformation(
        t('There is no file on {0} yet. Put one into {1}: then it is on the board.', board.name, folder),
      );
      return;
    }
    await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
    unawaited(services, tell(board, relative(folder, file)));
  },
};

async function tell(board: ConnectedBoardChoice, file: string): Promise<void> {
  const show = t('Show Changes');
  const sentence = t('This is {0} on {1}: change it and save it, and it is changed on the board.', file, board.name);
  if (await showInformation(sentence, show))
    await vscode.commands.executeCommand('micropythonBackup.showChanges', board.url);
}

async function simulatedMeant(services: Services, target: unknown): Promise<ConnectedBoardChoice | undefined> {
  const { boards } = services;
  await boards.refresh();
  const simulated = boards.list.filter(isConnected).filter(({ url }) => portKindOf(url) === 'simulated');
  const [only] = simulated;
  const named = boardNamedBy(target);
  if (named) return boardNamed(simulated, named.key);
  if (simulated.length === 1) return only;
  if (only) {
    const items = simulated.map((board) => ({ ...boardItem(board, boards), board }));
    return (await pickOne(items, { placeHolder: t('Which simulated board do you want to change?') }))?.board;
  }
  const add = t('Add Simulated Board');
  const sentence = t('There is no simulated board. Change a real one with the tool that you use for that.');
  if (await showInformation(sentence, add)) await vscode.commands.executeCommand('micropythonBackup.addSimulatedBoard');
  return undefined;
}

/** @returns its program, else any other file; undefined if there is none */
async function fileToEdit(folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (
    files.find((file) => relative(folder, file) === MAIN) ??
    files.find((file) => basename(file).endsWith('.py')) ??
    files.sort()[0]
  );
}
