// The command line where nobody answers, nobody reads, or nothing is as it should be.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { ask } from '../../src/cli/ask.js';
import { isBoard } from '../../src/cli/compare.js';
import { peopleOutput } from '../../src/cli/output.js';
import { restoreQuestion } from '../../src/cli/restore.js';
import { verbs } from '../../src/cli/verbs.js';
import { parseBoardPath } from '../../src/core/paths.js';
import type { RestoreStep } from '../../src/core/plan/restoreSteps.js';
import { openStore } from '../../src/core/store/store.js';
import { aBoard, aDraft, hashOf, inFolder, takeBackup, testEnv } from '../support/builders.js';
import { mpbackup, startMpbackup } from '../support/mpbackup.js';
import { mpbackupHere } from '../support/mpbackupHere.js';

describe('With --json the last line is a result or an error, one object a line', function () {
  this.timeout(20_000);
  const usage: ReadonlyArray<readonly string[]> = [
    ['nonsense', '--json'],
    ['--json'],
    ['backup', '--json'],
    ['list', 'too', 'much', '--json'],
    ['list', '--what', '--json'],
    ['cat', 'latest', 'main.py', '--json'],
    ['restore', 'sim:demo', 'latest', '--json'],
    ['compare', 'sim:demo', '--json'],
    ['compare', 'sim:demo', 'sim:other', '', '--json'],
    ['backup', 'sim:demo', '--kind', 'odd', '--json'],
    ['backup', 'sim:demo', '--after', 'ask', '--json'],
    ['backup', 'sim:demo', '--wait', 'long', '--json'],
    ['restore', 'sim:demo', 'latest', '--yes', '--wait', '-1', '--json'],
    ['backup', '--bogus', '--json'],
    ['backup', '--store', '--json'],
    ['backup', '', '--json'],
    ['backup', 'sim:demo', '--exclude', 'x'.repeat(70_000), '--json'],
    ['list', '--store', '', '--json'],
    ['restore', 'sim:demo', 'latest', '', '--yes', '--json'],
    ['help', 'nonsense', '--json'],
  ];
  for (const words of usage) {
    it(`after the wrong use \`mpbackup ${words.join(' ').slice(0, 60)}\`, with exit code 2`, async () => {
      const { status, stdout } = await mpbackupHere(words);
      assert.equal(status, 2);
      const last = linesOf(stdout).at(-1);
      assert.equal(last?.event, 'error');
      assert.equal(last?.ok, false);
      assert.equal(last?.code, 'usage');
      assert.ok(last?.message);
    });
  }

  for (const words of [
    ['--version', '--json'],
    ['help', '--json'],
    ['backup', '--help', '--json'],
  ]) {
    it(`after \`mpbackup ${words.join(' ')}\``, async () => {
      const { status, stdout } = await mpbackupHere(words);
      assert.equal(status, 0);
      assert.equal(linesOf(stdout).at(-1)?.event, 'result');
    });
  }

  it('after a failure', async () => {
    await inFolder(async (folder) => {
      const { status, stdout } = await mpbackup(['show', 'latest', '--store', folder, '--json']);
      assert.equal(status, 1);
      assert.equal(linesOf(stdout).at(-1)?.code, 'backup-not-found');
    });
  });
});

describe('The command line', function () {
  this.timeout(20_000);

  const wrong: ReadonlyArray<readonly [string[], string]> = [
    [['backup'], 'BOARD is missing.\nSee `mpbackup backup --help`.\n'],
    [['compare', 'latest'], 'RIGHT is missing.\nSee `mpbackup compare --help`.\n'],
    [['cat', 'latest'], 'PATH is missing.\nSee `mpbackup cat --help`.\n'],
    [['restore', 'sim:demo', 'latest', 'lib', '', '--yes'], 'PATH is empty.\nSee `mpbackup restore --help`.\n'],
    [['list', '--what'], "Unknown option '--what'.\nSee `mpbackup list --help`.\n"],
    [['nonsense'], 'There is no `mpbackup nonsense`.\nSee `mpbackup help`.\n'],
  ];
  for (const [words, sentences] of wrong) {
    it(`says what is wrong with \`mpbackup ${words.join(' ')}\` and where it is explained, and no more`, async () => {
      const { status, stdout, stderr } = await mpbackupHere(words);
      assert.equal(status, 2);
      assert.equal(`${stdout}`, '');
      assert.equal(stderr, sentences);
    });
  }

  for (const [name, verb] of verbs) {
    it(`explains every option of \`${name}\`, the same with \`help ${name}\``, async () => {
      const { status, stdout } = await mpbackupHere(['help', name]);
      assert.equal(status, 0);
      for (const option of ['json', 'verbose', 'help', ...Object.keys(verb.options)]) {
        assert.match(`${stdout}`, new RegExp(`^ +(-h, )?--${option}\\b.*  \\w`, 'm'));
        assert.ok(verb.usage.includes(`--${option}`) || !(option in verb.options), option);
      }
      assert.doesNotMatch(`${stdout}`, / $/m, 'no line ends with a space');
      assert.doesNotMatch(`${stdout}`, /.{101}/, 'no line is too long for a terminal');
      assert.deepEqual((await mpbackupHere([name, '--help'])).stdout, stdout);
    });
  }

  it('lists every verb in lines that fit a terminal', async () => {
    const { stdout } = await mpbackupHere(['help']);
    for (const name of verbs.keys()) assert.match(`${stdout}`, new RegExp(`^  ${name}  +[A-Z]`, 'm'));
    assert.doesNotMatch(`${stdout}`, /.{101}/);
  });

  it('tells its version with -V, too', async () => {
    assert.deepEqual((await mpbackup(['-V'])).stdout, (await mpbackup(['--version'])).stdout);
  });

  it('says in a sentence where the folder of the simulated boards is a file', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'a file');
      await writeFile(file, '');
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: file };
      const made = await mpbackup(['simulate', 'demo', '--json'], { env });
      assert.equal(made.result.code, 'bad-argument');
      assert.match(String(made.result.hint), /MPBACKUP_SIMULATED_BOARDS/);
      const backedUp = await mpbackup(['backup', 'sim:demo', '--store', join(folder, 'store'), '--json'], { env });
      assert.equal(backedUp.result.code, 'port-not-found');
    });
  });

  it('tells a board from a backup by how it is written', () => {
    const boards = ['sim:demo', '/dev/ttyACM0', 'COM3', 'com10', '\\\\.\\COM3', 'ws://host', 'socket://host:1'];
    assert.deepEqual(boards.filter(isBoard), boards);
    const backups = ['latest', '12ab', 'c0de', 'backup_20251121_091000.blb', '/s/pico/b.blb', 'C:\\s\\b.BLB', 'commit'];
    assert.deepEqual(backups.filter(isBoard), []);
  });

  it('says that a folder is a folder where one of its files is asked for', async () => {
    await inFolder(async (folder) => {
      await takeBackup(await openStore(testEnv(), folder), { 'lib/wifi.py': 'x' });
      const { status, stderr } = await mpbackup(['cat', 'latest', 'lib', '--store', folder]);
      assert.equal(status, 1);
      assert.match(stderr, /^lib is a folder, and `cat` writes one file\.\n`mpbackup show latest`/);
    });
  });

  it('tells times by the clock of the user and shows labels; JSON has both as they are', async () => {
    await inFolder(async (folder) => {
      const env = { ...process.env, TZ: 'Europe/Berlin' };
      const draft = aDraft({ label: 'before the trip' });
      await takeBackup(await openStore(testEnv(), folder), { 'main.py': 'x' }, { draft });
      const list = await mpbackup(['list', '--store', folder], { env });
      assert.match(`${list.stdout}`, / {2}2025-11-21 10:10 {2}full .* {2}Kitchen sensor {2}"before the trip"\n$/);
      const show = await mpbackup(['show', 'latest', '--store', folder], { env });
      assert.match(`${show.stdout}`, /full backup of 2025-11-21 10:10\n"before the trip"\n/);
      const { result } = await mpbackup(['list', '--store', folder, '--json'], { env });
      const [backup] = result.backups as Array<Record<string, unknown>>;
      assert.match(String(backup?.createdAt), /^2025-11-21T09:10:\d\d/);
      assert.equal(backup?.label, 'before the trip');
    });
  });

  it('P44 takes no orders for the terminal from a board: its names are shown escaped', async () => {
    await inFolder(async (folder) => {
      const evil = 'a\x1b[2Jb\u009bc\u202ed';
      const board = aBoard({ name: evil, machine: evil });
      const draft = aDraft({ label: evil });
      await takeBackup(await openStore(testEnv(), folder), { [`${evil}.py`]: 'x' }, { board, draft });
      for (const words of [['list'], ['show', 'latest'], ['show', 'latest', '--json'], ['cat', 'latest', evil]]) {
        const { stdout, stderr } = await mpbackup([...words, '--store', folder, '--verbose']);
        assert.doesNotMatch(`${stdout}${stderr}`, /[\x1b\x80-\x9f]/, words.join(' '));
      }
    });
  });

  it('ends a look into a store whose disk does not answer, at the first signal', async function () {
    if (process.platform === 'win32') this.skip();
    await inFolder(async (folder) => {
      const { child, ended } = startMpbackup(['list', '--store', folder, '--json'], {
        env: { ...process.env, NODE_OPTIONS: `--require ${await slowFolders(folder)}` },
      });
      await once(child.stderr ?? child, 'data');
      child.kill('SIGINT');
      const { status, result } = await ended;
      assert.equal(result.code, 'cancelled');
      assert.notEqual(status, 0);
    });
  });

  it('ends at once at the second signal', async function () {
    if (process.platform === 'win32') this.skip();
    await inFolder(async (folder) => {
      const { child } = startMpbackup(['list', '--store', folder], {
        env: { ...process.env, NODE_OPTIONS: `--require ${await slowFolders(folder)}` },
      });
      await once(child.stderr ?? child, 'data');
      child.kill('SIGINT');
      await once(child.stderr ?? child, 'data');
      child.kill('SIGINT');
      // A shell gives 128 and the number of the signal as the exit code: 130.
      assert.deepEqual(await once(child, 'exit'), [null, 'SIGINT']);
    });
  });

  it('lists the real ports where the folder of the simulated boards is a file, with exit code 3 and no trace', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'a file');
      await writeFile(file, '');
      const words = ['boards', '--json'];
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: file };
      const { status, result, stderr } = await mpbackup(words, { env });
      assert.equal(status, 3, 'the real ports are listed all the same');
      assert.match(String(result.trouble), /could not be listed/);
      assert.equal(stderr, '');
    });
  });

  it('tells what led to a failure with --verbose', async () => {
    await inFolder(async (folder) => {
      const { stderr } = await mpbackup(['show', 'latest', '--store', folder, '--verbose']);
      assert.match(stderr, /error: There is no backup yet\. \(backup-not-found\)/);
    });
  });

  it('finishes its work where nobody reads what it prints any more', async () => {
    await inFolder(async (folder) => {
      const store = join(folder, 'store');
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      await mpbackup(['simulate', 'demo'], { env });
      const { child } = startMpbackup(['backup', 'sim:demo', '--store', store, '--json', '--verbose'], { env });
      await once(child.stdout ?? child, 'data');
      child.stdout?.destroy();
      child.stderr?.destroy();
      const [status] = await once(child, 'exit');
      assert.equal(status, 0);
      const { result } = await mpbackup(['list', '--store', store, '--json']);
      assert.equal((result.backups as unknown[]).length, 1);
    });
  });

  it('stops printing a file where nobody reads it any more', async () => {
    await inFolder(async (folder) => {
      const store = join(folder, 'store');
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      const { result } = await mpbackup(['simulate', 'demo', '--json'], { env });
      await writeFile(join(String(result.folder), 'large.bin'), Buffer.alloc(900_000, 'x'));
      await mpbackup(['backup', 'sim:demo', '--store', store], { env });
      const { child } = startMpbackup(['cat', 'latest', 'large.bin', '--store', store], { env });
      await once(child.stdout ?? child, 'data');
      child.stdout?.destroy();
      const [status] = await once(child, 'exit');
      assert.equal(status, 0);
    });
  });
});

describe('What is said at the terminal', () => {
  it('fits a terminal that says it is 0 wide', () => {
    let printed = '';
    const stream = { write: (text: string) => (printed += text), isTTY: true, columns: 0 };
    const path = parseBoardPath(`lib/${'long'.repeat(50)}.py`);
    const [done, total] = [
      { files: 123, bytes: 1_000_000 },
      { files: 1000, bytes: 10_000_000 },
    ];
    const rate = { bytesPerSecond: 9_800, secondsLeft: 915 };
    peopleOutput(stream, stream).progress({ phase: 'read', path, done, total, ...rate });
    assert.equal(printed.length, '\r\x1b[K'.length + 79);
    assert.match(printed, /Reading lib\/long/);
  });

  it('of several boards at once is a line for each, which goes when its board is done', () => {
    let printed = '';
    const stream = { write: (text: string) => (printed += text), isTTY: true, columns: 80, rows: 3 };
    const output = peopleOutput(stream, stream);
    const boards = ['sim:a', 'sim:b', 'sim:c'].map((url) => output.ofBoard(url));
    const since = (work: () => void) => {
      const before = printed.length;
      work();
      return printed.slice(before);
    };
    const list = { phase: 'list', done: { files: 0, bytes: 0 } } as const;
    assert.equal(
      since(() => boards[0]?.progress(list)),
      '\r\x1b[Ksim:a: Listing files',
    );
    const two = '\x1b[Ksim:a: Listing files\n\x1b[Ksim:b: Listing files';
    assert.equal(
      since(() => boards[1]?.progress(list)),
      `\r${two}`,
    );
    // There is room for two: what has left the terminal at its top cannot be written over.
    assert.equal(
      since(() => boards[2]?.progress(list)),
      `\r\x1b[1A${two}`,
    );
    assert.equal(
      since(() => boards[0]?.result({}, 'Done.')),
      '\r\x1b[1A\x1b[JDone.\n',
    );
    const rest = '\x1b[Ksim:b: Listing files\n\x1b[Ksim:c: Comparing';
    assert.equal(
      since(() => boards[2]?.progress({ ...list, phase: 'compare' })),
      `\r${rest}`,
    );
    assert.equal(
      since(() => output.result({}, 'All.')),
      '\r\x1b[1A\x1b[JAll.\n',
    );
  });

  it('of a defect of ours is its sentence and a request, and no trace', () => {
    let printed = '';
    const stream = { write: (text: string) => (printed += text) };
    peopleOutput(stream, stream).failure(new TypeError('x is not\x1b a function'));
    assert.equal(printed, 'x is not\\u001b a function\nPlease report it, with the output of --verbose.\n');
  });
});

describe('The question before a restore', () => {
  const content = { size: 500, sha256: hashOf(Buffer.from('x')), from: parseBoardPath('a') };
  const write = { kind: 'write', path: parseBoardPath('a'), content, replaces: false } as const;
  const remove = { kind: 'remove', path: parseBoardPath('b') } as const;
  const question = (...steps: RestoreStep[]) => restoreQuestion({ steps }, 'demo', 'sim:demo');

  it('counts what is written and what is deleted', () => {
    assert.equal(question(write), 'Restore 1 file (500 B) on demo, sim:demo?');
    assert.equal(
      question(write, write, remove, remove),
      'Restore 2 files (1.0 kB) and delete 2 files on demo, sim:demo?',
    );
    assert.equal(question(remove), 'Delete 1 file on demo, sim:demo?');
    assert.equal(question({ kind: 'make-folder', path: parseBoardPath('c') }), 'Change folders on demo, sim:demo?');
  });
});

describe('A question at the terminal', () => {
  const terminal = () => ({ input: new PassThrough(), output: new PassThrough(), terminal: true });

  it('takes the answer', async () => {
    const { input, ...rest } = terminal();
    const answer = ask('Really? ', { input, ...rest });
    input.write('yes\r');
    assert.equal(await answer, 'yes');
  });

  for (const [key, typed] of [
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ] as const) {
    it(`is cancelled by ${key}`, async () => {
      const { input, ...rest } = terminal();
      const answer = ask('Really? ', { input, ...rest });
      input.write(typed);
      await assert.rejects(answer, { code: 'cancelled' });
    });
  }

  it('is cancelled where the input ends', async () => {
    const { input, ...rest } = terminal();
    const answer = ask('Really? ', { input, ...rest });
    input.end();
    await assert.rejects(answer, { code: 'cancelled' });
  });

  it('is cancelled by the signal', async () => {
    const abort = new AbortController();
    const answer = ask('Really? ', terminal(), abort.signal);
    abort.abort();
    await assert.rejects(answer, { code: 'cancelled' });
  });
});

/** A module for `--require`: it says that the folder is looked into, and lets nobody see what is in it. */
async function slowFolders(store: string): Promise<string> {
  const module = join(store, 'slow.cjs');
  const code = `const fs = require('node:fs').promises;
fs.readdir = () => { process.stderr.write('looking\\n'); return new Promise(() => setInterval(() => {}, 1000)); };`;
  await writeFile(module, code);
  return module;
}

function linesOf(stdout: Buffer): Array<Record<string, unknown>> {
  return `${stdout}`
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
