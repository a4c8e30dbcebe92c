// Boards pack what they send where the line is slow enough for it to pay, and only there.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { faultyTransport } from '../support/faultyTransport.js';
import { realBoards } from '../support/realBoards.js';
import { fiftyFiles } from '../support/sampleTree.js';
import { startUnixBoard, type UnixBoard, writeFlash } from '../support/unixBoard.js';

const SLOW = 40_000;

/** What packs badly, and what reaches far back: noise, every byte value, the longest repetitions, the same file twice. */
const extremes = new Map<string, Uint8Array>([
  ['noise', Uint8Array.from({ length: 20_000 }, (_, at) => (Math.imul(at, 2_654_435_761) >>> 13) & 0xff)],
  ['bytes', Uint8Array.from({ length: 4_096 }, (_, at) => at & 0xff)],
  ['zeros', new Uint8Array(30_000)],
  ['text', Buffer.from('def measure(pin):\n    return pin.value()\n'.repeat(150))],
  ['text again', Buffer.from('def measure(pin):\n    return pin.value()\n'.repeat(150))],
  ['one', Buffer.of(1)],
  ['empty', new Uint8Array()],
]);

describe('What a board packs', function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-packing-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** @returns how a full backup travelled; its content is right */
  async function backUp(url: string, open: OpenTransport, tree: ReadonlyMap<string, Uint8Array>) {
    const context = { env: realEnv() };
    const store = await openStore(context.env, join(folder, 'store'));
    const scope = { root: ROOT, include: [], exclude: [] };
    const result = await backup(context, { url, open }, store, { kind: 'full', origin: 'manual', scope });
    const { entries, options } = await store.readManifest(result.backup);
    const found = new Map<string, Buffer>();
    for (const entry of entries) {
      if (entry.type !== 'file') continue;
      assert.equal(entry.evidence, 'board-hash');
      const chunks: Uint8Array[] = [];
      for await (const chunk of store.readContent(entry)) chunks.push(chunk);
      found.set(entry.path, Buffer.concat(chunks));
    }
    for (const [path, content] of tree) assert.deepEqual(found.get(path), Buffer.from(content), path);
    assert.equal(found.size, tree.size);
    const payload = [...tree.values()].reduce((sum, { length }) => sum + length, 0);
    return { ways: options.ways, ratio: result.wire.received / payload };
  }

  for (const [what, tree] of [
    ['fifty files of a project', new Map(fiftyFiles())],
    ['files that pack badly or very well', extremes],
  ] as const) {
    it(`P45 arrives as it was, without viper: ${what}`, async () => {
      const boards = join(folder, 'boards');
      await addSimulatedBoard(boards, 'demo', Object.fromEntries(tree));
      try {
        const { open } = faultyTransport(simulatedTransport(boards), undefined, true);
        const { ways, ratio } = await backUp('sim:demo', open, tree);
        assert.ok(ways.includes('packed'), String(ways));
        assert.ok(ratio < 0.9, String(ratio));
      } finally {
        await powerOffSimulated(boards, 'demo');
      }
    });

    for (const { kB, ...options } of [
      { kB: 2_000, heap: 4_000_000 },
      // Words of 64 bits: what a board has in half of it.
      { kB: 48, heap: 96_000 },
    ]) {
      it(`P45 arrives as it was, packed by viper on a board with ${kB} kB: ${what}`, async function () {
        if (!(await realBoards())) this.skip();
        const { ways, ratio } = await onUnixBoard({ ...options, bytesPerSecond: SLOW }, tree);
        assert.ok(ways.includes('packed by viper'), String(ways));
        assert.ok(ratio < 0.9, String(ratio));
      });
    }
  }

  it('is nothing on a fast line', async function () {
    if (!(await realBoards())) this.skip();
    const { ways } = await onUnixBoard({}, new Map(fiftyFiles()));
    assert.deepEqual(ways, ['agent']);
  });

  it('is nothing where a few bytes are to travel: what packs them would be longer', async function () {
    if (!(await realBoards())) this.skip();
    const { ways } = await onUnixBoard({ bytesPerSecond: SLOW }, new Map([['main.py', Buffer.from('print(1)\n')]]));
    assert.deepEqual(ways, ['agent']);
  });

  it('P36 is nothing on a board without memory for it, which still has the agent', async function () {
    if (!(await realBoards())) this.skip();
    const { ways } = await onUnixBoard({ heap: 62_000, bytesPerSecond: SLOW }, new Map(fiftyFiles()));
    assert.deepEqual(ways, ['agent']);
  });

  async function onUnixBoard(
    options: { heap?: number; bytesPerSecond?: number },
    tree: ReadonlyMap<string, Uint8Array>,
  ): Promise<Awaited<ReturnType<typeof backUp>>> {
    const image = join(folder, 'flash');
    await writeFlash(
      image,
      'littlefs',
      new Map([...tree].map(([path, content]) => [Buffer.from(path).toString('latin1'), content])),
    );
    const board: UnixBoard = await startUnixBoard({ fileSystem: 'littlefs', image, ...options });
    try {
      return await backUp(board.path, transportByUrl(''), tree);
    } finally {
      await board.stop();
    }
  }
});
