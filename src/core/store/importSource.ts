// Backups from elsewhere, before anything of them is believed: an archive that was exported, the folder that one was unpacked
// into, or a folder of archives. Everything is parsed and checked here; nothing is written (P43, P44).

import { join } from 'node:path';
import { readFileBytes } from '../archive/archiveBytes.js';
import { damagedArchive } from '../archive/archiveErrors.js';
import { isArchiveName } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import { boardPathOf, carriedIdOf } from '../archive/entryName.js';
import { MANIFEST_LIMITS } from '../archive/jsonLimits.js';
import { isFile, manifestId } from '../archive/manifest.js';
import { parseManifest } from '../archive/parseManifest.js';
import { type CarriedBackup, openArchive, readCarried, readSmall } from '../archive/reader.js';
import { type ContentPromise, proven } from '../archive/verified.js';
import { verifyArchive } from '../archive/verify.js';
import type { Env } from '../env.js';
import { BackupError, isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import type { ContentHash } from '../tree.js';
import { type Annotation, decodeAnnotations } from './annotations.js';
import { infoOf } from './infoOf.js';

export interface ImportSource {
  /** Absolute path of the archive or folder. */
  path: string;
  backups: CarriedBackup[];
  annotations: ReadonlyMap<string, Annotation>;
  /** Sizes of the content that it has. */
  contents: ReadonlyMap<ContentHash, number>;
  /** Content that {@link contents} names, proven right. @throws BackupError `archive-damaged` */
  read(content: ContentPromise): AsyncIterable<Uint8Array>;
}

export interface Sources {
  sources: ImportSource[];
  /** Archives in a folder that cannot be taken in, each with the reason. */
  refused: { path: string; error: BackupError }[];
}

/** An archive holds few annotations; more are a try to fill the memory. */
const LARGEST_ANNOTATIONS = 1 << 25;
/** From the folder of a store to its archives. */
const DEPTH = 2;

/**
 * @param paths absolute, of archives and folders
 * @throws BackupError `archive-damaged`, `archive-unsupported`, `store-not-found` if there is no backup at any of them, `cancelled`
 */
export async function openSources(env: Env, paths: readonly string[], signal?: AbortSignal): Promise<Sources> {
  const sources: ImportSource[] = [];
  const refused: Sources['refused'] = [];
  const attempt = async (path: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (thrown) {
      const error = diskError(thrown, path);
      if (error.code === 'cancelled') throw error;
      refused.push({ path, error });
    }
  };
  for (const path of paths) {
    await attempt(path, async () => {
      const archives = await archivesAt(env, path);
      if (archives === undefined) sources.push(await folderSource(env, path));
      for (const archive of archives ?? [])
        await attempt(archive, async () => void sources.push(await archiveSource(env, archive, signal)));
    });
  }
  const [first] = refused;
  if (first && sources.length === 0) throw first.error;
  return { sources, refused };
}

/** @returns undefined if an archive has been unpacked there */
async function archivesAt(env: Env, path: string): Promise<string[] | undefined> {
  const found = await env.fs.info(path);
  if (found?.kind === 'file') return [path];
  if (found?.kind !== 'folder') throw nothingThere(path);
  if (await infoOf(env, join(path, 'manifest.json'))) return undefined;
  const archives = await archivesIn(env, path, DEPTH);
  if (archives.length === 0) throw nothingThere(path);
  return archives;
}

async function archiveSource(env: Env, path: string, signal: AbortSignal | undefined): Promise<ImportSource> {
  // The manifest first: that a newer version is needed says more than what looks damaged for that reason.
  const archive = await openArchive(env, path).catch((error: unknown) => {
    throw isBackupError(error, 'archive-damaged') ? notTaken(error) : error;
  });
  const [damage] = await verifyArchive(env, path, signal);
  if (damage) throw notTaken(damagedArchive(path, damage.reason.replace(/\.$/, ''), damage.cause));
  const { zip } = archive;
  const notes = zip.entries.has('annotations.json') && (await readSmall(zip, 'annotations.json', LARGEST_ANNOTATIONS));
  const places = new Map(archive.contents.map((content) => [content.sha256, content]));
  return {
    path,
    backups: [archive, ...(await readCarried(zip))],
    annotations: notes ? notesIn(notes, path) : new Map(),
    contents: new Map([...places].map(([sha256, { size }]) => [sha256, size])),
    async *read(content) {
      const place = places.get(content.sha256);
      if (place) yield* await proven(() => zip.read(place.stored), content, path);
    },
  };
}

/** What `unzip` makes of an archive, or an export as a folder. */
async function folderSource(env: Env, path: string): Promise<ImportSource> {
  const manifestBytes = await readFile(env, join(path, 'manifest.json'), MANIFEST_LIMITS.bytes);
  const manifest = parseManifest(manifestBytes, path);
  const carried: CarriedBackup[] = [];
  for (const file of await namesIn(env, join(path, 'manifests'))) {
    const id = carriedIdOf(`manifests/${file}`);
    if (id === undefined) continue;
    const bytes = await readFile(env, join(path, 'manifests', file), MANIFEST_LIMITS.bytes);
    if (manifestId(bytes) !== id) throw damagedArchive(path, t('manifests/{0} is not what its name says', file));
    carried.push({ id, manifest: parseManifest(bytes, path), manifestBytes: bytes });
  }
  const backups = [{ id: manifestId(manifestBytes), manifest, manifestBytes }, ...carried];
  const places = new Map<ContentHash, { file: string; size: number }>();
  for (const { sha256, size, path: name } of backups.flatMap((backup) => backup.manifest.entries.filter(isFile))) {
    for (const stored of [`files/${name}`, `objects/${sha256}`]) {
      if (places.has(sha256) || (stored.startsWith('files/') && boardPathOf(stored) === undefined)) continue;
      const info = await infoOf(env, join(path, stored));
      if (info?.kind === 'file' && info.size === size && (await isContent(env, join(path, stored), { sha256, size })))
        places.set(sha256, { file: join(path, stored), size });
    }
  }
  const notes = join(path, 'annotations.json');
  const annotations = (await infoOf(env, notes)) && notesIn(await readFile(env, notes, LARGEST_ANNOTATIONS), path);
  return {
    path,
    backups,
    annotations: annotations ?? new Map(),
    contents: new Map([...places].map(([sha256, { size }]) => [sha256, size])),
    async *read(content) {
      const place = places.get(content.sha256);
      if (place) yield* await proven(() => readFileBytes(env, place.file, content.size), content, path);
    },
  };
}

/** Somebody may have edited a file of an unpacked archive: then it is another one, and no content of the backup. */
async function isContent(env: Env, file: string, content: ContentPromise): Promise<boolean> {
  try {
    await proven(() => readFileBytes(env, file, content.size), content, file);
    return true;
  } catch (error) {
    if (isBackupError(error, 'archive-damaged')) return false;
    throw error;
  }
}

async function readFile(env: Env, path: string, limit: number): Promise<Uint8Array> {
  const found = await infoOf(env, path);
  if (found?.kind !== 'file' || found.size > limit) throw damagedArchive(path, t('it is not a file of an export'));
  return env.fs.readFile(path);
}

async function namesIn(env: Env, folder: string): Promise<string[]> {
  if ((await infoOf(env, folder))?.kind !== 'folder') return [];
  const names = await env.fs.list(folder).catch((error: unknown) => {
    throw diskError(error, folder);
  });
  return names.sort();
}

/** What was noted is part of an export: what cannot be read of it must not be lost without a word. */
function notesIn(bytes: Uint8Array, path: string): ReadonlyMap<string, Annotation> {
  const notes = decodeAnnotations(bytes);
  if (!notes) throw damagedArchive(path, t('its annotations.json is not as it should be'));
  return notes;
}

async function archivesIn(env: Env, folder: string, depth: number): Promise<string[]> {
  const archives: string[] = [];
  for (const name of await namesIn(env, folder)) {
    const path = join(folder, name);
    const kind = (await infoOf(env, path))?.kind;
    if (kind === 'file' && isArchiveName(name)) archives.push(path);
    if (kind === 'folder' && depth > 1) archives.push(...(await archivesIn(env, path, depth - 1)));
  }
  return archives;
}

/** What is in no store yet cannot be verified there. */
function notTaken({ code, message, path, cause }: BackupError): BackupError {
  return new BackupError(code, `${message} ${t('Nothing was imported.')}`, {
    ...(path !== undefined && { path }),
    hint: t(
      'Get another copy of it. What is sound in it can be taken out by any unzip, and the folder that unzip makes of it can be imported.',
    ),
    cause,
  });
}

function nothingThere(path: string): BackupError {
  return new BackupError('store-not-found', t('There is no backup in {0}.', path), {
    path,
    hint: t('Name an archive (.blb, .blb.age), the folder that one was unpacked into, or a folder of archives.'),
  });
}
