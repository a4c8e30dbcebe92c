// Archives that are one thing here and another there, under one name: what is here may have rotted, or may have been rewritten by an
// import. Which it is, only their content says.

import { relative, sep } from 'node:path';
import { isBackupError } from '../errors.js';
import { msg, t } from '../l10n.js';
import { contentKey } from '../plan/mergePlan.js';
import type { Store } from '../store/store.js';
import type { Copied } from './copyToPlace.js';
import { openFarIn } from './farStore.js';
import type { JobContext } from './job.js';
import type { ChosenPlace } from './offsitePlace.js';
import { soundArchive } from './soundArchive.js';

export interface Settled {
  /** Sizes here of those that may stay as they are on both sides, by their paths. */
  alike: Record<string, number>;
  /** What is here has all that is there, and more. */
  replace: string[];
  left: Copied['left'];
}

const CHANGED = msg(
  'It has changed on this computer since it was copied. Verify it; the copy at the second place can be brought back.',
);
const UNLIKE = msg('Another archive has its name at the second place, and each has content that the other lacks.');

/** @param paths of archives that are not here what they are there, which is what was copied */
export async function settleDoubtful(
  context: JobContext,
  store: Store,
  { place, config }: ChosenPlace,
  paths: readonly string[],
): Promise<Settled> {
  const settled: Settled = { alike: {}, replace: [], left: [] };
  const sound: string[] = [];
  for (const path of paths) {
    const local = await soundArchive(context, store, path);
    if (local && 'file' in local && local.holds !== undefined) sound.push(path);
    else if (local) settled.left.push({ path, reason: t(CHANGED) });
  }
  if (sound.length === 0) return settled;
  const far = await openFarIn(context, place, config.folder);
  try {
    const [own, there] = [await contentsIn(store), await contentsIn(far.store)];
    for (const path of sound) {
      const [mine, other] = [own.get(path), there.get(path)];
      if (mine && other && hasAll(other, mine)) settled.alike[path] = mine.size;
      else if (mine && (!other || hasAll(mine, other))) settled.replace.push(path);
      else settled.left.push({ path, reason: t(UNLIKE) });
    }
  } catch (error) {
    if (!isBackupError(error) || error.code === 'cancelled') throw error;
    for (const path of sound) settled.left.push({ path, reason: error.message });
  } finally {
    await far.close();
  }
  return settled;
}

interface Contents {
  id: string;
  size: number;
  keys: ReadonlySet<string>;
}

async function contentsIn(store: Store): Promise<Map<string, Contents>> {
  const { staying } = await store.holdings();
  return new Map(
    staying.map(({ archive, id, size, contents }) => [
      relative(store.root, archive).split(sep).join('/'),
      { id, size, keys: new Set(contents.map(contentKey)) },
    ]),
  );
}

function hasAll(one: Contents, other: Contents): boolean {
  return one.id === other.id && [...other.keys].every((key) => one.keys.has(key));
}
