// The computer that backs up or restores may go away at any moment. Then one Ctrl-C brings the board's prompt back.
// MPBACKUP_KILLS sets how many moments are tried.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Line } from '../../src/core/board/line.js';
import { serialTransport } from '../../src/core/board/transport/serial.js';
import { mpbackup, startMpbackup } from '../support/mpbackup.js';
import { fiftyFiles, readTree, writeTree } from '../support/sampleTree.js';
import { type SimulatedPort, startSimulatedPort } from '../support/simulatedPort.js';
import { untilFree } from '../support/untilFree.js';

const KILLS = Number(process.env.MPBACKUP_KILLS ?? 16);
const CTRL_C = '\x03';

describe('P33 a job that is killed', function () {
  this.timeout(30 * 60_000);
  const files = fiftyFiles();
  let folder: string;
  let flash: string;
  let store: string;
  let port: SimulatedPort;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-killed-'));
    flash = join(folder, 'boards', 'demo');
    store = join(folder, 'store');
    await writeTree(flash, files);
    port = await startSimulatedPort({ folder: join(folder, 'boards'), name: 'demo', bytesPerSecond: 60_000 });
    const { status, stderr } = await mpbackup(['backup', port.path, '--store', store]);
    assert.equal(status, 0, stderr);
  });

  after(async () => {
    await port.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Kills the same job at moments spread over its whole length. */
  async function killAll(
    words: readonly string[],
    prepare: () => Promise<void>,
    check: () => Promise<void>,
  ): Promise<void> {
    await prepare();
    const start = performance.now();
    await mpbackup(words);
    const length = performance.now() - start;
    for (let number = 0; number < KILLS / 2; number++) {
      await prepare();
      const { child, ended } = startMpbackup(words);
      const timer = setTimeout(() => child.kill('SIGKILL'), ((number + 0.5) * length) / (KILLS / 2));
      await ended;
      clearTimeout(timer);
      await promptComesBack();
      await check();
    }
  }

  async function promptComesBack(): Promise<void> {
    const open = serialTransport({ baudRate: 115_200, controlLines: 'auto' });
    // The port's own process needs a moment to notice that nobody wants it any more.
    const { line, transport } = await untilFree(() => Line.open(open, port.path));
    try {
      await line.write(CTRL_C);
      // A raw REPL that waits says nothing to it; Ctrl-B then shows that it is one, and nothing else is.
      await line.settle(200, 3_000);
      await line.write('\x02');
      await line.readUntil('>>> ', { idleMs: 3_000, totalMs: 3_000 });
    } finally {
      await transport.close();
    }
  }

  it('during a backup leaves a board that answers to one Ctrl-C', async () => {
    await killAll(
      ['backup', port.path, '--store', store, '--kind', 'full'],
      async () => {},
      async () => assert.equal((await readTree(flash)).files.size, files.size),
    );
  });

  it('P24 during a restore leaves the same, and every file old or new', async () => {
    const old = new Map([...files.keys()].map((path): [string, Buffer] => [path, Buffer.from('old\n')]));
    await killAll(
      ['restore', port.path, 'latest', '--store', store, '--yes'],
      async () => {
        await rm(flash, { recursive: true });
        await writeTree(flash, old);
      },
      async () => {
        for (const [path, content] of (await readTree(flash)).files) {
          if (/(^|\/)\.mpb-[0-9a-f]{8}$/.test(path) || content.toString() === 'old\n') continue;
          assert.deepEqual(content, Buffer.from(files.get(path) ?? []), path);
        }
      },
    );
  });
});
