// Which board a quick backup is for: remembered for a workspace. Knows nothing of VS Code.

import { boardNamed, type KnownBoard } from '../core/plan/knownBoards.js';

/** Where it is remembered. */
export const QUICK_BOARD = 'quickBackupBoard';

/** What is remembered if the user wants to be asked each time. No board has this key. */
export const ASK = 'ask';

/** @returns the board that a quick backup would take now, as far as it is known; undefined if a click asks, or finds none */
export function quickBoardOf(list: readonly KnownBoard[], remembered: string | undefined): KnownBoard | undefined {
  // What was chosen at its port, before its first backup, has another key since.
  if (isChosen(remembered)) return boardNamed(list, remembered);
  const [only, ...others] = list.filter(({ url }) => url !== undefined);
  return others.length === 0 ? only : undefined;
}

export function isChosen(remembered: string | undefined): remembered is string {
  return remembered !== undefined && remembered !== ASK;
}
