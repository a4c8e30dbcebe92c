import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rename, rm, symlink, truncate, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import german from '../../l10n/bundle.l10n.de.json' with { type: 'json' };
import { BackupError } from '../../src/core/errors.js';
import { bringBack } from '../../src/core/jobs/bringBack.js';
import { checkOffsite } from '../../src/core/jobs/checkOffsite.js';
import { openFarStore, placesAt } from '../../src/core/jobs/farStore.js';
import { forgetPlace, offsiteState, setPlace } from '../../src/core/jobs/offsitePlace.js';
import { syncOffsite } from '../../src/core/jobs/syncOffsite.js';
import { verify } from '../../src/core/jobs/verify.js';
import { speak } from '../../src/core/l10n.js';
import { areOnOneDisk } from '../../src/core/offsite/sameDisk.js';
import { openStore } from '../../src/core/store/store.js';
import { aBoard, inFolder, readTree, takeIncremental } from '../support/builders.js';
import {
  archivesIn,
  aStoreWith,
  countingRuns,
  filesBelow,
  flipByte,
  idsOf,
  multiply,
  serveWebdav,
  withoutConfiguration,
  withPlace,
} from '../support/secondPlaces.js';

for (const kind of ['folder', 'WebDAV', 'S3'] as const) {
  describe(`A second place (${kind})`, () => {
    it('has all that the store has, is checked, and gives it back where the first is gone', () =>
      withPlace(kind, async ({ place, here }) => {
        const own = await aStoreWith(here, 6);
        const { context, store } = own;
        const [newest] = (await store.list()).backups;
        assert.ok(newest);
        await store.annotate([newest], { note: 'works', pinned: true });
        assert.equal(await offsiteState(store), undefined);
        const set = await setPlace(context, store, place);
        assert.equal(set.waiting, 6);
        assert.match(set.folder, /^[a-z0-9-]+-[0-9a-f]{8}$/);

        const first = await syncOffsite(context, store);
        assert.deepEqual([first.copied, first.present, first.waiting, first.replaced, first.removed], [6, 0, 0, 0, 0]);
        const again = await syncOffsite(context, store);
        assert.deepEqual([again.copied, again.present, again.waiting], [0, 6, 0]);
        const state = await offsiteState(store);
        assert.equal(state?.waiting, 0);
        assert.equal(state?.trouble, null);
        const checked = await checkOffsite(context, store);
        assert.deepEqual([checked.ok, checked.checked, checked.extra], [true, 6, 0]);

        const before = await idsOf(own);
        const tree = await readTree(store, newest);
        await rm(here, { recursive: true });
        const [found, ...others] = await placesAt(context, place);
        assert.deepEqual([found?.folder, found?.backups, others.length], [set.folder, 6, 0]);
        assert.equal(found?.newest?.slice(0, 13), newest.createdAt.slice(0, 13));

        const far = await openFarStore(context, place);
        assert.deepEqual(await idsOf(far), before);
        const [there] = (await far.store.list()).backups;
        assert.equal(there?.note, 'works');
        assert.deepEqual(await readTree(far.store, newest), tree);
        await far.close();

        const again2 = await openStore(own.env, here);
        const back = await bringBack(context, again2, { place, backups: 'all' });
        assert.deepEqual([back.imported.length, back.missing, back.refused], [6, [], []]);
        assert.deepEqual(await idsOf({ store: again2 }), before);
        assert.equal((await again2.find(newest.id)).pinned, true);
        assert.equal((await verify(context, again2)).damaged.length, 0);
        assert.ok((await again2.history()).some(({ operation }) => operation === 'offsite-sync'));
      }));
  });
}

describe('A second place', () => {
  for (const kind of ['folder', 'WebDAV'] as const) {
    it(`has its damage found and repaired from sound archives alone (${kind})`, () =>
      withPlace(kind, async ({ place, disk, here }) => {
        const { context, store } = await aStoreWith(here, 5);
        const { folder } = await setPlace(context, store, place);
        await syncOffsite(context, store);
        const there = join(disk, folder);
        const right = await filesBelow(there);
        const [cut = '', flipped = '', lost = '', bad = ''] = await archivesIn(there);
        for (const each of [cut, flipped, bad]) await chmod(join(there, each), 0o644);
        await truncate(join(there, cut), 700);
        for (const each of [flipped, bad]) await flipByte(join(there, each));
        await rm(join(there, lost));
        // Of this one, what is here is no better.
        await chmod(join(here, bad), 0o644);
        await truncate(join(here, bad), 900);

        const quick = await checkOffsite(context, store, { quick: true });
        assert.ok(quick.damaged.some(({ archive }) => archive === cut));
        assert.deepEqual(quick.missing, [lost]);
        const found = await checkOffsite(context, store);
        assert.deepEqual(found.damaged.map(({ archive }) => archive).sort(), [cut, flipped, bad].sort());
        assert.deepEqual([found.ok, found.missing], [false, [lost]]);
        const health = await offsiteState(store);
        assert.deepEqual([health?.lastCheck?.damaged, health?.lastCheck?.missing], [3, 1]);

        const repaired = await checkOffsite(context, store, { repair: true });
        assert.equal(repaired.ok, false);
        assert.deepEqual(
          repaired.damaged.filter((each) => !each.repaired).map(({ archive }) => archive),
          [bad],
        );
        const after = await filesBelow(there);
        for (const each of [cut, flipped, lost]) assert.deepEqual(after.get(each), right.get(each), each);
        // What was damaged is set aside, and not gone.
        const aside = await filesBelow(join(disk, '.replaced', folder));
        assert.deepEqual(
          [...aside.values()].map(({ length }) => length).sort(),
          [700, right.get(flipped)?.length].sort(),
        );

        // A copy tells that what is here has changed, and leaves alone what is there.
        await writeFile(join(there, bad), right.get(bad) ?? '');
        const synced = await syncOffsite(context, store);
        assert.deepEqual([synced.copied, synced.waiting], [0, 1]);
        assert.equal(synced.notCopied[0]?.archive, join(here, bad));
        const mended = await checkOffsite(context, store);
        assert.equal(
          mended.replacedBytes,
          [...aside.values()].reduce((sum, { length }) => sum + length, 0),
        );
        assert.deepEqual([mended.damaged, mended.damagedHere.map(({ archive }) => archive)], [[], [join(here, bad)]]);
        assert.deepEqual((await filesBelow(there)).get(bad), right.get(bad));
      }));
  }

  it('replaces with the next copy what has another size there, and takes in no damaged archive', () =>
    withPlace('folder', async ({ place, disk, here }) => {
      const { context, store } = await aStoreWith(here, 3);
      const { folder } = await setPlace(context, store, place);
      const [first = '', second = ''] = (await store.files()).map(({ archive }) => archive).sort();
      await chmod(join(here, first), 0o644);
      await flipByte(join(here, first));
      const copied = await syncOffsite(context, store);
      assert.deepEqual([copied.copied, copied.waiting], [2, 1]);
      assert.equal(copied.notCopied[0]?.archive, join(here, first));
      assert.equal((await offsiteState(store))?.waiting, 1);
      await chmod(join(disk, folder, second), 0o644);
      await truncate(join(disk, folder, second), 10);
      const replaced = await syncOffsite(context, store);
      assert.deepEqual([replaced.copied, replaced.replaced], [1, 1]);
      assert.deepEqual(await readFile(join(disk, folder, second)), await readFile(join(here, second)));
    }));

  it('has few runs of rclone for many archives, and one where nothing waits', () =>
    withPlace('WebDAV', async ({ place, disk, here }) => {
      const own = await aStoreWith(here, 10);
      await multiply(here, 10);
      const { context, runs } = countingRuns(own);
      await setPlace(context, own.store, place);
      runs.length = 0;
      assert.equal((await syncOffsite(context, own.store)).copied, 100);
      assert.deepEqual(runs, ['lsjson', 'copy', 'lsjson', 'move', 'copy', 'lsjson', 'move', 'purge']);
      runs.length = 0;
      assert.equal((await syncOffsite(context, own.store)).present, 100);
      assert.deepEqual(runs, ['lsjson']);
      runs.length = 0;
      const far = await openFarStore(context, place);
      assert.equal((await far.store.list()).backups.length, 10);
      await far.close();
      // Which stores there are, what is there, and the small files: no archive.
      assert.deepEqual(runs, ['lsjson', 'lsjson', 'copy']);
      assert.deepEqual((await readdir(disk)).sort(), ['.incoming', (await offsiteState(own.store))?.folder].sort());
    }));

  it('is no success where it keeps nothing, and what was copied there stays promised', () =>
    withPlace('WebDAV', async ({ place, here }) => {
      const { context, store } = await aStoreWith(here, 2);
      await setPlace(context, store, place);
      const rclonePath = join(here, '..', 'rclone');
      for (const words of ['exit 3', 'echo "[]"']) {
        await writeFile(rclonePath, `#!/bin/sh\ncat >/dev/null\n${words}\n`, { mode: 0o755 });
        await assert.rejects(syncOffsite(context, store, { rclonePath }), { code: 'place-failed' }, words);
        assert.equal((await offsiteState(store))?.waiting, 2);
      }
      await syncOffsite(context, store);
      await assert.rejects(syncOffsite(context, store, { rclonePath }), { code: 'place-failed' });
      assert.equal((await offsiteState(store))?.waiting, 2);
      const checked = await checkOffsite(context, store, { rclonePath });
      assert.deepEqual([checked.ok, checked.missing.length], [false, 2]);
      const again = await syncOffsite(context, store);
      assert.deepEqual([again.copied, again.present], [0, 2]);
      assert.equal((await checkOffsite(context, store)).ok, true);
    }));

  it('gives what can be read there, names the rest, and has it replaced', () =>
    withPlace('WebDAV', async ({ place, here, server }) => {
      const { context, store } = await aStoreWith(here, 3);
      const { folder } = await setPlace(context, store, place);
      await syncOffsite(context, store);
      assert.ok(server);
      const there = join(server.folder, 'of all', folder);
      const [bad = ''] = await archivesIn(there);
      const right = await readFile(join(there, bad));
      await server.stop();
      // Its listing has the size of before: it ends in the middle of the file.
      await using again = await serveWebdav(server.folder, 'far', ['--dir-cache-time', '1h'], server.port);
      assert.equal((await placesAt(context, place))[0]?.backups, 3);
      await chmod(join(there, bad), 0o644);
      await truncate(join(there, bad), right.length >> 1);
      assert.ok(again.port);

      const other = await openStore(context.env, join(here, '..', 'other'));
      const back = await bringBack(context, other, { place, backups: 'all' });
      assert.equal(back.imported.length, 2);
      assert.deepEqual(
        back.refused.map(({ path }) => path),
        [`${place}/${folder}/${bad}`],
      );
      const found = await checkOffsite(context, store);
      assert.deepEqual(
        found.damaged.map(({ archive }) => archive),
        [bad],
      );
      assert.match(found.damaged[0]?.reason ?? '', /^It cannot be read there\./);
      const repaired = await checkOffsite(context, store, { repair: true });
      assert.deepEqual([repaired.ok, repaired.damaged[0]?.repaired], [true, true]);
      assert.deepEqual(await readFile(join(there, bad)), right);
    }));

  it('can be cancelled where a script that is called rclone waits for another program', () =>
    inFolder(async (folder) => {
      await withoutConfiguration(folder);
      const { context, store } = await aStoreWith(join(folder, 'here'), 1);
      const rclonePath = join(folder, 'rclone');
      await writeFile(rclonePath, `#!/bin/sh\n: >'${folder}/begun'\nsleep 1000\n`, { mode: 0o755 });
      const stop = new AbortController();
      const changes = watch(folder, { signal: stop.signal });
      const setting = setPlace({ ...context, signal: stop.signal }, store, 'far:x', { rclonePath });
      for await (const { filename } of changes) if (filename === 'begun') break;
      stop.abort();
      await assert.rejects(setting, { code: 'cancelled' });
    }));

  it('is shared by stores that copy at the same time', () =>
    withPlace('WebDAV', async ({ place, here }) => {
      const stores = [await aStoreWith(join(here, 'a'), 4, 'Kitchen'), await aStoreWith(join(here, 'b'), 3, 'Garden')];
      const folders: string[] = [];
      for (const { context, store } of stores) folders.push((await setPlace(context, store, place)).folder);
      assert.equal(new Set(folders).size, 2);
      const results = await Promise.all(stores.map(({ context, store }) => syncOffsite(context, store)));
      assert.deepEqual(
        results.map(({ copied }) => copied),
        [4, 3],
      );
      const [own] = stores;
      assert.ok(own);
      assert.deepEqual((await placesAt(own.context, place)).map(({ backups }) => backups).sort(), [3, 4]);
      await assert.rejects(openFarStore(own.context, place), { code: 'bad-argument' });
      for (const [at, each] of stores.entries()) {
        const far = await openFarStore(each.context, place, folders[at]);
        assert.deepEqual(await idsOf(far), await idsOf(each));
        await far.close();
      }
    }));

  it('is copied to by one process of a store at a time', () =>
    withPlace('WebDAV', async ({ place, here }) => {
      const { context, store, env } = await aStoreWith(here, 2);
      await setPlace(context, store, place);
      const both = await Promise.allSettled([
        syncOffsite(context, store),
        syncOffsite(context, await openStore(env, here)),
      ]);
      const refused = both.filter((each) => each.status === 'rejected');
      assert.ok(both.some((each) => each.status === 'fulfilled'));
      for (const { reason } of refused) assert.equal(reason.code, 'store-busy');
      assert.equal((await syncOffsite(context, store)).present, 2);
      assert.equal((await offsiteState(store))?.trouble, null);
    }));

  it('catches up after it was out of reach, and says what was wrong', () =>
    withPlace('WebDAV', async ({ place, disk, here, server }) => {
      assert.ok(server);
      const { context, store } = await aStoreWith(here, 2);
      await setPlace(context, store, place);
      await syncOffsite(context, store);
      await server.stop();
      await takeIncremental(store, { 'main.py': 'print(99)\n' }, { board: aBoard({ id: 'id of Kitchen sensor' }) });
      for (let attempt = 0; attempt < 2; attempt++)
        await assert.rejects(syncOffsite(context, store), { code: 'place-unreachable' });
      const state = await offsiteState(store);
      assert.equal(state?.waiting, 1);
      assert.equal(state?.trouble?.code, 'place-unreachable');
      const failures = (await store.history()).filter(({ operation, ok }) => operation === 'offsite-sync' && !ok);
      assert.equal(failures.length, 1, 'the same failure is noted once');

      await using _again = await serveWebdav(join(disk, '..'), 'far', [], server.port);
      const caught = await syncOffsite(context, store);
      assert.deepEqual([caught.copied, caught.present], [1, 2]);
      assert.equal((await offsiteState(store))?.trouble, null);
    }));

  it('has what was wrong noted in English, whatever is spoken', () =>
    withPlace('folder', async ({ place, here }) => {
      const { context, store } = await aStoreWith(here, 1);
      await setPlace(context, store, place);
      await rm(place, { recursive: true });
      const noted: string[] = [];
      for (const bundle of [undefined, german]) {
        speak(bundle, bundle ? 'de' : 'en');
        try {
          const failure: unknown = await syncOffsite(context, store).catch((error) => error);
          assert.ok(failure instanceof BackupError);
          noted.push(failure.message, (await store.offsite.memory()).trouble?.message ?? '');
        } finally {
          speak(undefined, 'en');
        }
      }
      const [english, ...others] = noted;
      assert.equal(others.length, 3);
      assert.notEqual(others[1], english);
      assert.deepEqual([others[0], others[2]], [english, english]);
    }));

  it('is not chosen where nothing can be written to it, and fails clearly where that ends', () =>
    inFolder(async (folder) => {
      await withoutConfiguration(folder);
      const { context, store } = await aStoreWith(join(folder, 'here'), 1);
      const disk = join(folder, 'there');
      {
        await using server = await serveWebdav(disk, 'far', ['--read-only']);
        await assert.rejects(setPlace(context, store, server.remote), { code: 'place-failed' });
        assert.equal(await offsiteState(store), undefined);
      }
      await using first = await serveWebdav(disk, 'far');
      await setPlace(context, store, first.remote);
      await first.stop();
      await using server = await serveWebdav(disk, 'far', ['--read-only'], first.port);
      await assert.rejects(syncOffsite(context, store), { code: 'place-failed', path: server.remote });
      assert.equal((await offsiteState(store))?.waiting, 1);
    }));

  it('is one sentence without rclone, with an unknown remote, and with a disk that is away', () =>
    inFolder(async (folder) => {
      await withoutConfiguration(folder);
      const { context, store } = await aStoreWith(join(folder, 'here'), 1);
      const rclonePath = join(folder, 'no rclone');
      await assert.rejects(setPlace(context, store, 'far:x', { rclonePath }), {
        code: 'rclone-missing',
        message: `The program rclone is not at ${rclonePath}: it is needed for a second place that is not a folder.`,
      });
      await assert.rejects(setPlace(context, store, 'nobody-knows:x'), {
        code: 'place-unreachable',
        message: 'rclone knows no such remote: nobody-knows:x.',
      });
      await assert.rejects(setPlace(context, store, join(folder, 'no disk', 'backups')), { code: 'place-unreachable' });
      await assert.rejects(setPlace(context, store, join(folder, 'here', 'inside')), { code: 'bad-argument' });
      await assert.rejects(syncOffsite(context, store), { code: 'bad-argument' });

      const simulatedBoards = join(folder, 'boards');
      await mkdir(join(simulatedBoards, 'demo'), { recursive: true });
      await symlink(simulatedBoards, join(folder, 'link'));
      for (const inside of ['boards', 'boards/demo', 'boards/demo/new', 'link/demo'])
        await assert.rejects(setPlace(context, store, join(folder, inside), { simulatedBoards }), {
          code: 'bad-argument',
          message: `${join(folder, inside)} is in the folder of the simulated boards. It cannot be the second place. Nothing was written.`,
        });
      assert.deepEqual(await readdir(simulatedBoards, { recursive: true }), ['demo']);

      await mkdir(join(folder, 'disk'));
      const { sameDisk } = await setPlace(context, store, join(folder, 'disk', 'backups'), { simulatedBoards });
      assert.equal(sameDisk, true);
      if (process.platform === 'linux') assert.equal(await areOnOneDisk(folder, '/proc'), false);
      assert.equal(await areOnOneDisk(folder, join(folder, 'missing')), false);
      await syncOffsite(context, store);
      await rename(join(folder, 'disk', 'backups'), join(folder, 'away'));
      await mkdir(join(folder, 'disk', 'backups'));
      await assert.rejects(syncOffsite(context, store), { code: 'place-unreachable' });
      assert.deepEqual(await readdir(join(folder, 'disk', 'backups')), []);
      assert.equal(await forgetPlace(store), true);
      assert.equal(await offsiteState(store), undefined);
      assert.equal((await archivesIn(join(folder, 'away'))).length, 1);
    }));

  it('shows how far it is, and can be cancelled', () =>
    withPlace('WebDAV', async ({ place, here }) => {
      const { context, store } = await aStoreWith(here, 3);
      await setPlace(context, store, place);
      const stop = new AbortController();
      const phases = new Set<string>();
      const onProgress = ({ phase }: { phase: string }) => {
        phases.add(phase);
        if (phase === 'copy') stop.abort();
      };
      await assert.rejects(syncOffsite({ ...context, signal: stop.signal, onProgress }, store), { code: 'cancelled' });
      assert.deepEqual([...phases], ['connect', 'check', 'copy']);
      assert.equal((await offsiteState(store))?.trouble, null);
      assert.equal((await syncOffsite(context, store)).copied, 3);
    }));
});
