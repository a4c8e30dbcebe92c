// Finds a board that need not be connected by what the user calls it: its name or its id, among those that have backups.

import { BackupError } from '../core/errors.js';
import type { Store } from '../core/store/store.js';

/** @throws BackupError `backup-not-found`; `bad-argument` if several boards have that name */
export async function boardIdOf(store: Store, text: string): Promise<string> {
  const boards = new Map((await store.list()).backups.map(({ board }) => [board.id, board.name]));
  if (boards.has(text)) return text;
  const [found, ...others] = [...boards].filter(([, name]) => name === text).map(([id]) => id);
  if (found !== undefined && others.length === 0) return found;
  const known = [...boards].map(([id, name]) => `${name} (${id})`).join(', ');
  if (found === undefined)
    throw new BackupError('backup-not-found', `There is no backup of a board named ${JSON.stringify(text)}.`, {
      hint: boards.size === 0 ? 'There is no backup in this store yet.' : `The boards are ${known}.`,
    });
  throw new BackupError('bad-argument', `${others.length + 1} boards are named ${JSON.stringify(text)}.`, {
    hint: `Use its id instead: ${known}.`,
  });
}
