import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addSimulatedBoard,
  listSimulatedBoards,
  powerOffSimulated,
  simulatedTransport,
} from '../../src/core/board/transport/simulated.js';
import { isBackupError } from '../../src/core/errors.js';
import { startMpbackup } from '../support/mpbackup.js';
import { type Console, openConsole } from './simulatedConsole.js';

const rawPrompt = 'raw REPL; CTRL-B to exit\r\n>';

describe('A simulated board', () => {
  let boards: string;
  let flash: string;
  let board: Console | undefined;

  beforeEach(async () => {
    boards = await mkdtemp(join(tmpdir(), 'simulated-'));
    flash = join(boards, 'demo');
  });

  afterEach(async () => {
    await board?.close();
    board = undefined;
    await powerOffSimulated(boards, 'demo');
    await rm(boards, { recursive: true, force: true });
  });

  /** A board with these files, at its friendly prompt. */
  async function friendly(files: Record<string, string | Uint8Array> = {}): Promise<Console> {
    await addSimulatedBoard(boards, 'demo', files);
    board = await openConsole(simulatedTransport(boards), 'sim:demo');
    await board.until('>>> ');
    return board;
  }

  async function raw(files: Record<string, string | Uint8Array> = {}): Promise<Console> {
    const at = await friendly(files);
    await at.send('\x01');
    await at.until(rawPrompt);
    return at;
  }

  describe('is found by its name', () => {
    it('and listed with the others', async () => {
      await addSimulatedBoard(boards, 'demo');
      await addSimulatedBoard(boards, 'another-1');
      assert.deepEqual(await listSimulatedBoards(boards), ['another-1', 'demo']);
      assert.deepEqual(await listSimulatedBoards(join(boards, 'nowhere')), []);
    });

    it('and comes with a sample project that runs', async () => {
      await addSimulatedBoard(boards, 'demo');
      board = await openConsole(simulatedTransport(boards), 'sim:demo');
      await board.until('Weather station starts\r\n');
      await board.until('wifi: off\r\n');
      await board.until(' C, ');
    });

    it('and a wrong, unknown or taken name is refused', async () => {
      const open = (name: string) => openConsole(simulatedTransport(boards), `sim:${name}`);
      await assert.rejects(open('../demo'), (error) => isBackupError(error, 'bad-argument'));
      await assert.rejects(
        open('nobody'),
        (error) => isBackupError(error, 'port-not-found') && error.hint !== undefined,
      );
      await addSimulatedBoard(boards, 'demo', {});
      await assert.rejects(addSimulatedBoard(boards, 'demo'), (error) => isBackupError(error, 'bad-argument'));
    });
  });

  describe('talks as a real board does', () => {
    it('greets with a banner and a prompt, and answers what is typed', async () => {
      const at = await friendly();
      await at.send('print(20 + 22)\r');
      assert.equal(await at.until('>>> '), 'print(20 + 22)\r\n42\r\n>>> ');
    });

    it('runs code in the raw REPL and tells output from errors', async () => {
      const at = await raw();
      assert.deepEqual(await at.exec('print("a")\nprint("b")'), { out: 'a\r\nb\r\n', error: '' });
      const { out, error } = await at.exec('print("c")\nnonsense');
      assert.equal(out, 'c\r\n');
      assert.match(error, /^Traceback [\s\S]*NameError: name 'nonsense' isn't defined\r\n$/);
      await at.send('\x02');
      assert.match(await at.until('>>> '), /MicroPython v1/);
    });

    it('takes code by raw-paste under flow control', async () => {
      const at = await raw();
      await at.send('\x05A\x01');
      assert.equal(await at.until('\x01\x80\x00\x01'), 'R\x01\x80\x00\x01');
      await at.send(`print(1)${'#'.repeat(120)}`);
      await at.until('\x01');
      await at.send(`${'#'.repeat(127)}\n`);
      await at.until('\x01');
      await at.send('print(2)\x04');
      assert.equal(await at.until('\x04\x04>'), '\x041\r\n2\r\n\x04\x04>');
    });

    it('takes control characters in code by raw-paste, and nothing at all', async () => {
      const at = await raw();
      await at.send('\x05A\x01x = "\x01\x02\x05"\nprint(len(x))\x04');
      assert.match(await at.until('\x04\x04>'), /\x043\r\n\x04\x04>$/);
      await at.send('\x05A\x01\x04');
      assert.match(await at.until('\x04\x04>'), /\x01\x04\x04\x04>$/);
      assert.equal(await at.run('print("well")'), 'well\r\n');
    });

    it('aborts a raw-paste at Ctrl-C', async () => {
      const at = await raw();
      await at.send('\x05A\x01print("never")\x03');
      const answer = await at.until('\x04>');
      assert.match(answer, /KeyboardInterrupt/);
      assert.doesNotMatch(answer, /never/);
      assert.equal(await at.run('print("well")'), 'well\r\n');
    });

    it('says that it does not know other commands after Ctrl-E', async () => {
      const at = await raw();
      await at.send('\x05B\x01');
      assert.equal(await at.until('>'), 'R\x00>');
      assert.equal(await at.run('print("well")'), 'well\r\n');
    });

    it('sends text with \\r\\n and bytes as they are', async () => {
      const at = await raw();
      assert.equal(await at.run('import sys\nsys.stdout.write("a\\nb\\n")'), 'a\r\nb\r\n');
      const bytes = await at.run('import sys\nsys.stdout.buffer.write(bytes(b for b in range(256) if b != 4))');
      assert.equal(bytes, Buffer.from([...Array(256).keys()].filter((byte) => byte !== 4)).toString('latin1'));
    });

    it('sends output while the program runs', async () => {
      const at = await raw();
      await at.send('import sys\nprint("ready")\nx = sys.stdin.read(1)\nprint("got", x)\x04');
      await at.until('ready\r\n');
      await at.send('x');
      await at.until('got x\r\n\x04\x04>');
    });

    it('keeps output in order, however much there is', async () => {
      const at = await raw();
      const out = await at.run('for i in range(20000):\n  print(i)');
      assert.equal(out, Array.from({ length: 20000 }, (_, number) => `${number}\r\n`).join(''));
    });

    it('gives every byte to a program that reads its input', async () => {
      const at = await raw();
      await at.send('import sys\nprint("go")\nb = bytearray(255)\nprint(sys.stdin.buffer.readinto(b), sum(b))\x04');
      await at.until('go\r\n');
      await at.send(Buffer.from([...Array(256).keys()].filter((byte) => byte !== 3)).toString('latin1'));
      assert.equal(await at.until('\x04\x04>'), `255 ${(255 * 256) / 2 - 3}\r\n\x04\x04>`);
    });

    it('keeps what is typed ahead for the program', async () => {
      const at = await raw();
      await at.send(
        'import sys, time\ntime.sleep_ms(30)\nprint(repr(sys.stdin.read(3)), sys.stdin.buffer.read(2))\x04a\rbcd',
      );
      assert.equal(await at.until('\x04\x04>'), `OK'a\\nb' b'cd'\r\n\x04\x04>`);
    });

    it('answers input() with what is typed', async () => {
      const at = await raw();
      await at.send('print(repr(input("Name? ")))\x04');
      await at.until('Name? ');
      await at.send('Bobx\x7f\r');
      assert.match(await at.until('\x04\x04>'), /\r\n'Bob'\r\n/);
    });

    it('tells by select.poll whether input waits', async () => {
      const at = await raw();
      await at.send(
        'import sys, select\np = select.poll()\np.register(sys.stdin, select.POLLIN)\nprint(p.poll(0))\n' +
          'while not p.poll(10): pass\nprint("in", sys.stdin.read(1))\x04',
      );
      await at.until('[]\r\n');
      await at.send('y');
      await at.until('in y\r\n\x04\x04>');
    });
  });

  describe('is interrupted by Ctrl-C', () => {
    const programs = {
      'while it waits for input': 'import sys\nprint("on")\nsys.stdin.read(1)',
      'while it waits for a block of bytes': 'import sys\nprint("on")\nsys.stdin.buffer.readinto(bytearray(99))',
      'while it sleeps': 'import time\nprint("on")\ntime.sleep(600)',
      'while it prints': 'print("on")\nwhile True: print("more")',
      'while it spins': 'print("on")\nwhile True: pass',
      'while it computes in one long loop': 'print("on")\nfor i in range(10**9): x = i * i',
    };
    for (const [when, program] of Object.entries(programs)) {
      it(when, async () => {
        const at = await raw();
        for (let round = 0; round < 3; round++) {
          await at.send(`${program}\x04`);
          await at.until('on\r\n');
          await at.send('\x03');
          assert.match(await at.until('\x04>'), /KeyboardInterrupt: \r\n\x04>$/);
          assert.equal(await at.run('print("well")'), 'well\r\n');
        }
      });
    }

    it('once, so that finally runs to its end', async () => {
      const at = await raw();
      await at.send(
        'print("on")\ntry:\n  while True: pass\nfinally:\n  for i in range(100000): pass\n  print("clean")\x04',
      );
      await at.until('on\r\n');
      await at.send('\x03');
      assert.match(await at.until('\x04>'), /^clean\r\n\x04Traceback/);
    });

    it('even where Ctrl-C comes together with the program', async () => {
      const at = await raw();
      await at.send('while True: pass\x04\x03');
      assert.match(await at.until('\x04>'), /KeyboardInterrupt/);
    });

    it('but not where the program takes Ctrl-C as data', async () => {
      const at = await raw();
      await at.send(
        'import micropython, sys\nmicropython.kbd_intr(-1)\nprint("on")\nprint(sys.stdin.buffer.read(3))\nmicropython.kbd_intr(3)\x04',
      );
      await at.until('on\r\n');
      await at.send('a\x03b');
      assert.equal(await at.until('\x04\x04>'), "b'a\\x03b'\r\n\x04\x04>");
    });

    it('in main.py, and gives its prompt', async () => {
      await addSimulatedBoard(boards, 'demo', { 'main.py': 'print("main on")\nwhile True: pass\n' });
      board = await openConsole(simulatedTransport(boards), 'sim:demo');
      await board.until('main on\r\n');
      await board.send('\x03');
      assert.match(await board.until('>>> '), /File "main.py", line 2, in <module>\r\nKeyboardInterrupt/);
    });
  });

  describe('starts and resets', () => {
    const files = {
      'boot.py': 'print("boot")\n',
      'main.py': 'import wifi\nprint("main", wifi.name)\n',
      'lib/wifi.py': 'name = "wlan"\n',
    };

    it('with boot.py, main.py and its own modules', async () => {
      await addSimulatedBoard(boards, 'demo', files);
      board = await openConsole(simulatedTransport(boards), 'sim:demo');
      assert.match(await board.until('>>> '), /^boot\r\nmain wlan\r\n\r\nMicroPython v1/);
      await board.send('wifi.name\r');
      await board.until("'wlan'\r\n>>> ");
    });

    it('at Ctrl-D, forgetting all variables', async () => {
      const at = await friendly(files);
      await at.send('x = 1\r');
      await at.until('>>> ');
      await at.send('\x04');
      assert.match(await at.until('>>> '), /^\r\nMPY: soft reboot\r\nboot\r\nmain wlan\r\n/);
      await at.send('x\r');
      assert.match(await at.until('>>> '), /NameError/);
    });

    it('at Ctrl-D in the raw REPL, without main.py', async () => {
      const at = await raw(files);
      await at.send('\x04');
      assert.equal(await at.until(rawPrompt), `OK\r\nMPY: soft reboot\r\nboot\r\n${rawPrompt}`);
      assert.equal(await at.run('print("well")'), 'well\r\n');
    });

    it('by machine.reset(), which no program can catch', async () => {
      const at = await raw(files);
      await at.send('import machine\ntry:\n  machine.reset()\nexcept BaseException:\n  print("caught")\x04');
      const out = await at.until('>>> ');
      assert.match(out, /^OKboot\r\nmain wlan\r\n\r\nMicroPython/);
    });

    it('by machine.soft_reset()', async () => {
      const at = await friendly(files);
      await at.send('import machine; machine.soft_reset()\r');
      assert.match(await at.until('>>> '), /MPY: soft reboot\r\nboot\r\nmain wlan/);
    });

    it('whatever its files are called: modules of the firmware are not taken from them', async () => {
      const names = ['binascii', 'builtins', 'micropython', 'machine', 'sys', 'os', 'io', '_board', '_address'];
      const shadows = names.map((name) => [`${name}.py`, `raise RuntimeError('${name}')\n`]);
      const at = await raw(Object.fromEntries(shadows));
      await at.send('\x04');
      await at.until(rawPrompt);
      assert.match(await at.run('import machine\nprint(len(machine.unique_id()))'), /^8\r\n/);
    });

    it('a hundred times', async () => {
      const at = await raw();
      for (let round = 0; round < 100; round++) {
        await at.send('\x04');
        await at.until(rawPrompt);
      }
      assert.equal(await at.run('print("well")'), 'well\r\n');
    });

    it('and a program that fails leaves its traceback and the prompt', async () => {
      await addSimulatedBoard(boards, 'demo', { 'boot.py': '1 / 0\n', 'main.py': 'print("main")\nimport nothing\n' });
      board = await openConsole(simulatedTransport(boards), 'sim:demo');
      const out = await board.until('>>> ');
      assert.match(out, /^Traceback \(most recent call last\):\r\n {2}File "boot.py", line 1, in <module>\r\nZeroDiv/);
      assert.match(out, /main\r\nTraceback [\s\S]*File "main.py", line 2[\s\S]*ImportError/);
    });

    it('with an identity that stays, and is its own', async () => {
      const ask = 'import machine\nprint(machine.unique_id())';
      const at = await raw();
      const id = await at.run(ask);
      await at.send('\x04');
      await at.until(rawPrompt);
      assert.equal(await at.run(ask), id);
      await addSimulatedBoard(boards, 'other', {});
      const other = await openConsole(simulatedTransport(boards), 'sim:other');
      await other.until('>>> ');
      await other.send('\x01');
      await other.until(rawPrompt);
      assert.notEqual(await other.run(ask), id);
      await other.close();
      await powerOffSimulated(boards, 'other');
    });
  });

  describe('has the folder as its flash', () => {
    it('and shows nothing else', async () => {
      const at = await raw({ 'main.py': '', 'lib/wifi.py': '' });
      assert.equal(
        await at.run('import os\nprint(sorted(os.listdir()), os.listdir("/lib"))'),
        "['lib', 'main.py'] ['wifi.py']\r\n",
      );
      assert.equal(
        await at.run('import os\nprint(os.getcwd(), sorted(os.listdir("/../..")))'),
        "/ ['lib', 'main.py']\r\n",
      );
    });

    it('and writes, appends, overwrites and reads there', async () => {
      const at = await raw({ 'old.txt': 'a long old text' });
      await at.run(
        [
          'with open("old.txt", "w") as f: f.write("new")',
          'with open("log", "a") as f: f.write("one\\n")',
          'with open("/log", "ab") as f: f.write(b"two\\x00\\xff")',
          'with open("mid", "wb") as f: f.write(bytes(10))',
          'with open("mid", "r+b") as f:\n  f.seek(4)\n  f.write(b"XY")',
        ].join('\n'),
      );
      assert.equal(await readFile(join(flash, 'old.txt'), 'utf8'), 'new');
      assert.deepEqual(await readFile(join(flash, 'log')), Buffer.from('one\ntwo\x00\xff', 'latin1'));
      assert.deepEqual(await readFile(join(flash, 'mid')), Buffer.from('\0\0\0\0XY\0\0\0\0'));
      assert.equal(await at.run('f = open("mid", "rb")\nf.seek(4)\nprint(f.read(3), f.tell())'), "b'XY\\x00' 7\r\n");
    });

    it('where each write has landed when the next line runs: cutting the power keeps it', async () => {
      const at = await raw();
      await at.send('f = open("x", "wb")\nf.write(b"kept")\nprint("written")\nwhile True: pass\x04');
      await at.until('written\r\n');
      await powerOffSimulated(boards, 'demo');
      assert.equal(await readFile(join(flash, 'x'), 'utf8'), 'kept');
      assert.equal((await at.closed)?.code, 'port-lost');
      await assert.rejects(at.send('x'), (error) => isBackupError(error, 'port-lost'));
    });

    it('and makes, renames, replaces and removes files and folders', async () => {
      const at = await raw({ a: 'A', b: 'B' });
      await at.run(
        'import os\nos.mkdir("d")\nos.mkdir("d/e")\nos.rename("a", "b")\nos.rename("b", "d/e/c")\nos.rename("d/e", "f")\nos.rmdir("d")\nopen("g", "w").close()\nos.remove("g")',
      );
      assert.deepEqual(await readdir(flash), ['f']);
      assert.equal(await readFile(join(flash, 'f', 'c'), 'utf8'), 'A');
    });

    it('and says errors in the numbers of real boards', async () => {
      const at = await raw({ 'd/f': '' });
      const errno = (code: string) => at.run(`import os\ntry:\n  ${code}\nexcept OSError as e:\n  print(e.errno)`);
      assert.equal(await errno('os.stat("nothing")'), '2\r\n');
      assert.equal(await errno('open("nothing")'), '2\r\n');
      assert.equal(await errno('os.mkdir("d")'), '17\r\n');
      assert.equal(await errno('open("d")'), '21\r\n');
      assert.equal(await errno('os.listdir("d/f")'), '20\r\n');
      assert.equal(await errno('os.rmdir("d")'), '39\r\n');
    });

    it('with sizes, times and kinds', async () => {
      const at = await raw({ 'f.bin': new Uint8Array(1234), 'd/x': '' });
      const { mtimeMs } = await stat(join(flash, 'f.bin'));
      const out = await at.run(
        'import os\ndef kind(p): return os.stat(p)[0] & 0xf000\nprint(kind("f.bin"), os.stat("f.bin")[6], os.stat("f.bin")[8])\n' +
          'print(kind("/d"), kind("/"))\nprint(sorted(e[:2] for e in os.ilistdir()))',
      );
      const modified = Math.floor(mtimeMs / 1000);
      assert.equal(out, `32768 1234 ${modified}\r\n16384 16384\r\n[('d', 16384), ('f.bin', 32768)]\r\n`);
    });

    it('with any name that the host allows', async function () {
      if (process.platform === 'win32') this.skip();
      const at = await raw();
      const names = ['two words', `it's "quoted"`, 'emoji 🎉', 'new\nline', '-rf', '__proto__', 'ünï', '\\back', '#'];
      await at.run(`import os\nfor n in ${pythonList(names)}:\n  with open(n, "w") as f: f.write(n)`);
      assert.deepEqual((await readdir(flash)).sort(), [...names].sort());
      for (const name of names) assert.equal(await readFile(join(flash, name), 'utf8'), name);
      await at.run(
        `import os\nassert sorted(os.listdir()) == sorted(${pythonList(names)})\nfor n in os.listdir():\n  assert open(n).read() == n\n  os.rename(n, n + "2")\n  os.remove(n + "2")`,
      );
      assert.deepEqual(await readdir(flash), []);
    });

    it('and sees what the host changes there', async () => {
      const at = await raw({ name: 'file' });
      assert.equal(await at.run('import os\nprint(open("name").read(), os.listdir())'), "file ['name']\r\n");
      await rm(join(flash, 'name'));
      await mkdir(join(flash, 'name'));
      await writeFile(join(flash, 'name', 'inside'), 'new');
      assert.equal(
        await at.run('import os\nprint(os.listdir("name"), open("name/inside").read())'),
        "['inside'] new\r\n",
      );
    });

    it('and cannot leave it by a symbolic link', async function () {
      if (process.platform === 'win32') this.skip();
      await writeFile(join(boards, 'secret'), 'secret');
      const at = await raw();
      await symlink(boards, join(flash, 'out'));
      await symlink(join(boards, 'secret'), join(flash, 'file'));
      assert.equal(await at.run('import os\nprint(os.listdir())'), '[]\r\n');
      for (const code of ['open("file")', 'open("out/secret")', 'os.listdir("out")', 'open("../secret")']) {
        assert.match((await at.exec(`import os\n${code}`)).error, /ENOENT/, code);
      }
    });

    it('that can be full', async () => {
      const at = await raw();
      const { error } = await at.exec('f = open("big", "wb")\nb = bytes(65536)\nwhile True: f.write(b)');
      assert.match(error, /OSError: 28\r\n/);
      assert.equal(await at.run('import os\nprint(os.statvfs("/")[3])'), '0\r\n');
      await at.run('import os\nf.close()\nos.remove("big")\nwith open("small", "w") as f: f.write("fits")');
      assert.equal(await readFile(join(flash, 'small'), 'utf8'), 'fits');
    });
  });

  describe('has a line', () => {
    it('that one can hold at a time', async () => {
      const at = await friendly();
      await assert.rejects(openConsole(simulatedTransport(boards), 'sim:demo'), (error) =>
        isBackupError(error, 'port-busy'),
      );
      await at.close();
      assert.equal(await at.closed, undefined);
      board = await openConsole(simulatedTransport(boards), 'sim:demo');
      await board.send('\r');
      await board.until('>>> ');
    });

    it('without which the board runs on', async () => {
      const at = await raw();
      await at.send('n = 0\nprint("on")\nwhile True:\n  n += 1\x04');
      await at.until('on\r\n');
      await at.close();
      board = await openConsole(simulatedTransport(boards), 'sim:demo');
      await board.send('\x03');
      await board.until('\x04>');
      assert.notEqual(await board.run('print(n)'), '0\r\n');
    });

    it('and a name that is no UTF-8, of which its interpreter warns, keeps no program from ending', async () => {
      await addSimulatedBoard(boards, 'demo', { 'main.py': "open(b'\\xff\\xfe.bin', 'w').close()\n" });
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: boards };
      const { child, ended } = startMpbackup(['backup', 'sim:demo', '--store', join(boards, 'store')], { env });
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      assert.equal((await ended).status, 0);
      clearTimeout(late);
    });

    it('that starts the board anew after a power cut', async () => {
      const at = await friendly({ 'boot.py': 'print("boot")\n' });
      await powerOffSimulated(boards, 'demo');
      assert.equal((await at.closed)?.code, 'port-lost');
      board = await openConsole(simulatedTransport(boards), 'sim:demo');
      await board.until('boot\r\n');
    });
  });
});

function pythonList(names: string[]): string {
  return JSON.stringify(names);
}
