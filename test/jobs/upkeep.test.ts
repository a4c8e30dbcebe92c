// What is checked by itself, when, and by whom; and the verbs of the command line for it.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Env, realEnv } from '../../src/core/env.js';
import { runUpkeep } from '../../src/core/jobs/upkeep.js';
import { dueUpkeep } from '../../src/core/plan/upkeepDue.js';
import { parseUpkeep, USUAL_UPKEEP } from '../../src/core/plan/upkeepRules.js';
import type { HistoryRecord } from '../../src/core/store/history.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { aBoard, inFolder, takeBackup } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { mpbackup } from '../support/mpbackup.js';

const DAY = 86_400_000;
/** Not compressed, so that a test finds it in an archive. */
const MARK = 'q8#Zx!';
const BOARDS = ['pico', 'wemos', 'teensy'].map((name) => aBoard({ id: `id-${name}`, name }));

/** A store with a backup of each board, and a clock that can be set. */
function onStore(test: (store: Store, env: Env, at: (now: number) => void) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    let now = Date.UTC(2026, 5, 10, 12);
    const real = realEnv();
    const env = { ...real, clock: { ...real.clock, now: () => now, timeZone: () => 'UTC' } };
    const store = await openStore(env, join(folder, 'store'));
    for (const board of BOARDS) {
      await takeBackup(store, { 'main.py': `${MARK}${board.name}` }, { board });
      now += 1000;
    }
    await test(store, env, (time) => {
      now = time;
    });
  });
}

describe('Upkeep', function () {
  this.timeout(60_000);

  it('reads some archives each day, and each week tests the board that was tested longest ago, until all were', async () => {
    await onStore(async (store, env, at) => {
      const done: string[] = [];
      const start = env.clock.now();
      for (let day = 0; day < 28; day++) {
        // Whoever is asked by a timer is asked a little earlier or later; and more than once a day.
        for (const minutes of [day % 3, 30]) {
          const now = start + day * DAY + minutes * 60_000;
          at(now);
          const rules = { ...USUAL_UPKEEP, checkSeconds: 1e-9 };
          const { verified, tested } = await runUpkeep({ env }, store, rules);
          if (verified) assert.equal(verified.archives, 1);
          done.push(...(verified ? [`${day} verify`] : []), ...(tested ? [`${day} ${tested.backup.board.name}`] : []));
        }
      }
      const tests = done.filter((line) => !line.endsWith('verify'));
      assert.deepEqual(tests, ['0 teensy', '7 wemos', '14 pico', '21 teensy']);
      assert.equal(done.length - tests.length, 28);
      assert.deepEqual(new Set((await store.list()).backups.map(({ verified }) => verified?.isSound)), new Set([true]));
    });
  });

  it('is done by one of two that come at once, and not again by who came later', async () => {
    await onStore(async (store, env) => {
      const other = await openStore(env, store.root);
      const both = await Promise.all([store, other].map((each) => runUpkeep({ env }, each, USUAL_UPKEEP)));
      assert.equal(both.filter(({ verified, tested }) => verified && tested).length, 1);
      assert.deepEqual(await runUpkeep({ env }, other, USUAL_UPKEEP), {});
      const operations = (await store.history()).map(({ operation }) => operation);
      assert.deepEqual(operations, ['verify', 'test-restore']);
    });
  });

  it('is never due without backups, or where it is not wished', async () => {
    await inFolder(async (folder) => {
      const env = realEnv();
      for (const name of ['none', '.']) {
        const store = await openStore(env, join(folder, name));
        assert.deepEqual(await runUpkeep({ env }, store, USUAL_UPKEEP), {});
        assert.deepEqual(await store.history(), []);
      }
    });
    await onStore(async (store, env) => {
      const never = { ...USUAL_UPKEEP, checkSeconds: 0, testRestore: 'never' } as const;
      assert.deepEqual(await runUpkeep({ env }, store, never), {});
    });
  });

  it('goes by the day where the user lives; what was cut off is tried again after an hour, what is dated later says nothing', async () => {
    await onStore(async (store, env) => {
      const { backups } = await store.list();
      const now = env.clock.now();
      const read = backups.map((backup) => ({
        ...backup,
        verified: { at: new Date(now).toISOString(), isSound: true },
      }));
      const verified = (ago: number, more: Partial<HistoryRecord> = {}): HistoryRecord => ({
        ...{ at: new Date(now - ago * 3_600_000).toISOString(), operation: 'verify', ok: true, seconds: 1, ...more },
      });
      const isDue = (timeZone: string, ...history: HistoryRecord[]) =>
        dueUpkeep({ rules: USUAL_UPKEEP, backups: read, history, now, timeZone }).verify;
      assert.equal(isDue('UTC', verified(11)), false);
      assert.equal(isDue('UTC', verified(13)), true);
      assert.equal(isDue('Pacific/Kiritimati', verified(1)), false);
      assert.equal(isDue('Pacific/Kiritimati', verified(3)), true);
      assert.equal(isDue('UTC', verified(-5)), true);
      const cut = { ok: false, code: 'cancelled' };
      assert.equal(isDue('UTC', verified(0.5, cut)), false);
      assert.equal(isDue('UTC', verified(1.5, cut)), true);
      // Damage was found: it was read all the same.
      assert.equal(isDue('UTC', verified(1, { ok: false, code: 'archive-damaged' })), false);
      // A quick one reads no bytes; nor does one of a disk that fails, which is tried again each hour and no more often.
      const unread = (ago: number) =>
        dueUpkeep({ rules: USUAL_UPKEEP, backups, history: [verified(ago)], now, timeZone: 'UTC' }).verify;
      assert.deepEqual([unread(1), unread(0.5)], [true, false]);
    });
  });

  it('has rules that are refused with a sentence where they cannot be meant', () => {
    assert.deepEqual(parseUpkeep({}), USUAL_UPKEEP);
    const monthly = { checkSeconds: 0, testRestore: 'monthly', testRestoreSeconds: 5 };
    assert.deepEqual(parseUpkeep(monthly), monthly);
    for (const wrong of [
      { checkSeconds: -1 },
      { testRestore: 'daily' },
      { testRestoreSeconds: '60' },
      { checkSeconds: null },
    ]) {
      assert.throws(() => parseUpkeep(wrong), { code: 'bad-argument', message: /^The value of \w+ cannot be .+\.$/ });
    }
  });
});

describe('mpbackup test-restore, upkeep and health', function () {
  this.timeout(60_000);

  it('say what is sound, what is damaged, what is due and what needs somebody, and end accordingly', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const env = { ...process.env, MPBACKUP_STORE: root, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      const say = async (...words: string[]) => {
        const { status, stdout, stderr } = await mpbackup(words, { env });
        return { status, out: `${stdout}`.trimEnd(), err: stderr };
      };
      const ask = async (...words: string[]) => (await mpbackup([...words, '--json'], { env })).result;
      // A disk that is not connected is no reason to be quiet.
      for (const words of [['health'], ['upkeep'], ['schedule', 'run']]) {
        const { status, err } = await say(...words);
        assert.equal(status, 1, words.join(' '));
        assert.match(
          err,
          /^There is no folder .*store: .*\nCheck the name of the folder, and that its disk is connected\.\n$/,
        );
      }
      await mkdir(root);
      const nothing = `There is no backup in ${root} yet.`;
      assert.deepEqual(await say('health'), { status: 0, out: nothing, err: '' });
      assert.deepEqual((await say('upkeep')).out, 'Nothing is due.');

      const store = await openStore(realEnv(), root);
      for (const board of BOARDS) await takeBackup(store, { 'main.py': `${MARK}${board.name}` }, { board });
      const well = await say('health');
      assert.equal(well.status, 0);
      assert.match(
        well.out,
        /^All is well: 3 boards, each backed up just now or later\. The next is due [-\d]+ [:\d]+\.$/,
      );
      const one = await say('health', 'wemos');
      assert.match(one.out, /^ {2}wemos {2}last just now +next [-\d]+ [:\d]+$/);

      const sound = await say('test-restore', 'wemos');
      assert.equal(sound.status, 0);
      assert.match(
        sound.out,
        /^The backup of wemos of [-\d]+ [:\d]+ is sound: 1 file restored and compared in [\d.]+ s\.$/,
      );
      const none = await ask('test-restore', '--seconds', '0');
      assert.deepEqual([none.ok, none.outcome, none.left], [true, 'partly', 1]);
      assert.equal((await say('test-restore', '--seconds', 'long')).status, 2);
      assert.equal((await say('test-restore', 'nobody')).status, 1);

      const pico = await store.find('latest', 'id-pico');
      await damageArchive(pico.archive, MARK);
      const damaged = await say('test-restore', pico.id.slice(0, 8));
      assert.equal(damaged.status, 1);
      assert.match(
        damaged.out,
        /^The backup of pico of .* is damaged: 1 finding; 0 files .*\n.*main\.py cannot be read/,
      );
      assert.match(damaged.err, /mpbackup repair/);
      const ill = await say('health');
      assert.equal(ill.status, 1);
      assert.match(
        ill.out,
        /^! pico .*\n {2}! Damage was found in the backup of .* of pico\. What is lost is looked for .*$/m,
      );
      const health = (await ask('health', 'pico')) as { ok: boolean; boards: Array<{ findings: unknown[] }> };
      assert.deepEqual([health.ok, health.boards.length, health.boards[0]?.findings.length], [false, 1, 1]);

      const rules = join(folder, 'rules.json');
      await writeFile(rules, '{"testRestore": "daily"}');
      assert.equal((await say('upkeep', '--rules', rules)).status, 1);
      await writeFile(rules, '{"testRestore": "never"}');
      const upkeep = await ask('upkeep', '--rules', rules);
      assert.deepEqual([upkeep.ok, upkeep.tested], [false, null]);
      assert.equal((await say('upkeep')).out, 'Nothing is due.');
    });
  });
});
