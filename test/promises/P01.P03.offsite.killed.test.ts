// A copy to the second place that is killed at any moment: what has its name there is whole, and the next copy goes on.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkOffsite } from '../../src/core/jobs/checkOffsite.js';
import { openFarStore, placesAt } from '../../src/core/jobs/farStore.js';
import { setPlace } from '../../src/core/jobs/offsitePlace.js';
import { syncOffsite } from '../../src/core/jobs/syncOffsite.js';
import { aBoard, inFolder, takeIncremental } from '../support/builders.js';
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

/** @param of what is killed: only our process, and rclone finds itself alone; or both at once */
async function copyAndKill(root: string, afterMs: number, of: 'process' | 'group'): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, root], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await Promise.race([setTimeout(afterMs), ended]);
  if (child.exitCode !== null || child.pid === undefined) return;
  process.kill(of === 'group' ? -child.pid : child.pid, 'SIGKILL');
  await ended;
}

async function isConsistent({ context, store }: TestStore, place: string, disk: string, folder: string): Promise<void> {
  const here = await filesBelow(store.root);
  const there = await filesBelow(join(disk, folder)).catch(() => new Map<string, Buffer>());
  for (const [path, bytes] of there) {
    if (path.endsWith('.blb'))
      assert.ok(bytes.equals(here.get(path) ?? Buffer.alloc(0)), `${path} is not what it should be`);
  }
  const stores = await placesAt(context, place);
  const archives = [...there.keys()].filter((path) => path.endsWith('.blb')).length;
  assert.equal(stores.length, archives > 0 ? 1 : 0);
  if (archives === 0) return;
  const far = await openFarStore(context, place, folder);
  try {
    const { backups, unreadable } = await far.store.list();
    assert.deepEqual(unreadable, []);
    // Where only our process was killed, rclone may have gone on for a moment.
    assert.ok(backups.length >= archives, `${backups.length} backups in ${archives} archives`);
  } finally {
    await far.close();
  }
}

for (const [kind, rounds] of [
  ['folder', 15],
  ['WebDAV', 15],
] as const) {
  describe(`A copy to a second place that is killed (${kind})`, () => {
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
        const own = await aStoreWith(join(base, 'here'), 6);
        const { context, store } = own;
        const { folder } = await setPlace(context, store, place);
        const start = performance.now();
        await syncOffsite(context, store);
        const whole = performance.now() - start;
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
          const afterMs = Math.round(chance() * whole);
          await copyAndKill(store.root, afterMs, round % 2 === 0 ? 'group' : 'process');
          await isConsistent(own, place, disk, folder).catch((error: unknown) => {
            throw new Error(`seed ${seed}, round ${round}, killed after ${afterMs} ms`, { cause: error });
          });
        }
        await syncOffsite(context, store);
        const check = await checkOffsite(context, store);
        assert.deepEqual([check.ok, check.damaged, check.missing], [true, [], []]);
        assert.equal(check.checked, (await store.files()).length);
      });
    });
  });
}
