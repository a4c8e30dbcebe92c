// Whether an archive on this computer may travel: what is damaged here would take the place of the last sound copy.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { digestOfHeader } from '../archive/age.js';
import { isOfKey } from '../archive/archiveErrors.js';
import { isEncryptedName } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import { openArchive } from '../archive/reader.js';
import type { ContentPromise } from '../archive/verified.js';
import { verifyArchive } from '../archive/verify.js';
import type { Env } from '../env.js';
import { isBackupError, systemCode } from '../errors.js';
import { t } from '../l10n.js';
import { hashesOf } from '../offsite/fileHashes.js';
import { isPlainPath, mismatch } from '../offsite/place.js';
import { contentKey } from '../plan/mergePlan.js';
import type { CopiedFile } from '../store/offsiteRecords.js';
import type { Store } from '../store/store.js';
import type { JobContext } from './job.js';

export interface SoundArchive {
  file: CopiedFile;
  /** Which backup and content it has, if that was read and is right: see {@link digestOfHeld}. */
  holds?: string;
}

/** Of an archive here. */
export type LocalArchive = SoundArchive | { reason: string };

/**
 * @param path within the store
 * @param known what it was when it was copied; then it has to be just that
 * @returns undefined if it is gone by now
 */
export async function soundArchive(
  { env, signal }: JobContext,
  store: Store,
  path: string,
  known?: CopiedFile,
): Promise<LocalArchive | undefined> {
  const absolute = join(store.root, path);
  if (!isPlainPath(path)) return { reason: t('Its name cannot be used at a second place.') };
  try {
    const info = await env.fs.info(absolute);
    if (info?.kind !== 'file') return undefined;
    const { size, hashes } = await hashesOf(env, absolute, signal);
    if (known && mismatch({ path, size: known.size, hashes: known }, { size, hashes }) !== undefined)
      return { reason: t('It is not what was copied: it has changed on this computer.') };
    const file = { path, size, modified: info.modified, ...hashes };
    if (known) return { file };
    const read = await readThrough(env, absolute, signal);
    if ('reason' in read) return read;
    // What was read has to be what was hashed.
    const after = await env.fs.info(absolute);
    return after?.size === size && after.modified === info.modified ? { file, ...read } : { file };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw diskError(error, absolute);
  }
}

/** Of an encrypted one whose key is not given, only its beginning is looked at: no key is needed to copy it. */
export async function readThrough(
  env: Env,
  path: string,
  signal: AbortSignal | undefined,
): Promise<{ holds?: string } | { reason: string }> {
  if (isEncryptedName(path)) {
    if ((await digestOfHeader(env, path)) === undefined) return { reason: t('It is not an encrypted archive.') };
    if (!(await canBeOpened(env, path))) return {};
  }
  const [damage] = await verifyArchive(env, path, signal);
  if (damage) return { reason: damage.reason };
  const { id, contents } = await openArchive(env, path);
  return { holds: digestOfHeld(id, contents) };
}

async function canBeOpened(env: Env, path: string): Promise<boolean> {
  try {
    await openArchive(env, path);
    return true;
  } catch (error) {
    if (isOfKey(error)) return false;
    // What is damaged is told by who verifies it.
    if (isBackupError(error)) return true;
    throw error;
  }
}

/** The same for archives of one backup with the same content, under whatever key. Tells nobody what that is. */
export function digestOfHeld(id: string, contents: readonly ContentPromise[]): string {
  const keys = contents.map(contentKey).sort();
  return createHash('sha256')
    .update(JSON.stringify([id, keys]))
    .digest('hex');
}
