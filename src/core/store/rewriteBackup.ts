// Writes the archive of a backup again: a later generation that holds more, beside the one that stands (docs/archive-format.md, 7). And takes
// in backups from elsewhere, which are never adopted as they came, but rewritten from content that was checked (P43).

import { basename, dirname } from 'node:path';
import type { AgeTarget } from '../archive/ageHeader.js';
import { innerName } from '../archive/archiveName.js';
import { boardPathOf } from '../archive/entryName.js';
import { isFile, type Manifest } from '../archive/manifest.js';
import { type Archive, type CarriedBackup, lostIn, openArchive } from '../archive/reader.js';
import { type ArchivePlan, planOf } from '../archive/rewrite.js';
import type { ContentPromise } from '../archive/verified.js';
import type { Env } from '../env.js';
import type { ContentHash } from '../tree.js';
import { archiveNames, laterGenerations } from './boardFolder.js';
import { type PutArchive, putArchive, type ReadContent } from './putArchive.js';

/** What becomes of an archive. */
export interface ArchiveChange extends Pick<PutArchive, 'signal' | 'onContent'> {
  /** Content that it gets besides what it has. */
  add: readonly ContentPromise[];
  /** Content that it should have and that cannot be had any more. */
  lost?: ReadonlySet<ContentHash>;
  /** Where content comes from, if not from the store. */
  read?: ReadContent;
}

/**
 * @param archive absolute path of the newest generation
 * @param target for whom it is encrypted; undefined for a plain one
 * @returns the absolute path of the next one
 */
export async function rewriteBackup(
  env: Env,
  archive: string,
  change: ArchiveChange,
  read: ReadContent,
  target: AgeTarget | undefined,
): Promise<string> {
  const { add, lost, signal, onContent } = change;
  const old = await openArchive(env, archive);
  const plan: ArchivePlan = {
    ...planOf(old),
    hold: byHash([...contentBeside(old), ...add].filter(({ sha256 }) => !lost?.has(sha256))),
    lost: stillLost(old, add, lost),
    folders: [...old.zip.entries.keys()].flatMap((name) => (name.endsWith('/') ? (boardPathOf(name) ?? []) : [])),
  };
  const names = laterGenerations(innerName(basename(archive)));
  return putArchive(env, {
    folder: dirname(archive),
    names,
    plan,
    read: change.read ?? read,
    target,
    signal,
    onContent,
  });
}

/** What a backup from elsewhere brings along. */
export interface Arrival extends Pick<PutArchive, 'signal' | 'onContent'> {
  backup: CarriedBackup;
  /** Content that is to stand in its archive besides its own. */
  hold: readonly ContentPromise[];
  lost: ReadonlySet<ContentHash>;
}

/** @returns the absolute path of its archive */
export function adoptBackup(
  env: Env,
  folder: string,
  arrival: Arrival,
  read: ReadContent,
  target: AgeTarget | undefined,
): Promise<string> {
  const { backup, hold, lost, ...how } = arrival;
  const plan: ArchivePlan = { ...planOf(backup), hold: byHash(hold), lost };
  return putArchive(env, { folder, names: namesFor(backup.manifest), plan, read, target, ...how });
}

/** The name that it had, so that the hints in other manifests fit; else one like it. */
function* namesFor({ archive, createdAt }: Manifest): Generator<string> {
  if (/^backup_\d{8}_\d{6}\.blb$/.test(archive)) yield archive;
  yield* archiveNames(Date.parse(createdAt));
}

/** What an archive holds for its own backup under other names than those that the manifest tells, and for others. */
function contentBeside({ manifest, contents }: Archive): ContentPromise[] {
  const own = new Set(
    manifest.entries.filter(isFile).flatMap((file) => (file.archive === manifest.archive ? [file.stored] : [])),
  );
  return contents.filter(({ stored }) => !own.has(stored));
}

function stillLost(
  { zip, manifest }: Archive,
  add: readonly ContentPromise[],
  lost: ReadonlySet<ContentHash> = new Set(),
): Set<ContentHash> {
  const own = manifest.entries.filter(isFile).filter((file) => file.archive === manifest.archive);
  const lostNow = own.map(({ sha256 }) => sha256).filter((sha256) => lost.has(sha256));
  const all = new Set([...lostIn(zip), ...lostNow]);
  for (const { sha256 } of add) all.delete(sha256);
  return all;
}

function byHash(contents: readonly ContentPromise[]): Map<ContentHash, ContentPromise> {
  return new Map(contents.map(({ sha256, size }) => [sha256, { sha256, size }]));
}
