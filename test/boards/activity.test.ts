// P34: whether a program runs is found out without stopping it. What the programs were sent, and what befell them, is what they
// wrote down themselves.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Activity, activityOf } from '../../src/core/board/activity.js';
import { type ConnectOptions, withBoard } from '../../src/core/board/connect.js';
import { Line } from '../../src/core/board/line.js';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { webReplTransport } from '../../src/core/board/transport/webRepl.js';
import { silentLog } from '../../src/core/env.js';
import { BackupError, isBackupError } from '../../src/core/errors.js';
import { type Microbit, startMicrobit } from '../support/microbit.js';
import { mpbackup } from '../support/mpbackup.js';
import { startWebReplBoard } from '../support/netBoards.js';
import { openPtyBoard } from '../support/ptyBoard.js';
import { realBoards } from '../support/realBoards.js';
import { tap } from '../support/tap.js';
import { unixRepl } from '../support/unixRepl.js';
import { type Console, openConsole, openSerialConsole } from './simulatedConsole.js';

/** How often a program is asked: all of them together, more than twenty times. */
const ASKINGS = 3;
/** 115200 baud. */
const BYTES_PER_SECOND = 11_520;

/** Writes down each start and each Ctrl-C that it gets. */
const program = (body: string, before = '') => `
import sys, time
def note(name, text="x"):
  with open(name, "a") as file: file.write(text)
note("starts")
${before}
print("on")
while True:
  try:
    while True:
      ${body}
  except KeyboardInterrupt:
    note("interrupts")
`;
/** Gets Ctrl-C as a byte like any other. */
const READS_RAW = 'import micropython; micropython.kbd_intr(-1)';

const AIOREPL = readFileSync(join(ASSETS_FOLDER, '..', 'test', 'support', 'aiorepl.py'), 'utf8');

interface Case {
  main: string;
  /** What it says when it has started. */
  until?: string;
  /** What is sent to it at each asking, where that matters. */
  sent?: string;
  /** What a person types at it afterwards, and what it says to that. */
  types?: string;
  says?: string;
  /** All that it has been given by then. */
  got?: string;
}

const PROGRAMS: Readonly<Record<string, Case>> = {
  'loops in silence': { main: program('time.sleep_ms(20)'), sent: ' \x7f' },
  'prints all the time': { main: program('print("tick"); time.sleep_ms(20)'), sent: '' },
  'prints now and then': { main: program('print("tick"); time.sleep_ms(1500)') },
  'prints a prompt as that of the REPL': { main: program('print(end="\\r\\n>>> "); time.sleep_ms(1500)') },
  // A blank and a backspace each time, and nothing else.
  'reads byte by byte': {
    main: program('c = sys.stdin.read(1); note("got", c); c == "!" and print("heard")', READS_RAW),
    ...{ types: '!', says: 'heard', got: `${' \x7f'.repeat(ASKINGS)}!` },
  },
  'echoes what it reads': {
    main: program('c = sys.stdin.read(1); note("got", c); sys.stdout.write(c)', READS_RAW),
    ...{ types: '!', says: '!', got: `${' \x7f'.repeat(ASKINGS)}!` },
  },
  'asks by input()': {
    main: program('note("got", input("Name? "))'),
    ...{ until: 'Name? ', types: 'Ada\r', says: 'Name? ', got: 'Ada' },
  },
  'asks by input() with a prompt as that of the REPL': {
    main: program('note("got", input(">>> "))'),
    ...{ until: '>>> ', types: 'Ada\r', says: '>>> ', got: 'Ada' },
  },
  // It ends by Ctrl-D, as an interrupted one does.
  'answers for itself (aiorepl)': {
    main: `open("starts", "a").write("x")\n${AIOREPL}\nopen("interrupts", "a").write("x")`,
    ...{ until: '--> ', types: '\n', says: '--> ' },
  },
};

describe('Whether a program runs on a board', function () {
  this.timeout(60_000);
  let boards: string;
  const names: string[] = [];
  /** They mostly wait: all of them at the same time, and while others are asked. */
  const running = new Map<string, Promise<void>>();

  before(async () => {
    boards = await mkdtemp(join(tmpdir(), 'activity-'));
    for (const [what, each] of Object.entries(PROGRAMS)) {
      const done = askOften(each);
      done.catch(() => undefined);
      running.set(what, done);
    }
  });

  after(async () => {
    for (const name of names) await powerOffSimulated(boards, name);
    await rm(boards, { recursive: true, force: true });
  });

  async function addBoard(main: string): Promise<string> {
    const name = `board${names.length}`;
    names.push(name);
    await addSimulatedBoard(boards, name, { 'main.py': main });
    return name;
  }

  async function atConsole(name: string, talk: (console: Console) => Promise<unknown>): Promise<void> {
    const console = await openConsole(simulatedTransport(boards), `sim:${name}`);
    await talk(console).finally(() => console.close());
  }

  async function boardThatRuns(main: string, until: string): Promise<string> {
    const name = await addBoard(main);
    await atConsole(name, (console) => console.until(until));
    return name;
  }

  async function askOften({ main, until = 'on\r\n', types = '', says = '', got = '', sent }: Case): Promise<void> {
    const name = await boardThatRuns(main, until);
    for (let asking = 0; asking < ASKINGS; asking++) {
      const said = await assertSpared(`sim:${name}`, simulatedTransport(boards));
      if (sent !== undefined) assert.equal(said, sent);
    }
    await atConsole(name, async (console) => {
      await console.send(types);
      await console.until(says);
    });
    const found = { starts: 'x', interrupts: '', got };
    for (const [file, text] of Object.entries(found)) assert.equal(await wrote(name, file), text, file);
  }

  const wrote = (name: string, file: string) => readFile(join(boards, name, file), 'latin1').catch(() => '');

  const spare = (url: string, open: OpenTransport, more: Partial<ConnectOptions> = {}) =>
    withBoard({ url, open, log: silentLog, programs: 'spare', ...more }, async ({ program }) => program.state);

  /** Asserts that the board was left alone, and its port is free. @returns what was sent to it */
  async function assertSpared(url: string, open: OpenTransport): Promise<string> {
    const line = tap(open);
    const asking = spare(url, line.open, { waitMs: 10_000, mayRestart: true });
    await assert.rejects(asking, (error) => {
      assert.ok(isBackupError(error, 'program-running'), String(error));
      assert.equal(error.message, `A program runs on the board on ${url}, so it was left alone.`);
      return true;
    });
    assert.deepEqual([line.opened(), line.openNow()], [1, 0]);
    assert.doesNotMatch(line.sent(), /[\x00-\x08\x0a-\x1f]/);
    return line.sent();
  }

  async function assertIdle(url: string, open: OpenTransport): Promise<void> {
    const line = tap(open);
    assert.equal(await spare(url, line.open), 'none');
    assert.ok(!line.sent().includes('\x03'), JSON.stringify(line.sent()));
    assert.equal(line.openNow(), 0);
  }

  async function assertAsks(console: Console): Promise<void> {
    await console.send('6 * 7\r');
    await console.until('6 * 7\r\n42\r\n>>> ');
  }

  it('P34 is found out of one that waits in input(), which then gets what a person answers, and no more', async () => {
    const name = await boardThatRuns(program('note("got", input("Name? "))'), 'Name? ');
    await atConsole(name, async (console) => {
      await console.send('A');
      await console.until('A');
    });
    await assertSpared(`sim:${name}`, simulatedTransport(boards));
    await atConsole(name, async (console) => {
      await console.send('da\r');
      await console.until('Name? ');
    });
    assert.equal(await wrote(name, 'got'), 'Ada');
  });

  describe('at its prompt', () => {
    let name: string;

    before(async () => {
      name = await boardThatRuns('', '>>> ');
    });

    it('is no, time after time, and nothing is left on its line', async () => {
      for (let asking = 0; asking < 3; asking++) await assertIdle(`sim:${name}`, simulatedTransport(boards));
      await atConsole(name, assertAsks);
    });

    it('is no also where it has just been given power', async () => {
      await assertIdle(`sim:${await addBoard('print("done")')}`, simulatedTransport(boards));
    });

    it('is no at the end of a serial line of 115200 baud', async () => {
      const port = await openPtyBoard(simulatedTransport(boards), `sim:${name}`, BYTES_PER_SECOND);
      await assertIdle(port.path, transportByUrl('')).finally(() => port.close());
    });

    it('is no, and yes while one runs, behind a WebREPL, which greets with a prompt in any case', async () => {
      const passwords = { ask: async () => 'secret', accepted: async () => {}, denied: async () => {} };
      for (const [board, assertOf] of [
        [name, assertIdle],
        [await boardThatRuns(program('time.sleep_ms(20)'), 'on\r\n'), assertSpared],
      ] as const) {
        const server = await startWebReplBoard(simulatedTransport(boards), `sim:${board}`, 'secret');
        await assertOf(server.url, webReplTransport(passwords)).finally(() => server.stop());
      }
    });

    it('is not sure where somebody has begun a line, which stays as it is', async () => {
      await atConsole(name, async (console) => {
        await console.send('6 ');
        await console.until('6 ');
      });
      await assertSpared(`sim:${name}`, simulatedTransport(boards));
      await atConsole(name, async (console) => {
        await console.send('* 7\r');
        await console.until('* 7\r\n42\r\n>>> ');
      });
    });

    it('is not sure in the raw REPL, which takes code as before', async () => {
      await atConsole(name, async (console) => {
        await console.send('\x01');
        await console.until('raw REPL; CTRL-B to exit\r\n>');
      });
      assert.equal(await assertSpared(`sim:${name}`, simulatedTransport(boards)), ' \x7f');
      const { state } = await withBoard(
        { url: `sim:${name}`, open: simulatedTransport(boards), log: silentLog },
        async (board) => board.program,
      );
      assert.equal(state, 'none');
    });

    it('stays unanswered where that is cancelled, and what was typed is taken back', async () => {
      const abort = new AbortController();
      const line = tap(async (url, events, signal) => {
        const transport = await simulatedTransport(boards)(url, events, signal);
        const write = async (bytes: Uint8Array) => {
          await transport.write(bytes);
          if (Buffer.from(bytes).includes('import')) abort.abort();
        };
        return { ...transport, write };
      });
      await assert.rejects(spare(`sim:${name}`, line.open, { signal: abort.signal }), (error) =>
        isBackupError(error, 'cancelled'),
      );
      await atConsole(name, assertAsks);
    });

    it('is no longer sure where it goes into the raw REPL for nobody: it is left, and not interrupted', async () => {
      // A board that says what a REPL says, but is none.
      const sent: string[] = [];
      const open: OpenTransport = async (url, events) => ({
        url,
        async write(bytes) {
          const text = Buffer.from(bytes).toString('latin1');
          sent.push(text);
          const said = text
            .replace('\t', '\r\nmath\r\n>>> import m')
            .replaceAll('\x7f', '\b\x1b[K')
            .replace(/[\x01\x02]/g, '');
          if (said !== '') events.onData(Buffer.from(said, 'latin1'));
        },
        close: async () => events.onClose(undefined),
      });
      await assert.rejects(spare('fake', open), (error) => isBackupError(error, 'program-running'));
      assert.deepEqual(sent, [' ', '\x7f', 'import m', '\t\x7f', '\x7f'.repeat(7), '\x01', '\r\x02']);
    });
  });

  it('is not asked where the port fails, which is told as what it is', async () => {
    const open: OpenTransport = () => Promise.reject(new BackupError('port-denied', 'You may not.'));
    await assert.rejects(spare('fake', open), (error) => isBackupError(error, 'port-denied'));
  });

  describe('decides about `mpbackup backup --if-idle`, which', () => {
    const call = (name: string, ...more: string[]) =>
      mpbackup(['backup', `sim:${name}`, '--store', join(boards, 'store'), '--if-idle', '--json', ...more], {
        env: { ...process.env, MPBACKUP_SIMULATED_BOARDS: boards },
      });

    it('backs up where none runs, and else ends with 4 and leaves no trace in the history', async () => {
      const [idle, busy] = [await addBoard(''), await addBoard(program('time.sleep_ms(20)'))];
      const done = await call(idle);
      assert.deepEqual([done.status, done.result.program], [0, 'none'], done.stderr);
      const before = await readFile(join(boards, 'store', 'history.jsonl'), 'utf8');
      const spared = await call(busy);
      assert.deepEqual([spared.status, spared.result.ok, spared.result.code], [4, false, 'program-running']);
      assert.match(String(spared.result.hint), /^Try again when the program has ended/);
      assert.equal(await wrote(busy, 'interrupts'), '');
      assert.equal(await readFile(join(boards, 'store', 'history.jsonl'), 'utf8'), before);
    });

    it('cannot be had together with a restart of the board', async () => {
      const { status, result } = await call('any', '--restart-board');
      assert.deepEqual([status, result.code], [2, 'usage']);
    });
  });

  describe('is found out on a micro:bit', () => {
    let board: Microbit | undefined;

    before(async function () {
      if (!(await realBoards())) return this.skip();
      board = await startMicrobit(BYTES_PER_SECOND);
    });

    after(() => board?.stop());

    async function atPort(talk: (console: Console, path: string) => Promise<void>): Promise<void> {
      assert.ok(board);
      const console = await openSerialConsole(board.path);
      await talk(console, board.path).finally(() => console.close());
    }

    async function startBy(lines: string, until: string): Promise<string> {
      await atPort(async (console) => {
        await console.send(lines);
        await console.until(until);
      });
      assert.ok(board);
      return board.path;
    }

    it('that waits at its prompt', async () => {
      assert.ok(board);
      for (let asking = 0; asking < 2; asking++) await assertIdle(board.path, transportByUrl(''));
      await atPort(assertAsks);
    });

    it('P34 whose program loops in silence', async () => {
      const path = await startBy('exec("print(1)\\nwhile True: sleep(20)")\r', ')\r\n1\r\n');
      await assertSpared(path, transportByUrl(''));
      await startBy('\x03', 'KeyboardInterrupt: \r\n>>> ');
    });

    it('P34 whose program asks by input()', async () => {
      const path = await startBy('x = input(">>> ")\r', ')\r\n>>> ');
      await assertSpared(path, transportByUrl(''));
      await startBy('Ada\r', '>>> ');
      await startBy('x\r', "'Ada'\r\n>>> ");
    });

    it('where somebody has begun a block, whose blanks stay', async () => {
      const path = await startBy('for i in (8,):\rx = i\r', '...     x = i\r\n...     ');
      await assertSpared(path, transportByUrl(''));
      await startBy('print(x + 1)\r\x7f\r', '9\r\n>>> ');
    });
  });

  it('is found out on newer firmware whose input() edits lines as its REPL does', async function () {
    if (!(await realBoards())) return this.skip();
    const { line, transport } = await Line.open(unixRepl, 'unix');
    const asks = async (sent: string, until: string, activity: Activity) => {
      await line.write(sent);
      await line.readUntil(until, { idleMs: 10_000 });
      line.discard();
      assert.equal(await activityOf(line), activity, sent);
    };
    try {
      await asks('', '>>> ', 'idle');
      await asks('x = input(">>> ")\r', '\n>>> ', 'running');
      await asks('Ada\r', '>>> ', 'idle');
      await asks('x\r', "'Ada'", 'idle');
      await asks('6 ', '6 ', 'running');
      await asks('* 7\r', '42', 'idle');
      await asks('x = input()\r', 'x = input()\r\r\n', 'running');
    } finally {
      await transport.close();
    }
  });

  describe('is found out without a trace for one that', () => {
    for (const what of Object.keys(PROGRAMS)) it(`P34 ${what}`, () => running.get(what));
  });
});
