// The three ways of adding a file to a backup that is being taken: keep the content that the store has, copy it, or read it from the board.

import type { ManifestError, ManifestFile } from '../archive/manifest.js';
import { BoardException } from '../board/boardErrors.js';
import type { Prefix, ReadOptions } from '../board/boardFiles.js';
import type { ConnectedBoard } from '../board/connect.js';
import { type BackupError, describeCauses, isBackupError } from '../errors.js';
import type { BoardPath } from '../paths.js';
import type { Leftovers } from '../store/leftovers.js';
import type { BackedUpFile, PendingBackup } from '../store/pendingBackup.js';
import type { Store } from '../store/store.js';
import type { ContentHash, ScannedFile } from '../tree.js';
import type { Held } from './earlierBackups.js';
import type { JobContext, Phases } from './job.js';
import { readVerified } from './readVerified.js';

/** How many files may fail with `line-damaged` before the whole backup does. */
const MOST_DAMAGED = 3;

/** From this size on, it pays to check whether a file has only grown. */
const WORTH_A_PREFIX = 4_096;

/** @returns false if the store does not have the content any more (somebody removed an archive): then it must be read */
export async function keep(pending: PendingBackup, { distrusted }: Held, file: BackedUpFile): Promise<boolean> {
  try {
    await pending.keepFile(file, distrusted);
    return true;
  } catch (error) {
    if (isBackupError(error, 'content-missing')) return false;
    throw error;
  }
}

/** @returns undefined if the store cannot read it; found out before anything is added, as nothing can be removed from an archive */
async function provenContent(store: Store, file: BackedUpFile): Promise<AsyncIterable<Uint8Array> | undefined> {
  const chunks = store.readContent(file)[Symbol.asyncIterator]();
  try {
    // The content is verified before its first chunk is yielded.
    const first = await chunks.next();
    return (async function* all() {
      if (first.done) return;
      yield first.value;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    })();
  } catch (error) {
    if (isBackupError(error, 'content-missing')) return undefined;
    throw error;
  }
}

/** @returns where the content came from; undefined if it can be read nowhere: then it must be read from the board */
export async function copy(
  leftovers: Leftovers,
  store: Store,
  pending: PendingBackup,
  file: BackedUpFile,
): Promise<'leftovers' | 'store' | undefined> {
  const left = await leftovers.read(file);
  const chunks = left ?? (await provenContent(store, file));
  if (!chunks) return undefined;
  await pending.addFile(file, chunks);
  return left ? 'leftovers' : 'store';
}

/**
 * A log file that has grown still begins with the content of the last backup: only the rest must be sent.
 *
 * @returns a function that gives what a file probably begins with
 */
export function grownFrom(store: Store, before: readonly ManifestFile[]): (file: ScannedFile) => Prefix | undefined {
  const earlier = new Map(before.map((file) => [file.path, file]));
  return ({ path, size }) => {
    const was = earlier.get(path);
    if (!was || was.size < WORTH_A_PREFIX || was.size > size) return undefined;
    return { size: was.size, chunks: () => store.readContent(was) };
  };
}

interface Reading {
  pending: PendingBackup;
  phases: Phases;
  file: ScannedFile;
  hints: Pick<ReadOptions, 'next' | 'prefix'>;
  tally: Map<BoardPath, ContentHash>;
  errors: ManifestError[];
  held: Held;
}

/**
 * Reads one file and adds it. A file that cannot be read is added to `errors`, and does not stop the backup.
 *
 * @returns how many files were added to the archive: 0 if the store has the content already, or the file cannot be read
 */
export async function readInto(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { pending, phases, file, hints, tally, errors, held }: Reading,
): Promise<number> {
  phases.file(file.path);
  try {
    await using content = await readVerified(context, board, store.root, file, (bytes) => phases.add({ bytes }), hints);
    const { spool, evidence, sha256 } = content;
    const entry = { ...described(file), size: spool.size, sha256, evidence };
    await held.look([sha256]);
    const isKept = held.has(sha256) && (await keep(pending, held, entry));
    if (!isKept) await pending.addFile(entry, spool.chunks());
    tally.set(file.path, sha256);
    return isKept ? 0 : 1;
  } catch (error) {
    if (!isAboutOneFile(error) || isTooMuch(error, errors)) throw error;
    context.env.log.warn(`${board.url}: not backed up: ${describeCauses(error)}`);
    errors.push({ path: file.path, code: error.code, message: error.english });
    return 0;
  } finally {
    phases.add({ files: 1 });
  }
}

/** The board refused this file, or its bytes never were the same twice. Anything else (the port, the store) ends the backup. */
function isAboutOneFile(error: unknown): error is BackupError {
  if (!isBackupError(error)) return false;
  return error.cause instanceof BoardException || error.code === 'line-damaged' || error.code === 'file-changed';
}

/** If many files arrive damaged, it is the line, and trying every file would take hours. */
function isTooMuch({ code }: BackupError, errors: readonly ManifestError[]): boolean {
  return code === 'line-damaged' && errors.filter((error) => error.code === code).length >= MOST_DAMAGED;
}

export function described(file: ScannedFile): { path: BoardPath; size: number; mtime: number | null } {
  return { path: file.path, size: file.size, mtime: file.mtime ?? null };
}
