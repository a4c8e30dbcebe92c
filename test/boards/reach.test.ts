import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedBoard, type ConnectOptions, withBoard } from '../../src/core/board/connect.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { silentLog } from '../../src/core/env.js';
import { BackupError, isBackupError } from '../../src/core/errors.js';
import { type Tap, tap } from '../support/tap.js';
import { openConsole } from './simulatedConsole.js';

const LONG_MS = 60_000;
const TICKS = 'import time\nopen("starts", "a").write("x")\nwhile True:\n  print("tick")\n  time.sleep_ms(10)\n';
/** Takes a moment to start, as programs do that import much, and from then on catches every Ctrl-C. */
const HOLDS_OUT = `
import time
open("starts", "a").write("x")
for _ in range(200): time.sleep_ms(10)
print("on")
while True:
  try:
    while True: time.sleep_ms(5)
  except KeyboardInterrupt:
    print("never")
`;

type Manners = Partial<Omit<ConnectOptions, 'url' | 'log'>>;

/** A folder of boards, and the line to one of them. */
class Desk {
  readonly line: Tap;

  private constructor(
    readonly boards: string,
    readonly name: string,
  ) {
    this.line = tap(simulatedTransport(boards));
  }

  static async open(name = 'demo'): Promise<Desk> {
    return new Desk(await mkdtemp(join(tmpdir(), 'reach-')), name);
  }

  get url(): string {
    return `sim:${this.name}`;
  }

  async close(): Promise<void> {
    await powerOffSimulated(this.boards, this.name);
    await rm(this.boards, { recursive: true, force: true });
  }

  at<T>(manners: Manners, work: (board: ConnectedBoard) => Promise<T>): Promise<T> {
    return withBoard({ open: this.line.open, url: this.url, log: silentLog, ...manners }, work);
  }

  async boardThatRuns(main: string, until: string): Promise<void> {
    await addSimulatedBoard(this.boards, this.name, { 'main.py': main });
    await this.atConsole((console) => console.until(until));
  }

  async atConsole<T>(talk: (console: Awaited<ReturnType<typeof openConsole>>) => Promise<T>): Promise<T> {
    const console = await openConsole(simulatedTransport(this.boards), this.url);
    try {
      return await talk(console);
    } finally {
      await console.close();
    }
  }

  starts(): Promise<string> {
    return readFile(join(this.boards, this.name, 'starts'), 'utf8');
  }
}

/** Tests that mostly wait: each has a board of its own, and all of them wait at the same time. */
function together(cases: Readonly<Record<string, (desk: Desk) => Promise<void>>>): void {
  const running = new Map<string, Promise<void>>();

  before(() => {
    for (const [number, [title, work]] of Object.entries(cases).entries()) {
      // Jobs on boards of one name would wait for each other.
      const done = onDesk(`demo${number}`, work);
      done.catch(() => undefined);
      running.set(title, done);
    }
  });

  for (const title of Object.keys(cases)) it(title, () => running.get(title));
}

async function onDesk(name: string, work: (desk: Desk) => Promise<void>): Promise<void> {
  const desk = await Desk.open(name);
  try {
    await work(desk);
  } finally {
    await desk.close();
  }
}

describe('A board', function () {
  this.timeout(60_000);
  let desk: Desk;

  beforeEach(async () => {
    desk = await Desk.open();
  });

  afterEach(() => desk.close());

  describe('whose program had to stop', () => {
    beforeEach(() => desk.boardThatRuns(TICKS, 'tick'));

    async function assertStopped({ program }: ConnectedBoard): Promise<void> {
      assert.equal(program.state, 'stopped');
      await desk.atConsole(async (console) => {
        await console.send('6 * 7\r');
        await console.until('42\r\n>>> ');
      });
      assert.equal(await desk.starts(), 'x');
    }

    async function assertRestarted({ program }: Pick<ConnectedBoard, 'program'>): Promise<void> {
      assert.equal(program.state, 'restarted');
      await desk.atConsole((console) => console.until('tick'));
      assert.equal(await desk.starts(), 'xx');
    }

    it('P34 runs it again where nothing else is wished, and says so', async () => {
      const board = await desk.at({}, async (board) => {
        assert.equal(board.program.state, 'stopped');
        return board;
      });
      await assertRestarted(board);
    });

    it('is left at its prompt where that is wished', async () => {
      await assertStopped(await desk.at({ afterwards: 'leaveStopped' }, async (board) => board));
    });

    it('is left as somebody says who is asked while the job runs', async () => {
      let answer: (said: 'leaveStopped') => void = () => {};
      const afterwards = () =>
        new Promise<'leaveStopped'>((resolve) => {
          answer = resolve;
        });
      const board = await desk.at({ afterwards }, async (board) => {
        answer('leaveStopped');
        return board;
      });
      await assertStopped(board);
    });

    it('P34 P35 runs it again where the job is cancelled before anybody has answered', async () => {
      const abort = new AbortController();
      const board = await desk.at({ afterwards: () => new Promise(() => {}), signal: abort.signal }, async (board) => {
        setImmediate(() => abort.abort());
        return board;
      });
      await assertRestarted(board);
    });

    it('P34 runs it again where the job fails, whatever is wished', async () => {
      let connected: ConnectedBoard | undefined;
      const failing = desk.at({ afterwards: 'leaveStopped' }, async (board) => {
        connected = board;
        throw new BackupError('store-full', 'The disk is full.');
      });
      await assert.rejects(failing, (error) => isBackupError(error, 'store-full'));
      assert.ok(connected);
      await assertRestarted(connected);
    });

    it('runs it again where the question cannot be asked', async () => {
      const board = await desk.at({ afterwards: () => Promise.reject(new Error('no window')) }, async (board) => board);
      await assertRestarted(board);
    });
  });

  it('that waits at its prompt has no program, and nobody is asked', async () => {
    await desk.boardThatRuns('', '>>> ');
    const { program } = await desk.at({ afterwards: async () => assert.fail('asked') }, async (board) => board);
    assert.equal(program.state, 'none');
  });

  describe('that is waited for', () => {
    it('is reached when it is plugged in', async () => {
      const plugIn = once(() => addSimulatedBoard(desk.boards, 'demo', {}));
      assert.equal(
        await desk.at({ waitMs: LONG_MS, onWaiting: plugIn }, async ({ identity }) => identity.name),
        'demo',
      );
    });

    it('is reached when the program is closed that uses its port', async () => {
      await addSimulatedBoard(desk.boards, 'demo', {});
      const other = await openConsole(simulatedTransport(desk.boards), desk.url);
      await other.until('>>> ');
      const close = once(() => other.close());
      assert.equal(await desk.at({ waitMs: LONG_MS, onWaiting: close }, async () => 'done'), 'done');
    });

    it('P35 is not waited for any longer once that is cancelled', async () => {
      const abort = new AbortController();
      const waiting = desk.at(
        { waitMs: LONG_MS, onWaiting: () => abort.abort(), signal: abort.signal },
        async () => {},
      );
      await assert.rejects(waiting, (error) => isBackupError(error, 'cancelled'));
      assert.equal(desk.line.openNow(), 0);
    });

    it('is told as what it is when the time is over, and no trouble that stays is waited for', async () => {
      await assert.rejects(
        desk.at({ waitMs: 1_500 }, async () => {}),
        (error) => isBackupError(error, 'port-not-found'),
      );
      const open: OpenTransport = () => Promise.reject(new BackupError('port-denied', 'You may not.'));
      const onWaiting = () => assert.fail('waited');
      await assert.rejects(
        desk.at({ waitMs: LONG_MS, open, onWaiting }, async () => {}),
        (error) => isBackupError(error, 'port-denied'),
      );
    });
  });

  describe('that waits or holds out', () => {
    together({
      'P34 sleeps on under one Ctrl-C a second, and is caught as soon as it wakes up': async (desk) => {
        await desk.boardThatRuns(TICKS, 'tick');
        // Asleep, the board hears nothing and says nothing.
        let asleep = true;
        const sleeping = tap(dozing(desk.line.open, () => asleep));
        let heardAsleep = '';
        const onWaiting = once(() =>
          setTimeout(() => {
            heardAsleep = sleeping.sent();
            asleep = false;
          }, 3_000),
        );
        const program = await desk.at(
          { open: sleeping.open, waitMs: LONG_MS, onWaiting },
          async (board) => board.program,
        );
        assert.equal(program.state, 'restarted');
        const interrupts = heardAsleep.split('\x03').length - 1;
        // Three to say that it is silent, then one a second.
        await desk.atConsole((console) => console.until('tick'));
        assert.ok(interrupts <= 3 + 4, `${interrupts} times Ctrl-C`);
        assert.equal(await desk.starts(), 'xx');
      },
      'is restarted where that is allowed, caught before the program holds out again, and runs it afterwards': async (
        desk,
      ) => {
        await desk.boardThatRuns(HOLDS_OUT, 'on');
        const { program } = await desk.at({ mayRestart: true }, async (board) => {
          assert.equal(await desk.starts(), 'xx');
          return board;
        });
        assert.equal(program.state, 'restarted');
        await desk.atConsole((console) => console.until('on\r\n'));
        assert.equal(await desk.starts(), 'xxx');
      },

      'needs its reset button where the line to it cannot restart it: says so': async (desk) => {
        await desk.boardThatRuns(HOLDS_OUT, 'on');
        const open = withoutRestart(desk.line.open);
        await assert.rejects(
          desk.at({ open, mayRestart: true }, async () => {}),
          (error) => {
            assert.ok(isBackupError(error, 'board-busy'), String(error));
            assert.match(error.message, /cannot be restarted from here/);
            assert.match(error.hint ?? '', /reset button/);
            return true;
          },
        );
        assert.equal(await desk.starts(), 'x');
        assert.equal(desk.line.openNow(), 0);
      },

      'is caught when somebody resets it by hand': async (desk) => {
        await desk.boardThatRuns(HOLDS_OUT, 'on');
        const reset = once(() => powerOffSimulated(desk.boards, desk.name));
        const open = withoutRestart(desk.line.open);
        assert.equal(await desk.at({ open, waitMs: LONG_MS, onWaiting: reset }, async () => 'done'), 'done');
      },
    });
  });
});

/** Calls `act` the first time only. */
function once(act: () => unknown): () => void {
  let acted = false;
  return () => {
    if (!acted) void act();
    acted = true;
  };
}

/** The same line, as one without modem lines. */
function withoutRestart(open: OpenTransport): OpenTransport {
  return async (...words) => {
    const { restart: _, ...transport } = await open(...words);
    return transport;
  };
}

/** The same line, on which nothing passes while the board is asleep. */
function dozing(open: OpenTransport, isAsleep: () => boolean): OpenTransport {
  return async (url, events, signal) => {
    const onData = (bytes: Uint8Array) => {
      if (!isAsleep()) events.onData(bytes);
    };
    const transport = await open(url, { ...events, onData: onData, onClose: (error) => events.onClose(error) }, signal);
    return { ...transport, write: async (bytes) => (isAsleep() ? undefined : transport.write(bytes)) };
  };
}
