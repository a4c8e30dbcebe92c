// FAT takes several names for one: `Main.py` and `main.py`, and more where firmware reads names in a code page. Which, and whether
// there is a FAT at all, not all firmware tells. What is written to another spelling replaces a file that nobody has saved: so
// where names are alike, the board is asked.

import type { ConnectedBoard } from '../board/connect.js';
import { type BoardPath, bytesFromText } from '../paths.js';
import { mountOf } from '../plan/boardMounts.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { BoardState } from '../plan/restoreItem.js';
import type { JobContext } from './job.js';

/** @returns paths that a plan takes for new, each with that of the file which the board has there */
export async function findOtherSpellings(
  { signal }: JobContext,
  board: ConnectedBoard,
  { present, mounts }: Pick<BoardState, 'present' | 'mounts'>,
  { items }: Pick<RestorePlan, 'items'>,
): Promise<Map<BoardPath, BoardPath>> {
  const listed = new Map<string, BoardPath[]>();
  for (const [path, there] of present) {
    if (there !== 'folder') listed.set(blurred(path), [...(listed.get(blurred(path)) ?? []), path]);
  }
  const alike = new Map<BoardPath, BoardPath[]>();
  for (const { path, present: there, wanted } of items) {
    const others = listed.get(blurred(path));
    const isNew = there === null && wanted !== null && wanted !== 'folder';
    if (isNew && others && mountOf(path, mounts).kind !== 'littlefs') alike.set(path, others);
  }
  if (alike.size === 0) return new Map();
  const hashes = await board.files.hash([...new Set([...alike].flat(2))], { signal });
  return new Map(
    [...alike].flatMap(([path, others]): Array<[BoardPath, BoardPath]> => {
      const found = hashes.get(path);
      if (found === undefined || (typeof found !== 'string' && found.missing)) return [];
      const other = others.find((one) => hashes.get(one) === found) ?? others[0];
      return other === undefined ? [] : [[path, other]];
    }),
  );
}

/** The same for all names that a FAT might take for one, and for some more. */
function blurred(path: BoardPath): string {
  const name = Buffer.from(bytesFromText(path)).toString('latin1');
  return name.toLowerCase().replace(/[^\x00-\x7f]/g, '?');
}
