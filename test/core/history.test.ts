// What is told of the jobs of the past.

import assert from 'node:assert/strict';
import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sumsOf } from '../../src/core/plan/historySums.js';
import {
  compactHistory,
  type HistoryRecord,
  historyReader,
  noteInHistory,
  readHistory,
} from '../../src/core/store/history.js';
import { encodeRecords } from '../../src/core/store/records.js';
import { inFolder, testEnv } from '../support/builders.js';

function record(overrides: Partial<HistoryRecord> = {}): HistoryRecord {
  return { at: '2025-11-21T09:10:00.000Z', operation: 'backup', ok: true, seconds: 2, ...overrides };
}

describe('The history of a store', () => {
  it('is summed up by operation: how often it ran and succeeded, and how long that took', () => {
    const sums = sumsOf([
      record({ operation: 'verify', seconds: 1 }),
      record({ seconds: 2 }),
      record({ seconds: 4 }),
      record({ ok: false, code: 'port-lost', seconds: 100 }),
      record({ operation: 'delete', ok: false, code: 'store-busy', seconds: 120 }),
    ]);
    assert.deepEqual(sums, [
      { operation: 'backup', runs: 3, succeeded: 2, meanSeconds: 3 },
      { operation: 'delete', runs: 1, succeeded: 0, meanSeconds: null },
      { operation: 'verify', runs: 1, succeeded: 1, meanSeconds: 1 },
    ]);
  });

  it('counts what was cancelled neither as success nor as failure', () => {
    const cancelled = record({ ok: false, code: 'cancelled', operation: 'restore' });
    assert.deepEqual(sumsOf([cancelled, { ...cancelled, code: 'program-running' }]), []);
    assert.deepEqual(sumsOf([record(), { ...cancelled, operation: 'backup' }])[0]?.runs, 1);
    assert.deepEqual(sumsOf([]), []);
  });

  it('passes over lines that are none of its records, and makes no store where there is none', async () => {
    await inFolder(async (folder) => {
      const env = testEnv();
      await noteInHistory(env, join(folder, 'none'), record());
      assert.deepEqual(await readdir(folder), []);
      await noteInHistory(env, folder, record());
      await appendFile(
        join(folder, 'history.jsonl'),
        '{"at":"x","operation":"dance","ok":true,"seconds":1}\n{"seconds":-1}\n',
      );
      await noteInHistory(env, folder, record({ operation: 'verify' }));
      const { records, damaged } = await readHistory(env, folder);
      assert.deepEqual([records, damaged], [[record(), record({ operation: 'verify' })], 2]);
    });
  });

  it('is made smaller by what ran long ago and found nothing changed, but for the newest of each board and set', async () => {
    await inFolder(async (folder) => {
      const env = testEnv();
      const now = env.clock.now();
      const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString();
      const board = { id: 'uid:1', name: 'x'.repeat(100) };
      const scheduled = [{ rule: 'quick' as const, due: daysAgo(1) }];
      const quiet = (days: number, set?: string) =>
        record({ at: daysAgo(days), board, backups: 0, origin: 'quick', scheduled, ...(set !== undefined && { set }) });
      const old = Array.from({ length: 5_000 }, (_, number) => quiet(200 - number / 100));
      const kept = [
        record({ at: daysAgo(190), board, backups: 1, origin: 'quick', scheduled }),
        quiet(170, 'code'),
        record({ at: daysAgo(160), board, ok: false, code: 'port-lost', origin: 'quick', scheduled }),
        record({ at: daysAgo(150), board, backups: 0, origin: 'manual' }),
        quiet(40),
        quiet(39),
      ];
      const all = [...old, ...kept].sort((one, other) => one.at.localeCompare(other.at));
      await writeFile(join(folder, 'history.jsonl'), encodeRecords(all));
      await compactHistory(env, folder);
      assert.deepEqual((await readHistory(env, folder)).records, kept);
      // What is small stays as it is.
      await noteInHistory(env, folder, quiet(180));
      await compactHistory(env, folder);
      assert.equal((await readHistory(env, folder)).records.length, kept.length + 1);
    });
  });

  it('is read again only where it has changed', async () => {
    await inFolder(async (folder) => {
      const real = testEnv();
      let reads = 0;
      const readFile = (path: string) => {
        reads += 1;
        return real.fs.readFile(path);
      };
      const env = { ...real, fs: { ...real.fs, readFile } };
      const read = historyReader(env, folder);
      assert.deepEqual(await read(), []);
      await noteInHistory(env, folder, record());
      (await read()).pop();
      assert.deepEqual(await read(), [record()]);
      assert.equal(reads, 1);
      await noteInHistory(env, folder, record({ operation: 'verify' }));
      assert.equal((await read()).length, 2);
      assert.equal(reads, 2);
    });
  });

  it('ends no job where it cannot be added to', async () => {
    await inFolder(async (folder) => {
      const env = testEnv();
      const fs = { ...env.fs, open: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) };
      await noteInHistory({ ...env, fs }, folder, record());
      assert.deepEqual((await readHistory(env, folder)).records, []);
    });
  });
});
