import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../../src/core/env.js';
import { parseBoardPath, textFromBytes } from '../../src/core/paths.js';
import { lastRestore, unfinishedRestores } from '../../src/core/plan/recordedPlan.js';
import {
  beginRecord,
  journalOf,
  type RestoreIntent,
  type RestoreReport,
  restoreRecordsIn,
} from '../../src/core/store/restoreRecords.js';
import { hashOf, inFolder, testEnv } from '../support/builders.js';

const SHA = hashOf(Buffer.from('x'));

const INTENT: RestoreIntent = {
  board: { id: 'uid:1', name: 'pico' },
  backup: { id: 'a'.repeat(64), createdAt: '2025-11-21T09:10:00.000Z' },
  ...{ safety: 'b'.repeat(64), mode: 'stage-all' },
  items: [
    { path: parseBoardPath('lib'), before: null, after: 'folder' },
    { path: parseBoardPath('lib/a.py'), before: null, after: { size: 1, sha256: SHA }, temporary: 'lib/.mpb-00000000' },
    { path: parseBoardPath('old.py'), before: { size: 1, sha256: null }, after: null },
  ],
};

const REPORT: RestoreReport = {
  ...{ restored: 1, unchanged: 0, deleted: 1, verified: 1, skipped: [{ path: 'x', reason: 'y' }] },
  ...{ conflicts: [{ path: 'old.py', outcome: 'deleted' }], mode: 'stage-all', program: 'none', seconds: 1.5 },
};

describe('The record of a restore', () => {
  const inStore = (test: (root: string, env: Env) => Promise<void>, env = testEnv()) =>
    inFolder((folder) => test(folder, env));
  const states = async (root: string, env: Env) =>
    (await restoreRecordsIn(env, root).list()).records.map(({ state }) => state);
  const fileIn = async (root: string) => join(root, 'restores', (await readdir(join(root, 'restores')))[0] ?? '');

  it('P25 is what was meant, as long as nothing else has come of it', async () => {
    await inStore(async (root, env) => {
      const journal = await beginRecord(env, root, INTENT, 1);
      const [record] = (await restoreRecordsIn(env, root).list()).records;
      assert.deepEqual(record, {
        ...INTENT,
        ...{
          id: journal.id,
          at: '2025-11-21T09:10:00.000Z',
          sequence: 1,
          state: 'dropped',
          toward: 'after',
          starts: 0,
        },
      });
    });
  });

  it('P25 goes on as it is told, and keeps both reports', async () => {
    await inStore(async (root, env) => {
      const journal = await beginRecord(env, root, INTENT, 1);
      await journal.started('after');
      assert.deepEqual(await states(root, env), ['running']);
      await journal.stopped('port-lost');
      assert.deepEqual(await states(root, env), ['unfinished']);
      await journalOf(env, root, journal.id).started('after');
      await journal.ended('after', REPORT);
      assert.deepEqual(await states(root, env), ['done']);
      await journal.started('before');
      await journal.ended('before', { ...REPORT, restored: 2 });
      const [record] = (await restoreRecordsIn(env, root).list()).records;
      assert.deepEqual([record?.state, record?.report, record?.undoReport?.restored], ['undone', REPORT, 2]);
      await journal.dropped();
      assert.deepEqual(await states(root, env), ['dropped']);
    });
  });

  it('P25 is under way for whoever reads it while it is written', async () => {
    const { fs } = testEnv();
    const seen: string[] = [];
    await inStore(async (root, env) => {
      const look = async () => seen.push(...(await states(root, env)));
      const watched = testEnv({
        fs: {
          ...fs,
          async open(path, mode) {
            const file = await fs.open(path, mode);
            if (mode !== 'append') return file;
            const append = async (bytes: Uint8Array) => {
              await look();
              await file.append(bytes);
              await look();
            };
            return { ...file, append };
          },
        },
      });
      const journal = await beginRecord(watched, root, INTENT, 1);
      await journal.started('after');
      await journal.ended('after', REPORT);
    });
    assert.deepEqual(seen, ['dropped', 'dropped', 'running', 'running', 'done']);
  });

  it('P25 of a process that is gone is not finished', async () => {
    const alive = testEnv();
    const gone = testEnv({ processes: { ...alive.processes, own: '1-another', mayRun: () => false } });
    await inStore(async (root) => {
      await (await beginRecord(alive, root, INTENT, 1)).started('after');
      assert.deepEqual(await states(root, gone), ['unfinished']);
    });
  });

  it('P25 survives lines that were cut off, and says nothing where its first one was', async () => {
    await inStore(async (root, env) => {
      await (await beginRecord(env, root, INTENT, 1)).started('after');
      const file = await fileIn(root);
      const whole = await readFile(file);
      await appendFile(file, '{"event":"ended","at":"2025');
      assert.deepEqual(await states(root, env), ['running']);
      await truncate(file, whole.indexOf('\n') - 5);
      assert.deepEqual(await states(root, env), []);
    });
  });

  it('P44 takes no path and no hash that is none, and hides no other record', async () => {
    await inStore(async (root, env) => {
      await (await beginRecord(env, root, INTENT, 1)).started('after');
      const file = await fileIn(root);
      const text = await readFile(file, 'utf8');
      const hostile = {
        climbing: text.replace('"old.py"', '"../old.py"'),
        hash: text.replace(SHA, 'nonsense'),
        size: text.replace('"size":1', '"size":-1'),
        json: text.replace('"board"', 'board'),
      };
      for (const [name, content] of Object.entries(hostile)) {
        assert.notEqual(content, text);
        await writeFile(join(root, 'restores', `20990101_000000_${name}.jsonl`), content);
      }
      await mkdir(join(root, 'restores', 'folder.jsonl'));
      await symlink('/nowhere', join(root, 'restores', 'link.jsonl'));
      assert.deepEqual(await states(root, env), ['running']);
      const { unreadable } = await restoreRecordsIn(env, root).list();
      assert.equal(unreadable.length, 5, 'each is known to be there, but for the link to nowhere');
    });
  });

  it('keeps names that are no text', async () => {
    await inStore(async (root, env) => {
      const path = parseBoardPath(textFromBytes(Buffer.from([0x66, 0xff, 0x0a, 0x22])));
      await beginRecord(env, root, { ...INTENT, items: [{ path, before: null, after: { size: 1, sha256: SHA } }] }, 1);
      const [record] = (await restoreRecordsIn(env, root).list()).records;
      assert.equal(record?.items[0]?.path, path);
    });
  });

  it('P26 does not begin where it cannot be written', async () => {
    await inStore(async (root, env) => {
      await writeFile(join(root, 'restores'), 'a file');
      await assert.rejects(beginRecord(env, root, INTENT, 1), { code: 'store-failed' });
      await rm(join(root, 'restores'));
      const full = testEnv();
      const broken = { ...full.fs, open: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) };
      await assert.rejects(beginRecord({ ...full, fs: broken }, root, INTENT, 1), { code: 'store-full' });
      assert.deepEqual(await states(root, env), []);
    });
  });

  it('is forgotten when a hundred later ones have ended, and never before it has', async () => {
    await inStore(async (root) => {
      const records = restoreRecordsIn(testEnv(), root);
      for (let minute = 0; minute < 104; minute++) {
        const journal = await beginRecord(testEnv({ now: minute * 60_000 }), root, INTENT, minute);
        await journal.started('after');
        if (minute === 1) await journal.stopped('port-lost');
        else await journal.ended('after', REPORT);
      }
      await records.compact();
      const left = (await records.list()).records;
      assert.equal(left.length, 101);
      assert.deepEqual([left.at(-1)?.state, left.at(-2)?.state], ['unfinished', 'done']);
    });
  });

  it('P25 of a board is the last one that was not undone', async () => {
    await inStore(async (root) => {
      const begin = async (now: number, id = 'uid:1') => {
        const journal = await beginRecord(testEnv({ now }), root, { ...INTENT, board: { id, name: 'pico' } }, now);
        await journal.started('after');
        return journal;
      };
      const first = await begin(1_000);
      await first.stopped('port-lost');
      const second = await begin(2_000);
      await second.ended('after', REPORT);
      await (await begin(3_000, 'uid:2')).stopped('cancelled');
      const list = async () => (await restoreRecordsIn(testEnv(), root).list()).records;
      assert.equal(lastRestore(await list(), 'uid:1')?.id, second.id);
      assert.deepEqual(
        unfinishedRestores(await list()).map(({ board }) => board.id),
        ['uid:2'],
      );
      await second.ended('before', REPORT);
      assert.equal(lastRestore(await list(), 'uid:1')?.id, first.id);
      assert.equal(unfinishedRestores(await list()).length, 2);
    });
  });
});
