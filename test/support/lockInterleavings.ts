// Every order in which some processes can work on the locks of one store, with a crash before every step.
//
// Each contender runs the real code, against a disk in memory where every call that others can see (create, list, remove) waits
// until it is its turn. States that were seen before (what is on the disk, and all that each contender has been told) are not
// explored again; the interleavings through them are counted.

import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { type Env, emptyKeyRing, type FileSystem, silentLog } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { acquireLock, type LockKind } from '../../src/core/store/lock.js';
import { MORNING } from './builders.js';
import { type MemoryFolder, memoryFolder } from './memoryFolder.js';

export interface Mix {
  kinds: readonly LockKind[];
  /** 0 is one attempt for each, 1 is two. */
  waitMs: 0 | 1;
  /** How many contenders may crash, each at any step. */
  crashes: number;
}

export interface Explored {
  interleavings: number;
  states: number;
  crashed: number;
  /** Ends of interleavings in which so many got the lock. */
  mostHolders: number;
}

interface Contender {
  own: string;
  kind: LockKind;
  state: 'runs' | 'holds' | 'ended' | 'crashed';
  /** What it has been told, from which all that it does follows. */
  told: string[];
  /** Its next step that others can see. */
  next: { name: string; take: () => void } | undefined;
  held: boolean;
}

const ROOT = '/store';

export async function explore(mix: Mix): Promise<Explored> {
  const seen = new Map<string, number>();
  const result: Explored = { interleavings: 0, states: 0, crashed: 0, mostHolders: 0 };

  /** @returns the number of interleavings from here on */
  async function visit(run: Run, way: readonly string[]): Promise<number> {
    const key = run.key();
    const known = seen.get(key);
    if (known !== undefined) return known;
    const choices = run.choices();
    let total = 0;
    let live: Run | undefined = run;
    for (const choice of choices) {
      const next: Run = live ?? (await replay(mix, way));
      live = undefined;
      if (choice.startsWith('crash')) result.crashed += 1;
      await next.take(choice);
      total += await visit(next, [...way, choice]);
    }
    if (choices.length === 0) {
      await run.checkEnd();
      result.mostHolders = Math.max(result.mostHolders, run.holders());
      total = 1;
    }
    seen.set(key, total);
    return total;
  }

  result.interleavings = await visit(await replay(mix, []), []);
  result.states = seen.size;
  return result;
}

async function replay(mix: Mix, way: readonly string[]): Promise<Run> {
  const run = await startRun(mix);
  for (const choice of way) await run.take(choice);
  return run;
}

interface Run {
  choices(): string[];
  take(choice: string): Promise<void>;
  key(): string;
  checkEnd(): Promise<void>;
  holders(): number;
}

async function startRun({ kinds, waitMs, crashes }: Mix): Promise<Run> {
  const disk = memoryFolder();
  const taken: string[] = [];
  const contenders = kinds.map((kind, at): Contender => {
    return { own: `${at + 1}-00000000`, kind, state: 'runs', told: [], next: undefined, held: false };
  });
  const lives = (own: string) => contenders.some((each) => each.own === own && each.state !== 'crashed');
  let failure: unknown;

  async function contend(contender: Contender): Promise<void> {
    const env = envOf(contender.own, stepwise(disk, contender), (own) => {
      contender.told.push(`${own} ${lives(own)}`);
      return lives(own);
    });
    try {
      const lock = await acquireLock(env, ROOT, { kind: contender.kind, work: 'works', waitMs });
      contender.state = 'holds';
      contender.held = true;
      // From here on, nothing that it does depends on it.
      contender.told = [];
      const holders = contenders.filter(({ state }) => state === 'holds');
      const alone = holders.length === 1 || holders.every(({ kind }) => kind === 'shared');
      assert.ok(alone, `${holders.map(({ own, kind }) => `${own} ${kind}`).join(', ')} hold it after ${taken}`);
      await lock.check();
      await lock.release();
    } catch (error) {
      if (!isBackupError(error, 'store-busy')) throw error;
    }
    contender.state = 'ended';
    contender.told = [];
  }

  for (const contender of contenders) {
    contend(contender).catch((error: unknown) => {
      failure ??= error;
    });
  }
  await setImmediate();

  return {
    choices() {
      const may = contenders.filter(({ state }) => state === 'crashed').length < crashes;
      return contenders.flatMap(({ state, own, next }) => {
        if (state === 'crashed' || !next) return [];
        return may ? [`${next.name} ${own}`, `crash ${own}`] : [`${next.name} ${own}`];
      });
    },
    async take(choice) {
      taken.push(choice);
      const contender = contenders.find(({ own }) => choice.endsWith(own));
      const step = contender?.next;
      assert.ok(contender && step, choice);
      contender.next = undefined;
      if (choice.startsWith('crash')) {
        contender.state = 'crashed';
        contender.told = [];
      } else step.take();
      // All that follows from it happens before the next step of anybody.
      await setImmediate();
      if (failure) throw failure;
    },
    key: () => [...disk.names(), ...contenders.map(({ state, told }) => `${state}: ${told.join()}`)].join('\n'),
    async checkEnd() {
      const ended = contenders.every(({ state }) => state === 'ended' || state === 'crashed');
      assert.ok(ended, `somebody waits for ever after ${taken}`);
      // Whoever crashed, and wherever: the next one gets the lock at once, and leaves nothing.
      const next = await acquireLock(envOf('9-00000000', disk, lives), ROOT, {
        kind: 'exclusive',
        work: 'is next',
        waitMs: 0,
      });
      await next.release();
      assert.deepEqual(disk.names(), [], `after ${taken}`);
    },
    holders: () => contenders.filter(({ held }) => held).length,
  };
}

/** The rest is seen by nobody else: it needs no turn. */
function stepwise(disk: MemoryFolder, contender: Contender): FileSystem {
  async function turn<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((resolve) => {
      contender.next = { name, take: resolve };
    });
    const result = await act();
    contender.told.push(`${name} ${Array.isArray(result) ? result.sort().join(' ') : ''}`);
    return result;
  }
  return {
    ...disk,
    open: (path, mode) => (mode === 'create' ? turn('create', () => disk.open(path, mode)) : disk.open(path, mode)),
    list: (path) => turn('list', () => disk.list(path)),
    remove: (path) => turn('remove', () => disk.remove(path)),
  };
}

/** Nobody waits here for others to wait: a pause passes at once, only a heartbeat never comes. */
function envOf(own: string, fs: FileSystem, mayRun: (own: string) => boolean): Env {
  let now = 0;
  let asked = 0;
  return {
    fs,
    clock: {
      now: () => MORNING,
      ticks: () => now,
      timeZone: () => 'Europe/Berlin',
      async sleep(ms, signal) {
        if (ms < 10_000) now += ms;
        else await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      },
    },
    random: (count) => new Uint8Array(count).fill(asked++),
    processes: { own, mayRun },
    log: silentLog,
    keys: emptyKeyRing(),
  };
}
