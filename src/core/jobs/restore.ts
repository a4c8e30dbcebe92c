// Puts files of a backup back onto a board. Each goes to a temporary name, is hashed there, and only then takes its place:
// a file on the board is old or new, never torn. What is replaced is in a safety backup first (P26).

import type { ManifestFile } from '../archive/manifest.js';
import { lineDamaged } from '../board/boardErrors.js';
import { temporaryName } from '../board/boardFiles.js';
import { type ConnectedBoard, withBoard } from '../board/connect.js';
import type { Wire } from '../board/line.js';
import { BackupError } from '../errors.js';
import { type BoardPath, childOf, displayPath, parentOf } from '../paths.js';
import { planRestore, type RestoreStep, selectEntries } from '../plan/restorePlan.js';
import type { Scope } from '../plan/scope.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import { type BoardAddress, backupConnected } from './backup.js';
import { type JobContext, type Phases, trackPhases } from './job.js';

export interface RestoreOptions {
  backup: BackupSummary;
  /** Files and folders; the root for everything. */
  paths: readonly BoardPath[];
}

export interface RestoreResult {
  restored: BoardPath[];
  /** Already as in the backup: not written at all, because flash wears (P27). */
  unchanged: BoardPath[];
  /** The backup of what was replaced; absent where nothing was. */
  safety?: BackupSummary;
  /** Files hashed on the board afterwards and found right. */
  verified: number;
  wire: Wire;
  seconds: number;
}

/**
 * @throws BackupError `backup-not-found` for a path that the backup does not have, before the board is touched;
 *   `content-missing`, and whatever the line or the board does
 */
export async function restore(
  context: JobContext,
  { url, open }: BoardAddress,
  store: Store,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const start = context.env.clock.ticks();
  const phases = trackPhases(context);
  phases.begin('connect');
  const manifest = await store.readManifest(options.backup);
  const { selected, missing } = selectEntries(manifest.entries, options.paths);
  if (missing[0] !== undefined) throw notInBackup(missing[0], options.backup);

  return withBoard({ url, open, log: context.env.log, signal: context.signal }, async (board) => {
    const files = selected.filter((entry) => entry.type === 'file');
    const steps = planRestore(selected, await stateOnBoard(context, board, files, phases));
    const writes = steps.filter((step) => step.kind === 'write');
    const safety = writes.some((step) => step.replaces)
      ? await takeSafetyBackup(context, board, store, manifest.scope)
      : undefined;
    phases.begin('write', {
      files: writes.length,
      bytes: writes.reduce((sum, step) => sum + step.file.size, 0),
    });
    for (const step of steps) await execute(context, board, store, step, phases);
    const restored = writes.map((step) => step.path);
    const verified = await verifyOnBoard(context, board, writes, phases);
    return {
      restored,
      unchanged: steps.filter((step) => step.kind === 'same').map((step) => step.path),
      ...(safety && { safety }),
      verified,
      wire: { ...board.wire },
      seconds: (context.env.clock.ticks() - start) / 1000,
    };
  });
}

/** What is on the board now under the names of `files`. */
async function stateOnBoard(
  context: JobContext,
  board: ConnectedBoard,
  files: readonly ManifestFile[],
  phases: Phases,
): Promise<Map<BoardPath, ContentHash | null>> {
  phases.begin('compare', { files: files.length, bytes: files.reduce((sum, file) => sum + file.size, 0) });
  const state = new Map<BoardPath, ContentHash | null>();
  const hashes = await board.files.hash(
    files.map((file) => file.path),
    context.signal,
    (path) => {
      phases.file(path);
      phases.add({ files: 1 });
    },
  );
  for (const [path, hash] of hashes) {
    if (typeof hash === 'string') state.set(path, hash);
    else if (!hash.missing) state.set(path, null);
  }
  return state;
}

async function takeSafetyBackup(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  scope: Scope,
): Promise<BackupSummary> {
  const taken = await backupConnected(context, board, store, { kind: 'auto', origin: 'safety', scope });
  return taken.backup;
}

async function execute(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  step: RestoreStep,
  phases: Phases,
): Promise<void> {
  if (step.kind === 'folder') return board.files.makeFolder(step.path, context.signal);
  if (step.kind !== 'write') return;
  phases.file(step.path);
  const temporary = childOf(parentOf(step.path), temporaryName(context.env.random(4)));
  try {
    const hash = await board.files.write(temporary, counted(store.readContent(step.file), phases), context.signal);
    // A board that cannot hash is read back once all is written.
    if (hash !== undefined && hash !== step.file.sha256) {
      throw lineDamaged(board.url, `${displayPath(step.path)} is not the same on the board`);
    }
    await board.files.rename(temporary, step.path, context.signal);
  } catch (error) {
    await removeQuietly(context, board, temporary);
    throw error;
  }
  phases.add({ files: 1 });
}

async function* counted(chunks: AsyncIterable<Uint8Array>, phases: Phases): AsyncIterable<Uint8Array> {
  // The board's agent takes small pieces; progress moves with each.
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += 2048) {
      const piece = chunk.subarray(at, at + 2048);
      yield piece;
      phases.add({ bytes: piece.length });
    }
  }
}

/** The first error is the one to tell; a board that is gone takes its temporary file along. */
async function removeQuietly(context: JobContext, board: ConnectedBoard, path: BoardPath): Promise<void> {
  try {
    await board.files.remove(path, 'file');
  } catch {
    context.env.log.warn(`${board.url}: the temporary file ${path} may have stayed on the board`);
  }
}

async function verifyOnBoard(
  context: JobContext,
  board: ConnectedBoard,
  writes: ReadonlyArray<{ path: BoardPath; file: ManifestFile }>,
  phases: Phases,
): Promise<number> {
  phases.begin('check', { files: writes.length, bytes: 0 });
  const hashes = await board.files.hash(
    writes.map((step) => step.path),
    context.signal,
    () => phases.add({ files: 1 }),
  );
  for (const { path, file } of writes) {
    if (hashes.get(path) !== file.sha256) {
      throw lineDamaged(board.url, `${displayPath(path)} is not the same on the board after it was written`);
    }
  }
  return writes.length;
}

function notInBackup(path: BoardPath, backup: BackupSummary): BackupError {
  return new BackupError('backup-not-found', `The backup of ${backup.createdAt} has no ${displayPath(path)}.`, {
    path,
    hint: `\`mpbackup show ${backup.id.slice(0, 8)}\` lists what it has.`,
  });
}
