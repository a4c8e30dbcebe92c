// P34: whatever job has run, and however it ended, the program that ran before runs again, and a backup changes no bit of the flash.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { type ErrorCode, isBackupError } from '../../src/core/errors.js';
import { type BackupOptions, type BackupResult, backup } from '../../src/core/jobs/backup.js';
import { type BoardAddress, CLOSING, type JobContext, type Phase, type Progress } from '../../src/core/jobs/job.js';
import { type RestoreResult, restore } from '../../src/core/jobs/restore.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { testEnv } from '../support/builders.js';
import { realBoards } from '../support/realBoards.js';
import { type FlashKind, readFlash, startUnixBoard, type UnixBoard, writeFlash } from '../support/unixBoard.js';
import { openSerialConsole } from './simulatedConsole.js';

/** Counts in a global, and says from which start that is. */
const COUNTS = `
import time
start = time.ticks_us()
count = 0
while True:
    count += 1
    print("start", start, "count", count)
    time.sleep_ms(5)
`;

const FILES = new Map<string, Uint8Array>([
  ['boot.py', Buffer.from('import gc\n')],
  ['main.py', Buffer.from(COUNTS)],
  ...Array.from(
    { length: 8 },
    (_, number) => [`data/${number}.bin`, Buffer.alloc(4_000 + number, number)] as [string, Buffer],
  ),
]);

/** One board with a store of its own. */
class Bench {
  readonly env = testEnv();
  /** The backup that restores take. */
  whole: BackupSummary | undefined;
  private board: UnixBoard | undefined;
  /** From which start the program counted when it was heard last. */
  private start = 0;

  private constructor(
    readonly fileSystem: FlashKind,
    readonly image: string,
    readonly store: Store,
  ) {}

  static async open(fileSystem: FlashKind, folder: string): Promise<Bench> {
    await mkdir(folder);
    const bench = new Bench(fileSystem, join(folder, 'flash'), await openStore(testEnv(), join(folder, 'store')));
    await bench.change(FILES);
    return bench;
  }

  /** Puts files onto the board while it has no power. */
  async change(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    await this.powerOff();
    await writeFlash(this.image, this.fileSystem, files);
    this.board = await startUnixBoard({ fileSystem: this.fileSystem, image: this.image });
    this.start = await this.counts();
  }

  async powerOff(): Promise<void> {
    await this.board?.stop();
  }

  /** Asserts that the program was stopped since this was asked last, and counts now. */
  async hasStartedAnew(): Promise<void> {
    const start = await this.counts();
    assert.notEqual(start, this.start, `${this.fileSystem}: it was not even stopped`);
    this.start = start;
  }

  backUp(kind: BackupOptions['kind'], context: Partial<JobContext> = {}, into = this.store): Promise<BackupResult> {
    const scope = { root: ROOT, include: [], exclude: [] };
    return backup({ env: this.env, ...context }, this.address, into, { kind, origin: 'manual', scope });
  }

  putBack(path: string, context: Partial<JobContext> = {}): Promise<RestoreResult> {
    assert.ok(this.whole);
    const options = { backup: this.whole, paths: [parseBoardPath(path)], allowOtherBoard: false };
    return restore({ env: this.env, ...context }, this.address, this.store, options);
  }

  private get address(): BoardAddress {
    assert.ok(this.board);
    return { url: this.board.path, open: transportByUrl('') };
  }

  /** Asserts that the program counts on. @returns the start from which it counts */
  private async counts(): Promise<number> {
    const console = await openSerialConsole(this.address.url);
    const told = async () => (/start (\d+) count (\d+)\r\n$/.exec(await console.until('\r\n')) ?? []).map(Number);
    try {
      // What was said while nobody listened may be there in part.
      for (let line = 0; line < 3; line++) await console.until('\r\n');
      const [[, begun = 0, one = 0], [, same, two]] = [await told(), await told()];
      assert.ok(begun > 0, `${this.fileSystem}: the program does not run`);
      assert.deepEqual([same, two], [begun, one + 1]);
      return begun;
    } finally {
      await console.close();
    }
  }
}

const CHANGED = Buffer.from('changed');

/** Jobs in the order in which they run. */
const jobs: Array<{
  what: string;
  /** Files that are put onto the board before. */
  changes?: ReadonlyMap<string, Uint8Array>;
  /** The flash is another one afterwards. */
  writes?: true;
  run(bench: Bench): Promise<unknown>;
}> = [
  {
    what: 'a backup that is cancelled',
    run: (bench) => failsWith('cancelled', bench.backUp('full', abortedAt('read', 2))),
  },
  {
    what: 'a backup that the disk fails while files come',
    async run(bench) {
      const { fs } = bench.env;
      let appended = 0;
      const append = async () => {
        appended += 1;
        throw Object.assign(new Error('EIO: planned'), { code: 'EIO' });
      };
      const failing: typeof fs = {
        ...fs,
        async open(path, mode) {
          const file = await fs.open(path, mode);
          return /backup_\d+_\d+\.blb\.partial$/.test(path) && mode === 'create' ? { ...file, append } : file;
        },
      };
      const store = await openStore({ ...bench.env, fs: failing }, bench.store.root);
      await failsWith('store-failed', bench.backUp('full', {}, store));
      assert.equal(appended, 1);
    },
  },
  {
    what: 'a backup that is cut off by the end of the window',
    run: (bench) => failsWith('cancelled', bench.backUp('full', abortedAt('read', 3, CLOSING))),
  },
  {
    what: 'a backup that goes on from there',
    async run(bench) {
      const { resumed, backup: taken } = await bench.backUp('auto');
      assert.ok(resumed >= 3, String(resumed));
      bench.whole = taken;
    },
  },
  {
    what: 'a full backup',
    run: async (bench) => assert.equal((await bench.backUp('full')).read, FILES.size),
  },
  {
    what: 'a backup of what is unchanged',
    run: async (bench) => assert.ok((await bench.backUp('auto')).unchanged),
  },
  {
    what: 'a backup of one changed file',
    changes: new Map([['data/1.bin', CHANGED]]),
    run: async (bench) => assert.equal((await bench.backUp('incremental')).read, 1),
  },
  {
    what: 'a restore of one file',
    writes: true,
    run: async (bench) => assert.deepEqual((await bench.putBack('data/1.bin')).restored, ['data/1.bin']),
  },
  {
    what: 'a restore with nothing to do',
    run: async (bench) => assert.deepEqual((await bench.putBack('')).restored, []),
  },
  {
    what: 'a restore that is cancelled',
    changes: new Map([...FILES.keys()].filter((path) => path.startsWith('data/')).map((path) => [path, CHANGED])),
    writes: true,
    run: (bench) => failsWith('cancelled', bench.putBack('', abortedAt('write', 3))),
  },
  {
    what: 'a restore of everything',
    writes: true,
    run: async (bench) => assert.equal((await bench.putBack('')).restored.length, 8),
  },
];

/** Has a job aborted once it has come so far in a phase. */
function abortedAt(phase: Phase, files: number, reason?: string): Partial<JobContext> {
  const abort = new AbortController();
  const onProgress = (progress: Progress) => {
    if (progress.phase === phase && progress.done.files >= files) abort.abort(reason);
  };
  return { onProgress, signal: abort.signal };
}

function failsWith(code: ErrorCode, job: Promise<unknown>): Promise<void> {
  return assert.rejects(job, (error) => isBackupError(error, code));
}

describe('A program on a board with littlefs, and on one with FAT', function () {
  this.timeout(60_000);
  let folder: string;
  let benches: readonly Bench[] = [];

  before(async function () {
    if (!(await realBoards())) return this.skip();
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-left-'));
    const kinds = ['littlefs', 'fat'] as const;
    benches = await Promise.all(kinds.map((kind) => Bench.open(kind, join(folder, kind))));
  });

  after(async () => {
    for (const bench of benches) await bench.powerOff();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const onEach = (work: (bench: Bench) => Promise<void>) => Promise.all(benches.map(work));

  for (const { what, changes, writes, run } of jobs) {
    it(`P34 runs again after ${what}${writes ? '' : ', and no bit of the flash has changed'}`, async () => {
      await onEach(async (bench) => {
        if (changes) await bench.change(changes);
        const before = await readFile(bench.image);
        await run(bench);
        await bench.hasStartedAnew();
        const isSame = (await readFile(bench.image)).equals(before);
        assert.equal(isSame, !writes, `${bench.fileSystem}: whether the flash is as it was`);
      });
    });
  }

  it('P24 P34 stands among all files as they were in the end, and no others', async () => {
    await onEach(async (bench) => {
      await bench.powerOff();
      const found = await readFlash(bench.image, bench.fileSystem);
      const files = [...found].filter(([, content]) => content !== undefined);
      const wanted = [...FILES].map(([path, content]) => [path, Buffer.from(content)] as const);
      assert.deepEqual(new Map(files), new Map(wanted.sort()));
    });
  });
});
