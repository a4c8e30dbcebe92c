// In which order a plan is carried out, and how files take their place if flash is short.

import { type BoardPath, nameOf } from '../paths.js';
import { mountOf } from './boardMounts.js';
import { roomOfFile, roomOfFolder, roomOfNames } from './flashRoom.js';
import {
  type BoardMount,
  type BoardState,
  isDeleted,
  type OnBoard,
  type RestoreItem,
  type WantedContent,
} from './restoreItem.js';

/**
 * - `stage-all`: all files are written aside and proven; then each takes its place
 * - `stage-one`: each by itself, one after the other
 * - `in-place`: what is replaced goes before the new one is written, or is written over if a board cannot rename
 */
export type RestoreMode = 'stage-all' | 'stage-one' | 'in-place';

export type RestoreStep =
  | { kind: 'make-folder'; path: BoardPath }
  | { kind: 'write'; path: BoardPath; content: WantedContent; replaces: boolean }
  | { kind: 'remove'; path: BoardPath }
  | { kind: 'remove-folder'; path: BoardPath };

export type WriteStep = Extract<RestoreStep, { kind: 'write' }>;

/** Bytes of one file system. */
export interface MountSpace {
  mount: BoardPath;
  /** What the chosen mode takes at its worst moment. */
  needed: number;
  /** Null if the board cannot tell. */
  free: number | null;
  /** What is lacking even in place; 0 if it fits. */
  lacking: number;
}

/**
 * Folders before what they hold; `boot.py` and `main.py` last of the files, so that a board that is interrupted in the middle
 * does not start a program whose modules are not there yet; deletions after them, unless their room is needed.
 */
export function stepsOf(
  items: readonly RestoreItem[],
  board: BoardState,
): { mode: RestoreMode; space: MountSpace[]; steps: RestoreStep[] } {
  const folders = items
    .filter((item) => item.type === 'folder' && item.action === 'new')
    .map(({ path }): RestoreStep => ({ kind: 'make-folder', path }));
  const gone = items.filter(isDeleted);
  const removals = [
    ...gone.filter(({ type }) => type === 'file').map(({ path }): RestoreStep => ({ kind: 'remove', path })),
    // What lies deepest goes first.
    ...gone
      .filter(({ type }) => type === 'folder')
      .reverse()
      .map(({ path }): RestoreStep => ({ kind: 'remove-folder', path })),
  ];
  const writes = items.flatMap(writeOf);
  const fits = modesThatFit(writes, folders, gone, board);
  const mode = !board.can.rename ? 'in-place' : fits.mode;
  const ordered = inOrder(writes, mode, board);
  return {
    mode,
    space: fits.space(mode),
    steps: mode === 'in-place' ? [...removals, ...folders, ...ordered] : [...folders, ...ordered, ...removals],
  };
}

function writeOf({ path, action, wanted, settled, beside }: RestoreItem): WriteStep[] {
  if (wanted === null || wanted === 'folder') return [];
  const write = (to: BoardPath, replaces: boolean): WriteStep[] => [
    { kind: 'write', path: to, content: wanted, replaces },
  ];
  if (action === 'new') return write(path, false);
  if (action === 'replace' || (action === 'conflict' && settled === 'backup')) return write(path, true);
  return action === 'conflict' && beside !== undefined ? write(beside, false) : [];
}

function inOrder(writes: readonly WriteStep[], mode: RestoreMode, board: BoardState): WriteStep[] {
  // If room is short, what makes some comes first.
  const growth = (step: WriteStep) => growthOf(step, board);
  const order = mode === 'stage-all' ? byKind : (one: WriteStep, other: WriteStep) => growth(one) - growth(other);
  const isLate = (step: WriteStep) => isStartFile(step.path) && !(mode === 'in-place' && growth(step) < 0);
  const early = writes.filter((step) => !isLate(step));
  return [...early.sort(order), ...writes.filter(isLate)];
}

function growthOf({ path, content }: WriteStep, { present, mounts }: BoardState): number {
  const mount = mountOf(path, mounts);
  return roomOfFile(content.size, mount).atMost - roomOfFile(sizeOf(present.get(path)), mount).atMost;
}

/** Files of one kind one after the other: they are compressed as one stream, in which each learns from those before it. */
function byKind(one: WriteStep, other: WriteStep): number {
  const [a = '', b = ''] = [one, other].map(({ path }) => /\.[^.]*$/.exec(nameOf(path))?.[0]);
  if (a === b) return other.content.size - one.content.size || (one.path < other.path ? -1 : 1);
  return a < b ? -1 : 1;
}

function isStartFile(path: BoardPath): boolean {
  return nameOf(path) === 'boot.py' || nameOf(path) === 'main.py';
}

function sizeOf(there: OnBoard | undefined): number {
  return there === undefined || there === 'folder' ? 0 : there.size;
}

/** The first mode for which every file system has room; if none has, the last. */
function modesThatFit(
  writes: readonly WriteStep[],
  folders: readonly RestoreStep[],
  gone: readonly RestoreItem[],
  board: BoardState,
) {
  const mounts = new Map<BoardPath, BoardMount>();
  for (const { path } of writes) mounts.set(mountOf(path, board.mounts).path, mountOf(path, board.mounts));
  const figures = [...mounts.values()].map((mount) => {
    const isHere = ({ path }: { path: BoardPath }) => mountOf(path, board.mounts).path === mount.path;
    const made = folders.filter(isHere).length;
    return { mount, ...needsOf(writes.filter(isHere), made, gone.filter(isHere), mount, board) };
  });
  const fitsIn = (mode: 'all' | 'one') =>
    figures.every((each) => each.mount.free === null || each[mode] <= each.mount.free);
  // Nobody knows whether there is room for all: then no more than one file is under way.
  const isUnknown = figures.some(({ mount }) => mount.free === null);
  const mode: RestoreMode = !isUnknown && fitsIn('all') ? 'stage-all' : fitsIn('one') ? 'stage-one' : 'in-place';
  return {
    mode,
    space: (chosen: RestoreMode): MountSpace[] =>
      figures.map(({ mount: { path, free }, all, one, inPlace, surely }) => ({
        mount: path,
        free,
        needed: chosen === 'stage-all' ? all : chosen === 'stage-one' ? one : Math.max(0, inPlace),
        lacking: free === null ? 0 : Math.max(0, surely - free),
      })),
  };
}

/**
 * Bytes that each mode takes at its worst moment, at most, and those that there is no way around.
 *
 * @param made folders
 */
function needsOf(
  writes: readonly WriteStep[],
  made: number,
  gone: readonly RestoreItem[],
  mount: BoardMount,
  board: BoardState,
): { all: number; one: number; inPlace: number; surely: number } {
  const roomOf = ({ content }: WriteStep) => roomOfFile(content.size, mount);
  const freedBy = ({ path }: { path: BoardPath }) => roomOfFile(sizeOf(board.present.get(path)), mount);
  const sum = <T>(things: readonly T[], bytes: (thing: T) => number) =>
    things.reduce((total, thing) => total + bytes(thing), 0);
  const replaced = writes.filter(({ replaces }) => replaces);
  const folders = roomOfFolder(mount);
  const news = writes.length - replaced.length + made;
  const beside = made * folders.atMost + roomOfNames(news + 1, mount);
  let taken = 0;
  let one = 0;
  for (const step of inOrder(writes, 'stage-one', board)) {
    one = Math.max(one, taken + roomOf(step).atMost);
    taken += roomOf(step).atMost - (step.replaces ? freedBy(step).atLeast : 0);
  }
  return {
    all: sum(writes, (step) => roomOf(step).atMost) + made * folders.atMost + roomOfNames(writes.length + made, mount),
    one: one + beside,
    inPlace:
      sum(writes, (step) => roomOf(step).atMost) -
      sum([...replaced, ...gone], (each) => freedBy(each).atLeast) +
      beside,
    surely:
      sum(writes, (step) => roomOf(step).atLeast) +
      made * folders.atLeast -
      sum([...replaced, ...gone], (each) => freedBy(each).atMost) -
      gone.filter(({ type }) => type === 'folder').length * folders.atMost,
  };
}
