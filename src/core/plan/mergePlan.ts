// Before archives go, what others need of them moves (P19). This file decides what moves where: it touches no disk.

import type { ManifestFile } from '../archive/manifest.js';
import type { ContentPromise } from '../archive/verified.js';

/** A backup that stays, with all that its tree needs. */
export interface Survivor {
  id: string;
  boardId: string;
  sequence: number;
  files: readonly Pick<ManifestFile, 'sha256' | 'size'>[];
}

/** An archive, and what it holds. */
export interface Holding {
  boardId: string;
  contents: readonly ContentPromise[];
}

export interface MergePlan {
  /** By the id of the backup whose archive gets it. */
  moves: ReadonlyMap<string, readonly ContentPromise[]>;
  /** Content that is needed, stays where it is as well, and has only there to be found once the others are gone. */
  stays: readonly ContentPromise[];
}

/** Content is known by hash and size: bytes of another size are never given out, whatever their hash. */
export function contentKey({ sha256, size }: ContentPromise): string {
  return `${sha256} ${size}`;
}

/**
 * @param going archives that go, and their content
 * @param staying archives that stay
 * @param isUnsound content that cannot be read from where it stays: it counts as held by those that go alone
 */
export function planMerge(
  survivors: readonly Survivor[],
  going: readonly Holding[],
  staying: readonly Holding[],
  isUnsound: ReadonlySet<string> = new Set(),
): MergePlan {
  const goes = new Map(going.flatMap(({ contents }) => contents.map((content) => [contentKey(content), content])));
  // The archives of a board stand for themselves: whoever takes another board's away must not lose anything of this one.
  const remains = new Set(
    staying.flatMap(({ boardId, contents }) => contents.map((content) => `${boardId} ${contentKey(content)}`)),
  );
  const moves = new Map<string, ContentPromise[]>();
  const stays: ContentPromise[] = [];
  const settled = new Set<string>();
  // The oldest that needs it gets it: so an archive holds nothing but what its own backup needs.
  for (const survivor of [...survivors].sort(byAge)) {
    for (const file of survivor.files) {
      const key = contentKey(file);
      const place = `${survivor.boardId} ${key}`;
      const content = goes.get(key);
      if (!content || settled.has(place)) continue;
      settled.add(place);
      if (remains.has(place) && !isUnsound.has(key)) stays.push(content);
      else {
        const known = moves.get(survivor.id);
        if (known) known.push(content);
        else moves.set(survivor.id, [content]);
      }
    }
  }
  return { moves, stays };
}

function byAge(one: Survivor, other: Survivor): number {
  return one.sequence - other.sequence || (one.id < other.id ? -1 : 1);
}
