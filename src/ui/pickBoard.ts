// Which connected board does the user mean? Asks only if there is a choice, and never takes one for another.

import * as vscode from 'vscode';
import { isOfKey } from '../core/archive/archiveErrors.js';
import type { BackupError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import { boardNamed, type KnownBoard } from '../core/plan/knownBoards.js';
import { age } from '../core/text.js';
import type { Boards } from './boards.js';
import { sentenceOf } from './failures.js';
import { showWarning } from './messages.js';
import { pickOne } from './quickPick.js';
import type { Services } from './services.js';
import type { NamedBoard } from './targets.js';

/** A board that is connected now. */
export type ConnectedBoardChoice = KnownBoard & { url: string };

/**
 * @param wanted the board that was named already: that one or none, unless the user chooses another
 * @returns undefined if there is none or none was chosen: the user has been told what to do
 */
export async function pickBoard(
  { boards }: Services,
  placeHolder: string,
  wanted?: NamedBoard,
): Promise<ConnectedBoardChoice | undefined> {
  await boards.refresh();
  const connected = boards.list.filter(isConnected);
  if (wanted) {
    const named = boardNamed(connected, wanted.key);
    if (named) return named;
    const name = boards.list.find(({ key }) => key === wanted.key)?.name ?? wanted.name;
    const sentence = t('{0} is not connected. Plug it in and try again.', name);
    const another = await showWarning(sentence, ...(connected.length > 0 ? [t('Choose Another Board')] : []));
    return another ? choose(boards, connected, placeHolder) : undefined;
  }
  if (connected.length === 0) {
    await explainNoBoard(boards.troubles[0]);
    return undefined;
  }
  return connected.length === 1 ? connected[0] : choose(boards, connected, placeHolder);
}

/** @returns none if there is none: the user has been told what to do */
export async function allConnected({ boards }: Services): Promise<ConnectedBoardChoice[]> {
  await boards.refresh();
  const connected = boards.list.filter(isConnected);
  if (connected.length === 0) await explainNoBoard(boards.troubles[0]);
  return connected;
}

/**
 * Any connected board but one.
 *
 * @param id of that one, and its `url` if it is connected
 * @returns undefined if there is none or none was chosen: the user has been told what to do
 */
export async function pickOtherBoard(
  { boards }: Services,
  placeHolder: string,
  id: string | undefined,
  url?: string,
): Promise<ConnectedBoardChoice | undefined> {
  await boards.refresh();
  const isOther = (board: ConnectedBoardChoice) => board.url !== url && (board.id === undefined || board.id !== id);
  const others = boards.list.filter(isConnected).filter(isOther);
  if (others.length > 0) return choose(boards, others, placeHolder);
  void showWarning(t('No other board is connected. Plug it in and try again.'));
  return undefined;
}

async function choose(
  boards: Boards,
  connected: readonly ConnectedBoardChoice[],
  placeHolder: string,
): Promise<ConnectedBoardChoice | undefined> {
  const items = connected.map((board) => ({ ...boardItem(board, boards), board }));
  return (await pickOne(items, { placeHolder, matchOnDescription: true }))?.board;
}

/** How a board looks in a list to pick from. @param boards know whether the backups could be looked at */
export function boardItem({ name, url, latest }: KnownBoard, { storeTrouble }: Pick<Boards, 'storeTrouble'>) {
  const none = isOfKey(storeTrouble)
    ? t('Backups are locked')
    : storeTrouble
      ? t('Backups could not be listed')
      : t('No backup yet');
  return {
    label: displayPath(name),
    description: url ?? t('away'),
    detail: latest ? t('Backed up {0}', age(latest.createdAt, Date.now())) : none,
  };
}

export function isConnected(board: KnownBoard): board is ConnectedBoardChoice {
  return board.url !== undefined;
}

async function explainNoBoard(trouble: BackupError | undefined): Promise<void> {
  const actions: Readonly<Record<string, string>> = {
    [t('Try It Without a Board')]: 'micropythonBackup.addSimulatedBoard',
    [t('Add Port…')]: 'micropythonBackup.addPort',
    [t('Diagnose Connection')]: 'micropythonBackup.diagnoseConnection',
  };
  const message = trouble
    ? sentenceOf(trouble)
    : t('No board was found. Plug one in with a data cable, or name its port.');
  const answer = await showWarning(message, ...Object.keys(actions));
  const command = answer === undefined ? undefined : actions[answer];
  if (command !== undefined) await vscode.commands.executeCommand(command);
}
