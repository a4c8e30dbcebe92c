// A restore of 20 files that can be looked at, and stopped, at every step: one simulated board, one store, and the two trees
// that it may end in.

import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { TEMPORARY_NAME } from '../../src/core/board/boardFiles.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { systemCode } from '../../src/core/errors.js';
import { backup } from '../../src/core/jobs/backup.js';
import type { JobContext } from '../../src/core/jobs/job.js';
import { type RestoreOptions, type RestoreResult, restore } from '../../src/core/jobs/restore.js';
import { finishRestore, type SettleResult, undoRestore } from '../../src/core/jobs/settleRestore.js';
import { nameOf, parseBoardPath, ROOT } from '../../src/core/paths.js';
import type { RestoreMode } from '../../src/core/plan/restoreSteps.js';
import type { Direction, RestoreRecord } from '../../src/core/store/restoreRecords.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';

/** What a folder holds: bytes by path, null for a folder. */
export type Tree = ReadonlyMap<string, Buffer | null>;

/** A board and a store as they were at one moment. */
export interface Moment {
  flash: Tree;
  store: Tree;
}

const BALLAST = 'ballast.bin';
const FLASH = 16 << 20;
/** Bytes that are free on the flash for the plan to take each mode. */
const FREE: Record<RestoreMode, number | undefined> = {
  'stage-all': undefined,
  'stage-one': 49_152,
  'in-place': 16_384,
};

const text = (path: string, version: string) => `# ${path}\n${`version = ${JSON.stringify(version)}\n`.repeat(40)}`;

export const NEW = ['lib/new.py', 'lib/deep/new.py', 'app/new.py', 'data/new.bin'];
export const REPLACED = ['boot.py', 'main.py', 'top.txt', 'lib/a.py', 'lib/b.py', 'app/c.py', 'data/d.bin'];
export const SAME = ['same.txt', 'lib/same.py', 'app/same.py', 'app/same2.py', 'data/same.bin', 'data/same2.bin'];
export const CONFLICTS = ['changed.txt', 'lib/changed.py', 'data/changed.bin'];
export const DELETED = ['extra.txt', 'lib/extra.py', 'gone/extra.bin'];

const tree = (versions: ReadonlyArray<readonly [readonly string[], string]>): Tree =>
  new Map(versions.flatMap(([paths, version]) => paths.map((path) => [path, Buffer.from(text(path, version))])));

/** What the board has before the restore, and after it. */
export const BEFORE = tree([
  [REPLACED, 'old'],
  [SAME, 'same'],
  [CONFLICTS, 'mine'],
  [DELETED, 'extra'],
]);
export const AFTER = tree([
  [NEW, 'new'],
  [REPLACED, 'new'],
  [SAME, 'same'],
  [CONFLICTS, 'new'],
]);
const START_FILES = ['boot.py', 'main.py'];
const WRITTEN = [...NEW, ...REPLACED, ...CONFLICTS];

export class RestoreBench {
  readonly boards: string;
  readonly flash: string;
  readonly storeFolder: string;
  readonly open: OpenTransport;
  private source: BackupSummary | undefined;
  private base: Tree = new Map();

  private constructor(
    readonly folder: string,
    readonly mode: RestoreMode,
  ) {
    this.boards = join(folder, 'boards');
    this.flash = join(this.boards, 'pico');
    this.storeFolder = join(folder, 'store');
    this.open = simulatedTransport(this.boards);
  }

  static async open(folder: string, mode: RestoreMode): Promise<RestoreBench> {
    const bench = new RestoreBench(folder, mode);
    await addSimulatedBoard(bench.boards, 'pico', {});
    const store = await bench.openStore();
    const takeBackup = (files: Tree) => {
      put(bench.flash, files);
      const scope = { root: ROOT, include: [], exclude: [BALLAST] };
      return backup({ env: realEnv() }, bench.address, store, { kind: 'auto', origin: 'manual', scope });
    };
    bench.source = (await takeBackup(AFTER)).backup;
    // What is in no backup as it is on the board is a conflict.
    await takeBackup(new Map([...BEFORE].filter(([path]) => !CONFLICTS.includes(path))));
    bench.base = treeIn(bench.storeFolder);
    bench.goTo();
    // It counts what it holds when it starts.
    await bench.close();
    return bench;
  }

  close(): Promise<void> {
    return powerOffSimulated(this.boards, 'pico');
  }

  /** The backup that is restored. */
  get backup(): BackupSummary {
    return this.source ?? assert.fail('no backup yet');
  }

  get address() {
    return { url: 'sim:pico', open: this.open };
  }

  /** Whoever wrote a record that is still open has died. */
  get env(): Env {
    const real = realEnv();
    return { ...real, processes: { ...real.processes, mayRun: () => false } };
  }

  openStore(env: Env = realEnv()): Promise<Store> {
    return openStore(env, this.storeFolder);
  }

  /** The beginning, or where something was interrupted. */
  goTo({ flash, store }: Moment = { flash: BEFORE, store: this.base }): void {
    put(this.flash, flash);
    put(this.storeFolder, store);
    const free = FREE[this.mode];
    if (free === undefined) return;
    const used = [...flash].reduce((sum, [path, bytes]) => sum + (path === BALLAST ? 0 : (bytes?.length ?? 0)), 0);
    writeFileSync(join(this.flash, BALLAST), '');
    truncateSync(join(this.flash, BALLAST), FLASH - used - free);
  }

  now(): Moment {
    const flash = new Map(treeIn(this.flash));
    flash.delete(BALLAST);
    return { flash, store: treeIn(this.storeFolder) };
  }

  get options(): RestoreOptions {
    return { backup: this.backup, paths: [ROOT], allowOtherBoard: false, mirror: { most: 5 } };
  }

  async restore(
    context: Partial<JobContext> = {},
    address = this.address,
    options: Partial<RestoreOptions> = {},
  ): Promise<RestoreResult> {
    const result = await this.restoreAs({ ...this.options, ...options }, context, address);
    assert.equal(result.mode, this.mode);
    return result;
  }

  async restoreAs(
    options: RestoreOptions,
    context: Partial<JobContext> = {},
    address = this.address,
  ): Promise<RestoreResult> {
    const { env = realEnv() } = context;
    return restore({ ...context, env }, address, await this.openStore(env), options);
  }

  /** Whether an archive was there before the restore. */
  storeHad(path: string): boolean {
    return this.base.has(relative(this.storeFolder, path));
  }

  async settle(toward: Direction, context: Partial<JobContext> = {}, address = this.address): Promise<SettleResult> {
    const { env } = this;
    const job = toward === 'after' ? finishRestore : undoRestore;
    return job({ env, ...context }, address, await this.openStore(env));
  }

  /** Does some work, and remembers each state that board and records went through. */
  async watch(work: (address: { url: string; open: OpenTransport }) => Promise<unknown>): Promise<Moment[]> {
    const moments = new Map<string, Moment>();
    const look = () => {
      const moment = this.now();
      const records = [...moment.store].filter(([path]) => path.startsWith('restores/'));
      moments.set(JSON.stringify([...moment.flash, ...records].map(([path, bytes]) => [path, `${bytes}`])), moment);
    };
    const open: OpenTransport = async (url, events, signal) => {
      const onData = (bytes: Uint8Array) => {
        look();
        events.onData(bytes);
      };
      const inner = await this.open(url, { ...events, onData }, signal);
      return {
        ...inner,
        write(bytes) {
          look();
          return inner.write(bytes);
        },
      };
    };
    await work({ url: 'sim:pico', open });
    look();
    return [...moments.values()];
  }

  /** What every write on the board's side changes: the time, the place and the size of each file and folder. */
  stamps(): Map<string, string> {
    const all = namesIn(this.flash).map(({ path, ...stamp }) => [path, JSON.stringify(stamp)] as const);
    return new Map([...all, ['', `${lstatSync(this.flash).mtimeMs}`] as const]);
  }

  /** The record of the restore as the next process finds it. */
  async record(): Promise<RestoreRecord | undefined> {
    return (await (await this.openStore(this.env)).restores()).records[0];
  }

  /** P24: whatever happened, every file is old or new, and who comes next finds what there is to do. */
  async assertWhole({ flash }: Moment): Promise<void> {
    const record = await this.record();
    const temporaries = new Set(record?.items.map(({ temporary }) => temporary));
    for (const [path, bytes] of flash) {
      if (bytes === null) continue;
      if (isTemporary(path)) assert.ok(temporaries.has(path), `${path} is named in the record`);
      else assert.ok(isEqual(bytes, BEFORE.get(path)) || isEqual(bytes, AFTER.get(path)), `${path} is torn`);
    }
    for (const path of BEFORE.keys()) {
      // Where there is no room for both, the old one goes first.
      const mayBeMissing = !AFTER.has(path) || (this.mode === 'in-place' && !SAME.includes(path));
      assert.ok(flash.has(path) || mayBeMissing, `${path} is missing`);
    }
    const isNew = (path: string) => isEqual(flash.get(path), AFTER.get(path));
    const modules = WRITTEN.filter((path) => !START_FILES.includes(path));
    if (START_FILES.some(isNew)) assert.deepEqual(modules.filter(isNew), modules, 'programs start last');
    const isGone = DELETED.some((path) => !flash.has(path));
    if (isGone && this.mode !== 'in-place') assert.deepEqual(WRITTEN.filter(isNew), WRITTEN, 'deleted last');
    if (isSame(flash, BEFORE)) return;
    assert.ok(record && record.starts > 0, 'it is on record');
    assert.ok(record.safety, 'what is replaced is saved');
  }
}

export function isTemporary(path: string): boolean {
  return TEMPORARY_NAME.test(nameOf(parseBoardPath(path)));
}

function isEqual(one: Buffer | null | undefined, other: Buffer | null | undefined): boolean {
  return one?.equals(other ?? Buffer.of()) ?? false;
}

/** Compared with all that a folder holds, also with folders that hold nothing. */
export function isSame(one: Tree, other: Tree): boolean {
  try {
    assertSame(one, other);
    return true;
  } catch {
    return false;
  }
}

export function assertSame(one: Tree, other: Tree): void {
  const all = (each: Tree) => {
    const folders = [...each.keys()].flatMap((path) => {
      const parts = path.split('/');
      return parts.slice(1).map((_, at) => `${parts.slice(0, at + 1).join('/')}/`);
    });
    const files = [...each].map(([path, bytes]) => (bytes === null ? `${path}/` : `${path}: ${bytes}`));
    return [...new Set([...files, ...folders])].sort();
  };
  assert.deepEqual(all(one), all(other));
}

/** Makes a folder hold just this. It stays itself: a board may have it as its flash. */
function put(folder: string, files: Tree): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  for (const [path, bytes] of files) {
    mkdirSync(bytes === null ? join(folder, path) : dirname(join(folder, path)), { recursive: true });
    if (bytes !== null) writeFileSync(join(folder, path), bytes);
  }
}

/** All of a folder at one moment, while a board may write to it: read again where it changed meanwhile. */
function treeIn(folder: string): Tree {
  for (;;) {
    try {
      const before = namesIn(folder);
      const found = new Map(
        before.map(({ path, isFolder }) => [
          path,
          isFolder || path === BALLAST ? null : readFileSync(join(folder, path)),
        ]),
      );
      if (JSON.stringify(namesIn(folder)) === JSON.stringify(before)) return found;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

function namesIn(folder: string) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs, ino } = lstatSync(path);
    return { path: relative(folder, path), isFolder: entry.isDirectory(), size, mtimeMs, ino };
  });
}
