// The lock of a store, between processes and between windows.

import assert from 'node:assert/strict';
import { EventEmitter, on, once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Env, emptyKeyRing, type FileSystem, type Processes, realEnv, silentLog } from '../../src/core/env.js';
import { type BackupError, isBackupError, systemCode } from '../../src/core/errors.js';
import { acquireLock, type LockKind, type LockRequest, type StoreLock } from '../../src/core/store/lock.js';
import { inFolder, testEnv } from '../support/builders.js';
import { explore, type Mix } from '../support/lockInterleavings.js';
import { checkWitness, type LockProcess, startInShell, startLockProcess } from '../support/lockProcesses.js';
import { type MemoryFolder, memoryFolder } from '../support/memoryFolder.js';
import { type VirtualClock, virtualClock } from '../support/virtualClock.js';

const ROOT = '/store';
const MINUTE = 60_000;
const KITCHEN = '11111111';
const GARDEN = '22222222';

const always: Processes['mayRun'] = () => true;

/** A process on one of some computers, which share a disk and see nothing of each other but that. */
function aProcess(
  fs: FileSystem,
  clock: VirtualClock,
  { number = 1, place = KITCHEN, mayRun = always, sleep = clock.sleep } = {},
): Env {
  return {
    fs,
    clock: { ...clock, sleep },
    random: realEnv().random,
    processes: { own: `${number}-${place}`, mayRun },
    log: silentLog,
    keys: emptyKeyRing(),
  };
}

function request(kind: LockKind, overrides: Partial<LockRequest> = {}): LockRequest {
  return { kind, work: 'deletes backups', waitMs: 10 * MINUTE, ...overrides };
}

async function failureOf(work: Promise<unknown>): Promise<BackupError> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(isBackupError(error), `no BackupError: ${error}`);
  return error;
}

/** A disk in memory on which everybody works who is asked for. */
function aStore() {
  const disk = memoryFolder();
  const clock = virtualClock();
  let number = 0;
  return {
    disk,
    clock,
    process: (options: Parameters<typeof aProcess>[2] = {}) => {
      number += 1;
      return aProcess(disk, clock, { number, ...options });
    },
    take: (env: Env, kind: LockKind, overrides: Partial<LockRequest> = {}) =>
      clock.until(acquireLock(env, ROOT, request(kind, overrides))),
  };
}

/** A process that can stand still, as when its computer sleeps: no time passes for it. */
function sleepy(clock: VirtualClock) {
  const state = { stands: false };
  let goOn: (() => void)[] = [];
  return {
    stand: () => {
      state.stands = true;
    },
    wake: () => {
      state.stands = false;
      for (const each of goOn) each();
      goOn = [];
    },
    async sleep(ms: number, signal?: AbortSignal): Promise<void> {
      await clock.sleep(ms, signal);
      if (state.stands && !signal?.aborted) await new Promise<void>((resolve) => goOn.push(resolve));
    },
  };
}

describe('The lock of a store', () => {
  describe('over all interleavings', () => {
    const mixes: Mix[] = [
      { kinds: ['exclusive', 'exclusive'], waitMs: 1, crashes: 2 },
      { kinds: ['exclusive', 'shared'], waitMs: 1, crashes: 2 },
      { kinds: ['shared', 'shared'], waitMs: 1, crashes: 2 },
      { kinds: ['exclusive', 'exclusive', 'exclusive'], waitMs: 0, crashes: 3 },
      { kinds: ['exclusive', 'exclusive', 'exclusive'], waitMs: 1, crashes: 0 },
      { kinds: ['exclusive', 'exclusive', 'shared'], waitMs: 0, crashes: 3 },
      { kinds: ['exclusive', 'exclusive', 'shared'], waitMs: 1, crashes: 0 },
      { kinds: ['exclusive', 'shared', 'shared'], waitMs: 0, crashes: 3 },
      { kinds: ['exclusive', 'shared', 'shared'], waitMs: 1, crashes: 1 },
    ];

    it('P38 of taking, giving back and crashing: whoever has it exclusively has it alone, and a crash locks nobody out', async function () {
      this.timeout(180_000);
      let [interleavings, states, crashed] = [0, 0, 0];
      for (const mix of mixes) {
        const explored = await explore(mix);
        assert.equal(explored.mostHolders, mix.kinds.length, 'in some orders, all get it one after another');
        assert.equal(explored.crashed > 0, mix.crashes > 0);
        interleavings += explored.interleavings;
        states += explored.states;
        crashed += explored.crashed;
      }
      console.log(`      ${interleavings} interleavings through ${states} states, a crash at ${crashed} steps`);
    });

    it('P38 on a disk in memory that does what the real one does', async () => {
      await inFolder(async (folder) => {
        const real = await script(realEnv().fs, folder);
        assert.deepEqual(await script(memoryFolder(), '/store'), real);
        assert.equal(real.filter((line) => line.includes('EEXIST')).length, 1);
      });
    });
  });

  it('P38 between real processes, of which some are killed: nobody beside an exclusive one, and the others go on', async function () {
    this.timeout(120_000);
    if (process.platform === 'win32') return;
    await inFolder(async (root) => {
      const witness = join(root, 'witness.txt');
      await writeFile(witness, '');
      const processes = new Set<LockProcess>();
      try {
        const kills = await takeTurns(root, witness, processes);
        for (const { child } of processes) child.stdin.end();
        for (const { ended } of processes) assert.deepEqual(await ended, [0, null]);
        const locks = checkWitness(await readFile(witness, 'utf8'));
        await (await acquireLock(realEnv(), root, request('exclusive', { waitMs: 0 }))).release();
        assert.deepEqual(await readdir(join(root, 'locks')), []);
        const all = [...locks.values()].reduce((sum, count) => sum + count, 0);
        console.log(`      ${all} locks of ${locks.size} processes, ${kills} of them killed`);
      } finally {
        for (const each of processes) await each[Symbol.asyncDispose]();
      }
    });
  });

  describe('of a process that is gone', () => {
    it('P39 is taken over at once on the same computer, and never while that process only stands still', async () => {
      if (process.platform === 'win32') return;
      await inFolder(async (root) => {
        await using holder = startLockProcess('hold', root);
        const { child, lines, ended } = holder;
        await once(lines, 'line');
        child.kill('SIGSTOP');
        const clock = virtualClock();
        const env = testEnv({ clock });
        const waiting = acquireLock(env, root, request('exclusive', { waitMs: 20 * MINUTE }));
        const busy = await failureOf(clock.until(waiting));
        assert.equal(busy.code, 'store-busy');
        assert.match(busy.message, new RegExp(`: process ${child.pid} holds on there, since 20`));
        assert.equal((await readdir(join(root, 'locks'))).length, 1);

        child.kill('SIGKILL');
        await ended;
        const lock = await acquireLock(env, root, request('exclusive', { waitMs: 0 }));
        await lock.check();
        await lock.release();
      });
    });

    it('P39 is taken over at once also if the process is a zombie', async () => {
      if (process.platform !== 'linux') return;
      await inFolder(async (root) => {
        // `sleep` never asks what became of the program that the shell had started before it became `sleep`.
        await using sleeper = startInShell('"$0" "$@" <&0 & exec sleep 600', 'hold', root);
        const [number] = (await once(sleeper.lines, 'line')) as [string];
        process.kill(Number(number), 'SIGKILL');
        while (!/\) Z /.test(await readFile(`/proc/${number}/stat`, 'utf8'))) await new Promise(setImmediate);
        await (await acquireLock(testEnv(), root, request('exclusive', { waitMs: 0 }))).release();
      });
    });

    it('P39 does not live on with another process that was given its number', async () => {
      const { processes } = realEnv();
      assert.ok(processes.mayRun(processes.own) && processes.mayRun(processes.own, processes.birth));
      if (process.platform !== 'linux') return;
      assert.match(processes.birth ?? '', /^[0-9a-f]{8}$/);
      await inFolder(async (root) => {
        const before = testEnv({ processes: { ...processes, birth: '00000000' } });
        await using _old = await acquireLock(before, root, request('exclusive'));
        const lock = await acquireLock(testEnv(), root, request('exclusive', { waitMs: 0 }));
        assert.equal((await readdir(join(root, 'locks'))).length, 1);
        await lock.release();
      });
    });

    it('P39 counts as long as its heart beats, if it works on another computer', async () => {
      const { process, take, clock, disk } = aStore();
      const lock = await take(process(), 'exclusive');
      const garden = process({ place: GARDEN });
      const busy = await failureOf(take(garden, 'exclusive'));
      assert.equal(busy.code, 'store-busy');
      assert.match(
        busy.message,
        /^\/store is in use: process 1 of another computer or container deletes backups there/,
      );
      assert.match(busy.hint ?? '', /delete .*exclusive-1-11111111-[0-9a-f]{16}\.lock\.$/);
      await lock.check();
      assert.equal(await beats(disk), Math.floor(clock.ticks() / 10_000));
      await lock.release();
      await (await take(garden, 'exclusive', { waitMs: 0 })).release();
      assert.deepEqual(disk.names(), []);
    });

    it('P39 is taken over after a minute without a heartbeat, and one who slept notices before it destroys anything', async () => {
      const { process, take, clock, disk } = aStore();
      const kitchen = sleepy(clock);
      const lost = await take(process({ sleep: kitchen.sleep }), 'exclusive');
      await clock.pass(25_000);
      await lost.check();
      kitchen.stand();
      const from = clock.ticks();
      const garden = process({ place: GARDEN });
      const lock = await take(garden, 'exclusive');
      const waited = clock.ticks() - from;
      assert.ok(waited >= MINUTE && waited < 1.2 * MINUTE, `after ${waited} ms`);

      kitchen.wake();
      assert.equal((await failureOf(lost.check())).code, 'lock-lost');
      // Neither a late heartbeat nor the end of the old lock changes anything for the new one.
      await clock.pass(MINUTE);
      assert.equal((await failureOf(lost.check())).code, 'lock-lost');
      await clock.until(lost.release());
      await lock.check();
      assert.equal(disk.names().length, 1);
      await clock.until(lock.release());
    });

    it('P39 does not count as lost if that cannot be found out: the work stops with the error of the disk', async () => {
      const { disk, clock } = aStore();
      const open: FileSystem['open'] = async (path, mode) => {
        if (mode === 'read') throw Object.assign(new Error('EIO: planned'), { code: 'EIO' });
        return disk.open(path, mode);
      };
      const lock = await acquireLock(aProcess({ ...disk, open }, clock), ROOT, request('exclusive'));
      const failure = await failureOf(lock.check());
      assert.equal(failure.code, 'store-failed');
      assert.equal(systemCode(failure.cause), 'EIO');
      await lock.release();
    });

    it('P39 P38 proves nothing to one who slept while it waited: it queues again', async () => {
      const { process, take, clock, disk } = aStore();
      const reading = await take(process(), 'shared');
      const kitchen = sleepy(clock);
      const waiting = acquireLock(process({ sleep: kitchen.sleep }), ROOT, request('exclusive'));
      await clock.pass(5000);
      kitchen.stand();
      await clock.pass(5000);
      // Another computer took its file away, and is just about to make one of its own.
      const stale = disk.names().find((name) => name.includes('exclusive'));
      assert.ok(stale);
      await disk.remove(stale);
      await reading.release();
      kitchen.wake();
      const lock = await clock.until(waiting);
      await lock.check();
      assert.equal(disk.names().length, 1);
      await lock.release();
    });
  });

  describe('that is shared or exclusive', () => {
    it('P40 can be shared by many, such as a backup and a verify', async () => {
      const { process, take, disk } = aStore();
      const locks: StoreLock[] = [];
      for (let at = 0; at < 3; at++) locks.push(await take(process(), 'shared', { waitMs: 0 }));
      assert.equal(disk.names().length, 3);
      for (const lock of locks) await lock.release();
      assert.deepEqual(disk.names(), []);
    });

    for (const [has, wants] of [
      ['exclusive', 'exclusive'],
      ['exclusive', 'shared'],
      ['shared', 'exclusive'],
    ] as const) {
      it(`P40 that one has ${has} keeps another out who wants it ${wants}, and says who it is, until it is given back`, async () => {
        const { process, take, clock, disk } = aStore();
        const lock = await take(process({ number: 4711 }), has);
        const other = process();
        let waits = 0;
        const from = clock.ticks();
        const busy = await failureOf(take(other, wants, { waitMs: 5000, onWaiting: () => waits++ }));
        assert.equal(busy.code, 'store-busy');
        assert.equal(clock.ticks() - from, 5000);
        assert.equal(waits, 1);
        assert.match(
          busy.message,
          /^\/store is in use: process 4711 deletes backups there, since 2025-11-2\d \d\d:\d\d\.$/,
        );
        assert.match(busy.hint ?? '', /^Wait until that is done, then try again\./);
        assert.equal(disk.names().length, 1, 'who gave up leaves nothing');

        const waiting = acquireLock(other, ROOT, request(wants));
        await clock.pass(3000);
        await lock.release();
        await (await clock.until(waiting)).release();
        assert.deepEqual(disk.names(), []);
      });
    }

    it('P40 comes to one who waits for it exclusively, however many share it one after another', async () => {
      const { process, clock } = aStore();
      let isOver = false;
      let turns = 0;
      const holders = Array.from({ length: 3 }, async () => {
        const env = process();
        while (!isOver) {
          const lock = await acquireLock(env, ROOT, request('shared', { waitMs: 60 * MINUTE }));
          turns += 1;
          // Longer than anybody pauses: at every moment some have it.
          await env.clock.sleep(3000 + 100 * turns);
          await lock.release();
        }
      });
      await clock.pass(MINUTE);
      const from = clock.ticks();
      const lock = await clock.until(acquireLock(process(), ROOT, request('exclusive', { waitMs: MINUTE })));
      const waited = clock.ticks() - from;
      const before = turns;
      await clock.pass(MINUTE);
      assert.equal(turns, before, 'nobody shares it meanwhile');
      isOver = true;
      await lock.release();
      await clock.until(Promise.all(holders));
      assert.ok(turns > before, 'they have it again');
      assert.ok(before > 10);
      console.log(`      ${before} shared locks, then an exclusive one after ${Math.round(waited)} ms`);
    });

    it('P40 comes to each of ten who want it exclusively at the same moment', async () => {
      const { process, clock, disk } = aStore();
      let inside = 0;
      const all = Array.from({ length: 10 }, async () => {
        const env = process();
        const lock = await acquireLock(env, ROOT, request('exclusive'));
        inside += 1;
        assert.equal(inside, 1);
        await env.clock.sleep(1000);
        inside -= 1;
        await lock.release();
      });
      await clock.until(Promise.all(all));
      assert.deepEqual(disk.names(), []);
    });

    it('P40 is no longer waited for when that is cancelled', async () => {
      const { process, take, clock, disk } = aStore();
      for (const has of ['exclusive', 'shared'] as const) {
        const lock = await take(process(), has);
        const stop = new AbortController();
        const waiting = acquireLock(process(), ROOT, request('exclusive', { signal: stop.signal }));
        await clock.pass(5000);
        stop.abort();
        const from = clock.ticks();
        assert.equal((await failureOf(clock.until(waiting))).code, 'cancelled');
        assert.equal(clock.ticks(), from, 'at once');
        assert.equal(disk.names().length, 1);
        await lock.release();
      }
      const failure = await failureOf(take(process(), 'shared', { signal: AbortSignal.abort() }));
      assert.equal(failure.code, 'cancelled');
    });

    it('P40 is not needed to verify a read-only store, and cannot be taken to change one', async () => {
      for (const code of ['EROFS', 'EACCES', 'EPERM']) {
        for (const call of ['makeFolder', 'open'] as const) {
          const { disk, clock } = aStore();
          const refuse = () => Promise.reject(Object.assign(new Error(`${code}: planned`), { code }));
          const env = aProcess({ ...disk, [call]: refuse }, clock);
          const lock = await acquireLock(env, ROOT, request('shared'));
          await lock.check();
          await lock.release();
          const failure = await failureOf(acquireLock(env, ROOT, request('exclusive')));
          assert.equal(failure.code, 'store-denied');
          assert.equal(systemCode(failure.cause), code);
        }
      }
    });

    it('P40 can be taken on a full disk with an empty file, so that the trash can be emptied, and leaves no file there', async () => {
      for (const kind of ['shared', 'exclusive'] as const) {
        const { disk, clock } = aStore();
        const open: FileSystem['open'] = async (path, mode) => ({
          ...(await disk.open(path, mode)),
          append: () => Promise.reject(Object.assign(new Error('ENOSPC: planned'), { code: 'ENOSPC' })),
        });
        const lock = await acquireLock(aProcess({ ...disk, open }, clock), ROOT, request(kind));
        const other = aProcess(disk, clock);
        const busy = await failureOf(acquireLock(other, ROOT, request('exclusive', { waitMs: 0 })));
        assert.equal(busy.code, 'store-busy');
        await clock.until(lock.release());
        assert.deepEqual(disk.names(), []);
      }
    });

    it('P40 is refused on a disk that has no room for an empty file either, if it has to be exclusive', async () => {
      const { disk, clock } = aStore();
      const open = () => Promise.reject(Object.assign(new Error('ENOSPC: planned'), { code: 'ENOSPC' }));
      const full = aProcess({ ...disk, open }, clock);
      assert.equal((await failureOf(acquireLock(full, ROOT, request('exclusive')))).code, 'store-full');
      await (await acquireLock(full, ROOT, request('shared'))).check();
    });

    it('P40 is given back also if a virus scanner holds its file for a moment', async () => {
      const { disk, clock } = aStore();
      let held = 2;
      const remove: FileSystem['remove'] = async (path) => {
        if (held-- > 0) throw Object.assign(new Error('EBUSY: planned'), { code: 'EBUSY' });
        await disk.remove(path);
      };
      const lock = await acquireLock(aProcess({ ...disk, remove }, clock), ROOT, request('exclusive'));
      await clock.until(Promise.all([lock.release(), lock.release()]));
      assert.equal(held, -1);
      assert.deepEqual(disk.names(), []);
    });

    it('P40 P39 counts by the name of its file: a file torn by a crash counts, and one with another name does not', async () => {
      const { process, take, disk } = aStore();
      await (await take(process(), 'shared')).release();
      for (const name of ['Thumbs.db', 'exclusive.lock', 'exclusive-1-11111111-aa.lock', '.nfs0001']) {
        await disk.open(`${ROOT}/locks/${name}`, 'create');
      }
      await (await take(process(), 'exclusive', { waitMs: 0 })).release();
      await disk.open(`${ROOT}/locks/exclusive-77-11111111-0123456789abcdef.lock`, 'create');
      const busy = await failureOf(take(process(), 'shared', { waitMs: 0 }));
      assert.equal(busy.message, '/store is in use: process 77 works there.');
      const dead = process({ mayRun: (own) => own !== `77-${KITCHEN}` });
      await (await take(dead, 'shared', { waitMs: 0 })).release();
    });

    it('P40 fails with a sentence if the disk loses what is written to it', async () => {
      const { disk, clock } = aStore();
      const env = aProcess({ ...disk, list: async () => [] }, clock);
      const failure = await failureOf(clock.until(acquireLock(env, ROOT, request('shared', { waitMs: 5000 }))));
      assert.equal(failure.code, 'store-failed');
      assert.deepEqual(disk.names(), []);
    });
  });
});

/**
 * Four at a time, until they had the lock often enough, and each of those that are left once more after the last was killed.
 *
 * @param processes those that run
 * @returns how many were killed
 */
async function takeTurns(root: string, witness: string, processes: Set<LockProcess>): Promise<number> {
  const turns = new EventEmitter();
  const start = () => {
    const started = startLockProcess('turns', root, witness);
    processes.add(started);
    started.lines.on('line', () => turns.emit('turn', started));
    started.child.on('exit', (code) => {
      // One that could not get the lock: nobody waits for its turn.
      if (code) turns.emit('error', new Error(`a process ended with ${code}`));
    });
  };
  let [turn, kills] = [0, 0];
  for (let at = 0; at < 4; at++) start();
  const waiting = new Set<LockProcess>();
  for await (const [holder] of on(turns, 'turn') as AsyncIterable<[LockProcess]>) {
    turn += 1;
    waiting.delete(holder);
    if (kills === 16 && waiting.size === 0) break;
    if (kills === 16 || turn % 10 !== 0) continue;
    // The one that was just in, and is perhaps still; or any other, wherever it is.
    const killed = turn % 20 === 0 && processes.has(holder) ? holder : [...processes][turn % processes.size];
    assert.ok(killed);
    processes.delete(killed);
    await killed[Symbol.asyncDispose]();
    kills += 1;
    start();
    if (kills === 16) for (const each of processes) waiting.add(each);
  }
  return kills;
}

/** Heartbeats of the only lock that is there. */
async function beats(disk: MemoryFolder): Promise<number> {
  const [path = ''] = disk.names();
  const text = Buffer.from(await disk.readFile(path)).toString();
  return text.length - (text.indexOf('\n') + 1);
}

/** Calls of a file system as locks make them. @returns what came of each */
async function script(fs: FileSystem, root: string): Promise<string[]> {
  const told: string[] = [];
  const folder = join(root, 'a', 'locks');
  const file = join(folder, 'one.lock');
  async function tell(name: string, act: () => Promise<unknown>): Promise<void> {
    const result = await act().catch((error: unknown) => systemCode(error));
    told.push(`${name}: ${typeof result === 'object' ? JSON.stringify(result) : result}`);
  }
  const info = async (path: string) => {
    const found = await fs.info(path);
    return found && (found.kind === 'folder' ? found.kind : [found.kind, found.size]);
  };
  const text = async () => Buffer.from(await fs.readFile(file)).toString();
  await tell('list of nothing', () => fs.list(folder));
  await tell('create in nothing', () => fs.open(file, 'create'));
  await tell('make', () => fs.makeFolder(folder));
  await tell('make again', () => fs.makeFolder(folder));
  await tell('info of folder', () => info(folder));
  await tell('info of nothing', () => info(file));
  await tell('empty list', () => fs.list(folder));
  await tell('open of nothing', () => fs.open(file, 'read'));
  await tell('read of nothing', () => fs.readFile(file));
  const handle = await fs.open(file, 'create');
  await tell('create again', () => fs.open(file, 'create'));
  await tell('append', () => handle.append(Buffer.from('ab')));
  await tell('append more', () => handle.append(Buffer.from('c')));
  await tell('sync', () => handle.sync());
  await tell('size', () => handle.size());
  await tell('read', text);
  await tell('info', () => info(file));
  await tell('list', () => fs.list(folder));
  await tell('open and close', async () => (await fs.open(file, 'read')).close());
  await tell('remove', () => fs.remove(file));
  await tell('remove again', () => fs.remove(file));
  await tell('append to removed', () => handle.append(Buffer.from('d')));
  await tell('size of removed', () => handle.size());
  await tell('still removed', () => info(file));
  await tell('close', () => handle.close());
  await tell('list at the end', () => fs.list(folder));
  return told;
}
