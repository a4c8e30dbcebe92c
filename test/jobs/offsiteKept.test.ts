// What stays at a second place, and what goes when archives here were written anew: by a policy, a merge, or a key.

import assert from 'node:assert/strict';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { realEnv } from '../../src/core/env.js';
import { bringBack } from '../../src/core/jobs/bringBack.js';
import { changeKey } from '../../src/core/jobs/changeKey.js';
import { checkOffsite } from '../../src/core/jobs/checkOffsite.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { openFarStore } from '../../src/core/jobs/farStore.js';
import { offsiteState, setPlace } from '../../src/core/jobs/offsitePlace.js';
import { syncOffsite } from '../../src/core/jobs/syncOffsite.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore } from '../../src/core/store/store.js';
import { aBoard, readTree, takeIncremental } from '../support/builders.js';
import { QUICK } from '../support/encryptedStores.js';
import { archivesIn, aStoreWith, countingRuns, idsOf, withPlace } from '../support/secondPlaces.js';

describe('A second place', () => {
  it('keeps there what the policy says and what that needs, also after more was taken', () =>
    withPlace('folder', async ({ place, disk, here }) => {
      const own = await aStoreWith(here, 8);
      const { context, store } = own;
      const { folder } = await setPlace(context, store, place, { keep: { last: 2 } });
      const first = await syncOffsite(context, store);
      // The two newest, and the one that has the content of both.
      assert.equal(first.copied, 3);
      assert.deepEqual((await offsiteState(store))?.waiting, 0);
      const far = await openFarStore(context, place);
      const { backups } = await far.store.list();
      const expected = (await store.list()).backups.slice(0, 2);
      for (const backup of expected) assert.deepEqual(await readTree(far.store, backup), await readTree(store, backup));
      await far.close();
      assert.equal(backups.length, 3);
      assert.equal((await syncOffsite(context, store)).copied, 0);

      const board = aBoard({ name: 'Kitchen sensor', id: 'id of Kitchen sensor' });
      await takeIncremental(store, { 'main.py': 'print(100)\n' }, { board });
      await takeIncremental(store, { 'main.py': 'print(101)\n' }, { board });
      const later = await syncOffsite(context, store);
      assert.deepEqual([later.copied, later.removed], [2, 3]);
      assert.equal((await archivesIn(join(disk, folder))).length, 2);
      assert.equal((await syncOffsite(context, store)).copied, 0);
    }));

  it('keeps what the store has deleted, lists it without downloading, and lets go what was written anew', () =>
    withPlace('WebDAV', async ({ place, here }) => {
      const own = await aStoreWith(here, 5);
      const { context, runs } = countingRuns(own);
      await setPlace(context, own.store, place);
      await syncOffsite(context, own.store);
      const before = (await own.store.list()).backups;
      // The oldest has the content of the next ones: it is written anew with them.
      const oldest = before.at(-1);
      assert.ok(oldest);
      await deleteBackups(context, own.store, [oldest]);
      const names = (await own.store.files()).map(({ archive }) => archive);
      assert.ok(names.some((name) => name.endsWith('.2.blb')));
      const synced = await syncOffsite(context, own.store);
      assert.deepEqual([synced.copied, synced.removed], [1, 1]);
      runs.length = 0;
      const far = await openFarStore(context, place);
      assert.deepEqual(await idsOf(far), before.map(({ id }) => id).sort());
      assert.deepEqual(runs, ['lsjson', 'lsjson', 'copy'], 'no archive was downloaded for the list');
      await far.close();
      const back = await bringBack(context, own.store, { backups: [oldest.id] });
      assert.deepEqual(
        back.imported.map(({ id }) => id),
        [oldest.id],
      );
      assert.equal((await verify(context, own.store)).damaged.length, 0);
      assert.equal((await checkOffsite(context, own.store)).ok, true);
    }));

  it('gets what is encrypted as it is, without a key, and keeps nothing under an earlier one', () =>
    withPlace('folder', async ({ place, disk, here }) => {
      const { context, store, env } = await aStoreWith(here, 3);
      const { folder } = await setPlace(context, store, place);
      await syncOffsite(context, store);
      const [first, second] = [
        { passphrase: 'first of all', workFactor: QUICK },
        { passphrase: 'second of all', workFactor: QUICK },
      ];
      const knowing = (...secrets: string[]) => ({ env: { ...env, keys: { secretsFor: async () => secrets } } });
      const opened = async ({ env: own }: typeof context) => openStore(own, here);
      const there = async () => (await archivesIn(join(disk, folder))).map((path) => path.replace(/.*_\d{6}/, ''));
      await changeKey(context, store, first);

      const strange = { env: realEnv() };
      const copied = await syncOffsite(strange, await opened(strange));
      // That those are the same, only the key tells: what is plain there stays, and is told.
      assert.deepEqual([copied.copied, copied.removed, copied.plainThere], [3, 0, 3]);
      assert.equal((await checkOffsite(strange, await opened(strange))).ok, true);
      const owner = knowing(first.passphrase);
      const cleared = await syncOffsite(owner, await opened(owner));
      assert.deepEqual([cleared.removed, cleared.plainThere], [3, 0]);
      assert.deepEqual(await there(), ['.blb.age', '.blb.age', '.blb.age']);

      await changeKey(owner, await opened(owner), second);
      const later = knowing(second.passphrase);
      const synced = await syncOffsite(later, await opened(later));
      assert.deepEqual([synced.copied, synced.removed], [3, 3]);
      assert.deepEqual(await there(), ['.2.blb.age', '.2.blb.age', '.2.blb.age']);

      const before = await idsOf({ store: await opened(later) });
      await rm(here, { recursive: true });
      const locked = await openFarStore(strange, place);
      assert.deepEqual(
        (await locked.store.list()).unreadable.map(({ error }) => error.code),
        ['key-missing', 'key-missing', 'key-missing'],
      );
      await locked.close();
      await assert.rejects(bringBack(strange, await opened(strange), { place, backups: 'all' }), {
        code: 'key-missing',
      });
      // Nothing was changed.
      await assert.rejects(access(here), { code: 'ENOENT' });
      const back = await opened(later);
      const [id = ''] = before;
      assert.equal((await bringBack(later, back, { place, backups: [id] })).imported[0]?.id, id);
      await bringBack(later, back, { place, backups: 'all' });
      assert.deepEqual(await idsOf({ store: back }), before);
      assert.ok((await back.files()).every(({ archive }) => archive.endsWith('.blb.age')));
      assert.equal((await verify(later, back)).damaged.length, 0);
    }));
});
