// A FAT gives a file its new name before it takes the old one away. If the power failed in between, both names stand for the same
// clusters: whoever deletes one of them frees what the other one holds, and what is written next spoils it. Each of the two can
// still be read; so both go before anything is written, and the file is rewritten.

import type { ConnectedBoard } from '../board/connect.js';
import { type BoardPath, parentOf } from '../paths.js';
import { mountOf } from '../plan/boardMounts.js';
import type { BoardMount } from '../plan/restoreItem.js';
import type { Scan } from '../tree.js';
import type { JobContext } from './job.js';

/** @returns temporary names, each with the file that may be the same as what stands there */
export async function findTwins(
  { signal }: JobContext,
  board: ConnectedBoard,
  { files, temporaries }: Scan,
  mounts: readonly BoardMount[],
): Promise<Map<BoardPath, BoardPath>> {
  const pairs = temporaries.flatMap(({ path, size }) => {
    if (size === 0 || mountOf(path, mounts).kind === 'littlefs') return [];
    const alike = files.filter((file) => file.size === size && parentOf(file.path) === parentOf(path));
    return alike.map((file) => [path, file.path] as const);
  });
  if (pairs.length === 0) return new Map();
  const hashes = await board.files.hash([...new Set(pairs.flat())], { signal });
  return new Map(
    pairs.filter(([one, other]) => typeof hashes.get(one) === 'string' && hashes.get(one) === hashes.get(other)),
  );
}
