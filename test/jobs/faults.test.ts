// P32: a byte that is lost, doubled or changed anywhere on the line never changes what is stored or written.
// MPBACKUP_FAULTS sets how many faults are tried.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { backup } from '../../src/core/jobs/backup.js';
import { restore } from '../../src/core/jobs/restore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { type Fault, type FaultKind, faultyTransport } from '../support/faultyTransport.js';
import { readTree, writeTree } from '../support/sampleTree.js';

const TRIES = Number(process.env.MPBACKUP_FAULTS ?? 200);
const KINDS: readonly FaultKind[] = ['drop', 'double', 'flip'];

describe('P32 P08 single faults on the line', function () {
  this.timeout(60 * 60_000);
  const text = (lines: number) => Buffer.from('value = sensor.read()  # measured\n'.repeat(lines));
  const noise = (length: number) => Uint8Array.from({ length }, (_, at) => (at * at * 31 + (at >> 3)) & 0xff);
  const files = new Map<string, Uint8Array>([
    ['main.py', text(20)],
    ['lib/sensor.py', text(90)],
    ['data.bin', noise(5_000)],
    ['empty', new Uint8Array()],
  ]);
  /** So few bytes that no board packs them. */
  const fewBytes = new Map<string, Uint8Array>([
    ['main.py', text(20)],
    ['data.bin', noise(900)],
    ['empty', new Uint8Array()],
  ]);
  let folder: string;
  let boards: string;
  let flash: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-faults-'));
    boards = join(folder, 'boards');
    flash = join(boards, 'demo');
  });

  after(async () => {
    await powerOffSimulated(boards, 'demo');
    await rm(folder, { recursive: true, force: true });
  });

  const wanted = async (tree: ReadonlyMap<string, Uint8Array>) => {
    await rm(flash, { recursive: true, force: true });
    await writeTree(flash, tree);
    return (await readTree(flash)).files;
  };
  const context = { env: realEnv() };
  const options = { kind: 'full', origin: 'manual', scope: { root: ROOT, include: [], exclude: [] } } as const;
  const address = (fault: Fault | undefined, isSlow: boolean) => {
    const { open, state } = faultyTransport(simulatedTransport(boards), fault, isSlow);
    return { address: { url: 'sim:demo', open }, state };
  };

  /** Runs a job with each fault, and counts how it ended. */
  async function tryFaults(
    count: number,
    job: (fault: Fault | undefined) => Promise<{ passed: Record<Fault['direction'], number>; fired: boolean }>,
  ) {
    // The second run is as all that follow, and a little shorter than the longest of them.
    await job(undefined);
    const { passed } = await job(undefined);
    const ended = { retried: 0, reported: 0 };
    for (let number = 0; number < count; number++) {
      const direction = number % 2 === 0 ? 'toHost' : 'toBoard';
      // Spread evenly over the whole conversation, and the same at every run.
      const at = Math.floor(((number + 0.5) * 0.95 * passed[direction]) / count);
      const fault: Fault = { kind: KINDS[number % 3] ?? 'flip', direction, at };
      try {
        const { fired } = await job(fault);
        assert.ok(fired, `${JSON.stringify(fault)} did not happen`);
        ended.retried += 1;
      } catch (error) {
        if (!isBackupError(error)) throw new Error(JSON.stringify(fault), { cause: error });
        ended.reported += 1;
      }
    }
    return ended;
  }

  for (const { how, tree, isSlow } of [
    { how: 'of a few bytes', tree: fewBytes, isSlow: false },
    { how: 'that the board packs', tree: files, isSlow: true },
  ]) {
    it(`${TRIES / 4} of them during backups ${how}: retried or reported, never stored`, async () => {
      const onBoard = await wanted(tree);
      let number = 0;
      const ended = await tryFaults(TRIES / 4, async (fault) => {
        const { address: board, state } = address(fault, isSlow);
        const store = await openStore(context.env, join(folder, `store${number++}`));
        const { backup: taken, errors } = await backup(context, board, store, options);
        const { entries, options: used } = await store.readManifest(taken);
        // A fault may make a board look too slow for packing.
        if (!fault) assert.equal(used.ways.includes('packed'), isSlow);
        for (const entry of entries) {
          if (entry.type !== 'file') continue;
          const chunks: Uint8Array[] = [];
          for await (const chunk of store.readContent(entry)) chunks.push(chunk);
          assert.deepEqual(Buffer.concat(chunks), onBoard.get(entry.path), entry.path);
        }
        assert.equal(entries.filter(({ type }) => type === 'file').length + errors.length, tree.size);
        await rm(store.root, { recursive: true });
        return state;
      });
      console.log(`      ${TRIES / 4} faults: ${JSON.stringify(ended)}`);
    });
  }

  it(`${TRIES / 4} of them during restores: retried or reported, every file old or new`, async () => {
    const right = await wanted(files);
    const store = await openStore(context.env, join(folder, 'store'));
    const { backup: taken } = await backup(context, address(undefined, true).address, store, options);
    const ended = await tryFaults(TRIES / 4, async (fault) => {
      await rm(flash, { recursive: true });
      await writeTree(flash, new Map([['main.py', Buffer.from('old\n')]]));
      const { address: board, state } = address(fault, true);
      try {
        await restore(context, board, store, { backup: taken, paths: [ROOT], allowOtherBoard: false });
        assert.deepEqual((await readTree(flash)).files, right);
      } finally {
        for (const [path, content] of (await readTree(flash)).files) {
          const isOld = path === 'main.py' && content.toString() === 'old\n';
          const isTemporary = /(^|\/)\.mpb-[0-9a-f]{8}$/.test(path);
          if (!isOld && !isTemporary) assert.deepEqual(content, right.get(path), path);
        }
      }
      return state;
    });
    console.log(`      ${TRIES / 4} faults: ${JSON.stringify(ended)}`);
  });
});
