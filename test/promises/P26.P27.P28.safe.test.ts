// Nothing is written before what it replaces is safe, nothing is written that is right already, and nothing but what was agreed to.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Env, realEnv } from '../../src/core/env.js';
import { previewRestore } from '../../src/core/jobs/restore.js';
import type { RestorePreview } from '../../src/core/jobs/restorePreview.js';
import { finishRestore } from '../../src/core/jobs/settleRestore.js';
import { verify } from '../../src/core/jobs/verify.js';
import { NO_DECISIONS } from '../../src/core/plan/planToward.js';
import { readTree } from '../support/builders.js';
import {
  AFTER,
  assertSame,
  BEFORE,
  CONFLICTS,
  DELETED,
  isSame,
  NEW,
  REPLACED,
  RestoreBench,
  SAME,
} from '../support/interruptedRestore.js';

describe('A restore of 20 files', function () {
  this.timeout(60_000);
  let folder: string;
  let bench: RestoreBench;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-safe-'));
    bench = await RestoreBench.open(folder, 'stage-all');
  });

  beforeEach(() => bench.goTo());

  after(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('P26 has a safety backup of all that it replaces, whole and sound, before its first write', async () => {
    const moments = await bench.watch((address) => bench.restore({}, address));
    const first = moments.find(({ flash }) => !isSame(flash, BEFORE)) ?? assert.fail('nothing was written');
    bench.goTo(first);
    const store = await bench.openStore(bench.env);
    const safety = (await bench.record())?.safety;
    const backup = (await store.list()).backups.find(({ id }) => id === safety) ?? assert.fail('no safety backup');
    assert.equal(backup.origin, 'safety');
    assert.deepEqual((await verify({ env: bench.env }, store)).damaged, []);
    const saved = await readTree(store, backup);
    for (const path of [...REPLACED, ...CONFLICTS, ...DELETED])
      assert.deepEqual(saved.get(path), BEFORE.get(path), path);
  });

  for (const { what, code, fails } of [
    { what: 'the disk is full while it is saved', code: 'store-full', fails: /backup_\d+_\d+\.blb\.partial$/ },
    { what: 'its record cannot be written', code: 'store-full', fails: /restores.[^/]*\.jsonl$/ },
  ]) {
    it(`P26 writes nothing if ${what}`, async () => {
      let fired = 0;
      const stamps = bench.stamps();
      const env = withDisk((fs) => ({
        async open(path, mode) {
          const file = await fs.open(path, mode);
          if (!fails.test(path) || mode === 'read') return file;
          const append = async () => {
            fired += 1;
            throw Object.assign(new Error('ENOSPC: planned'), { code: 'ENOSPC' });
          };
          return { ...file, append };
        },
      }));
      await assert.rejects(bench.restore({ env }), { code });
      assert.ok(fired > 0);
      assert.deepEqual(bench.stamps(), stamps);
      assert.equal(await bench.record(), undefined);
    });
  }

  it('P26 writes nothing if the safety backup cannot be read back as it was written', async () => {
    let fired = 0;
    const stamps = bench.stamps();
    const env = withDisk((fs) => ({
      async open(path, mode) {
        const file = await fs.open(path, mode);
        if (!/\.blb(\.partial)?$/.test(path) || bench.storeHad(path)) return file;
        return {
          ...file,
          async read(into, position) {
            const count = await file.read(into, position);
            // The content of the first file, and not what says where it is.
            if (position < 400 && position + count > 400) {
              fired += 1;
              into[400 - position] = (into[400 - position] ?? 0) ^ 1;
            }
            return count;
          },
        };
      },
    }));
    await assert.rejects(bench.restore({ env }));
    assert.ok(fired > 0);
    assert.deepEqual(bench.stamps(), stamps);
    assert.equal(await bench.record(), undefined);
  });

  it('P26 takes no safety backup if the user wants none, and has that on record', async () => {
    const { safety } = await bench.restore({}, undefined, { safety: 'none' });
    assert.equal(safety, undefined);
    assert.equal((await bench.record())?.safety, null);
    assertSame(bench.now().flash, AFTER);
    const { backups } = await (await bench.openStore()).list();
    assert.deepEqual([...new Set(backups.map(({ origin }) => origin))], ['manual']);
  });

  it('P25 can be finished in the same window if the disk was full when its end was to be recorded', async () => {
    let hasEnded = false;
    const env = withDisk((fs) => ({
      async open(path, mode) {
        const file = await fs.open(path, mode);
        if (!/restores.[^/]*\.jsonl$/.test(path) || mode === 'read') return file;
        const append = async (bytes: Uint8Array) => {
          hasEnded ||= Buffer.from(bytes).includes('"ended"');
          if (hasEnded) throw Object.assign(new Error('ENOSPC: planned'), { code: 'ENOSPC' });
          await file.append(bytes);
        };
        return { ...file, append };
      },
    }));
    await assert.rejects(bench.restore({ env }), { code: 'store-full' });
    assert.ok(hasEnded);
    const store = await bench.openStore();
    assert.equal((await store.restores()).records[0]?.state, 'unfinished');
    const { restored, unchanged } = await finishRestore({ env: realEnv() }, bench.address, store);
    assert.deepEqual([restored.length, unchanged.length > 0], [0, true]);
    assert.equal((await store.restores()).records[0]?.state, 'done');
  });

  it('P25 uses no temporary name that somebody else put into the record', async () => {
    const moments = await bench.watch((address) => bench.restore({}, address));
    // All is written aside, and nothing has taken its place.
    const middle = moments.findLast(({ flash }) => !flash.has('lib/new.py')) ?? assert.fail();
    const store = new Map(
      [...middle.store].map(([path, bytes]) => {
        const text = `${bytes ?? ''}`.replace(
          /(\{"path":"main\.py"[^}]*\}[^}]*\},"temporary":)"[^"]*"/,
          '$1"same.txt"',
        );
        return [path, path.endsWith('.jsonl') && path.startsWith('restores') ? Buffer.from(text) : bytes] as const;
      }),
    );
    assert.match(`${[...store].find(([path]) => /^restores.*jsonl$/.test(path))?.[1]}`, /"temporary":"same\.txt"/);
    bench.goTo({ ...middle, store });
    await bench.settle('after');
    assertSame(bench.now().flash, AFTER);
  });

  it('P27 writes no file that is right already, there and back', async () => {
    const same = (stamps: Map<string, string>) => SAME.map((path) => stamps.get(path));
    const before = same(bench.stamps());
    const result = await bench.restore();
    assert.deepEqual(result.unchanged.toSorted(), SAME.toSorted());
    assert.deepEqual([result.verified, result.restored.length], [14, 14]);
    assert.deepEqual(same(bench.stamps()), before);
    await bench.settle('before');
    assertSame(bench.now().flash, BEFORE);
    assert.deepEqual(same(bench.stamps()), before);
  });

  it('P27 writes nothing to a board that is as it should be already, and has nothing to undo', async () => {
    await bench.restore();
    const stamps = bench.stamps();
    const { restored, deleted, unchanged, safety, record } = await bench.restore();
    assert.deepEqual([restored, deleted, safety, record], [[], [], undefined, undefined]);
    assert.equal(unchanged.length, AFTER.size);
    assert.deepEqual(bench.stamps(), stamps);
  });

  it('P28 shows the plan again if the board has changed meanwhile, and does what was agreed to then', async () => {
    const shown: RestorePreview[] = [];
    const { plan, restored } = await bench.restore({}, undefined, {
      async decide(preview) {
        shown.push(preview);
        if (shown.length === 1) await writeFile(join(bench.flash, 'same.txt'), 'changed while it was looked at');
        return NO_DECISIONS;
      },
    });
    assert.deepEqual(
      shown.map(({ isAgain }) => isAgain),
      [false, true],
    );
    const actions = shown.map(({ plan: { items } }) => items.find(({ path }) => path === 'same.txt')?.action);
    assert.deepEqual(actions, ['same', 'conflict']);
    assert.deepEqual(plan, shown[1]?.plan);
    assert.deepEqual(restored.toSorted(), [...NEW, ...REPLACED, ...CONFLICTS, 'same.txt'].sort());
  });

  it('P28 carries out the plan with a given id, and no other', async () => {
    const preview = async () =>
      (await previewRestore({ env: realEnv() }, bench.address, await bench.openStore(), bench.options)).planId;
    const planId = await preview();
    assert.equal(await preview(), planId);
    await writeFile(join(bench.flash, 'same.txt'), 'changed since');
    const stamps = bench.stamps();
    await assert.rejects(bench.restore({}, undefined, { planId }), {
      code: 'file-changed',
      message: /Nothing was written/,
    });
    assert.deepEqual(bench.stamps(), stamps);
    await bench.restore({}, undefined, { planId: await preview() });
    assertSame(bench.now().flash, AFTER);
  });
});

function withDisk(change: (fs: Env['fs']) => Partial<Env['fs']>): Env {
  const env = realEnv();
  return { ...env, fs: { ...env.fs, ...change(env.fs) } };
}
