// What an archive is that somebody has opened, wherever it lies: whose backup, whether it is whole, which backups it belongs with,
// and where the bytes of its files are. Nothing is written, neither there nor beside it.

import { basename } from 'node:path';
import { isOfKey } from '../archive/archiveErrors.js';
import { isEncryptedName } from '../archive/archiveName.js';
import { isFile, type Manifest, type ManifestFile } from '../archive/manifest.js';
import { type Archive, openArchive, readCarried, readSmall } from '../archive/reader.js';
import { type Damage, verifyArchive } from '../archive/verify.js';
import { type BackupError, isBackupError } from '../errors.js';
import type { BoardPath } from '../paths.js';
import { type Annotation, decodeAnnotations } from '../store/annotations.js';
import type { Store } from '../store/store.js';
import { annotated, type BackupSummary, type ManifestSummary, summaryOf } from '../store/summary.js';
import { setAsideAt } from '../store/trash.js';
import { type ArchiveChain, archiveChain } from './archiveChain.js';
import { type ArchiveHome, homeOf } from './archiveHome.js';
import { type WhyClosed, whyClosed } from './closedArchive.js';
import type { JobContext } from './job.js';

/** What is read whole without being asked, as it is stored and as it comes out: nobody waits for it. */
const SMALL_ARCHIVE = 8_000_000;
const SMALL_UNPACKED = 64_000_000;

/** An export holds few notes. */
const LARGEST_NOTES = 1 << 22;

interface FileFacts {
  /** Absolute. */
  path: string;
  name: string;
  isEncrypted: boolean;
  /** Bytes of the file, and when it was written; absent if it is gone. */
  size?: number;
  modified?: number;
}

export interface ClosedArchive extends FileFacts {
  state: 'closed';
  why: WhyClosed;
  error: BackupError;
  /** Whether it lies in the store in use. */
  isOwn: boolean;
}

/** A file or a folder of the backup. */
export type DescribedEntry =
  | { type: 'folder'; path: BoardPath }
  | {
      type: 'file';
      path: BoardPath;
      size: number;
      /** Absolute path of the archive that has the bytes; undefined if none has them that can be found. */
      archive: string | undefined;
    };

/** An archive that has bytes of files that are not in the one that was opened. */
export interface Lender {
  /** Absolute. */
  archive: string;
  files: number;
  bytes: number;
  /** It was deleted, and goes for good when the trash is emptied. */
  isTrashed: boolean;
  /** The name of the board whose archive it is, if that is another one: the same content was found there. */
  board?: string;
}

/** What was found when all of an archive was read, and when that was. */
export interface Reading {
  damages: readonly Damage[];
  /** ISO 8601 in UTC. */
  at: string;
}

export interface OpenArchive extends FileFacts {
  state: 'open';
  backup: BackupSummary;
  manifest: Manifest;
  /** Absent if nobody has read all of it. */
  reading?: Reading;
  entries: DescribedEntry[];
  lenders: Lender[];
  /** Files whose bytes are in this archive, and those that are nowhere. */
  here: number;
  missing: number;
  chain: ArchiveChain;
  /** What else an export has in it. */
  carried: ManifestSummary[];
  /** Where it lies; absent if that is not a disk of this computer. */
  home?: Pick<ArchiveHome, 'kind' | 'place'> & { root: string };
  /** The same backup in the store in use. */
  own?: BackupSummary;
  /** How many of the backups in it the store in use does not have; absent if that cannot be known. */
  unknownHere?: number;
  /** Why that cannot be known, or what lies beside it. */
  trouble?: BackupError;
}

export type ArchiveDescription = ClosedArchive | OpenArchive;

export interface DescribeOptions {
  /** The store in use, if it can be opened. */
  own?: Store | undefined;
  /** False for a file that was brought here: nothing lies beside it. */
  isLocal?: boolean;
  /** All of it is read, however large it is. */
  verifies?: boolean;
  /** What that has found before, of the same file. */
  reading?: Reading | undefined;
}

/** @throws BackupError `cancelled`; whatever is wrong with the archive is what it says */
export async function describeArchive(
  context: JobContext,
  path: string,
  options: DescribeOptions = {},
): Promise<ArchiveDescription> {
  const { env } = context;
  const { own, isLocal = true, verifies = false } = options;
  const info = await env.fs.info(path).catch(() => undefined);
  const facts: FileFacts = {
    path,
    name: basename(path),
    isEncrypted: isEncryptedName(path),
    ...(info && { size: info.size, modified: info.modified }),
  };
  const home = isLocal ? await homeOf(env, path, own) : undefined;
  let archive: Archive;
  try {
    archive = await openArchive(env, path);
  } catch (error) {
    if (!isBackupError(error)) throw error;
    return { ...facts, state: 'closed', why: await whyClosed(env, path, error), error, isOwn: home?.kind === 'own' };
  }
  const isRead =
    verifies || (info !== undefined && info.size <= SMALL_ARCHIVE && unpackedSize(archive) <= SMALL_UNPACKED);
  const reading = options.reading ?? (isRead ? await readAll(context, path) : undefined);
  const known = own && (await lookInto(own, archive.manifest.board.id));
  const near = !home || home.store === own ? known : await lookInto(home.store, archive.manifest.board.id);
  const neighbours = near?.backups ?? [];
  const backup = backupOf(archive, path, neighbours, await notesOf(archive));
  const carried = await carriedBy(archive);
  const ids = [archive.id, ...carried.map(({ id }) => id)];
  const inUse = known?.backups.find(({ id }) => id === archive.id);
  const trouble = known?.trouble ?? near?.trouble;
  const isKnown = (id: string) => known?.backups.some((each) => each.id === id);
  const unknownHere = known && !known.trouble ? ids.filter((id) => !isKnown(id)).length : undefined;
  const others = [...neighbours, ...(known?.backups ?? []), ...carried.map((summary) => annotated(summary, path))];
  return {
    ...facts,
    state: 'open',
    backup,
    manifest: archive.manifest,
    carried,
    ...(reading && { reading }),
    ...placesOf(archive, path, [near?.lent, known?.lent], others),
    chain: archiveChain(backup, onceEach(others)),
    ...(home && { home: { kind: home.kind, place: home.place, root: home.store.root } }),
    ...(inUse && { own: inUse }),
    ...(unknownHere !== undefined && { unknownHere }),
    ...(trouble && { trouble }),
  };
}

async function readAll({ env, signal }: JobContext, path: string): Promise<Reading> {
  const at = new Date(env.clock.now()).toISOString();
  return { damages: await verifyArchive(env, path, signal), at };
}

/** Reading them gives no more than that, whatever they are: no entry goes beyond what its header says. */
function unpackedSize({ zip }: Archive): number {
  return [...zip.entries.values()].reduce((sum, { size }) => sum + size, 0);
}

/** Content that archives of a store have: where, and how large it is there. */
type Lent = ReadonlyMap<string, LentContent>;

interface LentContent extends Pick<Lender, 'archive' | 'isTrashed'> {
  size: number;
  boardId: string;
}

interface StoreLook {
  backups: readonly BackupSummary[];
  lent: Lent;
  trouble?: BackupError;
}

/** @param board id of the one whose archives are named first */
async function lookInto(store: Store, board: string): Promise<StoreLook> {
  const lent = new Map<string, LentContent>();
  try {
    const { backups, unreadable } = await store.list();
    const { staying, trashed } = await store.holdings();
    for (const [isTrashed, holdings] of [[false, staying] as const, [true, trashed] as const]) {
      for (const { archive, boardId, contents } of holdings) {
        for (const { sha256, size } of contents) {
          const found = lent.get(sha256);
          const isCloser = boardId === board && found?.boardId !== board && found?.isTrashed === isTrashed;
          if (!found || isCloser) lent.set(sha256, { archive, size, isTrashed, boardId });
        }
      }
    }
    // What is locked is in no list: that it is not there, is no answer.
    const locked = unreadable.find(({ error }) => isOfKey(error));
    return { backups, lent, ...(locked && { trouble: locked.error }) };
  } catch (error) {
    if (!isBackupError(error)) throw error;
    return { backups: [], lent, trouble: error };
  }
}

/** Of backups that are in several lists, the first. */
function onceEach(backups: readonly BackupSummary[]): BackupSummary[] {
  const seen = new Set<string>();
  return backups.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function placesOf(
  { manifest, contents }: Archive,
  path: string,
  lent: ReadonlyArray<Lent | undefined>,
  backups: readonly BackupSummary[],
): Pick<OpenArchive, 'entries' | 'lenders' | 'here' | 'missing'> {
  const held = new Map(contents.map(({ sha256, size }) => [sha256, size]));
  const lenders = new Map<string, Lender>();
  let here = 0;
  let missing = 0;
  const placeOf = ({ sha256, size }: ManifestFile): string | undefined => {
    if (held.get(sha256) === size) {
      here += 1;
      return path;
    }
    const other = lent.map((of) => of?.get(sha256)).find((place) => place?.size === size);
    if (!other) {
      missing += 1;
      return undefined;
    }
    const { archive, isTrashed, boardId } = other;
    const isOther = boardId !== manifest.board.id;
    const board = isOther && { board: nameOfBoard(boardId, backups) };
    const lender = lenders.get(archive) ?? { archive, files: 0, bytes: 0, isTrashed, ...board };
    lenders.set(archive, { ...lender, files: lender.files + 1, bytes: lender.bytes + size });
    return archive;
  };
  const entries = manifest.entries.map((entry): DescribedEntry => {
    const { path } = entry;
    return isFile(entry) ? { type: 'file', path, size: entry.size, archive: placeOf(entry) } : { type: 'folder', path };
  });
  return { entries, here, missing, lenders: [...lenders.values()].sort((one, other) => other.files - one.files) };
}

function nameOfBoard(id: string, backups: readonly BackupSummary[]): string {
  const name = backups.find(({ board }) => board.id === id)?.board.name;
  return name ? name : id;
}

/** As it was noted where it lies, else as the export has it. */
function backupOf(
  { id, manifest }: Archive,
  path: string,
  neighbours: readonly BackupSummary[],
  notes: ReadonlyMap<string, Annotation>,
): BackupSummary {
  const listed = neighbours.find((backup) => backup.id === id);
  return listed ? { ...listed, archive: path } : annotated(summaryOf(manifest, id), path, notes.get(id));
}

async function notesOf({ zip }: Archive): Promise<ReadonlyMap<string, Annotation>> {
  if (!zip.entries.has('annotations.json')) return new Map();
  return orNothing(async () => decodeAnnotations(await readSmall(zip, 'annotations.json', LARGEST_NOTES)), new Map());
}

function carriedBy({ zip }: Archive): Promise<ManifestSummary[]> {
  return orNothing(async () => (await readCarried(zip)).map(({ id, manifest }) => summaryOf(manifest, id)), []);
}

/** A damaged part of an archive is told by the verification, and keeps nobody from the rest. */
async function orNothing<Value>(read: () => Promise<Value | undefined>, nothing: Value): Promise<Value> {
  try {
    return (await read()) ?? nothing;
  } catch (error) {
    if (!isBackupError(error)) throw error;
    return nothing;
  }
}

/** When an archive in the trash was deleted; ISO 8601 in UTC. */
export function deletedAt({ path, home }: Pick<OpenArchive, 'path' | 'home'>): string | undefined {
  return home?.place === 'trash' ? setAsideAt(path) : undefined;
}
