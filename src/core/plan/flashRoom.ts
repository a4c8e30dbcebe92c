// How much of a flash files take. It is handed out in blocks, and each file system has its own way with small files and with names.
// What may be too high chooses the way of a restore, so that none is begun that gets stuck; what may be too low refuses one, so
// that none is refused that fits.

import type { BoardMount } from './restoreItem.js';

/** Bytes of flash. */
export interface Room {
  atLeast: number;
  atMost: number;
}

/** Of most boards, if one does not tell. */
const USUAL_BLOCK = 4_096;
/** littlefs may keep the content of a file up to an eighth of a block with its name. */
const INLINE_SHARE = 8;
/** Bytes of pointers that a block of a file has on littlefs, on average. */
const POINTERS = 8;
/** Names that share a pair of blocks on littlefs, with what of small files is beside them. */
const NAMES_IN_PAIR = 32;
/** Bytes of a name of usual length on FAT. */
const FAT_NAME = 96;

export function roomOfFile(size: number, { kind, block }: BoardMount): Room {
  const inBlocks = (bytes: number, of = USUAL_BLOCK) => Math.ceil(bytes / of) * of;
  const atLeast = block === undefined ? size : inBlocks(size, block);
  if (kind === 'fat') return { atLeast, atMost: inBlocks(size, block) };
  // Firmware that does not tell which file system it has mostly has littlefs.
  const atMost = inBlocks(size + POINTERS * Math.ceil(size / (block ?? USUAL_BLOCK)), block);
  return { atLeast: size <= (block ?? USUAL_BLOCK) / INLINE_SHARE ? 0 : atLeast, atMost };
}

export function roomOfFolder({ kind, block = USUAL_BLOCK }: BoardMount): Room {
  return kind === 'fat' ? { atLeast: block, atMost: block } : { atLeast: 0, atMost: 2 * block };
}

/** At most, beside what the files take. */
export function roomOfNames(count: number, { kind, block = USUAL_BLOCK }: BoardMount): number {
  return kind === 'fat' ? Math.ceil((count * FAT_NAME) / block) * block : Math.ceil(count / NAMES_IN_PAIR) * 2 * block;
}
