// A restore of 20 files that is interrupted: at every write to the line, from what the flash of the board holds at that moment; and
// for a sample of moments for real, behind a pty: the cable pulled, the board reset, the computer killed, the user who cancels.
// MPBACKUP_INTERRUPTIONS sets how many moments of each kind are tried for real.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport, Transport } from '../../src/core/board/transport/transport.js';
import { realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { type RestoreOptions, restore } from '../../src/core/jobs/restore.js';
import { finishRestore, undoRestore } from '../../src/core/jobs/settleRestore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { inFolder } from '../support/builders.js';
import { mpbackup, startMpbackup } from '../support/mpbackup.js';
import { openPtyBoard, type PtyBoard } from '../support/ptyBoard.js';
import { readTree, writeTree } from '../support/sampleTree.js';
import { startSimulatedPort } from '../support/simulatedPort.js';
import { formerTree, wantedTree } from '../support/twentyFiles.js';

const REAL = Number(process.env.MPBACKUP_INTERRUPTIONS ?? 2);
/** Takes up flash, and is nobody's business. */
const BALLAST = 'ballast.bin';
const TEMPORARY = /(^|\/)\.mpb-[0-9a-f]{8}$/;

type Tree = ReadonlyMap<string, Buffer>;

/** What a restore was to do, and everything that is needed to do it. */
class Bench {
  readonly env = realEnv();
  readonly wanted = wantedTree();
  readonly former = formerTree();
  /** The backup that is restored. */
  backup!: BackupSummary;

  constructor(readonly folder: string) {}

  get boards(): string {
    return join(this.folder, 'boards');
  }
  get flash(): string {
    return join(this.boards, 'pico');
  }
  get root(): string {
    return join(this.folder, 'store');
  }
  get open(): OpenTransport {
    return simulatedTransport(this.boards);
  }
  store() {
    return openStore(this.env, this.root);
  }
  options(): RestoreOptions {
    return {
      ...{ backup: this.backup, paths: [ROOT], allowOtherBoard: false },
      ...{ mirror: { most: 9 }, exclude: [BALLAST] },
    };
  }

  async begin(free?: number): Promise<void> {
    await addSimulatedBoard(this.boards, 'pico', Object.fromEntries(this.wanted));
    const scope = { root: ROOT, include: [], exclude: [BALLAST] };
    const options = { kind: 'auto', origin: 'manual', scope } as const;
    this.backup = (await backup({ env: this.env }, this.address(), await this.store(), options)).backup;
    await this.put(this.former);
    if (free === undefined) return;
    this.fill(free);
    // It counts its flash when it starts.
    await powerOffSimulated(this.boards, 'pico');
  }

  address(open = this.open) {
    return { url: 'sim:pico', open };
  }

  /** Makes the flash what it shall be, but for the ballast. */
  async put(files: Tree): Promise<void> {
    for (const name of readdirSync(this.flash))
      if (name !== BALLAST) rmSync(join(this.flash, name), { recursive: true });
    await writeTree(this.flash, files);
  }

  /** Leaves so many bytes free. */
  private fill(free: number): void {
    writeFileSync(join(this.flash, BALLAST), '');
    const used = [...this.former.values()].reduce((sum, { length }) => sum + length, 0);
    truncateSync(join(this.flash, BALLAST), CAPACITY - used - free);
  }

  async tree(): Promise<Map<string, Buffer>> {
    const { files } = await readTree(this.flash);
    files.delete(BALLAST);
    return files;
  }
}

const CAPACITY = 16 * 1024 * 1024;

async function onBench(test: (bench: Bench) => Promise<void>, free?: number): Promise<void> {
  await inFolder(async (folder) => {
    const bench = new Bench(folder);
    try {
      await bench.begin(free);
      await test(bench);
    } finally {
      await powerOffSimulated(bench.boards, 'pico');
    }
  });
}

/** The flash of the board, and what the host has written down, at one moment. */
interface Moment {
  files: Tree;
  records: Tree;
}

function filesIn(folder: string, isWanted: (path: string) => boolean = () => true): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  if (!existsSync(folder)) return files;
  for (const name of readdirSync(folder, { recursive: true }).map(String).filter(isWanted)) {
    const path = join(folder, name);
    try {
      if (statSync(path).isFile()) files.set(name, readFileSync(path));
    } catch {
      // The board has just renamed it: the moment is over before it was looked at.
    }
  }
  return files;
}

/** Whether every file is the old or the new one: never torn. What is not there was new, or is to go, or gave its place up. */
function assertNotTorn({ wanted, former }: Bench, files: Tree, mayBeAbsent: boolean): void {
  for (const [path, content] of files) {
    if (TEMPORARY.test(path)) continue;
    const isWhole = [wanted.get(path), former.get(path)].some((whole) => whole?.equals(content));
    assert.ok(isWhole, `${path} is neither the old nor the new one`);
  }
  for (const path of former.keys()) if (wanted.has(path)) assert.ok(mayBeAbsent || files.has(path), `${path} is gone`);
}

function assertTree(found: Tree, expected: Tree, what: string): void {
  assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort(), what);
  for (const [path, content] of expected) assert.ok(found.get(path)?.equals(content), `${path}: ${what}`);
}

describe('A restore of 20 files that is interrupted', function () {
  this.timeout(90_000);

  for (const { mode, free } of [
    { mode: 'stage-all' },
    { mode: 'stage-one', free: 70_000 },
    { mode: 'in-place', free: 20_000 },
  ]) {
    it(`P24 P25 at any moment, ${mode}, leaves files that are old or new, and is finished and undone from there`, async () => {
      await onBench(async (bench) => {
        const moments = await momentsOf(bench, mode);
        const settlings = { finish: [finishRestore, bench.wanted], undo: [undoRestore, bench.former] } as const;
        for (const [number, moment] of moments.entries()) {
          assertNotTorn(bench, moment.files, mode === 'in-place');
          for (const [name, [settle, expected]] of Object.entries(settlings)) {
            const what = `${name} after moment ${number} of ${moments.length}, ${mode}`;
            await bench.put(moment.files);
            rmSync(join(bench.root, 'restores'), { recursive: true, force: true });
            await writeTree(join(bench.root, 'restores'), moment.records);
            const { board } = await settle({ env: bench.env }, bench.address(), await bench.store());
            assert.ok(board.id);
            assertTree(await bench.tree(), expected, what);
            const [record] = await (await bench.store()).restores();
            assert.equal(record?.state, name === 'finish' ? 'done' : 'undone', what);
          }
        }
        console.log(`      ${moments.length} moments, each finished and undone`);
        assert.ok(moments.length > 25, 'every file was seen being written and taking its place');
      }, free);
    });
  }

  it('P24 P25 for real leaves files that are old or new, and is finished and undone from there', async () => {
    await inFolder(async (folder) => {
      const bench = new Bench(folder);
      await bench.begin();
      await powerOffSimulated(bench.boards, 'pico');
      const counts = new Map<string, number>();
      for (const kind of ['killed', 'unplugged', 'reset', 'cancelled'] as const) {
        for (let number = 0; number < REAL; number++) {
          await bench.put(bench.former);
          rmSync(join(bench.root, 'restores'), { recursive: true, force: true });
          const state = await interrupt(bench, kind, (number + 0.5) / REAL);
          counts.set(`${kind}: ${state}`, (counts.get(`${kind}: ${state}`) ?? 0) + 1);
          const files = await bench.tree();
          assertNotTorn(bench, files, false);
          const port = await openPtyBoard(bench.open, 'sim:pico');
          try {
            await settleForReal(bench, port, state, number % 2 === 0 ? 'finish' : 'undo', kind);
          } finally {
            await port.close();
            await powerOffSimulated(bench.boards, 'pico');
          }
        }
      }
      console.log(`      ${[...counts].map(([what, count]) => `${what} ${count} times`).join(', ')}`);
    });
  });
});

/** Runs the restore once, and keeps what there was at each write to the line, each state once. */
async function momentsOf(bench: Bench, mode: string): Promise<Moment[]> {
  const moments = new Map<string, Moment>();
  const records = join(bench.root, 'restores');
  const keep = () => {
    if (!existsSync(records) || readdirSync(records).length === 0) return;
    const files = filesIn(bench.flash, (path) => path !== BALLAST);
    const key = JSON.stringify([...files].map(([path, bytes]) => [path.replace(TEMPORARY, '?'), bytes.length]).sort());
    if (!moments.has(key)) moments.set(key, { files, records: asOfTheDead(filesIn(records), bench) });
  };
  const open: OpenTransport = async (url, events, signal) => {
    const transport = await bench.open(url, events, signal);
    return {
      ...transport,
      write(bytes) {
        keep();
        return transport.write(bytes);
      },
    };
  };
  const result = await restore({ env: bench.env }, bench.address(open), await bench.store(), bench.options());
  assert.equal(result.mode, mode);
  assertTree(await bench.tree(), bench.wanted, 'not interrupted');
  assert.deepEqual([result.restored.length, result.unchanged.length, result.deleted.length], [17, 3, 3]);
  return [...moments.values()];
}

/** What this process has written down, as if it had been killed since. */
function asOfTheDead(records: Tree, { env }: Bench): Tree {
  const place = env.processes.own.replace(/^\d+/, '');
  const dead = (text: string) => text.replaceAll(`"process":"${env.processes.own}"`, `"process":"4194304${place}"`);
  return new Map([...records].map(([name, bytes]) => [name, Buffer.from(dead(bytes.toString('utf8')))]));
}

type Kind = 'killed' | 'unplugged' | 'reset' | 'cancelled';

/**
 * Restores with the command line behind a pty, and interrupts that.
 *
 * @param share of what there is to do on the flash when it happens
 * @returns the state of the restore then
 */
async function interrupt(bench: Bench, kind: Kind, share: number): Promise<string> {
  let line: Transport | undefined;
  const open: OpenTransport = async (...words) => {
    line = await bench.open(...words);
    return line;
  };
  // What shall hang up has to be in a process of its own: a pty stays open as long as a child of ours has it.
  const board =
    kind === 'unplugged'
      ? await startSimulatedPort({ folder: bench.boards, name: 'pico', bytesPerSecond: 40_000 })
      : await openPtyBoard(open, 'sim:pico', 40_000);
  const end = () => ('close' in board ? board.close() : board.stop());
  try {
    const words = ['restore', board.path, bench.backup.id, '--store', bench.root, '--yes', '--mirror'];
    const { child, ended } = startMpbackup(words);
    let hasEnded = false;
    void ended.finally(() => {
      hasEnded = true;
    });
    while (!hasEnded && doneOn(bench) < share * STEPS) await new Promise((resolve) => setTimeout(resolve, 1));
    if (kind === 'killed') child.kill('SIGKILL');
    else if (kind === 'cancelled') child.kill('SIGINT');
    else if (kind === 'unplugged') await end();
    else await line?.restart?.();
    const { status, stderr } = await ended;
    const [record] = await (await bench.store()).restores();
    // What came too late has not interrupted anything.
    if (status === 0) return record?.state ?? 'none';
    if (kind !== 'killed') assert.equal(status, 1, stderr);
    assert.ok(record, 'what is to be done is written down before anything is');
    return record.state;
  } finally {
    await end();
    await powerOffSimulated(bench.boards, 'pico');
  }
}

/** Files aside, in their places, and gone: each is one step. */
const STEPS = 17 + 17 + 3;

function doneOn({ flash, wanted, former }: Bench): number {
  const files = filesIn(flash);
  const aside = [...files.keys()].filter((path) => TEMPORARY.test(path)).length;
  const changed = [...wanted].filter(([path, bytes]) => !former.get(path)?.equals(bytes));
  const placed = changed.filter(([path, bytes]) => files.get(path)?.equals(bytes)).length;
  const gone = [...former.keys()].filter((path) => !wanted.has(path) && !files.has(path)).length;
  return aside + 2 * placed + gone;
}

async function settleForReal(
  bench: Bench,
  port: PtyBoard,
  state: string,
  verb: 'finish' | 'undo',
  kind: Kind,
): Promise<void> {
  const files = await bench.tree();
  if (state === 'dropped') {
    assertTree(files, bench.former, `${kind}: nothing was changed, and nothing stays`);
    return;
  }
  if (kind === 'cancelled')
    assert.ok(![...files.keys()].some((path) => TEMPORARY.test(path)), 'P35 a cancel leaves no partial file');
  const before = await mpbackup(['list', '--store', bench.root]);
  if (state === 'unfinished') assert.match(before.stderr, /was not finished.*Finish it, or undo it/);
  const chosen = state === 'done' ? 'undo' : verb;
  const { status, stderr } = await mpbackup([chosen, port.path, '--store', bench.root, '--yes']);
  assert.equal(status, 0, stderr);
  assertTree(await bench.tree(), chosen === 'undo' ? bench.former : bench.wanted, `${chosen} after ${kind}`);
}
