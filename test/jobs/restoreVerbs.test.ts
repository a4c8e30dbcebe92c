// The verbs that write to boards, as someone types them: what they show, what they do, and what they refuse.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as nodePty from '@lydell/node-pty';
import { CLI, type Ended, mpbackup } from '../support/mpbackup.js';
import { readTree, writeTree } from '../support/sampleTree.js';
import { startSimulatedPort } from '../support/simulatedPort.js';

const BACKED_UP = { 'main.py': 'x = 1\n', 'lib/a.py': 'a\n', 'lib/b.txt': 'b\n', 'secrets.py': 'password\n' };

describe('mpbackup restore, undo, finish and restores', function () {
  this.timeout(120_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let backup: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-verbs-'));
    env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards'), MPBACKUP_STORE: join(folder, 'store') };
    await put('one', BACKED_UP);
    const { result, stderr } = await run('backup', 'sim:one');
    backup = (result.backup as { id?: string } | undefined)?.id ?? assert.fail(stderr);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  const run = (...words: string[]): Promise<Ended> => mpbackup([...words, '--json'], { env });
  const flash = (board = 'one') => join(folder, 'boards', board);

  /** Makes the flash of a board hold just this. */
  async function put(board: string, files: Record<string, string>): Promise<void> {
    await rm(flash(board), { recursive: true, force: true });
    await mkdir(flash(board), { recursive: true });
    await writeTree(flash(board), new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
  }

  async function on(board = 'one'): Promise<Record<string, string>> {
    return Object.fromEntries([...(await readTree(flash(board))).files].map(([path, bytes]) => [path, `${bytes}`]));
  }

  it('P28 --dry-run shows the plan, and writes nothing to the board or the backups', async () => {
    const before = { 'main.py': 'edited\n', 'lib/a.py': 'a\n', 'junk.txt': 'junk\n' };
    await put('one', before);
    const files = (await readdir(join(folder, 'store'), { recursive: true })).sort();
    const text = await mpbackup(['restore', 'sim:one', backup, '--dry-run', '--mirror'], { env });
    assert.deepEqual(text.stdout.toString('utf8').split('\n').slice(0, 5), [
      '! junk.txt  conflict: it is in no backup, it is deleted from the board',
      '+ lib/b.txt  2 B, new',
      '! main.py  6 B, conflict: the one on the board is in no backup, it is replaced',
      '+ secrets.py  9 B, new',
      '2 new, 2 conflicts, 1 the same.',
    ]);
    const { result, status } = await run('restore', 'sim:one', backup, '--dry-run');
    assert.deepEqual(
      [status, result.dryRun, result.files],
      [0, true, { new: 2, replace: 0, conflict: 1, delete: 0, same: 1, skip: 0, blocked: 0 }],
    );
    assert.deepEqual(await on(), before);
    assert.deepEqual((await readdir(join(folder, 'store'), { recursive: true })).sort(), files);
  });

  it('P28 --plan does what a dry run has shown, and nothing else', async () => {
    await put('one', { 'main.py': 'edited\n' });
    const { result } = await run('restore', 'sim:one', backup, '--dry-run');
    await put('one', { 'main.py': 'edited again\n' });
    const refused = await run('restore', 'sim:one', backup, '--yes', '--plan', String(result.plan));
    assert.deepEqual([refused.status, refused.result.code], [1, 'file-changed']);
    assert.deepEqual(await on(), { 'main.py': 'edited again\n' });
    await put('one', { 'main.py': 'edited\n' });
    const done = await run('restore', 'sim:one', backup, '--yes', '--plan', String(result.plan));
    assert.equal(done.status, 0, done.stderr);
    assert.deepEqual(await on(), BACKED_UP);
  });

  it('P29 takes patterns, and puts files into other folders', async () => {
    await put('one', {});
    await run('restore', 'sim:one', backup, '--yes', '--include', '*.py', '--exclude', 'secrets.py');
    assert.deepEqual(Object.keys(await on()).sort(), ['lib/a.py', 'main.py']);
    await put('one', {});
    await run('restore', 'sim:one', backup, 'lib', '--yes', '--into', 'old');
    await run('restore', 'sim:one', backup, 'lib', '--yes', '--map', 'lib=other/place');
    const paths = ['old/lib/a.py', 'old/lib/b.txt', 'other/place/a.py', 'other/place/b.txt'];
    assert.deepEqual(Object.keys(await on()).sort(), paths);
  });

  it('P30 --mirror deletes no more than is allowed', async () => {
    await put('one', { ...BACKED_UP, 'x/one.txt': '1', 'x/two.txt': '2' });
    const refused = await run('restore', 'sim:one', backup, '--yes', '--mirror', '--max-delete', '1');
    assert.deepEqual([refused.status, refused.result.code], [1, 'bad-argument']);
    assert.match(String(refused.result.message), /2 files on the board would be deleted, and the limit is 1/);
    const { result } = await run('restore', 'sim:one', backup, '--yes', '--mirror');
    assert.deepEqual([result.deleted, await on()], [2, BACKED_UP]);
  });

  it('P25 undo takes back one restore after the other, and restores tells of each', async () => {
    const first = { 'main.py': 'first\n', 'mine.txt': 'mine\n' };
    await put('one', first);
    await run('restore', 'sim:one', backup, 'main.py', '--yes');
    await run('restore', 'sim:one', backup, 'lib', '--yes');
    const undone = await run('undo', 'sim:one', '--yes');
    assert.deepEqual([undone.status, undone.result.deleted, undone.result.restored], [0, 2, 0]);
    assert.deepEqual(await on(), { ...first, 'main.py': 'x = 1\n' });
    await run('undo', 'sim:one', '--yes');
    assert.deepEqual(await on(), first);
    const { result } = await run('restores');
    const [latest] = result.restores as Array<{ id: string; state: string }>;
    assert.equal(latest?.state, 'undone');
    const report = await mpbackup(['restores', latest?.id ?? ''], { env });
    assert.match(
      report.stdout.toString('utf8'),
      /^Restore of .* to one: undone\.\n.*\n.*\n2 restored, 0 already the same/,
    );
    const again = await run('finish', 'sim:one', '--yes', '--restore', latest?.id ?? '');
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(await on(), { ...first, 'lib/a.py': 'a\n', 'lib/b.txt': 'b\n' });
  });

  it('--conflicts says whose file is kept', async () => {
    const edited = { ...BACKED_UP, 'main.py': 'edited by hand\n' };
    await put('one', edited);
    const kept = await run('restore', 'sim:one', backup, '--yes', '--conflicts', 'board');
    assert.deepEqual([kept.result.restored, await on()], [0, edited]);
    const both = await run('restore', 'sim:one', backup, '--yes', '--conflicts', 'both');
    assert.deepEqual(both.result.conflicts, [
      { path: 'main.py', settled: 'both', outcome: 'both are kept', beside: 'main.backup.py' },
    ]);
    assert.deepEqual(await on(), { ...edited, 'main.backup.py': 'x = 1\n' });
  });

  it('P26 --safety none takes none, and whole takes all', async () => {
    await put('one', { 'main.py': 'never backed up 1\n', 'other.txt': 'other 1\n' });
    const none = await run('restore', 'sim:one', backup, '--yes', '--safety', 'none');
    assert.equal(none.result.safety, undefined);
    // What nobody wanted to save does not come back; the rest does, and stands in nobody's way.
    const { result, status } = await run('undo', 'sim:one', '--yes');
    const reason = 'it was not saved before it was replaced, and no archive has its content';
    assert.deepEqual([status, result.skipped, result.deleted], [3, [{ path: 'main.py', reason }], 3]);
    assert.deepEqual(await on(), { 'main.py': 'x = 1\n', 'other.txt': 'other 1\n' });
    await put('one', { 'main.py': 'never backed up 2\n', 'other.txt': 'other 2\n' });
    const whole = await run('restore', 'sim:one', backup, 'main.py', '--yes', '--safety', 'whole');
    const { id } = whole.result.safety as { id: string };
    const other = await mpbackup(['cat', id, 'other.txt'], { env });
    assert.equal(`${other.stdout}`, 'other 2\n');
  });

  it('leaves files of one board alone off another, unless they are asked for', async () => {
    await put('two', { 'main.py': 'two\n' });
    const words = ['restore', 'sim:two', backup, '--yes'];
    assert.equal((await run(...words)).result.code, 'wrong-board');
    const { result, status } = await run(...words, '--other-board');
    assert.deepEqual([status, result.skipped], [0, [{ path: 'secrets.py', reason: 'belongs to one board alone' }]]);
    assert.equal('secrets.py' in (await on('two')), false);
    await run(...words, '--other-board', '--device-files');
    assert.deepEqual(await on('two'), BACKED_UP);
  });

  it('refuses what cannot be meant, as a mistake in the call', async () => {
    const calls = [
      ['--conflicts', 'mine'],
      ['--conflicts', 'ask'],
      ['--into', 'a', '--map', 'b=c'],
      ['--map', 'lib'],
      ['--max-delete', '3'],
      ['--mirror', '--max-delete', 'many'],
      ['--safety', 'some'],
    ];
    for (const words of calls) {
      const { status, result } = await run('restore', 'sim:one', backup, '--yes', ...words);
      assert.deepEqual([status, result.code], [2, 'usage'], words.join(' '));
    }
    for (const verb of ['undo', 'finish'])
      assert.equal((await run(verb, 'sim:one')).status, 2, 'nobody could be asked');
    const unknown = await run('undo', 'sim:one', '--yes', '--restore', '20200101_000000_00000000');
    assert.deepEqual([unknown.status, unknown.result.code], [1, 'backup-not-found']);
  });

  it('at a terminal shows the plan, asks about each conflict with its difference, and does what was answered', async () => {
    await put('one', { ...BACKED_UP, 'main.py': 'typed in\n', 'lib/a.py': 'mine too\n' });
    const words = [CLI, 'restore', 'sim:one', backup, '--conflicts', 'ask'];
    const terminal = nodePty.spawn(process.execPath, words, { cols: 200, rows: 50, env });
    let shown = '';
    terminal.onData((text) => {
      shown += text;
    });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    const answer = async (question: RegExp, text: string) => {
      while (!question.test(shown)) await new Promise((resolve) => setTimeout(resolve, 20));
      shown = '';
      terminal.write(`${text}\r`);
    };
    await answer(/lib\/a\.py on the board differs from the backup[\s\S]*ifference\?/, 'd');
    await answer(/-mine too[\s\S]*\+a[\s\S]*ifference\?/, 'o');
    await answer(/main\.py on the board[\s\S]*ifference\?/, 'b');
    await answer(
      /lib\/a\.py .*the one on the board stays[\s\S]*Restore 1 file \(6 B\) on one, sim:one\? \[y\/N\]/,
      'y',
    );
    assert.equal(await ended, 0, shown);
    assert.deepEqual(await on(), { ...BACKED_UP, 'lib/a.py': 'mine too\n' });
    assert.equal(await readFile(join(flash(), 'main.py'), 'utf8'), 'x = 1\n');
    await writeFile(join(flash(), 'main.py'), 'x = 2\n');
  });

  it('P33 at a terminal does not wait for an answer about a board that has gone', async () => {
    await put('one', { ...BACKED_UP, 'main.py': 'typed in, too\n' });
    const port = await startSimulatedPort({ folder: join(folder, 'boards'), name: 'one' });
    const words = [CLI, 'restore', port.path, backup, '--other-board'];
    const terminal = nodePty.spawn(process.execPath, words, { cols: 200, rows: 50, env });
    let shown = '';
    terminal.onData((text) => {
      shown += text;
    });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    while (!/\[y\/N\]/.test(shown)) await new Promise((resolve) => setTimeout(resolve, 20));
    await port.stop();
    assert.equal(await ended, 1);
    assert.match(shown, /connection to the board .* was lost/);
  });
});
