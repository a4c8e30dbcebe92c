// The steps of a change of key, each whole or not done: what it is to become is on the disk before the first archive is rewritten, and
// the secrets before are kept with it, for the new key, until nothing needs them. An archive goes when the one that takes its place has
// been read back from the disk.

import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { headerOf } from '../archive/age.js';
import { type AgeTarget, headerDigest, isForPassphrase } from '../archive/ageHeader.js';
import { reading, readRange } from '../archive/archiveBytes.js';
import { cutShortArchive } from '../archive/archiveErrors.js';
import { innerName, isArchiveName, isEncryptedName, stemOf } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import { firstThatFits, knownKeys } from '../archive/knownKeys.js';
import type { Env } from '../env.js';
import { BackupError, isBackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { laterGenerations, nextNames } from './boardFolder.js';
import { createDurably } from './durable.js';
import { isPending, newEncryptionFile, type Unlocked } from './encryption.js';
import { type EncryptionFile, removeEncryption, withMac, writeEncryption } from './encryptionFile.js';
import { everyArchive } from './findArchives.js';
import { isPassing } from './partials.js';
import { PLAIN_INDEX, SEALED_INDEX } from './storedIndex.js';
import { forgetWarned } from './warned.js';

const READ_SIZE = 1 << 16;
/** `trash/<when>/<board>`. */
const DEEPEST = 3;

/**
 * From here on new archives are for the new key, which opens all others as well.
 *
 * @param now the key before; undefined if the archives are plain
 * @param to undefined to make the archives plain
 * @param secret that opens what is encrypted for `to`
 */
export async function beginKeyChange(
  env: Env,
  root: string,
  now: Unlocked | undefined,
  to: { target: AgeTarget; secret: string } | undefined,
  signal?: AbortSignal,
): Promise<void> {
  if (!to) {
    if (now) await writeEncryption(env, root, withMac(now.identity, { ...now.file, ending: true }));
    return;
  }
  const earlier = now ? [now.secret, now.identity, ...now.earlier] : [];
  const old: string[] = [];
  for (const { archive } of (await everyArchive(env, root)).found) {
    throwIfCancelled(signal);
    const path = join(root, archive);
    const header = isEncryptedName(archive) ? await headerOf(env, path) : undefined;
    // If encryption.json was lost, what the key opens is as it should be.
    if (header && (now || !(await isOpenedBy(env, path, header, to.secret)))) old.push(headerDigest(header));
  }
  const file = await newEncryptionFile(env, to.target, { earlier, old });
  for (const secret of [to.secret, ...earlier]) knownKeys(env.keys).learned.add(secret);
  await writeEncryption(env, root, file);
}

/** Nothing is under way any more. To be called when nothing is pending that the secrets before could open. */
export async function endKeyChange(env: Env, root: string, { file, identity }: Unlocked): Promise<void> {
  if (file.ending) return removeEncryption(env, root);
  const { earlier: _, old: __, ...rest } = file;
  await writeEncryption(env, root, withMac(identity, rest));
}

async function isOpenedBy(env: Env, path: string, header: Uint8Array, secret: string): Promise<boolean> {
  const known = knownKeys(env.keys);
  const fit = await unlessUnreadable(async () =>
    firstThatFits(known, header, [secret], await isForPassphrase(header, path), path),
  );
  if (fit === undefined || isBackupError(fit)) return false;
  known.files.set(headerDigest(header), fit.fileKey);
  return true;
}

export interface Rewriting {
  /** What the change comes to. */
  file: Pick<EncryptionFile, 'ending' | 'old'>;
  /** Undefined: it becomes plain. */
  target: AgeTarget | undefined;
  signal?: AbortSignal | undefined;
  /** To be asked before the old one goes. */
  mayRemove(): Promise<void>;
  onBytes(count: number): void;
}

/**
 * Puts the same archive, byte for byte, beside this one under the new key, reads it back, and removes the old one for good.
 *
 * @param archive absolute path
 * @returns why the old one cannot be read: then it is as it was. @throws BackupError if anything else fails
 */
export async function rewriteUnderKey(env: Env, archive: string, how: Rewriting): Promise<BackupError | undefined> {
  const before = await unlessUnreadable(() => hashOf(env, archive, how));
  if (isBackupError(before)) return before;
  if (!(await isThereAlready(env, archive, before, how))) await writeAnew(env, archive, before, how);
  await how.mayRemove();
  try {
    await env.fs.remove(archive);
    await env.fs.syncFolder(dirname(archive));
  } catch (error) {
    throw diskError(error, archive);
  }
  return undefined;
}

async function writeAnew(env: Env, archive: string, before: Content, how: Rewriting): Promise<void> {
  const inner = innerName(basename(archive));
  const isOtherForm = isEncryptedName(archive) !== (how.target !== undefined);
  const names = isOtherForm ? nextNames(inner) : laterGenerations(inner);
  const file = await createDurably(env, dirname(archive), names, how.target, archive);
  try {
    for await (const chunk of bytesOf(env, archive, before.size, how)) await file.append(chunk);
    await file.commit(async (partial) => {
      const after = await hashOf(env, partial, how);
      if (after.sha256 !== before.sha256) throw notKept(file.path);
    });
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** A change that was cut off between writing the new one and removing the old one. */
async function isThereAlready(env: Env, archive: string, { size, sha256 }: Content, how: Rewriting): Promise<boolean> {
  const folder = dirname(archive);
  for (const name of await env.fs.list(folder)) {
    const path = join(folder, name);
    const isOther = path !== archive && isArchiveName(name) && stemOf(name) === stemOf(basename(archive));
    if (!isOther || (await isPending(env, path, how.file))) continue;
    const found = await unlessUnreadable(() => reading(env, path, (file) => file.size()));
    const content = found === size ? await unlessUnreadable(() => hashOf(env, path, how)) : undefined;
    if (content && !isBackupError(content) && content.sha256 === sha256) return true;
  }
  return false;
}

interface Content {
  size: number;
  sha256: string;
}

function hashOf(env: Env, path: string, { signal }: Rewriting): Promise<Content> {
  return reading(env, path, async (file) => {
    const size = await file.size();
    const hash = createHash('sha256');
    const buffer = new Uint8Array(READ_SIZE);
    for (let position = 0; position < size; ) {
      throwIfCancelled(signal);
      const count = await file.read(buffer.subarray(0, Math.min(READ_SIZE, size - position)), position);
      if (count === 0) throw cutShortArchive(path);
      hash.update(buffer.subarray(0, count));
      position += count;
    }
    return { size, sha256: hash.digest('hex') };
  });
}

async function* bytesOf(env: Env, path: string, size: number, { signal, onBytes }: Rewriting) {
  for await (const chunk of readRange(env, path, 0, size)) {
    throwIfCancelled(signal);
    onBytes(chunk.length);
    yield chunk;
  }
}

/** @returns the failure: what one archive does not give must not keep the others from the new key */
async function unlessUnreadable<Result>(read: () => Promise<Result>): Promise<Result | BackupError> {
  try {
    return await read();
  } catch (error) {
    if (!isBackupError(error) || error.code === 'cancelled') throw error;
    return error;
  }
}

/**
 * Removes what may tell something of plain archives, or is for the old key, beside the archives: the index of encrypted ones in any case, which is made
 * again. Needs the exclusive lock.
 */
export async function clearBeside(env: Env, root: string, isToBePlain: boolean): Promise<void> {
  try {
    await env.fs.remove(join(root, SEALED_INDEX));
    if (!isToBePlain) {
      await env.fs.remove(join(root, PLAIN_INDEX));
      await forgetWarned(env, root);
    }
    await removePassing(env, root, DEEPEST);
    await env.fs.syncFolder(root);
  } catch (error) {
    throw diskError(error, root);
  }
}

/** What writers left that are gone: the next backup reads those files from the board again. */
async function removePassing(env: Env, folder: string, depth: number): Promise<void> {
  let isChanged = false;
  for (const name of await env.fs.list(folder)) {
    const path = join(folder, name);
    const kind = (await env.fs.info(path))?.kind;
    if (kind === 'folder' && depth > 0) await removePassing(env, path, depth - 1);
    if (kind !== 'file' || !isPassing(name)) continue;
    await env.fs.remove(path);
    isChanged = true;
  }
  if (isChanged) await env.fs.syncFolder(folder);
}

function notKept(path: string): BackupError {
  return new BackupError(
    'store-failed',
    t('What was written to {0} is not what was read: nothing was removed.', path),
    {
      path,
      hint: t('Check the disk and the memory of this computer, then finish the change of key.'),
    },
  );
}
