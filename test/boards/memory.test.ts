// What our Python takes of a board's memory, and that boards with little of it are backed up and restored. MicroPython's unix
// port has words of 64 bits: there, all but plain bytes takes twice the room that it takes on boards.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import agentSource from '../../src/core/board/agent/agent.py';
import { AgentLink } from '../../src/core/board/agent/agentLink.js';
import packSource from '../../src/core/board/agent/pack.py';
import takeSource from '../../src/core/board/agent/take.py';
import { CODE_LENGTHS } from '../../src/core/board/agent/unpack.js';
import { enterRawRepl } from '../../src/core/board/enterRawRepl.js';
import { Line } from '../../src/core/board/line.js';
import { OURS } from '../../src/core/board/rawRepl.js';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { restore } from '../../src/core/jobs/restore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, readTree } from '../support/builders.js';
import { realBoards } from '../support/realBoards.js';
import { fiftyFiles } from '../support/sampleTree.js';
import { readFlash, startUnixBoard, type UnixBoard, writeFlash } from '../support/unixBoard.js';

const BLOCK = 4096;

describe('The memory of a board', function () {
  this.timeout(60_000);
  const open = transportByUrl('');

  before(async function () {
    if (!(await realBoards())) this.skip();
  });

  async function onBoard<T>(
    image: string,
    more: { heap?: number; bytesPerSecond?: number },
    work: (board: UnixBoard) => Promise<T>,
  ): Promise<T> {
    const board = await startUnixBoard({ fileSystem: 'littlefs', image, uniqueId: 'e6614c311b7e6f35', ...more });
    try {
      return await work(board);
    } finally {
      await board.stop();
    }
  }

  it('P36 is taken by our Python within bounds', async () => {
    await inFolder(async (folder) => {
      await onBoard(join(folder, 'flash'), {}, async ({ path }) => {
        const { line, transport } = await Line.open(open, path);
        try {
          const repl = await enterRawRepl(line);
          const text = async (code: string) => Buffer.from(await repl.exec(code)).toString('latin1');
          const taken = async () => Number(await text('import gc;gc.collect();print(gc.mem_alloc())'));
          let before = 0;
          const costs: Record<string, number> = {};
          const cost = (what: string, now: number) => {
            costs[what] = now - before;
            before = now;
          };
          // Brings the loader, which all of it needs.
          await repl.install('pass');
          before = await taken();
          await repl.install(agentSource);
          cost('agent', await taken());
          await repl.install(takeSource);
          cost('take', await taken());
          await repl.install(`_mpb_lengths=b'${CODE_LENGTHS}'\n_mpb_bits=13\n${packSource}`);
          cost('pack', await taken());
          await repl.exec(`${OURS}['ring']=${OURS}['_mpb_pack']()`);
          cost('ring', await taken());

          await repl.install(
            'import gc\ndef _mpb_more(send,a,b,c,commands,d):commands[77]=lambda w:(gc.collect(),send(b"d",str(gc.mem_alloc()).encode()))',
          );
          cost('question', await taken());
          const ended = await repl.start(`${OURS}['_mpb'](${BLOCK},${OURS}['_mpb_more'])`);
          const link = new AgentLink(line, { bytesPerSecond: 1_000_000, underWay: 0 });
          for await (const { data } of link.ask('M', [])) cost('running', Number(data.toString('latin1')));
          await link.quit();
          await ended(1_000);

          console.log(`      bytes: ${JSON.stringify(costs)}`);
          const bounds = { agent: 6_500, take: 3_500, pack: 2_200, ring: 17_000, running: BLOCK + 4_000 };
          for (const [what, most] of Object.entries(bounds)) {
            const bytes = costs[what] ?? 0;
            // A figure that is too small is none.
            assert.ok(bytes > 500 && bytes <= most, `${what} takes ${bytes} bytes`);
          }

          await repl.exec(`del ${OURS}`);
          await repl.leave(false);
        } finally {
          await transport.close();
        }
      });
    });
  });

  // More than half of 72 kB is taken before we come.
  // Of 62 kB, no room for inflating is left once the agent is there.
  for (const [heap, rates] of [
    [62_000, [undefined]],
    [72_000, [undefined, 40_000]],
    [128_000, [undefined]],
  ] as const) {
    for (const bytesPerSecond of rates) {
      const how = bytesPerSecond === undefined ? '' : ' on a slow line';
      it(`P36 P45 is enough to back up and restore fifty files with ${heap / 1000} kB${how}`, async () => {
        await inFolder(async (folder) => {
          const context = { env: realEnv() };
          const limits = { heap, ...(bytesPerSecond !== undefined && { bytesPerSecond }) };
          const store = await openStore(context.env, join(folder, 'store'));
          const files = [...fiftyFiles()].map(
            ([path, bytes]) => [Buffer.from(path).toString('latin1'), bytes] as const,
          );
          const image = join(folder, 'flash');
          await writeFlash(image, 'littlefs', new Map(files));
          const scope = { root: ROOT, include: [], exclude: [] };
          const taken = await onBoard(image, limits, ({ path: url }) =>
            backup(context, { url, open }, store, { kind: 'full', origin: 'manual', scope }),
          );
          assert.deepEqual(taken.errors, []);
          assert.equal((await readTree(store, taken.backup)).size, files.length);

          const other = join(folder, 'other');
          await writeFlash(other, 'littlefs', new Map(files.map(([path]) => [path, Buffer.from('old\n')])));
          const options = { backup: taken.backup, paths: [ROOT], allowOtherBoard: false };
          const { restored, ways } = await onBoard(other, limits, ({ path: url }) =>
            restore(context, { url, open }, store, options),
          );
          console.log(`      down: ${taken.ways.join(', ')}; up: ${ways.join(', ')}`);
          assert.equal(restored.length, files.length);
          const found = [...(await readFlash(other, 'littlefs'))].filter(([, bytes]) => bytes);
          assert.deepEqual(
            new Map(found),
            new Map(files.map(([path, bytes]) => [path, Buffer.from(bytes)] as const).sort()),
          );
        });
      });
    }
  }
});
