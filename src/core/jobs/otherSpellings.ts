// FAT takes several names for one: `Main.py` and `main.py`, and more if firmware reads names in a code page. Which, and whether
// there is a FAT at all, not all firmware tells. What is written to another spelling replaces a file that nobody has saved: so
// if names are alike, the board is asked.

import type { ConnectedBoard } from '../board/connect.js';
import { type BoardPath, bytesFromText, childOf, nameOf, parentOf } from '../paths.js';
import { folded, mountOf } from '../plan/boardMounts.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { BoardState } from '../plan/restoreItem.js';
import type { JobContext } from './job.js';

/** @returns paths that a plan takes for new, each with that of the file which the board has there, or will have by the same plan */
export async function findOtherSpellings(
  { signal }: JobContext,
  board: ConnectedBoard,
  { present, mounts }: Pick<BoardState, 'present' | 'mounts'>,
  { items }: Pick<RestorePlan, 'items'>,
): Promise<Map<BoardPath, BoardPath>> {
  const files = [...present].flatMap(([path, there]) => (there === 'folder' ? [] : [path]));
  const listed = new Map<string, BoardPath[]>();
  for (const path of files) listed.set(blurred(path), [...(listed.get(blurred(path)) ?? []), path]);
  const alike = new Map<BoardPath, BoardPath[]>();
  /** If nobody has told whether there is a FAT: new files that it would take for one. */
  const added = new Map<string, BoardPath[]>();
  for (const { path, present: there, wanted } of items) {
    const { kind } = mountOf(path, mounts);
    if (there !== null || wanted === null || wanted === 'folder' || kind === 'littlefs') continue;
    const others = listed.get(blurred(path));
    if (others) alike.set(path, others);
    else if (kind === 'other') added.set(folded(path), [...(added.get(folded(path)) ?? []), path]);
  }
  const twice = [...added.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : others.map((path) => ({ path, first, witness: witnessFor(path, files) })),
  );
  const asked = new Set([...[...alike].flat(2), ...twice.flatMap(({ witness }) => witness ?? [])]);
  if (asked.size === 0) return new Map();
  const hashes = await board.files.hash([...asked], { signal });
  const isThere = (path: BoardPath) => {
    const found = hashes.get(path);
    return typeof found === 'string' || found?.missing === false;
  };
  const spellings = new Map<BoardPath, BoardPath>();
  for (const { path, first, witness } of twice) {
    if (witness !== undefined && isThere(witness)) spellings.set(path, first);
  }
  for (const [path, others] of alike) {
    const other = others.find((one) => hashes.get(one) === hashes.get(path)) ?? others[0];
    if (isThere(path) && other !== undefined) spellings.set(path, other);
  }
  return spellings;
}

/** @returns the name in other case of a file beside `path`: that it can be opened tells that both cases are one there */
function witnessFor(path: BoardPath, files: readonly BoardPath[]): BoardPath | undefined {
  const beside = files.filter((one) => top(one) === top(path)).map(inOtherCase);
  return beside.find((one) => !files.includes(one));
}

/** If no firmware tells of file systems, each lies in a folder of the root. */
function top(path: BoardPath): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

/** The path itself if its name has no letters. */
function inOtherCase(path: BoardPath): BoardPath {
  const name = nameOf(path);
  const upper = name.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  const lower = name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return childOf(parentOf(path), upper === name ? lower : upper);
}

/** The same for all names that a FAT might take for one, and for some more. */
function blurred(path: BoardPath): string {
  const name = Buffer.from(bytesFromText(path)).toString('latin1');
  return name.toLowerCase().replace(/[^\x00-\x7f]/g, '?');
}
