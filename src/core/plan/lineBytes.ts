// How many bytes of a file travel if they are packed on their way: a guess by its name, before anybody has seen its content.

import { type BoardPath, nameOf } from '../paths.js';

const TEXT = 0.35;
/** Lines that say nearly the same again and again. */
const RECORDS = 0.22;
const DENSE = 1;

const RATIOS: ReadonlyMap<string, number> = new Map([
  ...['csv', 'log', 'tsv', 'ndjson', 'jsonl'].map((kind) => [kind, RECORDS] as const),
  ...['bin', 'gz', 'zip', 'z', 'jpg', 'jpeg', 'png', 'gif', 'mp3', 'ogg', 'wav', 'der', 'crt'].map(
    (kind) => [kind, DENSE] as const,
  ),
  ['mpy', 0.75],
]);

/** Bytes from which on a packed file has more to build on than those before it. */
const SMALL = 600;

/** @returns for each byte of a file */
export function packedShare(path: BoardPath, size: number): number {
  const [, kind = ''] = /\.([^.]*)$/.exec(nameOf(path)) ?? [];
  const ratio = RATIOS.get(kind.toLowerCase()) ?? TEXT;
  return size < SMALL ? Math.min(1, ratio * 1.4) : ratio;
}
