// Every kind of line keeps the promises of transport.ts: bytes as they are, one end, the port freed, a sentence for trouble.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { canReset, type LineControl, lineControl } from '../../src/core/board/transport/lineControl.js';
import {
  dropLines,
  type ModemLines,
  pulseReset,
  raiseLines,
  serialTransport,
} from '../../src/core/board/transport/serial.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { addressOf, openTcp } from '../../src/core/board/transport/tcp.js';
import {
  escapeTelnet,
  optionMessage,
  parametersMessage,
  type TelnetMessage,
  telnet,
  telnetReader,
} from '../../src/core/board/transport/telnet.js';
import { type OpenTransport, type Transport, USUAL_SERIAL_SETTINGS } from '../../src/core/board/transport/transport.js';
import type { Passwords } from '../../src/core/board/transport/webRepl.js';
import { BackupError, type ErrorCode, isBackupError } from '../../src/core/errors.js';
import { inFolder } from '../support/builders.js';
import { mpbackup, start } from '../support/mpbackup.js';
import {
  listen,
  type NetBoard,
  startRfc2217Server,
  startSocketBoard,
  startWebReplBoard,
  stopper,
} from '../support/netBoards.js';
import { startSimulatedPort } from '../support/simulatedPort.js';
import { scriptedLine } from '../support/tap.js';

const PASSWORD = 'secret123';
const TIMES = 20;

/** All values of a byte, twice in a row each, so that no escape is met alone. */
const ALL_BYTES = Uint8Array.from({ length: 512 }, (_, at) => at >> 1);
/** A board that says what it hears. */
const echo = scriptedLine({ answer: (text) => text });

describe('A line to a board', function () {
  this.timeout(60_000);

  /** Each with the board behind it, in a process of its own where the other end is a port. */
  const kinds: Record<string, () => Promise<NetBoard>> = {
    'a serial port': () => startEchoPort(),
    'socket://': () => startSocketBoard(echo, 'echo'),
    'rfc2217://': async () => {
      const port = await startEchoPort();
      const server = await startRfc2217Server(port.url);
      return { url: server.url, stop: () => server.stop().then(port.stop) };
    },
    'ws://': () => startWebReplBoard(echo, 'echo', PASSWORD),
  };

  for (const [kind, start] of Object.entries(kinds)) {
    describe(`by ${kind}`, () => {
      let board: NetBoard;

      beforeEach(async () => {
        board = await start();
      });
      afterEach(() => board.stop());

      it('carries every byte both ways, as it is and in order', async () => {
        const line = await openLine(board.url);
        await line.write(ALL_BYTES);
        assert.deepEqual(await line.take(ALL_BYTES.length), Buffer.from(ALL_BYTES));
        const much = Buffer.alloc(100_000, 0xff).map((byte, at) => (at % 3 ? byte : at & 0xff));
        for (let at = 0; at < much.length; at += 1000) await line.write(much.subarray(at, at + 1000));
        assert.ok((await line.take(much.length)).equals(much));
        await line.close();
        assert.equal(await line.ended, undefined);
      });

      it(`P33 opens and closes ${TIMES} times, and leaves no handle and no descriptor open`, async () => {
        const use = async () => {
          const line = await openLine(board.url);
          await line.write(Buffer.from('x'));
          assert.equal(String(await line.take(1)), 'x');
          await line.close();
          await line.close();
          assert.equal(line.ends(), 1);
        };
        await use();
        const before = await openHere();
        for (let time = 0; time < TIMES; time++) await use();
        const after = await openHere(before);
        assert.ok(
          after.handles <= before.handles && after.descriptors <= before.descriptors,
          JSON.stringify([before, after]),
        );
      });

      it('P33 tells once that the other end has gone, and frees the port', async () => {
        const line = await openLine(board.url);
        await board.stop();
        const error = await line.ended;
        assert.ok(isBackupError(error, 'port-lost'), String(error));
        assert.equal(error.path, board.url);
        await assert.rejects(line.write(Buffer.from('x')), (failed) => isBackupError(failed, 'port-lost'));
        await line.close();
        assert.equal(line.ends(), 1);
      });

      it('P35 P33 is cancelled at once while it opens, and can be opened right after', async () => {
        await usable(board.url);
        for (const afterMs of [undefined, 0, 1, 5, 20]) {
          const abort = new AbortController();
          const opening = openLine(board.url, abort.signal);
          const aborted = performance.now();
          if (afterMs === undefined) abort.abort();
          else setTimeout(() => abort.abort(), afterMs);
          // Where it was faster than we were, it is open.
          const line = await opening.catch((error: unknown) => {
            assert.ok(isBackupError(error, 'cancelled'), String(error));
          });
          if (line) await line.close();
          assert.ok(performance.now() - aborted < 1_500, 'at once');
          await usable(board.url);
        }
      });

      it('is not even tried where it was cancelled before', async () => {
        await fails(openLine(board.url, AbortSignal.abort()), 'cancelled');
      });
    });
  }

  /** A server that serves one visitor after the other may need a moment to see that the last one has left. */
  function usable(url: string): Promise<void> {
    return eventually(async () => (await openLine(url)).close());
  }
});

describe('A backup over the network', function () {
  this.timeout(60_000);
  let folder: string;
  const content = Uint8Array.from({ length: 40_000 }, (_, at) => (at * at) & 0xff);
  const boards = () => join(folder, 'boards');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-network-'));
    await addSimulatedBoard(boards(), 'far', { 'main.py': 'print(1)\n', 'data.bin': content });
  });
  after(async () => {
    await powerOffSimulated(boards(), 'far');
    await rm(folder, { recursive: true, force: true });
  });

  const starts: Record<string, () => Promise<NetBoard>> = {
    'socket://': () => startSocketBoard(simulatedTransport(boards()), 'sim:far'),
    'ws://': () => startWebReplBoard(simulatedTransport(boards()), 'sim:far', PASSWORD),
    'rfc2217://': async () => {
      await powerOffSimulated(boards(), 'far');
      const port = await startSimulatedPort({ folder: boards(), name: 'far' });
      const server = await startRfc2217Server(port.path);
      return { url: server.url, stop: () => server.stop().then(port.stop) };
    },
  };
  for (const [scheme, start] of Object.entries(starts)) {
    it(`by ${scheme} holds every file as it is on the board`, async () => {
      const board = await start();
      try {
        const store = join(folder, scheme.slice(0, -3));
        const env = { ...process.env, MPBACKUP_WEBREPL_PASSWORD: PASSWORD };
        const { status, result, stderr } = await mpbackup(['backup', board.url, '--store', store, '--json'], { env });
        assert.equal(status, 0, JSON.stringify(result) + stderr);
        const { stdout } = await mpbackup(['cat', 'latest', 'data.bin', '--store', store]);
        assert.ok(stdout.equals(content));
      } finally {
        await board.stop();
      }
    });
  }

  it('P47 by ws:// without a password says where to put it, and a wrong one appears nowhere', async () => {
    const board = await startWebReplBoard(simulatedTransport(boards()), 'sim:far', PASSWORD);
    try {
      const words = ['backup', board.url, '--store', join(folder, 'none'), '--json', '--verbose'];
      const { MPBACKUP_WEBREPL_PASSWORD: _, ...env } = process.env;
      const without = await mpbackup(words, { env });
      assert.equal(without.status, 1);
      assert.equal(without.result.code, 'port-denied');
      assert.match(String(without.result.hint), /MPBACKUP_WEBREPL_PASSWORD/);
      const wrong = await mpbackup(words, { env: { ...env, MPBACKUP_WEBREPL_PASSWORD: 'hunter2' } });
      assert.equal(wrong.status, 1);
      assert.equal(wrong.result.code, 'port-denied');
      assert.match(String(wrong.result.message), /did not accept the password/);
      assert.doesNotMatch(wrong.stdout.toString() + wrong.stderr, /hunter2/);
    } finally {
      await board.stop();
    }
  });
});

describe('A connection that cannot be made', () => {
  const nobody = 'socket://127.0.0.1:1';

  it('is refused: nothing accepts connections there', async () => {
    for (const url of [nobody, nobody.replace('socket', 'rfc2217'), nobody.replace('socket', 'ws')]) {
      await fails(openLine(url), 'port-not-found', /Nothing accepts connections at /);
    }
  });

  it('has a host that nobody knows', async () => {
    await fails(openLine('socket://no-such-board.invalid:4000'), 'port-not-found', /The host of .* was not found/);
  });

  it('says no host or no port', async () => {
    for (const url of ['socket://host', 'socket://', 'socket:host:1', 'rfc2217://', 'ws://', 'socket://h:0']) {
      await fails(openLine(url), 'bad-argument', /does not say where to connect to/);
    }
    await fails(openLine('http://host'), 'bad-argument', /not a kind of connection/);
  });

  it('has the port that it says, also where that one goes without saying', () => {
    const addresses = ['ws://192.168.4.1:80', 'ws://[fe80::1]:80/', 'ws://lab', 'socket://lab:4000'];
    assert.deepEqual(
      addresses.map((url) => Object.values(addressOf(url, 8266))),
      [
        ['192.168.4.1', 80],
        ['fe80::1', 80],
        ['lab', 8266],
        ['lab', 4000],
      ],
    );
  });

  it('is not answered: time is up, and no socket stays', async () => {
    const full = await startFullServer();
    const events = { onData: () => undefined, onClose: () => assert.fail('never was open') };
    const address = { host: '127.0.0.1', port: full.port };
    await fails(openTcp('socket://full', address, events, undefined, 300), 'port-failed', /did not answer within 1 s/);
    const abort = new AbortController();
    const opening = openTcp('socket://full', address, events, abort.signal);
    setTimeout(() => abort.abort(), 50);
    const start = performance.now();
    await fails(opening, 'cancelled');
    assert.ok(performance.now() - start < 500, 'at once');
    await full.stop();
  });

  it('is answered by something that speaks another language', async () => {
    const http = createHttpServer((_, answer) => answer.end('hello'));
    const port = await listen(http);
    await fails(openLine(`ws://127.0.0.1:${port}`), 'port-failed', /is not a WebREPL/);
    await fails(openLine(`rfc2217://127.0.0.1:${port}`), 'port-failed', /closed the connection at once|RFC 2217/);
    await stopper(http)();
  });

  it('is answered by a telnet server that has no serial port', async () => {
    const { DO, DONT, IAC, WILL, WONT } = telnet;
    const heard: number[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      // It offers to echo, asks for a terminal type, and refuses what is asked of it.
      socket.write(Uint8Array.of(IAC, WILL, 1, IAC, DO, 24));
      const read = telnetReader((message) => {
        if (message.kind !== 'option') return;
        heard.push(message.verb, message.option);
        if (message.verb === WILL) socket.write(optionMessage(DONT, message.option));
        if (message.verb === DO) socket.write(optionMessage(WONT, message.option));
      });
      socket.on('data', read);
    });
    const port = await listen(server);
    await fails(
      openLine(`rfc2217://127.0.0.1:${port}`),
      'port-failed',
      /does not serve a serial port according to RFC 2217/,
    );
    await stopper(server)();
    assert.deepEqual(heard.slice(0, 2), [WILL, 44]);
  });

  it('is in use by another program', async () => {
    const board = await startWebReplBoard(echo, 'echo', PASSWORD);
    const other = connect(Number(new URL(board.url).port), '127.0.0.1');
    await once(other, 'connect');
    await fails(openLine(board.url), 'port-failed', /closed the connection at once/);
    other.destroy();
    await board.stop();
  });
});

describe('The password of a WebREPL', () => {
  let board: NetBoard;
  const events = { onData: () => undefined, onClose: () => undefined };

  before(async () => {
    board = await startWebReplBoard(echo, 'echo', PASSWORD);
  });
  after(() => board.stop());

  it('is kept once it was accepted, and forgotten once it was denied', async () => {
    const told: string[] = [];
    const passwords = (answer: string): Passwords => ({
      ask: async () => answer,
      accepted: async (url, password) => void told.push(`accepted ${password} at ${url}`),
      denied: async (url) => void told.push(`denied at ${url}`),
    });
    const open = (answer: string) =>
      transportByUrl('', { passwords: passwords(answer) })(board.url, events).then(({ close }) => close());
    await fails(open('wrong'), 'port-denied', /did not accept the password/);
    // The board may not have seen yet that the first visitor has left.
    await eventually(() => open(PASSWORD));
    assert.deepEqual(told, [`denied at ${board.url}`, `accepted ${PASSWORD} at ${board.url}`]);
  });

  it('that was denied is told as that, also where the keyring cannot forget it', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.prependListener('unhandledRejection', note);
    try {
      const passwords: Passwords = {
        ask: async () => 'wrong',
        accepted: async () => assert.fail(),
        denied: () => Promise.reject(new Error('no keyring')),
      };
      await eventually(() => fails(transportByUrl('', { passwords })(board.url, events), 'port-denied'));
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', note);
    }
    assert.deepEqual(unhandled, []);
  });

  it('that the user does not want to give cancels, and nothing is connected', async () => {
    const passwords: Passwords = {
      ask: async () => {
        throw new BackupError('cancelled', 'Cancelled.');
      },
      accepted: async () => assert.fail(),
      denied: async () => assert.fail(),
    };
    await fails(transportByUrl('', { passwords })(board.url, events), 'cancelled');
  });
});

describe('A port of another computer', function () {
  this.timeout(60_000);

  for (const [controlLines, expected] of [
    ['auto', ['dtr 1', 'rts 1']],
    ['off', ['dtr 0', 'rts 0']],
  ] as const) {
    it(`runs at the rate and with the modem lines that were chosen, and resets its board (${controlLines})`, async () => {
      const port = await startEchoPort();
      const server = await startRfc2217Server(port.url);
      try {
        const line = await openLine(server.url, undefined, transportByUrl('', { baudRate: 57_600, controlLines }));
        // What comes back has gone through the port, after all that the server was told before.
        await line.write(Buffer.from('x'));
        await line.take(1);
        const since = server.told.slice(server.told.lastIndexOf('baudrate 57600'));
        assert.deepEqual(since, ['baudrate 57600', ...expected]);
        // RTS without DTR resets a board; then the lines are as they were.
        assert.ok(line.restart);
        await line.restart();
        await line.write(Buffer.from('x'));
        await line.take(1);
        assert.deepEqual(server.told.slice(-4), ['dtr 0', 'rts 1', ...expected]);
        await line.close();
      } finally {
        await server.stop();
        await port.stop();
      }
    });
  }
});

describe('Telnet', () => {
  it('brings any bytes through, however the connection cuts them', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.array(fc.nat(8)), (pieces, cuts) => {
        const messages: TelnetMessage[] = [];
        const read = telnetReader((message) => messages.push(message));
        const stream = Buffer.concat(
          pieces.flatMap((piece) => [
            escapeTelnet(piece),
            optionMessage(telnet.WILL, 44),
            parametersMessage(44, [...piece]),
          ]),
        );
        const heard: Uint8Array[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          heard.push(read(stream.subarray(at, at + cut)));
          at += cut;
        }
        heard.push(read(stream.subarray(at)));
        assert.deepEqual(Buffer.concat(heard), Buffer.concat(pieces));
        assert.equal(messages.length, 2 * pieces.length);
        const parameters = messages.flatMap((message) => (message.kind === 'parameters' ? [message.bytes] : []));
        assert.deepEqual(Buffer.concat(parameters), Buffer.concat(pieces));
      }),
    );
  });

  it('is not filled by parameters that never end', () => {
    const read = telnetReader(() => assert.fail('they never ended'));
    read(Uint8Array.of(telnet.IAC, telnet.SB, 44));
    for (let time = 0; time < 100; time++) assert.equal(read(new Uint8Array(10_000)).length, 0);
  });
});

describe('The modem lines of a serial port', () => {
  const on: LineControl = { dtr: true, rts: true, hupcl: true };
  const off: LineControl = { dtr: false, rts: false, hupcl: false };

  it('stay off on Windows where a bridge may reset the board, as mpremote has them', () => {
    for (const vendor of ['10c4', '10C4', '1a86', '0403', '067b']) {
      assert.deepEqual(lineControl(vendor, 'auto', 'win32'), off, vendor);
    }
  });

  it('are on for boards with USB of their own, which send nothing without DTR', () => {
    for (const vendor of ['303a', '2e8a', 'f055', '239a', undefined]) {
      for (const platform of ['win32', 'linux', 'darwin'] as const) {
        assert.deepEqual(lineControl(vendor, 'auto', platform), on, vendor);
      }
    }
  });

  it('stay as the system raised them on Linux and macOS: both together mean nothing to a board', () => {
    for (const vendor of ['10c4', '1a86', '0403']) {
      assert.deepEqual(lineControl(vendor, 'auto', 'linux'), on);
      assert.deepEqual(lineControl(vendor, 'auto', 'darwin'), on);
    }
  });

  it('are what the user says, whatever the port is', () => {
    for (const platform of ['win32', 'linux'] as const) {
      assert.deepEqual(lineControl('10c4', 'on', platform), on);
      assert.deepEqual(lineControl('2e8a', 'off', platform), off);
    }
  });

  it('never pass through the state that means reset, RTS without DTR', async () => {
    for (const lines of [on, off]) {
      for (const platform of ['win32', 'linux'] as const) {
        const port = modemLines(lines);
        await raiseLines(port, lines);
        await dropLines(port, lines, platform);
        port.closeAs(platform);
        assert.ok(!port.states.includes('rts'), `${platform}: ${port.states.join(' → ')}`);
      }
    }
  });

  it('reset a board on demand: RTS without DTR, and never the state that starts the boot loader', async () => {
    for (const lines of [on, off]) {
      const port = modemLines(lines);
      await raiseLines(port, lines);
      port.states.length = 0;
      await pulseReset(port, lines);
      assert.ok(port.states.includes('rts'), port.states.join(' → '));
      assert.ok(!port.states.includes('dtr'), port.states.join(' → '));
      assert.equal(port.states.at(-1), lines === on ? 'dtr+rts' : 'none');
    }
  });

  it('reset boards with a bridge or the serial port of an ESP chip, and no others', () => {
    for (const vendorId of ['10c4', '1A86', '0403', '067b']) assert.ok(canReset({ vendorId }), vendorId);
    assert.ok(canReset({ vendorId: '303a', productId: '1001' }));
    assert.ok(!canReset({ vendorId: '303a', productId: '4001' }));
    assert.ok(!canReset({ vendorId: '2e8a', productId: '0005' }));
    assert.ok(!canReset());
  });

  it('may be missing: the port is used all the same', async () => {
    const port = {
      isOpen: true,
      set: (_: unknown, done: (error: Error) => void) => done(new Error('Inappropriate ioctl')),
    };
    await raiseLines(port, off);
    await dropLines(port, on, 'win32');
  });

  it('of a port that has gone are left alone', async () => {
    await raiseLines({ isOpen: false, set: () => assert.fail() }, on);
  });

  /** A port as the driver has it: what changes one after the other, and what at once, as serialport does it on each system. */
  function modemLines({ hupcl }: LineControl) {
    const now = { dtr: hupcl, rts: false };
    const states: string[] = [];
    const note = () => states.push([now.dtr && 'dtr', now.rts && 'rts'].filter(Boolean).join('+') || 'none');
    note();
    const port: ModemLines = {
      isOpen: true,
      set({ dtr = true, rts = true }, done) {
        now.rts = rts;
        note();
        now.dtr = dtr;
        note();
        done(null);
      },
    };
    return {
      ...port,
      states,
      closeAs(platform: NodeJS.Platform) {
        now.dtr = false;
        if (platform === 'win32') note();
        now.rts = false;
        note();
      },
    };
  }
});

describe('A serial port', function () {
  this.timeout(60_000);

  /** What a board sends that drops what it cannot get rid of within 200 ms, while this process has other work for longer. */
  async function listenWhileBusy(open: OpenTransport): Promise<{ numbers: number[]; sent: number; dropped: number }> {
    const board = await startPort('python3', join(SUPPORT_SOURCES, 'impatientPort.py'));
    const line = await openLine(board.url, undefined, open);
    await line.write(Buffer.from('go\n'));
    for (let time = 0; time < 6; time++) {
      await line.more();
      block(300);
    }
    await line.write(Buffer.from('stop\n'));
    const text = await line.until('end ');
    const [sent = 0, dropped = 0] = (await line.until('\n')).split(' ').map(Number);
    await line.close();
    await board.stop();
    const numbers = [...text.matchAll(/^(\d+):x{90}$/gm)].map(([, number]) => Number(number));
    return { numbers, sent, dropped };
  }

  it('P32 is read on while this process has other work, and nothing is lost', async () => {
    const { numbers, sent, dropped } = await listenWhileBusy(transportByUrl(''));
    assert.equal(dropped, 0);
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at),
    );
    assert.equal(numbers.length, sent);
  });

  it('P08 that this process reads by itself loses some in the same time', async () => {
    const { dropped } = await listenWhileBusy(serialTransport(USUAL_SERIAL_SETTINGS));
    assert.ok(dropped > 0);
  });

  it('whose driver does not fit this machine is told so, and nothing else is spoiled', async () => {
    await inFolder(async (folder) => {
      await cp(ASSETS_FOLDER, join(folder, 'dist'), { recursive: true });
      const words = [join(folder, 'dist', 'cli.js'), 'backup', '/dev/ttyS7', '--store', folder, '--json'];
      const without = await start(process.execPath, words).ended;
      assert.equal(without.result.code, 'serial-unavailable');
      assert.match(String(without.result.message), /driver could not be loaded/);
      await rm(join(folder, 'dist', 'serialPort.js'));
      const broken = await start(process.execPath, words).ended;
      assert.equal(broken.result.code, 'serial-unavailable');
      assert.match(String(broken.result.message), /ended before the port was open/);
    });
  });

  it('is free again when its process was killed', async () => {
    const board = await startEchoPort();
    const line = await openLine(board.url);
    for (const pid of await holdersOf(board.url)) process.kill(pid, 'SIGKILL');
    assert.ok(isBackupError(await line.ended, 'port-lost'));
    await line.close();
    await (await openLine(board.url)).close();
    await board.stop();
  });

  it('is free again when the one who opened it was killed', async () => {
    const board = await startEchoPort();
    const words = [join(ASSETS_FOLDER, 'cli.js'), 'backup', board.url, '--store', join(tmpdir(), 'never')];
    const child = spawn(process.execPath, words, { stdio: 'ignore' });
    await eventually(async () => assert.equal((await holdersOf(board.url)).length, 1));
    child.kill('SIGKILL');
    await eventually(async () => assert.equal((await holdersOf(board.url)).length, 0));
    await (await openLine(board.url)).close();
    await board.stop();
  });
});

interface OpenLine {
  write: Transport['write'];
  restart: Transport['restart'] | undefined;
  close: Transport['close'];
  take(count: number): Promise<Buffer>;
  until(text: string): Promise<string>;
  more(): Promise<void>;
  ended: Promise<BackupError | undefined>;
  ends(): number;
}

const openAny = transportByUrl('', {
  passwords: { ask: async () => PASSWORD, accepted: async () => {}, denied: async () => {} },
});

/** What has come is waited for without a limit of its own: mocha has one. */
async function openLine(url: string, signal?: AbortSignal, open = openAny): Promise<OpenLine> {
  let heard = Buffer.alloc(0);
  let wake = () => {};
  let ends = 0;
  let end: (error: BackupError | undefined) => void = () => {};
  const ended = new Promise<BackupError | undefined>((resolve) => {
    end = resolve;
  });
  const transport = await open(
    url,
    {
      onData(chunk) {
        heard = Buffer.concat([heard, chunk]);
        wake();
      },
      onClose(error) {
        ends += 1;
        end(error);
      },
    },
    signal,
  );
  // The prompt of a WebREPL comes with the welcome.
  if (url.startsWith('ws:')) heard = heard.subarray(4);
  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const take = async (count: number) => {
    while (heard.length < count) await more();
    const taken = heard.subarray(0, count);
    heard = heard.subarray(count);
    return taken;
  };
  return {
    write: transport.write,
    restart: transport.restart,
    close: transport.close,
    take,
    async until(text) {
      while (!heard.includes(text)) await more();
      return String(await take(heard.indexOf(text) + text.length)).slice(0, -text.length);
    },
    more,
    ended,
    ends: () => ends,
  };
}

async function fails(work: Promise<unknown>, code: ErrorCode, sentence = /./): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(isBackupError(error, code), `${code} expected: ${error}`);
    assert.match(error.message, sentence);
    if (code !== 'cancelled') assert.ok((error.hint ?? '').length > 20, 'says what to do next');
    return true;
  });
}

/** What is open in this process. Where `wanted` is given, it gets a moment to become that: the system closes in the background. */
async function openHere(wanted?: { handles: number; descriptors: number }) {
  for (let tries = 0; ; tries++) {
    const handles = process
      .getActiveResourcesInfo()
      .filter((name) => !/^(Timeout|FSReqPromise|CloseReq|DirHandle)/.test(name));
    const now = { handles: handles.length, descriptors: (await readdir('/proc/self/fd')).length };
    if (!wanted || tries === 100 || (now.handles <= wanted.handles && now.descriptors <= wanted.descriptors))
      return now;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function eventually(check: () => void | Promise<void>): Promise<void> {
  for (const until = performance.now() + 10_000; ; ) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Other work, as an extension host has it. */
function block(forMs: number): void {
  for (const until = performance.now() + forMs; performance.now() < until; );
}

/** Our processes that hold a port. */
async function holdersOf(port: string): Promise<number[]> {
  const holders: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('serialPort.js')) continue;
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const targets = await Promise.all(files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    if (targets.includes(port)) holders.push(Number(pid));
  }
  return holders;
}

const SUPPORT = join(ASSETS_FOLDER, '..', 'out', 'support');
const SUPPORT_SOURCES = join(ASSETS_FOLDER, '..', 'test', 'support');

function startEchoPort(): Promise<NetBoard> {
  return startPort(process.execPath, join(SUPPORT, 'echoPort.program.js'));
}

/** A program that prints the port it serves, and ends with its input. */
async function startPort(program: string, ...words: string[]): Promise<NetBoard> {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    url,
    async stop() {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

/** A server that accepts nobody, and whose queue is full. */
async function startFullServer(): Promise<{ port: number; stop(): Promise<void> }> {
  const code =
    'import socket\ns=socket.socket()\ns.bind(("127.0.0.1",0))\ns.listen(0)\nprint(s.getsockname()[1],flush=True)\ninput()';
  const child = spawn('python3', ['-c', code], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const port = Number(line);
  const fill = connect(port, '127.0.0.1');
  await once(fill, 'connect');
  return {
    port,
    async stop() {
      fill.destroy();
      child.stdin.end('\n');
      await once(child, 'exit');
    },
  };
}
