// Tells VS Code which steps of the walkthrough are done. It remembers them: what was done once stays ticked.

import * as vscode from 'vscode';
import { liesIn } from '../../core/jobs/refuseInside.js';
import type { Boards } from '../boards.js';
import type { LiveBoards } from '../live/liveBoards.js';
import { readSettings, SECTION } from '../settings.js';
import { stepsDone } from './stepsDone.js';

export function followSteps(boards: Boards, live: LiveBoards): vscode.Disposable {
  const told = new Map<string, boolean>();
  let hasSaved = false;
  const tell = () => {
    const looks = boards.list.map(({ url }) => live.lookOf(url)?.since?.difference);
    const done = stepsDone({
      boards: boards.list,
      backups: boards.listing.backups,
      restores: boards.restores,
      differences: looks.filter((difference) => difference !== undefined),
      hasSaved,
      hasOwnSchedule: hasOwnSchedule(),
    });
    for (const [name, isDone] of Object.entries(done)) {
      if (told.get(name) === isDone) continue;
      told.set(name, isDone);
      void setContext(name, isDone);
    }
  };
  tell();
  return vscode.Disposable.from(
    boards.onDidChange(tell),
    live.onDidChange(tell),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(SECTION) && tell()),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      hasSaved ||= isOnSimulatedBoard(uri);
      tell();
    }),
  );
}

/** Somebody has looked at what differs between a board and a backup. */
export function noteComparison(): void {
  void setContext('hasCompared', true);
}

function isOnSimulatedBoard(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && liesIn(readSettings().simulatedBoardsFolder, uri.fsPath);
}

function hasOwnSchedule(): boolean {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  return ['schedule', 'boardSchedules'].some((name) => configuration.inspect(name)?.globalValue !== undefined);
}

function setContext(name: string, value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', `${SECTION}.${name}`, value);
}
