// Data for tests, with defaults: a test names only what it is about.

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManifestBoard } from '../../src/core/archive/manifest.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { type BoardPath, parentOf, parseBoardPath, ROOT } from '../../src/core/paths.js';
import type { BackedUpFile, BackupDraft, BackupOutcome, PendingBackup } from '../../src/core/store/pendingBackup.js';
import type { Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import type { ContentHash } from '../../src/core/tree.js';

/** The content of a board: paths as keys. */
export type Files = ReadonlyMap<string, Uint8Array> | Record<string, string>;

/** 21 Nov 2025, 09:10:00 UTC. */
export const MORNING = Date.UTC(2025, 10, 21, 9, 10);

/** Bytes that cannot be compressed, the same for the same seed. */
export function noise(length: number, seed = 0): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, number) =>
    createHash('sha256').update(`${seed} ${number}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

/** The real disk and a clock that tells what it is told, a second more each time it is asked. */
export function testEnv({ now = MORNING, ...overrides }: Partial<Env> & { now?: number } = {}): Env {
  let asked = 0;
  const real = realEnv();
  const { sleep } = real.clock;
  const clock = { now: () => now + 1000 * asked++, ticks: () => 0, timeZone: () => 'Europe/Berlin', sleep };
  return { ...real, clock, ...overrides };
}

/** Runs `test` in a folder of its own, which is gone afterwards. */
export async function inFolder<Result>(test: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'mpbackup-test-'));
  try {
    return await test(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function aBoard(overrides: Partial<ManifestBoard> = {}): ManifestBoard {
  return {
    id: 'e6614103e72b4c2a',
    idSource: 'unique-id',
    name: 'Kitchen sensor',
    machine: 'Raspberry Pi Pico W with RP2040',
    firmware: 'MicroPython v1.27.0',
    mounts: [{ path: '/', type: 'littlefs2', size: 868352, free: 602112, readOnly: null }],
    ...overrides,
  };
}

export function aDraft(overrides: Partial<BackupDraft> = {}): BackupDraft {
  const scope = { root: ROOT, include: [], exclude: [] };
  return { kind: 'full', origin: 'manual', label: null, metadata: [], scope, base: null, ...overrides };
}

export function anOutcome(overrides: Partial<BackupOutcome> = {}): BackupOutcome {
  return {
    options: { hashOnBoard: true, ways: ['base64'] },
    durationMs: 2000,
    wireSent: 900,
    wireReceived: 4000,
    ...overrides,
  };
}

/** Takes a backup of these files; those whose bytes the store holds are kept, unless it is a full one. */
export async function takeBackup(
  store: Store,
  files: Files,
  { board = aBoard(), draft = aDraft(), folders = [] as string[] } = {},
): Promise<BackupSummary> {
  const pending = await store.startBackup(board, draft);
  try {
    await addAll(pending, files, draft, folders);
    return await pending.commit(anOutcome());
  } catch (error) {
    await pending.abandon();
    throw error;
  }
}

/** An incremental backup since `last`, or else since the board's last. */
export async function takeIncremental(
  store: Store,
  files: Files,
  { board = aBoard(), last }: { board?: ManifestBoard; last?: BackupSummary } = {},
): Promise<BackupSummary> {
  const before = last ?? (await store.backupsOf(board.id))[0];
  if (!before) throw new Error('there is no backup to go on from');
  const base = { id: before.id, manifest: await store.readManifest(before) };
  return takeBackup(store, files, { board, draft: aDraft({ kind: 'incremental', base }) });
}

export function entriesOf(files: Files): [BoardPath, Uint8Array][] {
  const entries: [string, string | Uint8Array][] = files instanceof Map ? [...files] : Object.entries(files);
  return entries.map(([path, content]) => [parseBoardPath(path), Buffer.from(content)]);
}

export function hashOf(bytes: Uint8Array): ContentHash {
  return createHash('sha256').update(bytes).digest('hex') as ContentHash;
}

export async function* inChunks(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** Every file of a backup, read back from the store. */
export async function readTree(store: Store, backup: BackupSummary): Promise<Map<string, Buffer>> {
  const { entries } = await store.readManifest(backup);
  const tree = new Map<string, Buffer>();
  for (const entry of entries) {
    if (entry.type === 'file') tree.set(entry.path, await collect(store.readContent(entry)));
  }
  return tree;
}

/** Adds these files to a backup, whatever the store holds. */
export function addFiles(pending: PendingBackup, files: Files): Promise<void> {
  return addAll(pending, files, aDraft(), []);
}

/** @returns false where the archives of the board do not hold it */
async function isKept(pending: PendingBackup, file: BackedUpFile): Promise<boolean> {
  try {
    await pending.keepFile(file);
    return true;
  } catch (error) {
    if (isBackupError(error, 'content-missing')) return false;
    throw error;
  }
}

async function addAll(pending: PendingBackup, files: Files, draft: BackupDraft, folders: string[]) {
  const entries = entriesOf(files);
  const parents = new Set(folders.map((folder) => parseBoardPath(folder)));
  for (const [path] of entries) {
    for (let folder = parentOf(path); folder !== ROOT; folder = parentOf(folder)) parents.add(folder);
  }
  for (const folder of parents) await pending.addFolder(folder);
  for (const [path, content] of entries) {
    const sha256 = hashOf(content);
    const file = { path, size: content.length, mtime: MORNING / 1000, sha256, evidence: 'board-hash' as const };
    if (draft.kind === 'full' || !(await isKept(pending, file))) await pending.addFile(file, inChunks(content));
  }
}
