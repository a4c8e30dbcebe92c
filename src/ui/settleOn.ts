// On which board a restore is undone or finished: the one that was clicked, else one that has such a restore.

import { t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import type { RestoreRecord } from '../core/store/restoreRecords.js';
import { showInformation, showWarning } from './messages.js';
import { pickBoard } from './pickBoard.js';
import { runSettle, type Settling } from './runSettle.js';
import type { Services } from './services.js';
import { boardNamedBy } from './targets.js';

export interface SettleWish {
  question: string;
  /** What is said if there is none. */
  none: string;
  fits(restores: readonly RestoreRecord[], boardId: string): boolean;
}

export async function settleOn(
  services: Services,
  target: unknown,
  settling: Settling,
  { question, none, fits }: SettleWish,
): Promise<void> {
  const { boards } = services;
  await boards.refresh();
  const named = boardNamedBy(target);
  const known = new Map(boards.restores.map(({ board }) => [board.id, board.name]));
  const fitting = [...known].filter(([id]) => fits(boards.restores, id));
  if (!named && fitting.length === 0) {
    void showInformation(none);
    return;
  }
  const connected = boards.list.filter(({ id, url }) => url !== undefined && fitting.some(([fit]) => fit === id));
  const [only, ...others] = connected;
  const [away] = fitting;
  if (!named && !only && away) {
    const sentence = t('{0} is not connected. Plug it in and try again.', displayPath(away[1]));
    void showWarning(sentence);
    return;
  }
  const wanted = named ?? (only && others.length === 0 ? { key: only.key, name: only.name } : undefined);
  const board = await pickBoard(services, question, wanted);
  if (board) await runSettle(services, settling, board);
}
