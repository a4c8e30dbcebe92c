// The command line where nobody answers, nobody reads, or nothing is as it should be.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { ask } from '../../src/cli/ask.js';
import { inFolder } from '../support/builders.js';
import { mpbackup, startMpbackup } from '../support/mpbackup.js';

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
    ['backup', 'sim:demo', '--kind', 'odd', '--json'],
  ];
  for (const words of usage) {
    it(`after the wrong use \`mpbackup ${words.join(' ')}\`, with exit code 2`, async () => {
      const { status, stdout } = await mpbackup(words);
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
      const { status, stdout } = await mpbackup(words);
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

  it('shows how a verb is meant after its wrong use', async () => {
    const { status, stdout, stderr } = await mpbackup(['backup']);
    assert.equal(status, 2);
    assert.equal(`${stdout}`, '');
    assert.match(stderr, /An argument is missing\.\n\n.*\n\nUsage: mpbackup backup BOARD/);
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

function linesOf(stdout: Buffer): Array<Record<string, unknown>> {
  return `${stdout}`
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
