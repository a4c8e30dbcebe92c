import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openExecFiles } from '../../src/core/board/agent/execFiles.js';
import { BoardException, portLost } from '../../src/core/board/boardErrors.js';
import { enterRawRepl } from '../../src/core/board/enterRawRepl.js';
import { Line } from '../../src/core/board/line.js';
import { parseProfile } from '../../src/core/board/probe.js';
import type { RawRepl } from '../../src/core/board/rawRepl.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { type BackupError, type ErrorCode, isBackupError } from '../../src/core/errors.js';
import { ROOT } from '../../src/core/paths.js';
import { scriptedLine, type Tap, tap } from '../support/tap.js';
import { openConsole } from './simulatedConsole.js';

const BANNER = 'raw REPL; CTRL-B to exit\r\n>';
const URL = 'sim:demo';
/** What an ESP32 says when its watchdog resets it. */
const RESTART = `ets Jul 29 2019 12:21:46\r\n\r\nrst:0x8 (TG1WDT_SYS_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nMicroPython v1.27.0 on 2025-12-09; Generic ESP32 module with ESP32\r\nType "help()" for more information.\r\n>>> `;

describe('The raw REPL', () => {
  let boards: string;
  let line: Tap;
  let session: Session | undefined;

  beforeEach(async () => {
    boards = await mkdtemp(join(tmpdir(), 'raw-repl-'));
    line = tap(simulatedTransport(boards));
  });

  afterEach(async () => {
    await session?.close();
    session = undefined;
    await powerOffSimulated(boards, 'demo');
    await rm(boards, { recursive: true, force: true });
  });

  /** A board with this main.py that has come as far as printing `until`, with nobody connected. */
  async function boardThatRuns(main: string, until: string): Promise<void> {
    await addSimulatedBoard(boards, 'demo', { 'main.py': main });
    await atConsole((console) => console.until(until));
  }

  async function atConsole<T>(talk: (console: Awaited<ReturnType<typeof openConsole>>) => Promise<T>): Promise<T> {
    const console = await openConsole(simulatedTransport(boards), URL);
    try {
      return await talk(console);
    } finally {
      await console.close();
    }
  }

  async function enter(signal?: AbortSignal): Promise<RawRepl> {
    session = await openSession(line.open, signal);
    return session.repl;
  }

  async function idleBoard(): Promise<RawRepl> {
    await boardThatRuns('', '>>> ');
    return enter();
  }

  describe('is entered politely', () => {
    it('P34 a board that waits at its prompt is not interrupted and not reset, and keeps its variables', async () => {
      await boardThatRuns('', '>>> ');
      await atConsole(async (console) => {
        await console.send('answer = 42\r');
        await console.until('>>> ');
      });
      const repl = await enter();
      assert.equal(repl.interrupted, false);
      assert.equal(text(await repl.exec('print(answer)')), '42\r\n');
      await repl.leave(repl.interrupted);
      assert.doesNotMatch(line.sent(), /\x03/);
      assert.doesNotMatch(line.received(), /soft reboot/);
    });

    const leftOver: Record<string, readonly [string, string]> = {
      'a line that somebody began to type': ['x = [1, 2', 'x = [1, 2'],
      'a block of lines that somebody began to type': ['if True:\r  x = 1', 'x = 1'],
      'the paste mode': ['\x05x = 1\ry = 2', 'y = 2'],
      'the raw REPL of another tool': ['\x01', BANNER],
      'code that another tool began to send by raw-paste': ['\x01\x05A\x01x = 1', 'R\x01'],
    };
    for (const [what, [typed, shown]] of Object.entries(leftOver)) {
      it(`P34 ${what} is no program: the board is not reset for it`, async () => {
        await boardThatRuns('', '>>> ');
        await atConsole(async (console) => {
          await console.send('answer = 42\r');
          await console.until('>>> ');
          await console.send(typed);
          await console.until(shown);
        });
        const repl = await enter();
        assert.equal(repl.interrupted, false);
        assert.equal(text(await repl.exec('print(answer)')), '42\r\n');
      });
    }

    it('P34 an asyncio program that answers for itself (aiorepl) is not stopped where it has a raw REPL', async () => {
      await boardThatRuns(await aiorepl(true), '--> ');
      const repl = await enter();
      assert.equal(repl.interrupted, false);
      assert.equal(text(await repl.exec('print(6 * 7)')), '42\r\n');
      await repl.leave(repl.interrupted);
      await session?.close();
      session = undefined;
      await atConsole(async (console) => {
        await console.send('x');
        await console.until('x');
      });
      assert.doesNotMatch(line.received(), /MPY: soft reboot/);
    });

    it('P34 one that takes Ctrl-C for a byte as any other, and has no raw REPL, is ended in its own way and runs again', async () => {
      await boardThatRuns(await aiorepl(false), '--> ');
      const repl = await enter();
      assert.equal(repl.interrupted, true);
      assert.equal(text(await repl.exec('print(6 * 7)')), '42\r\n');
      await repl.leave(repl.interrupted);
      await session?.close();
      session = undefined;
      await atConsole(async (console) => {
        await console.send('\r');
        await console.until('--> ');
      });
    });

    it('P34 a board on a slow line, whose answer comes late, counts as waiting', async () => {
      await boardThatRuns('', '>>> ');
      const late = simulatedTransport(boards);
      const { line: slow, transport } = await Line.open(
        (url, events, signal) =>
          late(url, { ...events, onData: (chunk) => void setTimeout(() => events.onData(chunk), 700) }, signal),
        URL,
      );
      try {
        assert.equal((await enterRawRepl(slow)).interrupted, false);
      } finally {
        await transport.close();
      }
    });

    it('P34 a running program gets one Ctrl-C, may clean up, and runs again afterwards', async () => {
      const main = `
import time
with open('starts', 'a') as f: f.write('x')
try:
  while True:
    print('tick')
    time.sleep_ms(10)
finally:
  with open('cleaned', 'w') as f: f.write('yes')
`;
      await boardThatRuns(main, 'tick');
      const repl = await enter();
      assert.equal(repl.interrupted, true);
      assert.equal(line.sent().split('\x03').length - 1, 1);
      assert.equal(await readFile(join(boards, 'demo', 'cleaned'), 'utf8'), 'yes');
      await repl.leave(repl.interrupted);
      await session?.close();
      session = undefined;
      await atConsole((console) => console.until('tick'));
      assert.equal(await readFile(join(boards, 'demo', 'starts'), 'utf8'), 'xx');
    });

    it('P34 cancelled while a program cleans up, it has that program started again', async () => {
      const main = `
import time
print('on')
try:
  while True: time.sleep_ms(10)
finally:
  print('cleaning')
  time.sleep_ms(1500)
`;
      await boardThatRuns(main, 'on');
      const abort = new AbortController();
      const noticing = tap((url, events, signal) =>
        line.open(
          url,
          {
            ...events,
            onData(chunk) {
              if (text(chunk).includes('cleaning')) abort.abort();
              events.onData(chunk);
            },
          },
          signal,
        ),
      );
      await assert.rejects(openSession(noticing.open, abort.signal), failsAs('cancelled'));
      assert.equal(noticing.openNow(), 0);
      await atConsole((console) => console.until('on\r\n'));
    });

    it('from the raw REPL in which a session that was killed has left the board', async () => {
      await boardThatRuns('', '>>> ');
      await atConsole(async (console) => {
        await console.send('\x01');
        await console.until(BANNER);
        await console.send('print("half a progr');
      });
      const repl = await enter();
      assert.equal(text(await repl.exec('print("well")')), 'well\r\n');
    });

    it('and left at the friendly prompt', async () => {
      const repl = await idleBoard();
      await repl.leave(false);
      await session?.close();
      session = undefined;
      await atConsole(async (console) => {
        await console.send('6 * 7\r');
        await console.until('42\r\n>>> ');
      });
    });
  });

  describe('runs code', () => {
    it('and gives what it printed, with text and bytes as the board sent them', async () => {
      const repl = await idleBoard();
      assert.equal(text(await repl.exec('print("ä" * 2)')), 'Ã¤Ã¤\r\n');
      assert.equal(text(await repl.exec('')), '');
    });

    it('longer than any window of the board', async () => {
      const repl = await idleBoard();
      const lines = Array.from({ length: 500 }, (_, number) => `x${number} = ${number}`).join('\n');
      assert.equal(text(await repl.exec(`${lines}\nprint(x0 + x499)`)), '499\r\n');
    });

    it('and hands output over while it comes', async () => {
      const repl = await idleBoard();
      const pieces: string[] = [];
      const all = await repl.exec('for i in range(2000): print(i)', {
        onOutput: async (piece) => void pieces.push(text(piece)),
      });
      assert.equal(all.length, 0);
      assert.ok(pieces.length > 1);
      assert.equal(pieces.join(''), Array.from({ length: 2000 }, (_, number) => `${number}\r\n`).join(''));
    });

    it('and takes in what comes while the last piece is still being used', async () => {
      let say: (said: string) => void = () => {};
      const { repl } = await openSession(
        scriptedBoard((_code, board) => {
          say = board;
          return 'OKfirst';
        }),
      );
      const pieces: string[] = [];
      await repl.exec('anything', {
        async onOutput(piece) {
          if (pieces.push(text(piece)) === 1) say('last\x04\x04>');
        },
      });
      assert.deepEqual(pieces, ['first', 'last']);
    });

    it('and tells an exception of the board with its error number and its traceback', async () => {
      const repl = await idleBoard();
      await assert.rejects(repl.exec('open("nothing")'), (error) => {
        assert.ok(error instanceof BoardException);
        assert.equal(error.errno, 2);
        assert.match(error.lastLine, /^OSError: .*ENOENT/);
        assert.match(error.traceback, /^Traceback/);
        return true;
      });
      await assert.rejects(
        repl.exec('1 / 0'),
        (error) => error instanceof BoardException && error.errno === undefined && /ZeroDivision/.test(error.message),
      );
      await assert.rejects(
        repl.exec('for'),
        (error) => error instanceof BoardException && /Syntax/.test(error.message),
      );
      assert.equal(text(await repl.exec('print("well")')), 'well\r\n');
    });
  });

  describe('gives way', () => {
    const endless = 'import time\nprint("on")\nwhile True: time.sleep_ms(10)';
    const flood = 'while True: print("on and on and on")';

    for (const [what, program] of Object.entries({ 'runs long': endless, 'floods the line': flood })) {
      it(`P35 cancelling code that ${what} takes less than a second, and the board works on`, async () => {
        const repl = await idleBoard();
        const abort = new AbortController();
        let cancelledAt = 0;
        const onOutput = async () => {
          cancelledAt ||= performance.now();
          abort.abort();
        };
        await assert.rejects(repl.exec(program, { signal: abort.signal, onOutput }), failsAs('cancelled'));
        const took = performance.now() - cancelledAt;
        assert.ok(took < 1000, `${took} ms`);
        assert.equal(text(await repl.exec('print("well")')), 'well\r\n');
      });
    }

    it('P33 where what takes the output fails, the board is stopped and works on', async () => {
      const repl = await idleBoard();
      const onOutput = () => Promise.reject(new Error('the disk is full'));
      await assert.rejects(repl.exec(flood, { onOutput }), /the disk is full/);
      assert.equal(text(await repl.exec('print("well")')), 'well\r\n');
    });

    it('P32 an answer that ends in the middle of data is told as damaged, and not as an error of the board', async () => {
      const damaged = 'OKimport os\x04os.\x00\xff\x12 = 1\r\n\x04>';
      const { repl } = await openSession(scriptedBoard(() => damaged));
      await assert.rejects(repl.exec('anything'), failsAs('line-damaged'));
    });

    it('P32 data whose length arrives damaged is told as damaged', async () => {
      const { repl } = await openSession(scriptedBoard(() => 'OK\x0e00z4data\x04\x04>'));
      await assert.rejects(repl.exec('anything', { onData: async () => {} }), failsAs('line-damaged'));
    });

    it('P33 a board that loses its power in the middle of work is told as a lost connection', async () => {
      const repl = await idleBoard();
      const onOutput = () => powerOffSimulated(boards, 'demo');
      await assert.rejects(repl.exec(endless, { onOutput }), failsAs('port-lost'));
      await assert.rejects(repl.exec('print(1)'), failsAs('port-lost'));
    });

    it('P33 a connection that is lost while it is made is told as lost', async () => {
      const cut = scriptedLine({
        answer(_text, events) {
          events.onClose(portLost(URL));
          return undefined;
        },
      });
      await assert.rejects(openSession(cut), failsAs('port-lost'));
    });
  });

  // These wait for time-outs that are meant to be long: they run side by side.
  describe('knows when to give up', () => {
    let outcomes: Record<'stubborn' | 'silent' | 'mute' | 'restarted' | 'chatty' | 'chattyList', Promise<Outcome>>;
    let own: string;

    before(async () => {
      own = await mkdtemp(join(tmpdir(), 'raw-repl-'));
      const main = `
import time
print('on')
while True:
  try:
    while True: time.sleep_ms(5)
  except KeyboardInterrupt:
    print('never')
`;
      await addSimulatedBoard(own, 'demo', { 'main.py': main });
      const console = await openConsole(simulatedTransport(own), URL);
      await console.until('on');
      await console.close();
      outcomes = {
        stubborn: outcomeOf(openSession(simulatedTransport(own))),
        silent: outcomeOf(openSession(scriptedLine({ answer: () => undefined }))),
        mute: outcomeOf(
          openSession(scriptedLine({ answer: (said) => (said === '\x01' ? BANNER : undefined) })).then(({ repl }) =>
            repl.exec('print(1)'),
          ),
        ),
        // In the middle of 256 bytes of data.
        restarted: outcomeOf(
          openSession(scriptedBoard(() => `OK\x0e0100half of it\r\n${RESTART}`)).then(({ repl }) =>
            repl.exec('read()', { onOutput: async () => {}, onData: async () => {} }),
          ),
        ),
        chatty: outcomeOf(openSession(chattyBoard()).then(({ repl, close }) => repl.exec('print(1)').finally(close))),
        chattyList: outcomeOf(listFilesOf(chattyBoard())),
      };
    });

    after(async () => {
      await powerOffSimulated(own, 'demo');
      await rm(own, { recursive: true, force: true });
    });

    it('P33 a program that catches every Ctrl-C is told as a board that is busy, and what to do about it', async () => {
      const { error, seconds } = await outcomes.stubborn;
      assert.ok(isBackupError(error, 'board-busy'), String(error));
      assert.match(error.hint ?? '', /reset button/);
      assert.ok(seconds < 20, `${seconds} s`);
    });

    it('P33 a port on which nobody answers is told as a silent board', async () => {
      const { error, seconds } = await outcomes.silent;
      assert.ok(isBackupError(error, 'board-silent'), String(error));
      assert.ok(seconds < 12, `${seconds} s`);
    });

    for (const what of ['chatty', 'chattyList'] as const) {
      const asked = what === 'chatty' ? 'an answer' : 'a list of files';
      it(`P33 a board on which something prints for ever in place of ${asked} is told as one that does`, async () => {
        const { error, seconds } = await outcomes[what];
        assert.ok(isBackupError(error, 'board-busy'), String(error));
        assert.match(error.message, /keeps printing/);
        assert.match(error.hint ?? '', /timer/);
        assert.ok(seconds < 15, `${seconds} s`);
      });
    }

    it('P33 a board that floods the line is told so before it fills the memory', async () => {
      session = await openSession(chattyBoard('x'.repeat(1 << 16)));
      const { repl } = session;
      await assert.rejects(repl.exec('print(1)'), failsAs('board-busy'));
    });

    it('P33 a board that falls silent at work is told as a silent board', async () => {
      const { error, seconds } = await outcomes.mute;
      assert.ok(isBackupError(error, 'board-silent'), String(error));
      assert.ok(seconds < 15, `${seconds} s`);
    });

    it('P33 a board that restarts in the middle of its data, and then waits, is told as restarted', async () => {
      const { error, seconds } = await outcomes.restarted;
      assert.ok(isBackupError(error, 'board-reset'), String(error));
      assert.ok(seconds < 15, `${seconds} s`);
    });

    it('P33 a board that restarts, and whose program then prints for ever, is told at once as restarted', async () => {
      let ends = false;
      const board = scriptedBoard((_code, say) => {
        const print = () => {
          say('21.5 degrees\r\n');
          if (!ends) setImmediate(print);
        };
        setImmediate(print);
        return `OKf 6d61696e2e7079 12\r\n${RESTART}`;
      });
      session = await openSession(board);
      try {
        await assert.rejects(session.repl.exec('scan()', { onOutput: async () => {} }), failsAs('board-reset'));
      } finally {
        ends = true;
      }
    });

    it('content that reads like the banner of a board is content', async () => {
      session = await openSession(scriptedBoard(() => `OK\x0e0010MicroPython v1.2= 0\r\n\x04\x04>`));
      const data: Uint8Array[] = [];
      await session.repl.exec('read()', { onOutput: async () => {}, onData: async (bytes) => void data.push(bytes) });
      assert.equal(text(Buffer.concat(data)), 'MicroPython v1.2');
    });
  });

  describe('of old firmware', () => {
    const refusals = {
      'that has no raw-paste and starts its raw REPL anew': BANNER,
      'that knows raw-paste and does not have it': 'R\x00',
      'that knows raw-paste, does not have it, and prompts again': 'R\x00>',
    };
    for (const [which, refusal] of Object.entries(refusals)) {
      it(`${which} gets its code in small pieces`, async () => {
        session = await openSession(scriptedBoard((code) => `OKran ${code.length}\x04\x04>`, refusal));
        const { repl } = session;
        const long = `print(1)${' '.repeat(300)}`;
        assert.equal(text(await repl.exec(long)), `ran ${long.length}`);
        assert.equal(text(await repl.exec('second')), 'ran 6');
      });
    }
  });
});

/** A board on which, from the first code on that it gets, a timer prints and nothing else is said. */
function chattyBoard(said = 'tick\r\n'): OpenTransport {
  return async (url, events, signal) => {
    let timer: NodeJS.Timeout | undefined;
    const begin = (_code: string, say: (said: string) => void) => {
      timer ??= setInterval(() => say(said), 20);
      return 'OK';
    };
    const transport = await scriptedBoard(begin)(url, events, signal);
    return { ...transport, close: () => transport.close().finally(() => clearInterval(timer)) };
  };
}

async function listFilesOf(open: OpenTransport): Promise<void> {
  const { repl, close } = await openSession(open);
  // Installing asks for an answer in one piece: that is another case.
  const listing = { exec: repl.exec.bind(repl), install: async () => new Uint8Array() };
  const profile = { ...parseProfile('can base64,stat,.'), hasAgent: false };
  const files = await openExecFiles(URL, listing, profile);
  await files.scan(ROOT, []).finally(close);
}

/** A program with a prompt like that of aiorepl. */
async function aiorepl(hasRawRepl: boolean): Promise<string> {
  const source = await readFile(join(ASSETS_FOLDER, '..', 'test', 'support', 'aiorepl.py'), 'utf8');
  return hasRawRepl ? source : source.replace('RAW = True', 'RAW = False');
}

interface Session {
  repl: RawRepl;
  close(): Promise<void>;
}

async function openSession(open: OpenTransport, signal?: AbortSignal): Promise<Session> {
  const { line, transport } = await Line.open(open, URL, signal);
  try {
    return { repl: await enterRawRepl(line, signal), close: () => transport.close() };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

interface Outcome {
  error: unknown;
  seconds: number;
}

/** How something fails, and after how long. */
async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  const start = performance.now();
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, seconds: (performance.now() - start) / 1000 };
}

function failsAs(code: ErrorCode): (error: unknown) => error is BackupError {
  return (error) => isBackupError(error, code);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/**
 * A board of old firmware, which takes code without raw-paste.
 *
 * @param run answers to each piece of code, and may say more later by `say`
 * @param refusal what it answers to the start of a raw-paste
 */
function scriptedBoard(run: (code: string, say: (said: string) => void) => string, refusal = BANNER): OpenTransport {
  let code = '';
  return scriptedLine({
    answer(said, events) {
      if (said === '\x05A\x01') return refusal;
      if (said === '\x01' || said === '\r\x01') return BANNER;
      if (said !== '\x04') {
        code += said;
        return undefined;
      }
      const whole = code;
      code = '';
      return run(whole, (more) => events.onData(Buffer.from(more, 'latin1')));
    },
  });
}
