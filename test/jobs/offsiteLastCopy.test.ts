// What lies at the second place may be the last sound copy: nothing that has happened here takes it away.

import assert from 'node:assert/strict';
import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { realEnv } from '../../src/core/env.js';
import { bringBack } from '../../src/core/jobs/bringBack.js';
import { changeKey, finishKeyChange } from '../../src/core/jobs/changeKey.js';
import { checkOffsite } from '../../src/core/jobs/checkOffsite.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import type { JobContext } from '../../src/core/jobs/job.js';
import { offsiteState, setPlace } from '../../src/core/jobs/offsitePlace.js';
import { detailsOfSync, offsiteBrief } from '../../src/core/jobs/offsiteText.js';
import { syncOffsite } from '../../src/core/jobs/syncOffsite.js';
import { verify } from '../../src/core/jobs/verify.js';
import { isBehind } from '../../src/core/plan/offsitePlan.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { inFolder } from '../support/builders.js';
import { QUICK } from '../support/encryptedStores.js';
import { archivesIn, aStoreWith, filesBelow, flipByte, type TestStore } from '../support/secondPlaces.js';

const FIRST = { passphrase: 'first of all', workFactor: QUICK };
const SECOND = { passphrase: 'second of all', workFactor: QUICK };

interface Bench extends TestStore {
  here: string;
  place: string;
  /** The folder of the store there. */
  there: string;
  folder: string;
}

async function onBench(keep: { last: number } | undefined, test: (bench: Bench) => Promise<void>): Promise<void> {
  await inFolder(async (base) => {
    const [here, place] = [join(base, 'here'), join(base, 'there')];
    await mkdir(place);
    const own = await aStoreWith(here, 2);
    const { folder } = await setPlace(own.context, own.store, place, { keep });
    await syncOffsite(own.context, own.store);
    await test({ ...own, here, place, folder, there: join(place, folder) });
  });
}

/** Somebody with these keys. */
async function having(here: string, ...secrets: string[]): Promise<{ context: JobContext; store: Store }> {
  const env = { ...realEnv(), keys: { secretsFor: async () => secrets } };
  return { context: { env }, store: await openStore(env, here) };
}

/** Only the newest stays here: what the older one had is in it by now. */
async function deleteOldest({ context, store }: { context: JobContext; store: Store }): Promise<string> {
  const oldest = (await store.list()).backups.at(-1);
  assert.ok(oldest);
  await deleteBackups(context, store, [oldest]);
  const [left, ...others] = (await store.files()).map(({ archive }) => archive);
  assert.ok(left && others.length === 0);
  return left;
}

describe('What lies at the second place', () => {
  it('stays while what would take its place is damaged, whatever the policy says', () =>
    onBench({ last: 1 }, async ({ context, store, here, there }) => {
      const before = await filesBelow(there);
      const merged = await deleteOldest({ context, store });
      await flipByte(join(here, merged), 0.25);
      const synced = await syncOffsite(context, store);
      assert.deepEqual([synced.copied, synced.removed, synced.waiting], [0, 0, 1]);
      const after = await filesBelow(there);
      for (const path of await archivesIn(there)) assert.deepEqual(after.get(path), before.get(path));
      assert.equal((await archivesIn(there)).length, 2);
      // Once it is right again, what need not be kept goes.
      await flipByte(join(here, merged), 0.25);
      const later = await syncOffsite(context, await openStore(realEnv(), here));
      assert.deepEqual([later.copied, later.removed], [1, 2]);
    }));

  it('stays plain while nobody has read what is encrypted here, and rot there does not travel', () =>
    onBench(undefined, async ({ context, store, here, there }) => {
      const plain = await archivesIn(there);
      await changeKey(context, store, FIRST);
      const [encrypted = ''] = (await store.files()).map(({ archive }) => archive).sort();
      await flipByte(join(here, encrypted));
      const owner = await having(here, FIRST.passphrase);
      const synced = await syncOffsite(owner.context, owner.store);
      assert.deepEqual([synced.copied, synced.removed, synced.waiting, synced.plainThere], [1, 0, 1, 2]);
      assert.deepEqual(
        (await archivesIn(there)).filter((path) => path.endsWith('.blb')),
        plain,
      );
      assert.equal((await offsiteState(owner.store))?.plainThere, 2);

      // Without the key nobody can see the rot: it travels, and nothing goes for it.
      const strange = await having(here);
      const blind = await syncOffsite(strange.context, strange.store);
      assert.deepEqual([blind.copied, blind.removed, blind.plainThere], [1, 0, 2]);
      const seen = await syncOffsite(owner.context, owner.store);
      assert.deepEqual([seen.removed, seen.waiting, seen.plainThere], [0, 1, 2]);
    }));

  it('goes under an earlier key only where it was read when it could be', () =>
    onBench(undefined, async ({ context, store, here, there }) => {
      await changeKey(context, store, FIRST);
      const strange = await having(here);
      await syncOffsite(strange.context, strange.store);
      const first = await having(here, FIRST.passphrase);
      // Nobody has read those there: the change of key comes first.
      await changeKey(first.context, first.store, SECOND);
      const second = await having(here, SECOND.passphrase);
      const synced = await syncOffsite(second.context, second.store);
      assert.deepEqual([synced.copied, synced.removed, synced.lockedThere], [2, 2, 2]);
      const state = await offsiteState(second.store);
      assert.deepEqual([state?.plainThere, state?.lockedThere], [0, 2]);
      assert.equal((await archivesIn(there)).length, 4);

      // These were read.
      await changeKey(second.context, second.store, FIRST);
      const again = await having(here, FIRST.passphrase);
      const later = await syncOffsite(again.context, again.store);
      assert.deepEqual([later.copied, later.removed], [2, 4]);
      assert.equal(later.lockedThere, 0);
    }));

  it('is told to be outdated while nobody with the key has looked, and goes as soon as somebody does', () =>
    onBench(undefined, async ({ context, store, here, there }) => {
      await changeKey(context, store, FIRST);
      const first = await having(here, FIRST.passphrase);
      await syncOffsite(first.context, first.store);
      await changeKey(first.context, first.store, SECOND);
      const strange = await having(here);
      const blind = await syncOffsite(strange.context, strange.store);
      assert.deepEqual([blind.copied, blind.removed, blind.lockedThere, blind.outdatedThere], [2, 0, 0, 2]);
      assert.equal((await archivesIn(there)).length, 4);
      assert.match(detailsOfSync(blind).join(), /^2 older archives there were rewritten here since/);
      const state = await offsiteState(strange.store);
      assert.equal(state?.outdatedThere, 2);
      assert.match(state ? offsiteBrief(state, Date.now()) : '', /, 2 outdated$/);

      const second = await having(here, SECOND.passphrase);
      const synced = await syncOffsite(second.context, second.store);
      assert.deepEqual([synced.removed, synced.lockedThere, synced.outdatedThere], [2, 0, 0]);
      assert.equal((await archivesIn(there)).length, 2);
      assert.equal((await offsiteState(strange.store))?.outdatedThere, 0);
    }));

  it('goes under an earlier key once that key is given, too, though nothing else has happened', () =>
    onBench(undefined, async ({ context, store, here, there }) => {
      await changeKey(context, store, FIRST);
      const strange = await having(here);
      await syncOffsite(strange.context, strange.store);
      const first = await having(here, FIRST.passphrase);
      await changeKey(first.context, first.store, SECOND);
      const second = await having(here, SECOND.passphrase);
      const synced = await syncOffsite(second.context, second.store);
      assert.deepEqual([synced.lockedThere, synced.outdatedThere], [2, 0]);
      const both = await having(here, SECOND.passphrase, FIRST.passphrase);
      const cleared = await syncOffsite(both.context, both.store);
      assert.deepEqual([cleared.copied, cleared.removed, cleared.lockedThere], [0, 2, 0]);
      assert.equal((await archivesIn(there)).length, 2);
    }));

  it('is encrypted where the store is, from the first archive on, and comes back so or not at all', () =>
    onBench(undefined, async ({ context, store, here, place, there, folder }) => {
      await changeKey(context, store, FIRST);
      await rm(there, { recursive: true });
      await mkdir(there);
      const owner = await having(here, FIRST.passphrase);
      const stop = new AbortController();
      const onProgress = ({ phase, done }: { phase: string; done?: { bytes?: number } }) => {
        if (phase === 'copy' && (done?.bytes ?? 0) > 0) stop.abort();
      };
      await assert.rejects(syncOffsite({ ...owner.context, signal: stop.signal, onProgress }, owner.store), {
        code: 'cancelled',
      });
      assert.ok((await filesBelow(there)).has('encryption.json'));
      await syncOffsite(owner.context, owner.store);

      const other = `${here} of another`;
      const wrong = await having(other, 'a wrong one');
      await assert.rejects(bringBack(wrong.context, wrong.store, { place, folder, backups: 'all' }), {
        code: 'key-wrong',
      });
      await assert.rejects(filesBelow(other), { code: 'ENOENT' }, 'nothing was changed');
      // Where it does not say so itself.
      await rm(join(there, 'encryption.json'));
      const right = await having(other, FIRST.passphrase);
      const ids = (await owner.store.list()).backups.map(({ id }) => id);
      for (const backups of ['all' as const, ids])
        await assert.rejects(bringBack(right.context, right.store, { place, folder, backups }), {
          code: 'would-be-plain',
        });
      assert.deepEqual(await archivesIn(other).catch(() => []), []);
    }));

  it('has no plain index beside it while the key changes, nor after that', () =>
    onBench(undefined, async ({ context, store, here, there }) => {
      assert.ok((await filesBelow(there)).has('index.json'));
      const stop = new AbortController();
      const onProgress = ({ phase, done }: { phase: string; done?: { files?: number } }) => {
        if (phase === 'rewrite' && done?.files === 1) stop.abort();
      };
      await assert.rejects(changeKey({ ...context, signal: stop.signal, onProgress }, store, FIRST), {
        code: 'cancelled',
      });
      assert.ok((await filesBelow(here)).has('index.json'));
      const owner = await having(here, FIRST.passphrase);
      await syncOffsite(owner.context, owner.store);
      const during = await filesBelow(there);
      assert.deepEqual([during.has('index.json'), during.has('encryption.json')], [false, true]);
      await finishKeyChange(owner.context, owner.store);
      assert.equal((await offsiteState(owner.store))?.isOpen, true);
      await syncOffsite(owner.context, owner.store);
      const after = await filesBelow(there);
      assert.deepEqual([after.has('index.json'), after.has('index.age')], [false, true]);
      await changeKey(owner.context, owner.store, null);
      await syncOffsite(owner.context, owner.store);
      assert.equal((await filesBelow(there)).has('index.age'), false);
    }));

  it('is not up to date where taking something away has failed, and the next copy goes on', () =>
    onBench(undefined, async ({ context, store, here, there }) => {
      await changeKey(context, store, FIRST);
      const owner = await having(here, FIRST.passphrase);
      const { env } = owner.context;
      const remove = async (path: string) => {
        if (path.startsWith(there) && path.endsWith('.blb')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        await env.fs.remove(path);
      };
      await assert.rejects(syncOffsite({ env: { ...env, fs: { ...env.fs, remove } } }, owner.store), {
        code: 'place-failed',
      });
      const state = await offsiteState(owner.store);
      assert.ok(state && isBehind(state));
      assert.deepEqual([state.waiting, state.plainThere], [0, 2]);
      assert.match(offsiteBrief(state, Date.now()), /^the last copy failed, 2 older not encrypted$/);
      assert.equal((await syncOffsite(owner.context, owner.store)).removed, 2);
      const after = await offsiteState(owner.store);
      assert.ok(after && !isBehind(after));
    }));

  it('is not held up by what another computer left there, and one archive holds up no other', () =>
    onBench(undefined, async ({ context, store, there }) => {
      const [one = '', two = ''] = await archivesIn(there);
      await rm(join(there, one));
      await rm(join(there, two));
      const left = (path: string) => [join(there, `${path}.partial`), join(there, `${path}.4242-deadbeef.partial`)];
      for (const path of [...left(one), ...left(two)]) await writeFile(path, 'half');
      const old = new Date(Date.now() - 2 * 60 * 60_000);
      for (const path of left(one)) await utimes(path, old, old);
      const synced = await syncOffsite(context, store);
      assert.deepEqual([synced.copied, synced.waiting], [1, 1]);
      assert.match(synced.notCopied[0]?.archive ?? '', new RegExp(`${two}$`));
      assert.deepEqual(await archivesIn(there), [one]);
      for (const path of left(two)) await utimes(path, old, old);
      assert.equal((await syncOffsite(context, store)).copied, 1);
      assert.equal((await checkOffsite(context, store)).ok, true);
    }));

  it('is the same for another key, or in a store that was brought back', () =>
    onBench(undefined, async ({ context, store, here, place, there, folder }) => {
      await changeKey(context, store, FIRST);
      const owner = await having(here, FIRST.passphrase);
      await syncOffsite(owner.context, owner.store);
      const back = await having(`${here} again`, FIRST.passphrase);
      const refused = { code: 'bad-argument', message: /are encrypted, and those in .* are not/ };
      await assert.rejects(setPlace(back.context, back.store, place, { folder }), refused);
      const missing = { code: 'store-not-found', hint: `Folders with backups there: ${folder}.` };
      await assert.rejects(setPlace(back.context, back.store, place, { folder: 'mistyped-00000000' }), missing);
      await symlink(here, join(place, '..', 'link'));
      for (const wrong of ['link', 'link/inside', `there/${folder}`])
        await assert.rejects(setPlace(owner.context, owner.store, join(place, '..', wrong)), { code: 'bad-argument' });
      await bringBack(back.context, back.store, { place, folder, backups: 'all' });
      await setPlace(back.context, back.store, place, { folder });
      const check = await checkOffsite(back.context, back.store);
      assert.deepEqual([check.ok, check.damagedHere, check.unclear], [true, [], []]);
      const strange = await having(back.store.root);
      const blind = await checkOffsite(strange.context, strange.store);
      assert.deepEqual([blind.ok, blind.damagedHere, blind.unclear.length], [true, [], 2]);
      const synced = await syncOffsite(back.context, back.store);
      assert.deepEqual([synced.waiting, synced.removed], [0, 0]);
      assert.equal((await archivesIn(there)).length, 2);
    }));

  it('goes on with a store that has backups of its own, once that has the same key', () =>
    onBench(undefined, async ({ context, store, here, place, there, folder }) => {
      await changeKey(context, store, FIRST);
      const owner = await having(here, FIRST.passphrase);
      await syncOffsite(owner.context, owner.store);
      await rm(here, { recursive: true });
      const other = `${here} of another`;
      await aStoreWith(other, 1, 'Garage');
      const both = await having(other, FIRST.passphrase, SECOND.passphrase);
      const goOn = () => setPlace(both.context, both.store, place, { folder });
      const refused = (message: RegExp, hint: RegExp) => ({ code: 'bad-argument', message, hint });
      await assert.rejects(
        goOn(),
        refused(/ are not\. Nothing was changed/, /encrypt those here with the same key first/),
      );
      await changeKey(both.context, both.store, SECOND);
      await assert.rejects(goOn(), refused(/for another key than/, /^Change the key here to that one first\./));
      await changeKey(both.context, both.store, FIRST);
      await assert.rejects(goOn(), refused(/^None of the backups/, /^Bring those backups back first\./));
      await bringBack(both.context, both.store, { place, folder, backups: 'all' });
      const strange = await having(other);
      await assert.rejects(setPlace(strange.context, strange.store, place, { folder }), { code: 'key-missing' });
      await goOn();
      const synced = await syncOffsite(both.context, both.store);
      assert.deepEqual([synced.copied, synced.waiting, synced.lockedThere], [1, 0, 0]);
      assert.equal((await archivesIn(there)).length, 3);

      // The one key opens all that is there.
      const alone = await having(`${here} once more`, FIRST.passphrase);
      await bringBack(alone.context, alone.store, { place, folder, backups: 'all' });
      assert.equal((await alone.store.list()).backups.length, 3);
      assert.equal((await verify(alone.context, alone.store)).damaged.length, 0);
    }));
});
