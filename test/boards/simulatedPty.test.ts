import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { openPtyBoard, type PtyBoard } from '../support/ptyBoard.js';
import { type Console, openSerialConsole } from './simulatedConsole.js';

const rawPrompt = 'raw REPL; CTRL-B to exit\r\n>';

describe('A simulated board on a serial port', () => {
  let boards: string;
  let port: PtyBoard;
  let at: Console | undefined;

  before(function () {
    if (process.platform === 'win32') this.skip();
  });

  beforeEach(async () => {
    boards = await mkdtemp(join(tmpdir(), 'simulated-'));
    await addSimulatedBoard(boards, 'demo', {});
    port = await openPtyBoard(simulatedTransport(boards), 'sim:demo');
  });

  afterEach(async () => {
    await at?.close();
    at = undefined;
    await port.close();
    await powerOffSimulated(boards, 'demo');
    await rm(boards, { recursive: true });
  });

  async function rawConsole(): Promise<Console> {
    const console = await openSerialConsole(port.path);
    at = console;
    await console.send('\r\x03\x01');
    await console.until(rawPrompt);
    return console;
  }

  it('is opened, used, closed and opened again', async () => {
    for (let round = 0; round < 3; round++) {
      const console = await rawConsole();
      assert.equal(await console.run(`print(${round})`), `${round}\r\n`);
      await console.close();
    }
  });

  it('gives every byte both ways as it is', async () => {
    const console = await rawConsole();
    await console.send('import sys\nprint("go")\nb = sys.stdin.buffer.read(255)\nsys.stdout.buffer.write(b)\x04');
    await console.until('go\r\n');
    const all = Buffer.from([...Array(256).keys()].filter((byte) => byte !== 3)).toString('latin1');
    await console.send(all);
    assert.equal((await console.until(all)).length, 255);
    await console.until('\x04\x04>');
  });

  it('is interrupted while it spins', async () => {
    const console = await rawConsole();
    await console.send('print("on")\nwhile True: pass\x04');
    await console.until('on\r\n');
    await console.send('\x03');
    await console.until('KeyboardInterrupt');
  });

  it('is as slow as its line', async () => {
    const console = await rawConsole();
    port.toHost.throttle(11_520);
    const start = performance.now();
    await console.run('import sys\nsys.stdout.buffer.write(b"x" * 11520)');
    const seconds = (performance.now() - start) / 1000;
    assert.ok(seconds > 0.9 && seconds < 10, `${seconds} s for a second's worth of bytes`);
  });

  it('vanishes when unplugged, and runs on', async () => {
    const console = await rawConsole();
    await console.run('n = 42');
    await port.unplug();
    // A port that is just being read from does not notice by itself: serialport then reads nothing for ever.
    const seen = await Promise.race([console.closed, console.send('x').catch((error: unknown) => error)]);
    assert.ok(seen instanceof Error, 'the host is told, by the closed port or by a failed write');
    await console.close();
    await port.close();
    port = await openPtyBoard(simulatedTransport(boards), 'sim:demo');
    at = await openSerialConsole(port.path);
    await at.send('\x01');
    await at.until(rawPrompt);
    assert.equal(await at.run('print(n)'), '42\r\n');
  });

  it('shows what a bad line does to bytes', async () => {
    const console = await rawConsole();
    port.toHost.damage(2, 'corrupt');
    port.toHost.damage(3, 'drop');
    port.toHost.damage(4, 'double');
    assert.equal(await console.run('print("abcd")'), '`ccd\r\n');
    port.toBoard.damage(7, 'drop');
    assert.equal(await console.run('print("abcd")'), 'bcd\r\n');
  });

  it('is silent while the line stalls', async () => {
    const console = await rawConsole();
    port.toHost.stall();
    const before = port.toHost.count;
    let answered = false;
    const answer = console.run('print(1)').finally(() => {
      answered = true;
    });
    // The board has answered in full, at its end of the line.
    while (port.toHost.count < before + 'OK1\r\n\x04\x04>'.length) await setImmediate();
    assert.equal(answered, false);
    port.toHost.resume();
    assert.equal(await answer, '1\r\n');
  });

  it('is offered by a program, for other programs', async () => {
    const program = spawn(
      process.execPath,
      [join(__dirname, '../support/ptyBoard.program.js'), '--folder', boards, '--name', 'other'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const ended = once(program, 'exit');
    const [path] = await once(createInterface(program.stdout), 'line');
    at = await openSerialConsole(path);
    await at.send('\x03');
    await at.until('>>> ');
    await at.send('\x01');
    await at.until(rawPrompt);
    assert.match(await at.run('import os\nprint(os.listdir())'), /main\.py/);
    await at.close();
    at = undefined;
    program.stdin.end();
    assert.deepEqual(await ended, [0, null]);
    assert.ok((await readdir(join(boards, 'other'))).includes('lib'));
  });
});
