// What became of the program of a board, in words: the same in VS Code and on the command line.

import type { Program } from '../board/connect.js';
import { t } from '../l10n.js';

/** @returns no sentence if no program had to stop */
export function sentencesOnProgram({ state }: Program): string[] {
  if (state === 'none') return [];
  return [t(state === 'restarted' ? 'The program that ran was restarted.' : 'The program that ran was left stopped.')];
}
