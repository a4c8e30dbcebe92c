// A backup as far as retention is concerned: its place in the order, and the bytes that removing it would free.

import type { BackupOrigin } from '../archive/manifest.js';
import type { ContentHash } from '../tree.js';

export interface RetentionItem {
  id: string;
  /** Orders the backups of a board; never the time does, because clocks step back (P46). */
  sequence: number;
  /** ISO 8601 in UTC. */
  createdAt: string;
  origin: BackupOrigin;
  /** The backup set; absent for the usual one. */
  set?: string;
  pinned: boolean;
  /** False if its last verification failed: it may be repaired yet, but does not count (P23). */
  isSound: boolean;
  /** Bytes that its archive takes besides content. */
  overhead: number;
  /** All content of its tree, with the bytes that each takes in the store. */
  contents: ReadonlyMap<ContentHash, number>;
}

/** For sorting. Equal sequences are the work of two computers that did not know of each other. */
export function newestFirst(one: RetentionItem, other: RetentionItem): number {
  if (one.sequence !== other.sequence) return other.sequence - one.sequence;
  if (one.createdAt !== other.createdAt) return one.createdAt < other.createdAt ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}

export interface Space {
  bytes(): number;
  /** Frees the content that no other backup needs. */
  remove(item: RetentionItem): void;
}

/** What backups take together: content that several need is counted once. */
export function spaceOf(items: Iterable<RetentionItem>): Space {
  const users = new Map<ContentHash, number>();
  let total = 0;
  for (const { overhead, contents } of items) {
    total += overhead;
    for (const [hash, bytes] of contents) {
      const others = users.get(hash) ?? 0;
      users.set(hash, others + 1);
      if (others === 0) total += bytes;
    }
  }
  return {
    bytes: () => total,
    remove({ overhead, contents }) {
      total -= overhead;
      for (const [hash, bytes] of contents) {
        const others = (users.get(hash) ?? 0) - 1;
        users.set(hash, others);
        if (others === 0) total -= bytes;
      }
    },
  };
}
