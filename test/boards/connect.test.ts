import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedBoard, withBoard } from '../../src/core/board/connect.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { silentLog } from '../../src/core/env.js';
import { BackupError, isBackupError } from '../../src/core/errors.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { type Tap, tap } from '../support/tap.js';
import { openConsole } from './simulatedConsole.js';

describe('A job at a board', () => {
  let boards: string;
  let line: Tap;

  beforeEach(async () => {
    boards = await mkdtemp(join(tmpdir(), 'connect-'));
    line = tap(simulatedTransport(boards));
    await addSimulatedBoard(boards, 'demo', { 'data.txt': 'data' });
  });

  afterEach(async () => {
    await powerOffSimulated(boards, 'demo');
    await powerOffSimulated(boards, 'other');
    await rm(boards, { recursive: true, force: true });
  });

  function at<T>(work: (board: ConnectedBoard) => Promise<T>, signal?: AbortSignal, url = 'sim:demo'): Promise<T> {
    return withBoard({ open: line.open, url, log: silentLog, signal }, work);
  }

  it('knows the board by its own id and says what it runs', async () => {
    await at(async ({ identity, profile }) => {
      assert.match(identity.id, /^uid:[0-9a-f]{16}$/);
      assert.equal(identity.idSource, 'unique-id');
      assert.equal(identity.name, 'demo');
      assert.match(identity.firmware, /MicroPython v1\.\d+/);
      assert.equal(profile.implementation, 'micropython');
      assert.ok(profile.can.sha256 && profile.can.base64 && profile.can.ilistdir);
    });
  });

  it('P37 waits until the job before has left the port', async () => {
    const first = held();
    const order: string[] = [];
    const one = at(async () => {
      order.push('one begins');
      await first.until;
      order.push(`one ends, ${line.openNow()} open`);
    });
    const two = at(async () => void order.push(`two, ${line.openNow()} open`));
    first.release();
    await Promise.all([one, two]);
    assert.deepEqual(order, ['one begins', 'one ends, 1 open', 'two, 1 open']);
    assert.equal(line.opened(), 2);
    assert.equal(line.openNow(), 0);
  });

  it('P37 gets its turn although the job before has failed', async () => {
    const one = at(() => Promise.reject(new Error('no')));
    const two = at(async () => 'done');
    await assert.rejects(one, /no/);
    assert.equal(await two, 'done');
  });

  it('P35 P37 can be cancelled while it waits, and lets nobody past the job at work', async () => {
    const first = held();
    const abort = new AbortController();
    const one = at(() => first.until);
    const two = at(async () => assert.fail('was cancelled'), abort.signal);
    const three = at(async () => line.openNow());
    abort.abort();
    await assert.rejects(two, (error) => isBackupError(error, 'cancelled'));
    assert.ok(line.opened() <= 1, 'the third must wait for the first');
    first.release();
    await one;
    assert.equal(await three, 1);
  });

  it('P37 does not wait for jobs at other boards', async () => {
    await addSimulatedBoard(boards, 'other', {});
    const first = held();
    const one = at(() => first.until);
    assert.equal(await at(async () => 'done', undefined, 'sim:other'), 'done');
    first.release();
    await one;
  });

  it('that is cancelled before it begins does not even open the port', async () => {
    await assert.rejects(
      at(async () => {}, AbortSignal.abort()),
      (error) => isBackupError(error, 'cancelled'),
    );
    assert.equal(line.opened(), 0);
  });

  it('P34 leaves no name of ours in the memory of the board', async () => {
    const names = 'print([name for name in dir() if "mpb" in name])\r';
    await at(async () => {});
    const console = await openConsole(simulatedTransport(boards), 'sim:demo');
    await console.send(names);
    await console.until('[]\r\n');
    await console.close();
  });

  const endings: Record<string, (board: ConnectedBoard) => Promise<unknown>> = {
    'is done': async () => {},
    fails: () => Promise.reject(new BackupError('store-full', 'The disk is full.')),
    'sees the board raise an exception': ({ files }: ConnectedBoard) =>
      files.read(parseBoardPath('nothing'), async () => {}),
    'fails while the board sends': ({ files }: ConnectedBoard) =>
      files.read(parseBoardPath('data.txt'), () => Promise.reject(new BackupError('store-full', 'The disk is full.'))),
  };
  for (const [how, work] of Object.entries(endings)) {
    it(`P34 that ${how} starts the program again that ran before`, async () => {
      const folder = join(boards, 'other');
      const main = 'import time\nopen("starts", "a").write("x")\nwhile True:\n  print("tick")\n  time.sleep_ms(10)\n';
      await addSimulatedBoard(boards, 'other', { 'main.py': main, 'data.txt': 'data'.repeat(5000) });
      await ticks();
      await at(work, undefined, 'sim:other').catch((error: unknown) => assert.ok(isBackupError(error), String(error)));
      assert.equal(line.openNow(), 0);
      await ticks();
      assert.equal(await readFile(join(folder, 'starts'), 'utf8'), 'xx');
    });
  }

  async function ticks(): Promise<void> {
    const console = await openConsole(simulatedTransport(boards), 'sim:other');
    await console.until('tick');
    await console.close();
  }
});

/** Something that a job waits for until it is let go. */
function held(): { until: Promise<void>; release: () => void } {
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release: () => release() };
}
