// Takes a backup of a board: list, compare by hash, read what the store lacks, verify both ends, commit.
// Nothing is written to the board (P34), and nothing shows in the store until all of it is verified (P14).

import { isFile, type ManifestBoard, type ManifestError } from '../archive/manifest.js';
import { BoardException } from '../board/boardErrors.js';
import { type ConnectedBoard, withBoard } from '../board/connect.js';
import type { Wire } from '../board/line.js';
import type { OpenTransport } from '../board/transport/transport.js';
import { type BackupError, isBackupError } from '../errors.js';
import { type BoardPath, ROOT } from '../paths.js';
import { planBackup } from '../plan/changes.js';
import { type Scope, scopeTest, skippedPaths } from '../plan/scope.js';
import type { PendingBackup } from '../store/pendingBackup.js';
import type { BackupDraft, Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash, Scan, ScannedFile } from '../tree.js';
import { type JobContext, type Phases, trackPhases } from './job.js';
import { readVerified } from './readVerified.js';

/** Where a board is, and how to get there. */
export interface BoardAddress {
  url: string;
  open: OpenTransport;
}

export interface BackupOptions {
  /** `auto`: incremental where the board has a backup, else full. */
  kind: 'auto' | 'full' | 'incremental';
  origin: BackupDraft['origin'];
  scope: Scope;
  label?: string;
}

export interface BackupResult {
  backup: BackupSummary;
  /** Files whose bytes travelled. */
  read: number;
  /** True where the board is just as the last backup has it: none was added, and `backup` is that one. */
  unchanged: boolean;
  /** What could not be read; the rest is backed up all the same. */
  errors: ManifestError[];
  wire: Wire;
  seconds: number;
}

/**
 * @throws BackupError with the code of what went wrong; the store is unchanged then
 */
export function backup(
  context: JobContext,
  { url, open }: BoardAddress,
  store: Store,
  options: BackupOptions,
): Promise<BackupResult> {
  const start = context.env.clock.ticks();
  trackPhases(context).begin('connect');
  return withBoard({ url, open, log: context.env.log, signal: context.signal }, async (board) => ({
    ...(await backupConnected(context, board, store, options)),
    seconds: (context.env.clock.ticks() - start) / 1000,
  }));
}

/** The same for a board that is connected already: a restore takes its safety backup so. */
export async function backupConnected(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  options: BackupOptions,
): Promise<BackupResult> {
  const start = context.env.clock.ticks();
  const phases = trackPhases(context);
  const last = options.kind === 'full' ? undefined : await store.latestOf(board.identity.id);
  const base = last && { id: last.id, manifest: await store.readManifest(last) };

  const before = (base?.manifest.entries ?? []).filter(isFile);
  const known = base && new Set(before.map(({ sha256 }) => sha256));
  const scan = await scanBoard(context, board, options.scope, known, phases);
  const hashes = base ? await hashFiles(context, board, scan, phases) : new Map<BoardPath, ContentHash>();
  const held = base ? await heldContent(store, hashes.values()) : new Set<ContentHash>();
  const times = new Map(before.map(({ path, mtime }) => [path, mtime]));
  const plan = planBackup(scan.files, hashes, (hash) => held.has(hash));
  const bytes = plan.read.reduce((sum, file) => sum + file.size, 0);
  await store.checkSpace(bytes, scan.files.length + scan.folders.length);

  const mount = await board.files.space(ROOT, context.signal);
  const pending = await store.startBackup(describeBoard(board, mount), {
    kind: base ? 'incremental' : 'full',
    origin: options.origin,
    label: options.label ?? null,
    metadata: [],
    scope: { ...options.scope, include: [...options.scope.include], exclude: [...options.scope.exclude] },
    base: base ?? null,
  });
  try {
    const tally = new Map<BoardPath, ContentHash>();
    const errors: ManifestError[] = scan.unreadable.map(({ path, message }) => ({
      path,
      code: 'board-error',
      message,
    }));
    for (const { path } of scan.folders) await pending.addFolder(path);
    for (const { file, sha256 } of plan.held) {
      // A scan that hashes asks for no times: content that stayed the same keeps the time that it had.
      const mtime = file.mtime ?? times.get(file.path) ?? null;
      await pending.keepFile({ ...described(file), mtime, sha256, evidence: 'board-hash' });
      tally.set(file.path, sha256);
    }
    phases.begin('read', { files: plan.read.length, bytes });
    const isHeld = async (hash: ContentHash) => base !== undefined && (await store.locate(hash)).length > 0;
    for (const file of plan.read)
      await readInto(context, board, store, { pending, phases, file, tally, errors, isHeld });
    for (const error of errors) pending.addError(error);

    const result = {
      read: plan.read.length - (errors.length - scan.unreadable.length),
      errors,
      wire: { ...board.wire },
    };
    const seconds = () => (context.env.clock.ticks() - start) / 1000;
    if (last && base && errors.length === 0 && isSameTree(base.manifest, scan, tally)) {
      await pending.abandon();
      return { ...result, backup: last, unchanged: true, seconds: seconds() };
    }
    phases.begin('save');
    const backup = await pending.commit({
      options: { hashOnBoard: board.profile.can.sha256, ways: [board.profile.can.binary ? 'binary' : 'base64'] },
      durationMs: Math.round(seconds() * 1000),
      wireSent: board.wire.sent,
      wireReceived: board.wire.received,
    });
    return { ...result, backup, unchanged: false, seconds: seconds() };
  } catch (error) {
    await pending.abandon();
    throw error;
  }
}

async function scanBoard(
  context: JobContext,
  board: ConnectedBoard,
  scope: Scope,
  known: ReadonlySet<ContentHash> | undefined,
  phases: Phases,
): Promise<Scan> {
  phases.begin(known && board.files.scansHashes ? 'compare' : 'list');
  let seen = 0;
  const scan = await board.files.scan(scope.root, skippedPaths(scope), {
    signal: context.signal,
    known,
    onFound(count) {
      phases.add({ files: count - seen });
      seen = count;
    },
  });
  const covers = scopeTest(scope);
  return {
    // With include patterns, only folders that hold something of the scope belong to it.
    folders: scan.folders.filter(({ path }) => covers(path)),
    files: scan.files.filter(({ path }) => covers(path)),
    unreadable: scan.unreadable.filter(({ path }) => path === ROOT || covers(path)),
  };
}

async function hashFiles(
  context: JobContext,
  board: ConnectedBoard,
  scan: Scan,
  phases: Phases,
): Promise<Map<BoardPath, ContentHash>> {
  const found = new Map<BoardPath, ContentHash>();
  for (const { path, sha256 } of scan.files) if (sha256) found.set(path, sha256);
  if (board.files.scansHashes || !board.profile.can.sha256) return found;
  const sizes = new Map(scan.files.map((file) => [file.path, file.size]));
  const bytes = scan.files.reduce((sum, file) => sum + file.size, 0);
  phases.begin('compare', { files: sizes.size, bytes });
  const hashes = await board.files.hash([...sizes.keys()], context.signal, (path) => {
    phases.file(path);
    phases.add({ files: 1, bytes: sizes.get(path) ?? 0 });
  });
  // A file that could not be hashed is read all the same: that tells why, or succeeds.
  for (const [path, hash] of hashes) if (typeof hash === 'string') found.set(path, hash);
  return found;
}

async function heldContent(store: Store, hashes: Iterable<ContentHash>): Promise<Set<ContentHash>> {
  const held = new Set<ContentHash>();
  for (const hash of new Set(hashes)) if ((await store.locate(hash)).length > 0) held.add(hash);
  return held;
}

interface Reading {
  pending: PendingBackup;
  phases: Phases;
  file: ScannedFile;
  tally: Map<BoardPath, ContentHash>;
  errors: ManifestError[];
  isHeld: (hash: ContentHash) => Promise<boolean>;
}

/** Reads one file and adds it. A file that the board cannot read is noted, and hides no other. */
async function readInto(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { pending, phases, file, tally, errors, isHeld }: Reading,
): Promise<void> {
  phases.file(file.path);
  try {
    await using content = await readVerified(context, board, store.root, file.path, (bytes) => phases.add({ bytes }));
    const { spool, evidence, sha256 } = content;
    const entry = { ...described(file), size: spool.size, sha256, evidence };
    if (await isHeld(sha256)) await pending.keepFile(entry);
    else await pending.addFile(entry, spool.chunks());
    tally.set(file.path, sha256);
  } catch (error) {
    if (!isAboutOneFile(error)) throw error;
    errors.push({ path: file.path, code: error.code, message: error.message });
  }
  phases.add({ files: 1 });
}

/** The board itself refused one file; anything else (the line, the store) ends the backup. */
function isAboutOneFile(error: unknown): error is BackupError {
  return isBackupError(error) && error.cause instanceof BoardException;
}

function described(file: ScannedFile): { path: BoardPath; size: number; mtime: number | null } {
  return { path: file.path, size: file.size, mtime: file.mtime ?? null };
}

function describeBoard(board: ConnectedBoard, space: { total: number; free: number } | undefined): ManifestBoard {
  const root = { path: '/', type: null, size: space?.total ?? null, free: space?.free ?? null, readOnly: null };
  return { ...board.identity, mounts: [root] };
}

function isSameTree(
  base: NonNullable<BackupDraft['base']>['manifest'],
  scan: Scan,
  tally: ReadonlyMap<BoardPath, ContentHash>,
): boolean {
  const before = base.entries.map((entry) => (entry.type === 'file' ? `${entry.path}\0${entry.sha256}` : entry.path));
  const files = [...tally].map(([path, hash]) => `${path}\0${hash}`);
  const now = new Set([...files, ...scan.folders.map(({ path }) => path as string)]);
  return base.errors.length === 0 && before.length === now.size && before.every((entry) => now.has(entry));
}
