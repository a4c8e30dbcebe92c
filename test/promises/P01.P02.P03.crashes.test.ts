// The process is killed, or the power is cut, at every effect that work has on the disk: no completed backup is lost.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyArchive } from '../../src/core/archive/verify.js';
import { findLeftovers } from '../../src/core/store/partials.js';
import { openStore } from '../../src/core/store/store.js';
import { entriesOf, inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { type Check, type Crash, exploreCrashes, STORE } from '../support/crashes.js';
import {
  checkStore,
  checkStoreWithoutNames,
  checkStoreWithoutOrder,
  FIRST,
  SECOND,
  takeNext,
  WORKS,
} from '../support/storeCrashes.js';

const CRASHES: readonly (readonly [crash: Crash, title: string, check: Check])[] = [
  ['killed', 'P01 P08 the process is killed at every step', checkStore],
  ['power', 'P02 P08 the power is cut at every step, and what was not synced is lost, torn or kept', checkStore],
  [
    'killed, then power',
    'P01 P02 the process is killed at every step, another takes a backup, then the power is cut',
    checkStore,
  ],
  [
    'no folder sync',
    'P03 the power is cut where folders cannot be synced: at most the newest backups are missing',
    checkStoreWithoutNames,
  ],
  [
    'no folder sync, no order',
    'P03 the same on a disk that keeps names in no order: what was there before is whole, and what is listed never lies',
    checkStoreWithoutOrder,
  ],
];

describe('When the process or the power ends', () => {
  for (const work of WORKS) {
    for (const [crash, title, check] of CRASHES) {
      it(`${title}: ${work.name}`, async function () {
        this.timeout(60_000);
        const start = performance.now();
        const { boundaries, states } = await exploreCrashes(work, { check, goOn: takeNext }, crash);
        console.log(`      ${boundaries} steps, ${states} disks, ${Math.round(performance.now() - start)} ms`);
        assert.ok(boundaries >= 3, 'the work was cut off at its steps');
        assert.ok(states > boundaries / 2, 'each step left a disk of its own');
      });
    }
  }

  it('P33 at no step of a backup does another process take its archive for that of an interrupted one', async () => {
    const check: Check = async (env) => {
      const processes = { own: env.processes.own, mayRun: () => true };
      for (const folder of (await env.fs.info(STORE)) ? await env.fs.list(STORE) : []) {
        if (folder === 'index.json' || folder.endsWith('.partial')) continue;
        assert.deepEqual(await findLeftovers({ ...env, processes }, join(STORE, folder)), []);
      }
    };
    for (const work of WORKS) await exploreCrashes(work, { check, goOn: takeNext }, 'killed');
  });

  it('P01 P08 a real process is killed at every kind of call, and at every call that changes the disk', async function () {
    this.timeout(60_000);
    await inFolder(async (folder) => {
      const clean = join(folder, 'clean');
      await takeBackup(await openStore(testEnv(), clean), FIRST);
      const copy = async (name: string) => {
        await cp(clean, join(folder, name), { recursive: true, preserveTimestamps: true });
        return join(folder, name);
      };
      const whole = await killedAt(await copy('whole'), 0);
      assert.equal(whole.signal, null);
      const calls: string[] = JSON.parse(whole.stdout);
      const tried = calls.flatMap((name, at) => (isWorthIt(calls, name, at) ? [at + 1] : []));
      for (const call of tried) {
        const root = await copy(`killed${call}`);
        const { signal } = await killedAt(root, call);
        assert.equal(signal, 'SIGKILL', `the kill at call ${call} came`);
        await assertWhole(root, `call ${call}, ${calls[call - 1]}`);
      }
      assert.equal(
        (await killedAt(await copy('beyond'), calls.length + 1)).signal,
        null,
        'no call comes after the last',
      );
      console.log(`      ${tried.length} kills in ${calls.length} calls`);
      assert.ok(tried.length > 15);
    });
  });
});

/** Where the process ends between two calls that only look, the disk is the same. */
function isWorthIt(calls: readonly string[], name: string, at: number): boolean {
  return /append|create|sync|rename|remove|makeFolder|ReadOnly/.test(name) || calls.indexOf(name) === at;
}

/** @param call 0 for none */
function killedAt(root: string, call: number): Promise<{ signal: string | null; stdout: string }> {
  const program = join(__dirname, '../support/killedBackup.program.js');
  const child = spawn(process.execPath, [program, root, `${call}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_status, signal) => resolve({ signal, stdout }));
  });
}

/** The first backup is there and whole, what else is there is whole, and the next one succeeds. */
async function assertWhole(root: string, where: string): Promise<void> {
  const store = await openStore(testEnv({ now: Date.now() + 60_000 }), root);
  const { backups, unreadable } = await store.list();
  assert.deepEqual(unreadable, [], where);
  const first = backups.at(-1);
  assert.ok(first, where);
  assert.deepEqual(await readTree(store, first), new Map(entriesOf(FIRST)), where);
  for (const other of backups.slice(0, -1)) {
    assert.deepEqual(await readTree(store, other), new Map(entriesOf(SECOND)), where);
  }
  for (const name of await readdir(root, { recursive: true })) {
    if (name.endsWith('.blb')) assert.deepEqual(await verifyArchive(testEnv(), join(root, name)), [], where);
  }
  const next = await takeIncremental(store, SECOND);
  assert.deepEqual(await readTree(store, next), new Map(entriesOf(SECOND)), where);
}
