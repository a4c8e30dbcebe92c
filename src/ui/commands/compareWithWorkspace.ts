import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { displayPath, nameOf } from '../../core/paths.js';
import type { FileOfBackup } from '../files/fileWords.js';
import { openBeside } from '../files/openFiles.js';
import { bestMatches, patternOf } from '../files/workspaceFiles.js';
import { showInformation } from '../messages.js';
import { fileMeant } from '../pickFile.js';
import { pickOne } from '../quickPick.js';
import type { Command } from './command.js';

/** A name such as `__init__.py` is that of many. */
const MOST = 2000;

export const compareWithWorkspace: Command = {
  name: 'compareWithWorkspace',
  async run(services, target) {
    const file = await fileMeant(services, target);
    const other = file && (await workspaceFileOf(file));
    if (!other) return;
    const isExact = other.path.endsWith(`/${file.path}`) && vscode.workspace.getWorkspaceFolder(other) !== undefined;
    await openBeside(file, other, isExact ? t('workspace') : vscode.workspace.asRelativePath(other));
  },
};

async function workspaceFileOf({ path }: FileOfBackup): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(patternOf(nameOf(path)), undefined, MOST);
  const best = bestMatches(
    path,
    found.map((uri) => [uri.path, uri]),
  );
  if (best.length < 2) return best[0] ?? chooseFile(path);
  const items = best.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  items.sort((one, other) => (one.label < other.label ? -1 : 1));
  const placeHolder = t('Compare {0} with', displayPath(path));
  return (await pickOne(items, { placeHolder }))?.uri;
}

async function chooseFile(path: FileOfBackup['path']): Promise<vscode.Uri | undefined> {
  const name = displayPath(nameOf(path));
  const answer = await showInformation(t('The workspace has no file named {0}.', name), t('Choose File…'));
  if (!answer) return undefined;
  const chosen = await vscode.window.showOpenDialog({ title: t('Compare {0} with', name), openLabel: t('Compare') });
  return chosen?.[0];
}
