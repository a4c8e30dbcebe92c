// A plan of pruning is carried out as it was shown, also where others use the store meanwhile.

import assert from 'node:assert/strict';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { planPrune, prune } from '../../src/core/jobs/prune.js';
import type { RestoreJournal } from '../../src/core/store/restoreRecords.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';

describe('Pruning', () => {
  const context = { env: testEnv() };

  /** Four backups, of which a plan keeps the two newest; then something happens. @returns what is left once it was carried out */
  function prunedAfter(
    meanwhile: (store: Store, backups: BackupSummary[]) => Promise<unknown>,
  ): Promise<{ left: string[]; before: string[] }> {
    return inFolder(async (root) => {
      const store = await openStore(context.env, root);
      await takeBackup(store, { 'main.py': 'print(0)' });
      for (let version = 1; version < 4; version++) await takeIncremental(store, { 'main.py': `print(${version})` });
      const { backups } = await store.list();
      const plan = await planPrune(context, store, { last: 2 });
      await meanwhile(store, backups);
      await prune(context, store, plan);
      const left = (await store.list()).backups.map(({ id }) => id);
      return { left, before: backups.map(({ id }) => id) };
    });
  }

  it('P22 a backup that was taken after the plan was made stays, and the plan is carried out as it was shown', async () => {
    let taken: BackupSummary | undefined;
    const { left, before } = await prunedAfter(async (store) => {
      taken = await takeIncremental(store, { 'main.py': 'print(4)' });
    });
    assert.deepEqual(left, [taken?.id, ...before.slice(0, 2)]);
  });

  it('P22 nothing is deleted where a backup of the plan was deleted meanwhile', async () => {
    const deleting = prunedAfter((store, [newest]) => deleteBackups(context, store, newest ? [newest] : []));
    await assert.rejects(deleting, { code: 'store-changed' });
  });

  it('P22 nothing is deleted where a backup of the plan was pinned meanwhile', async () => {
    const pinning = prunedAfter((store, backups) => store.annotate(backups.slice(-1), { pinned: true }));
    await assert.rejects(pinning, { code: 'store-changed' });
  });

  it('P23 nothing is deleted where a backup that the plan keeps was found damaged meanwhile', async () => {
    const verified = { at: '2025-11-21T09:10:00.000Z', isSound: false };
    const failing = prunedAfter((store, backups) => store.annotate(backups.slice(0, 1), { verified }));
    await assert.rejects(failing, { code: 'store-changed' });
  });

  /** A restore that stopped in the middle. */
  async function interrupted(store: Store, backup: BackupSummary, safety: BackupSummary): Promise<RestoreJournal> {
    const { board, id, createdAt } = backup;
    const restore = await store.beginRestore({
      board: { id: board.id, name: board.name },
      ...{ backup: { id, createdAt }, safety: safety.id, mode: 'stage-all', items: [] },
    });
    await restore.started('after');
    await restore.stopped('port-lost');
    return restore;
  }

  it('P22 nothing is deleted where a restore was interrupted meanwhile that needs what would go', async () => {
    const needing = prunedAfter(async (store, [newest, , third]) => {
      if (newest && third) await interrupted(store, newest, third);
    });
    await assert.rejects(needing, { code: 'store-changed' });
  });

  it('P22 what an unfinished restore needs is neither pruned nor deleted, until it has come to its end', async () => {
    await inFolder(async (root) => {
      const store = await openStore(context.env, root);
      const oldest = await takeBackup(store, { 'main.py': 'print(0)' });
      const second = await takeIncremental(store, { 'main.py': 'print(1)' });
      for (const version of [2, 3, 4]) await takeIncremental(store, { 'main.py': `print(${version})` });
      const restore = await interrupted(store, oldest, second);
      const removed = async () => {
        const { boards } = await planPrune(context, store, { last: 1 });
        return boards.flatMap(({ plan }) => plan.remove.map(({ id }) => id));
      };
      const going = await removed();
      assert.deepEqual([going.length, going.includes(oldest.id), going.includes(second.id)], [2, false, false]);
      for (const needed of [oldest, second]) {
        await assert.rejects(deleteBackups(context, store, [needed]), {
          code: 'bad-argument',
          message: /needed by the restore of .* Kitchen sensor.* Nothing was deleted/,
        });
      }
      assert.equal((await store.list()).backups.length, 5);
      await restore.dropped();
      assert.equal((await removed()).length, 4);
      await deleteBackups(context, store, [oldest, second]);
      assert.equal((await store.list()).backups.length, 3);
    });
  });
});
