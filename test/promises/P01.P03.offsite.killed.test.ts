// A copy to the second place that is killed at any moment: what has its name there is whole, and the next copy goes on.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isArchiveName, isEncryptedName } from '../../src/core/archive/archiveName.js';
import { realEnv } from '../../src/core/env.js';
import { changeKey } from '../../src/core/jobs/changeKey.js';
import { checkOffsite } from '../../src/core/jobs/checkOffsite.js';
import { openFarStore, placesAt } from '../../src/core/jobs/farStore.js';
import { setPlace } from '../../src/core/jobs/offsitePlace.js';
import { syncOffsite } from '../../src/core/jobs/syncOffsite.js';
import { openStore } from '../../src/core/store/store.js';
import { aBoard, inFolder, takeIncremental } from '../support/builders.js';
import { QUICK } from '../support/encryptedStores.js';
import { aStoreWith, filesBelow, serveWebdav, type TestStore, withoutConfiguration } from '../support/secondPlaces.js';

const PROGRAM = join(ASSETS_FOLDER, '..', 'out', 'support', 'syncOffsite.program.js');

/** The same numbers for the same seed, from 0 to 1. */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * @param of what is killed: only our process, and rclone finds itself alone; or both at once
 * @returns whether it was still at it
 */
async function copyAndKill(root: string, afterMs: number, of: 'process' | 'group'): Promise<boolean> {
  const child = spawn(process.execPath, [PROGRAM, root], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await Promise.race([setTimeout(afterMs), ended]);
  if (child.exitCode !== null || child.pid === undefined) return false;
  process.kill(of === 'group' ? -child.pid : child.pid, 'SIGKILL');
  await ended;
  return child.signalCode === 'SIGKILL';
}

async function isConsistent({ context, store }: TestStore, place: string, disk: string, folder: string): Promise<void> {
  const here = await filesBelow(store.root);
  const there = await filesBelow(join(disk, folder)).catch(() => new Map<string, Buffer>());
  for (const [path, bytes] of there) {
    if (isArchiveName(path))
      assert.ok(bytes.equals(here.get(path) ?? Buffer.alloc(0)), `${path} is not what it should be`);
  }
  const stores = await placesAt(context, place);
  const archives = [...there.keys()].filter(isArchiveName);
  // What was on its way may have come since the files were listed: from an rclone that lives on, or in the server.
  assert.ok(stores.length <= 1, `${stores.length} stores`);
  if (archives.length === 0) return;
  assert.equal(stores.length, 1);
  // Whoever brings them back must not write them plain. Looked for now: it may have come while files were listed, and an archive after it.
  const description = join(disk, folder, 'encryption.json');
  if (archives.some(isEncryptedName)) assert.ok(existsSync(description), 'it is there before the first archive');
  const far = await openFarStore(context, place, folder);
  try {
    const { backups, unreadable } = await far.store.list();
    assert.deepEqual(unreadable, []);
    assert.ok(backups.length >= archives.length, `${backups.length} backups in ${archives.length} archives`);
  } finally {
    await far.close();
  }
}

const KEY = { passphrase: 'of a test', workFactor: QUICK };

for (const [kind, isEncrypted, rounds] of [
  ['folder', false, 9],
  ['folder', true, 9],
  ['WebDAV', false, 9],
  ['WebDAV', true, 6],
] as const) {
  const of = isEncrypted ? 'encrypted, ' : '';
  describe(`A copy to a second place that is killed (${of}${kind})`, () => {
    it(`leaves nothing half under a name, at ${rounds} random moments`, async function () {
      this.timeout(180_000);
      const seed = Number(process.env.OFFSITE_SEED ?? Date.now() % 1e6);
      const chance = chances(seed);
      await inFolder(async (base) => {
        await withoutConfiguration(base);
        const disk = join(base, 'there');
        await mkdir(disk);
        await using server = kind === 'WebDAV' ? await serveWebdav(disk, 'far') : undefined;
        const place = server ? server.remote : disk;
        const plain = await aStoreWith(join(base, 'here'), 6);
        if (isEncrypted) await changeKey(plain.context, plain.store, KEY);
        const env = { ...realEnv(), keys: { secretsFor: async () => [KEY.passphrase] } };
        const own: TestStore = { env, context: { env }, store: await openStore(env, plain.store.root) };
        const { context, store } = own;
        const { folder } = await setPlace(context, store, place);
        const start = performance.now();
        await syncOffsite(context, store);
        // A kill that came too late says how long one takes at most by now.
        let longest = performance.now() - start;
        let struck = 0;
        for (let round = 0; round < rounds; round++) {
          // Each third begins anew; else there is one more to copy, and what was left of the last one.
          if (round % 3 === 0) {
            for (const path of [join(disk, folder), join(disk, '.incoming'), join(store.root, 'offsite-state.json')])
              await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
            if (kind === 'folder') await mkdir(join(disk, folder));
          } else {
            const board = aBoard({ name: 'Kitchen sensor', id: 'id of Kitchen sensor' });
            await takeIncremental(store, { 'main.py': `print(${round}, 'more')\n` }, { board });
          }
          const afterMs = Math.round(chance() * longest);
          if (await copyAndKill(store.root, afterMs, round % 2 === 0 ? 'group' : 'process')) struck += 1;
          else longest = afterMs;
          await isConsistent(own, place, disk, folder).catch((error: unknown) => {
            throw new Error(`seed ${seed}, round ${round}, killed after ${afterMs} ms`, { cause: error });
          });
        }
        assert.ok(struck >= rounds / 3, `seed ${seed}: only ${struck} of ${rounds} kills struck`);
        await syncOffsite(context, store);
        const check = await checkOffsite(context, store);
        assert.deepEqual([check.ok, check.damaged, check.missing], [true, [], []]);
        assert.equal(check.checked, (await store.files()).length);
      });
    });
  });
}
