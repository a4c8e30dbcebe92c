// What a backup that was cut off had read already (P33). Its partial archive holds nothing but files that were verified before
// they entered, so the next backup copies from it whatever the board still has, known by its hash. Nothing else in it is
// believed: not its names, not its sizes, and not that it is whole.

import { createHash } from 'node:crypto';
import { type ContentPromise, proven } from '../archive/verified.js';
import { findRemains, type RemainingEntry, readRemains } from '../archive/zipRemains.js';
import type { Env } from '../env.js';
import { isBackupError, messageOf, throwIfCancelled } from '../errors.js';
import type { ContentHash } from '../tree.js';
import { findLeftovers, type Leftover, quietly } from './partials.js';

export interface Leftovers {
  /** All content that they hold. */
  readonly hashes: ReadonlySet<ContentHash>;
  /** @returns chunks that are proven right; undefined if there are none of that hash and size, or none that is sound */
  read(content: ContentPromise): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** To be called when all that is wanted of them is elsewhere. Never rejects. */
  remove(): Promise<void>;
}

interface Place {
  path: string;
  entry: RemainingEntry;
}

/** @param folder of one board. What cannot be read is passed over: its files are read from the board again */
export async function openLeftovers(env: Env, folder: string, signal?: AbortSignal): Promise<Leftovers> {
  const places = new Map<ContentHash, Place>();
  const found: Leftover[] = [];

  async function look({ path }: Leftover): Promise<void> {
    for (const entry of await findRemains(env, path)) {
      throwIfCancelled(signal);
      if (!/^(files|objects)\/.*[^/]$/s.test(entry.name)) continue;
      const hash = createHash('sha256');
      await passingOver(path, async () => {
        for await (const chunk of readRemains(env, path, entry)) hash.update(chunk);
        places.set(hash.digest('hex') as ContentHash, { path, entry });
      });
    }
  }

  async function passingOver<Result>(path: string, attempt: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await attempt();
    } catch (error) {
      if (!isBackupError(error) || error.code === 'cancelled') throw error;
      env.log.warn(`${path}: not all of what was read before can be used: ${messageOf(error)}`);
      return undefined;
    }
  }

  await passingOver(folder, async () => void found.push(...(await findLeftovers(env, folder))));
  for (const leftover of found) await passingOver(leftover.path, () => look(leftover));

  return {
    hashes: new Set(places.keys()),
    async read(content) {
      const place = places.get(content.sha256);
      if (!place || place.entry.size !== content.size) return undefined;
      const { path, entry } = place;
      return passingOver(path, () => proven(() => readRemains(env, path, entry), content, path));
    },
    async remove() {
      const known = new Set(found.map(({ path }) => path));
      await quietly(env, folder, async () => {
        // A list that was made while a writer began may lack its mark: by now it is there.
        for (const { path, marks } of await findLeftovers(env, folder)) {
          if (known.has(path)) for (const each of [path, ...marks]) await env.fs.remove(each);
        }
      });
    },
  };
}
