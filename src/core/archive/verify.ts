// Verifies one archive; writes nothing (P09, P12, P13, P14).

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Env } from '../env.js';
import { type BackupError, isBackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import { reading } from './archiveBytes.js';
import { encodeChecksums, parseChecksums } from './checksums.js';
import { carriedIdOf, hashIn } from './entryName.js';
import { isFile, type ManifestFile } from './manifest.js';
import { type Archive, lostIn, openArchive, readSmall } from './reader.js';
import { readSeal } from './seal.js';
import type { ZipEntry, ZipReader } from './zipReader.js';

/** One thing that is wrong with an archive. */
export interface Damage {
  /** Path of the archive. */
  archive: string;
  /** The file of this backup that is affected; null for the archive as a whole, or for content that is not of this backup. */
  path: BoardPath | null;
  /** The entry in the archive; null for the archive as a whole. */
  stored: string | null;
  reason: string;
  /**
   * `damaged`: read twice, with the same wrong bytes. `read-error`: the disk did not read, or not twice the same (P11). `unsupported`: a newer
   * version wrote it, and only that can say whether it is damaged (P41).
   */
  certainty: 'damaged' | 'read-error' | 'unsupported';
  /** The error of the system, if it could not read. */
  cause?: unknown;
}

/** What a check found, and `actual`: if that is the same for a second check, it is damage and no read error. */
interface Finding {
  reason: string;
  actual: string;
  /** Set if the disk did not read, or a newer version wrote it: then nothing is known about the bytes. */
  refusal?: BackupError;
}

type Check = () => Promise<Finding | undefined>;

/** `every-byte`: everything is read. `structure`: the directory, the manifest, and whether all entries exist. */
export type VerifyDepth = 'every-byte' | 'structure';

/** @returns empty if nothing is wrong; rejects only if `signal` is aborted, whatever it reads */
export async function verifyArchive(
  env: Env,
  path: string,
  signal?: AbortSignal,
  depth: VerifyDepth = 'every-byte',
): Promise<Damage[]> {
  const damages: Damage[] = [];
  const readsAll = depth === 'every-byte';
  let archive: Archive | undefined;
  let ownPaths: ReadonlyMap<string, BoardPath[]> = new Map();

  async function note(stored: string | null, check: Check, only?: BoardPath[]): Promise<void> {
    throwIfCancelled(signal);
    const found = await lookTwice(check);
    if (!found) return;
    const affected = only ?? (stored === null ? [] : (ownPaths.get(stored) ?? []));
    const paths = affected.length === 0 ? [null] : affected;
    damages.push(...paths.map((file) => ({ archive: path, path: file, stored, ...found })));
  }

  if (readsAll) await note(null, () => checkSeal(env, path));
  await note(null, async () => {
    archive = await openArchive(env, path);
    return undefined;
  });
  // A newer version may have another seal, too.
  const unsupported = damages.filter(({ certainty }) => certainty === 'unsupported');
  if (unsupported.length > 0) return unsupported;
  if (!archive) return damages;

  const { zip } = archive;
  const expected = expectedHashes(archive);
  ownPaths = ownPathsOf(archive);
  await note(null, () => checkLayout(zip));
  for (const [stored, sha256] of expected) {
    await note(
      stored,
      async () => checkPresence(zip, stored) ?? (readsAll ? checkEntry(zip, stored, sha256) : undefined),
    );
  }
  for (const file of ownFiles(archive)) await note(file.stored, async () => checkSize(zip, file), [file.path]);
  for (const entry of zip.entries.values()) {
    const { name } = entry;
    await note(name, async () => checkBelongs(expected, entry));
    // The README and the like: no hash tells what they should be, only the ZIP itself.
    if (readsAll && !expected.has(name)) await note(name, () => checkEntry(zip, name));
  }
  await note('checksums.txt', () => checkChecksums(zip, expected));
  return damages;
}

/** P11: a check that fails is done again before anything is called damaged. */
async function lookTwice(check: Check): Promise<Pick<Damage, 'reason' | 'certainty' | 'cause'> | undefined> {
  const first = await finding(check);
  if (!first) return undefined;
  const { reason, actual, refusal } = first;
  if (refusal?.code === 'archive-unsupported') return { reason, certainty: 'unsupported' };
  if (refusal) return { reason, certainty: 'read-error', cause: refusal.cause };
  const second = await finding(check);
  return { reason, certainty: second?.actual === actual && !second.refusal ? 'damaged' : 'read-error' };
}

async function finding(check: Check): Promise<Finding | undefined> {
  try {
    return await check();
  } catch (error) {
    if (!isBackupError(error)) throw error;
    const found = { reason: error.message, actual: error.message };
    // With `archive-damaged`, the bytes were read and are wrong.
    return error.code === 'archive-damaged' ? found : { ...found, refusal: error };
  }
}

async function checkSeal(env: Env, path: string): Promise<Finding | undefined> {
  const { written, actual } = await reading(env, path, readSeal);
  if (written === actual) return undefined;
  return {
    reason:
      written === undefined
        ? t('The checksum of the file is missing.')
        : t('The checksum of the file is not the one that was written into it.'),
    actual,
  };
}

/** Everything that must be in the archive, by the name of its entry. */
function expectedHashes(archive: Archive): Map<string, string> {
  const { id, contents, zip } = archive;
  const carried = [...zip.entries.keys()].map((name) => [name, carriedIdOf(name)]);
  return new Map([
    ['manifest.json', id],
    ...ownFiles(archive).map((file): [string, string] => [file.stored, file.sha256]),
    ...contents.map(({ stored, sha256 }): [string, string] => [stored, sha256]),
    ...carried.filter((pair): pair is [string, string] => pair[1] !== undefined),
  ]);
}

/** The files of this backup by the entries of its own archive that have their bytes (P13). */
function ownPathsOf(archive: Archive): Map<string, BoardPath[]> {
  const paths = new Map<string, BoardPath[]>();
  for (const { stored, path } of ownFiles(archive)) {
    const others = paths.get(stored);
    if (others) others.push(path);
    else paths.set(stored, [path]);
  }
  return paths;
}

/** Without content that was lost before this archive was written: the store reports that, and the archive is not damaged. */
function ownFiles({ manifest, zip }: Archive): ManifestFile[] {
  const lost = lostIn(zip);
  return manifest.entries.filter(isFile).filter((file) => file.archive === manifest.archive && !lost.has(file.sha256));
}

/** A file is read up to the size in the manifest, so content with another size cannot be read, even with the right hash. */
function checkSize(zip: ZipReader, { stored, size }: ManifestFile): Finding | undefined {
  const found = zip.entries.get(stored)?.size;
  if (found === undefined || found === size) return undefined;
  return { reason: t('The manifest says {0} bytes, and the entry has {1}.', size, found), actual: `${found}` };
}

function checkPresence(zip: ZipReader, stored: string): Finding | undefined {
  if (zip.entries.has(stored)) return undefined;
  return { reason: t('The entry {0} is missing.', JSON.stringify(stored)), actual: '' };
}

/** @param expected SHA-256 of the content, where one is known */
async function checkEntry(zip: ZipReader, stored: string, expected?: string): Promise<Finding | undefined> {
  const hash = createHash('sha256');
  let sum = 0;
  for await (const chunk of zip.read(stored)) {
    hash.update(chunk);
    sum = crc32(chunk, sum);
  }
  const actual = hash.digest('hex');
  if (expected !== undefined && actual !== expected)
    return { reason: t('The bytes of {0} are not the right ones.', JSON.stringify(stored)), actual };
  // Any unzip would say that it is damaged, and be right.
  if (sum !== zip.entries.get(stored)?.crc32)
    return { reason: t('The CRC-32 of {0} is not that of its bytes.', JSON.stringify(stored)), actual };
  return undefined;
}

function checkBelongs(expected: ReadonlyMap<string, string>, { name, size }: ZipEntry): Finding | undefined {
  const isEmpty = size === 0 && (name.endsWith('/') || hashIn(name, 'lost') !== undefined);
  if (isEmpty || ['checksums.txt', 'README.txt', 'annotations.json'].includes(name) || expected.has(name))
    return undefined;
  return { reason: t('The entry {0} does not belong there.', JSON.stringify(name)), actual: '' };
}

async function checkChecksums(zip: ZipReader, expected: ReadonlyMap<string, string>): Promise<Finding | undefined> {
  // The right list has exactly that many bytes, so nothing longer is read into memory.
  const bytes = await readSmall(zip, 'checksums.txt', encodeChecksums(expected).length);
  const listed = parseChecksums(bytes);
  const same = listed?.size === expected.size && [...expected].every(([name, sha256]) => listed.get(name) === sha256);
  const actual = createHash('sha256').update(bytes).digest('hex');
  return same ? undefined : { reason: t('checksums.txt does not list what the archive holds.'), actual };
}

async function checkLayout(zip: ZipReader): Promise<Finding | undefined> {
  return (await zip.hasGaps()) ? { reason: t('There are bytes that belong to no entry.'), actual: '' } : undefined;
}
