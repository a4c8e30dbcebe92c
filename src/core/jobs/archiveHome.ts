// In which store does an archive lie that somebody has opened? In the one that is in use, in another one, or in a folder that is
// none. Whichever it is, what lies beside it may have bytes that it needs. Nothing is written there.

import { dirname, join, relative, sep } from 'node:path';
import { isEncryptedName } from '../archive/archiveName.js';
import type { Env } from '../env.js';
import { isQuarantined, isTrashed } from '../store/findArchives.js';
import { onlyReading } from '../store/onlyReading.js';
import { openStore, type Store } from '../store/store.js';
import { TOP_FILES } from '../store/storeFiles.js';
import { liesIn } from './refuseInside.js';

export interface ArchiveHome {
  /** `own`: the store in use; `other`: another one; `folder`: a folder that is no store, but may hold more archives. */
  kind: 'own' | 'other' | 'folder';
  place: 'store' | 'trash' | 'quarantine';
  store: Store;
}

/** From the top of a store to an archive in its trash or its quarantine. */
const DEEPEST = 4;

/**
 * @param path absolute, of the archive
 * @param own the store in use
 */
export async function homeOf(env: Env, path: string, own: Store | undefined): Promise<ArchiveHome> {
  const place = own && placeIn(own.root, path);
  if (own && place) return { kind: 'own', place, store: own };
  let folder = path;
  for (let depth = 1; depth <= DEEPEST; depth++) {
    folder = dirname(folder);
    const place = placeIn(folder, path);
    if (place && (await isStore(env, folder))) {
      return { kind: 'other', place, store: await openStore(onlyReading(env), folder) };
    }
  }
  // A passphrase takes a second to try, for each archive that no store opens for all of them.
  const isPlain = (name: string) => !isEncryptedName(name);
  return { kind: 'folder', place: 'store', store: await openStore(onlyReading(env, isPlain), dirname(path)) };
}

/** @returns undefined if a store looks for no archives */
function placeIn(root: string, path: string): ArchiveHome['place'] | undefined {
  if (!liesIn(root, path)) return undefined;
  const name = relative(root, path).split(sep).join('/');
  const depth = name.split('/').length;
  if (depth === DEEPEST && isTrashed(name)) return 'trash';
  if (depth === DEEPEST && isQuarantined(name)) return 'quarantine';
  return depth <= 2 ? 'store' : undefined;
}

async function isStore(env: Env, folder: string): Promise<boolean> {
  for (const name of TOP_FILES) {
    // What cannot be read is no store that could be of use.
    if ((await env.fs.info(join(folder, name)).catch(() => undefined))?.kind === 'file') return true;
  }
  return false;
}
