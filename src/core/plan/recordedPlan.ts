// Back to what a restore found, or on to what it was to make: what its record says of each path.

import { type BoardPath, foldersAround } from '../paths.js';
import type { Direction, RecordedContent, RecordedItem, RestoreRecord } from '../store/restoreRecords.js';
import type { ContentHash } from '../tree.js';
import type { RestorePlan } from './planToward.js';
import type { BoardState, OnBoard, RestoreItem, Wanted } from './restoreItem.js';
import { isDeleted } from './restoreItem.js';

/** What the record of a plan says, of those of its paths that it changes. */
export function recordedItems(plan: RestorePlan, temporaries: ReadonlyMap<BoardPath, BoardPath>): RecordedItem[] {
  const items = new Map(plan.items.map((item) => [item.path, item]));
  return plan.steps.map((step): RecordedItem => {
    const before = contentOf(items.get(step.path)?.present ?? null);
    if (step.kind === 'make-folder') return { path: step.path, before: null, after: 'folder' };
    const temporary = temporaries.get(step.path);
    const after = step.kind === 'write' ? { size: step.content.size, sha256: step.content.sha256 } : null;
    return { path: step.path, before, after, ...(temporary !== undefined && { temporary }) };
  });
}

/**
 * What should be there. Of a folder that the restore made and that holds something else by now, nothing is wanted; nor of content
 * whose hash nobody knew: there is no way back to it.
 *
 * @param isNowhere whether no archive has this content, and none was meant to have it
 */
export function wantedByRecord(
  items: readonly RecordedItem[],
  toward: Direction,
  { present }: BoardState,
  isNowhere: (hash: ContentHash) => boolean = () => false,
): Wanted[] {
  const going = new Set(items.filter((item) => item[toward] === null).map(({ path }) => path));
  const holdOthers = foldersAround([...present.keys()].filter((path) => !going.has(path)));
  return items.flatMap(({ path, ...item }): Wanted[] => {
    const wanted = item[toward];
    if (wanted === null) return holdOthers.has(path) ? [] : [{ path, target: null }];
    if (wanted === 'folder') return [{ path, target: 'folder' }];
    if (wanted.sha256 === null) return [];
    const target = { from: path, size: wanted.size, sha256: wanted.sha256 };
    return [{ path, target, ...(isNowhere(wanted.sha256) && { skip: 'no-way-back' as const }) }];
  });
}

/** Whether a file is as the restore found it or was to make it: anything else is somebody's work since. */
export function isOfRecord(items: readonly RecordedItem[]): (path: BoardPath, hash: ContentHash) => boolean {
  const known = new Map(items.map(({ path, before, after }) => [path, [before, after].map(hashOf)]));
  return (path, hash) => known.get(path)?.includes(hash) ?? false;
}

function hashOf(content: RecordedContent): ContentHash | null {
  return content === null || content === 'folder' ? null : content.sha256;
}

function contentOf(present: OnBoard | null): RecordedContent {
  return present === null || present === 'folder' ? present : { size: present.size, sha256: present.sha256 };
}

/** Paths whose files have to be saved before the plan is carried out, because nothing brings them back. */
export function pathsToSave({ items }: Pick<RestorePlan, 'items'>): BoardPath[] {
  const isLost = (item: RestoreItem) =>
    item.type === 'file' &&
    (item.action === 'replace' || isDeleted(item) || (item.action === 'conflict' && item.settled === 'backup'));
  return items.filter(isLost).map(({ path }) => path);
}

/** @returns the restore of a board that can be undone, and that is to be finished if it was interrupted */
export function lastRestore(restores: readonly RestoreRecord[], boardId: string): RestoreRecord | undefined {
  return restores.find(({ board, state }) => board.id === boardId && state !== 'undone' && state !== 'dropped');
}

/** @returns of each board the restore that was interrupted, if it is its last one */
export function unfinishedRestores(restores: readonly RestoreRecord[]): RestoreRecord[] {
  const boards = new Set(restores.map(({ board }) => board.id));
  return [...boards].flatMap((id) => {
    const last = lastRestore(restores, id);
    return last?.state === 'unfinished' ? [last] : [];
  });
}
