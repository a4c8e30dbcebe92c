// The process is killed, or the power is cut, at every effect of a change of key: before it has begun everything opens with the key
// before, after that with the new one alone; and who goes on with it leaves nothing under the old key or in clear (P01, P02).

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { newIdentity } from '../../src/core/archive/ageKeys.js';
import type { Env, KeyRing } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { changeKey, finishKeyChange, type NewKey } from '../../src/core/jobs/changeKey.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { everyArchive } from '../../src/core/store/findArchives.js';
import { openStore } from '../../src/core/store/store.js';
import { aBoard, aDraft, addFiles, type Files, takeBackup, takeIncremental } from '../support/builders.js';
import {
  type Check,
  type Crash,
  exploreCrashes,
  type Held,
  type Ledger,
  STORE,
  type Work,
} from '../support/crashes.js';
import { PASSPHRASE, secretOf } from '../support/encryptedStores.js';
import { assertRestores, FIRST, SECOND } from '../support/storeCrashes.js';

const LEFTOVER = 'left over';

type Key = NewKey | null;

function ringFor(key: Key): KeyRing {
  return { secretsFor: async () => (key ? [secretOf(key)] : []) };
}

function withKey(env: Env, key: Key): Env {
  return { ...env, keys: ringFor(key) };
}

/** A full backup and one that needs it, a deleted one, and what a backup that was cut off had read. */
async function fill(env: Env, ledger: Ledger): Promise<void> {
  const store = await openStore(env, STORE);
  const gone = await takeBackup(store, { 'gone.py': 'gone' });
  ledger.completed(gone, { 'gone.py': 'gone' });
  ledger.mayGo(gone);
  await deleteBackups({ env }, store, [gone]);
  ledger.completed(await takeBackup(store, FIRST), FIRST);
  ledger.completed(await takeIncremental(store, SECOND), SECOND);
  const pending = await store.startBackup(aBoard(), aDraft());
  await addFiles(pending, { 'left.py': LEFTOVER });
  await pending.setAside();
}

/** @returns whether the new key is that of the store by now */
async function hasBegun(env: Env, before: Key, after: Key): Promise<boolean> {
  const store = await openStore(withKey(env, after), STORE);
  const state = await store.encryption();
  if (state.state === 'plain') return after === null;
  // As long as archives are on their way to be plain, the key before opens the rest.
  if (after === null) return false;
  if (before === null) return true;
  return store.unlock().then(
    () => true,
    (error: unknown) => {
      if (!isBackupError(error, 'key-wrong')) throw error;
      return false;
    },
  );
}

async function assertAll(env: Env, { backups, deleted }: Held): Promise<void> {
  const store = await openStore(env, STORE);
  const { backups: listed, unreadable } = await store.list();
  assert.deepEqual(unreadable, []);
  const all = new Map([...(await store.trash()), ...listed].map((backup) => [backup.id, backup]));
  for (const [id, files] of [...backups, ...deleted] as [string, Files][]) {
    const found = all.get(id);
    assert.ok(found, `${id} is there`);
    await assertRestores(store, found, files);
  }
}

/** @param every so many disks, the change is gone on with on one: on all of them it takes minutes */
function workOf(name: string, before: Key, after: Key, every: number): { work: Work; check: Check } {
  const change = (env: Env) => changeUnder(env, before, after);
  let disks = 0;
  return {
    work: {
      name,
      async setUp(env, ledger) {
        const own = withKey(env, before);
        if (before) await changeKey({ env: own }, await openStore(own, STORE), before);
        await fill(own, ledger);
      },
      run: change,
      async again(env, held) {
        if (disks++ % every !== 0) return;
        if (await hasBegun(env, before, after)) {
          const fresh = withKey(env, after);
          await finishKeyChange({ env: fresh }, await openStore(fresh, STORE));
        } else await change(env);
        await assertAll(withKey(env, after), held);
        await assertOnly(env, after);
      },
    },
    async check(env, held) {
      const begun = await hasBegun(env, before, after);
      await assertAll(withKey(env, begun ? after : before), held);
    },
  };
}

async function changeUnder(env: Env, before: Key, after: Key): Promise<void> {
  const own = withKey(env, before);
  const { left } = await changeKey({ env: own }, await openStore(own, STORE), after);
  assert.deepEqual(left, []);
}

/** All archives are for this key, and nothing is left beside them. */
async function assertOnly(env: Env, key: Key): Promise<void> {
  const { found, unreadable } = await everyArchive(env, STORE);
  assert.deepEqual(unreadable, []);
  assert.ok(
    found.every(({ archive }) => archive.endsWith('.age') === (key !== null)),
    'all have one form',
  );
  const store = await openStore(withKey(env, key), STORE);
  const state = await store.encryption();
  assert.ok(state.state === (key ? 'encrypted' : 'plain') && !('pending' in state && state.pending > 0));
  const files = await namesBelow(env, STORE);
  // What is left of writing encryption.json holds no more than that does, and goes after a day.
  const passing = files.filter((name) => name.endsWith('.partial') && !/encryption\.json\.[0-9a-f]{8}\./.test(name));
  assert.deepEqual(passing, []);
  // An index without rows may be there.
  for (const name of files) {
    if (!/\.json|jsonl$/.test(name)) continue;
    const text = Buffer.from(await env.fs.readFile(name)).toString('latin1');
    if (key) assert.ok(!text.includes('main.py'), name);
  }
}

async function namesBelow({ fs }: Pick<Env, 'fs'>, folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await fs.list(folder)) {
    const path = join(folder, name);
    if ((await fs.info(path))?.kind === 'folder') names.push(...(await namesBelow({ fs }, path)));
    else names.push(path);
  }
  return names;
}

const CHANGES: readonly (readonly [string, (own: NewKey) => readonly [Key, Key]])[] = [
  ['plain archives get a passphrase', () => [null, PASSPHRASE]],
  ['a passphrase is replaced by recipients', (own) => [PASSPHRASE, own]],
  ['encrypted archives become plain', (own) => [own, null]],
];

const CRASHES: readonly (readonly [Crash, string, number])[] = [
  ['killed', 'P01 the process is killed at every step', 1],
  ['power', 'P02 the power is cut at every step', 5],
];

describe('When the process or the power ends in a change of key', () => {
  for (const [crash, title, every] of CRASHES) {
    for (const [name, keysFrom] of CHANGES) {
      it(`${title}: ${name}`, async function () {
        this.timeout(120_000);
        const { identity, recipient } = await newIdentity();
        const { work, check } = workOf(name, ...keysFrom({ recipients: [recipient], identity }), every);
        const start = performance.now();
        const goOn = async () => {};
        const { boundaries, states } = await exploreCrashes(work, { check, goOn, fewer: true }, crash);
        console.log(`      ${boundaries} steps, ${states} disks, ${Math.round(performance.now() - start)} ms`);
        assert.ok(boundaries >= 20 && states > boundaries / 2, 'the work was cut off at its steps');
      });
    }
  }
});
