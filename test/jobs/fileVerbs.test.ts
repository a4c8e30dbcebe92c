// The versions of a file, and copies of files of backups on a disk: as jobs, and as someone types them.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { type ExtractOptions, type ExtractResult, extract } from '../../src/core/jobs/extract.js';
import { fileHistory, seenBefore } from '../../src/core/jobs/fileHistory.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { aBoard, aDraft, type Files, inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { mpbackup } from '../support/mpbackup.js';
import { readTree } from '../support/sampleTree.js';

const MAIN = parseBoardPath('main.py');
const env = testEnv();

function inStore(test: (store: Store, folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => test(await openStore(env, join(folder, 'store')), folder));
}

describe('The history of a file', () => {
  it('goes through all backups of its board, and of no other', () =>
    inStore(async (store) => {
      const taken = [await takeBackup(store, { 'main.py': '1' })];
      for (const text of ['1', '2', '2']) taken.push(await takeIncremental(store, { 'main.py': text }));
      await takeBackup(store, { 'main.py': 'elsewhere' }, { board: aBoard({ id: 'other' }) });
      taken.push(await takeIncremental(store, { 'b.py': '' }));
      const { versions, unknown } = await fileHistory({ env }, store, aBoard().id, MAIN);
      assert.deepEqual(
        versions.map(({ change, backups }) => [change, backups.map(({ id }) => taken.findIndex((b) => b.id === id))]),
        [
          ['removed', [4]],
          ['changed', [3, 2]],
          ['added', [1, 0]],
        ],
      );
      assert.deepEqual(unknown, []);
    }));

  it('P31 passes over a backup that did not look there, and one whose archive is gone', () =>
    inStore(async (store) => {
      const first = await takeBackup(store, { 'main.py': '1' });
      const scope = { root: parseBoardPath('data'), include: [], exclude: [] };
      const elsewhere = await takeBackup(store, {}, { draft: aDraft({ scope }) });
      const lost = await takeBackup(store, { 'main.py': '2' });
      const last = await takeBackup(store, { 'main.py': '1' });
      const before = await seenBefore({ env }, store, lost, MAIN);
      assert.deepEqual([before?.backup.id, before?.file?.size], [first.id, 1]);
      // Listed by who has looked before, and gone by now.
      await store.list();
      const remembering: Store = { ...store, backupsOf: async () => [last, lost, elsewhere, first] };
      await rm(lost.archive);
      const { versions, unknown } = await fileHistory({ env }, remembering, aBoard().id, MAIN);
      assert.deepEqual(
        versions.map(({ change, backups }) => [change, backups.length]),
        [['added', 2]],
      );
      assert.deepEqual(
        unknown.map(({ id }) => id),
        [lost.id, elsewhere.id],
      );
      assert.equal(await seenBefore({ env }, store, first, MAIN), undefined);
    }));

  it('stops when it is cancelled, and says where no backup has the file', () =>
    inStore(async (store) => {
      await takeBackup(store, { 'main.py': '1' });
      const signal = AbortSignal.abort();
      await assert.rejects(fileHistory({ env, signal }, store, aBoard().id, MAIN), { code: 'cancelled' });
      const gone = parseBoardPath('gone.py');
      await assert.rejects(fileHistory({ env }, store, aBoard().id, gone), {
        message: 'No backup of this board has a file gone.py.',
      });
    }));
});

describe('`mpbackup versions`', () => {
  it('has a line for each version, and names the board where several have such a file', () =>
    inStore(async (store, folder) => {
      const first = await takeBackup(store, { 'main.py': '1' }, { draft: aDraft({ label: 'before the trip' }) });
      const second = await takeIncremental(store, { 'main.py': '22' });
      const third = await takeIncremental(store, { 'main.py': '22', 'b.py': '' });
      const run = (...words: string[]) => mpbackup(['versions', ...words, '--store', join(folder, 'store')]);
      const { stdout } = await run('/main.py');
      const lines = `${stdout}`.trimEnd().split('\n');
      assert.equal(lines.length, 2);
      assert.match(
        lines[0] ?? '',
        /^~ \d{4}-.* 2 B {2}[0-9a-f]{8} {2}backup [0-9a-f]{8}, the same in 2 backups until \d{4}-/,
      );
      assert.match(lines[1] ?? '', /^\+ \d{4}-.* 1 B {2}[0-9a-f]{8} {2}backup [0-9a-f]{8} "before the trip"$/);
      const { result } = await run('main.py', '--json');
      const ends = (result.versions as Array<Record<'first' | 'last', { id: string }>>).map((version) => [
        version.first.id,
        version.last.id,
      ]);
      assert.deepEqual(ends, [
        [second.id, third.id],
        [first.id, first.id],
      ]);
      await takeBackup(store, { 'main.py': '3' }, { board: aBoard({ id: 'other', name: 'garage' }) });
      const several = await run('main.py');
      assert.deepEqual([several.status, several.stderr.split('\n')[0]], [1, '2 boards have a file main.py.']);
      assert.match(`${(await run('main.py', 'garage')).stdout}`, /^\+ [^\n]*\n$/);
      // One board alone has this one.
      assert.match(`${(await run('b.py')).stdout}`, /^\+ [^\n]* 0 B [^\n]*\n$/);
      const none = await run('gone.py');
      assert.deepEqual([none.status, none.stderr.split('\n')[0]], [1, 'No backup of this board has a file gone.py.']);
    }));
});

describe('Copies of files of a backup', () => {
  const files = { 'main.py': 'main', 'lib/wifi.py': 'wifi', 'lib/net/http.py': 'http', 'empty.txt': '' };

  /** Copies into `out`. */
  async function copying(
    content: Files,
    options: Partial<Omit<ExtractOptions, 'paths'>> & { paths: string[]; env?: Env; folders?: string[] },
    test: (run: () => Promise<ExtractResult>, out: string, store: Store) => Promise<void>,
  ): Promise<void> {
    await inStore(async (store, folder) => {
      const { folders = [], env: own = env } = options;
      const backup = await takeBackup(store, content, { folders });
      const out = join(folder, 'out');
      const paths = options.paths.map(parseBoardPath);
      const whole = {
        to: { folder: out },
        onTaken: async () => assert.fail('nothing is there'),
        ...options,
        backup,
        paths,
      };
      await test(() => extract({ env: own }, store, whole), out, store);
    });
  }

  it('keep their paths below the folder that holds all that was chosen', () =>
    copying(files, { paths: ['lib/wifi.py', 'lib/net'] }, async (run, out) => {
      const { written, bytes, unfit } = await run();
      assert.deepEqual(await textsIn(out), { 'net/http.py': 'http', 'wifi.py': 'wifi' });
      assert.deepEqual([written.length, bytes, unfit], [2, 8, []]);
    }));

  it('are all files and folders, empty ones too, where the whole backup is chosen', () =>
    copying(files, { paths: [ROOT], folders: ['logs'] }, async (run, out) => {
      await run();
      assert.deepEqual(await textsIn(out), files);
      assert.deepEqual(await readdir(join(out, 'logs')), []);
    }));

  it('replace nothing where nobody says so', () =>
    copying(files, { paths: ['main.py', 'lib'], onTaken: async () => 'keep' }, async (run, out) => {
      await mkdir(out);
      await writeFile(join(out, 'main.py'), 'mine');
      const { written, kept } = await run();
      assert.deepEqual([written.length, kept], [2, [join(out, 'main.py')]]);
      assert.equal(await readFile(join(out, 'main.py'), 'utf8'), 'mine');
    }));

  it('replace what is there where somebody does, and leave nothing else', () =>
    copying(files, { paths: ['main.py'], onTaken: async () => 'replace' }, async (run, out) => {
      await mkdir(out);
      await writeFile(join(out, 'main.py'), 'mine');
      await run();
      assert.deepEqual(await textsIn(out), { 'main.py': 'main' });
    }));

  it('replace a file with the longest name that a disk takes', () => {
    const name = 'n'.repeat(255);
    return copying({ [name]: 'new' }, { paths: [name], onTaken: async () => 'replace' }, async (run, out) => {
      await mkdir(out);
      await writeFile(join(out, name), 'old');
      await run();
      assert.deepEqual(await textsIn(out), { [name]: 'new' });
    });
  });

  it('are none at all where somebody was asked and does not answer', () =>
    copying(files, { paths: ['main.py', 'lib'], onTaken: async () => undefined }, async (run, out) => {
      await mkdir(out);
      await writeFile(join(out, 'main.py'), 'mine');
      await assert.rejects(run, { code: 'cancelled' });
      assert.deepEqual(await textsIn(out), { 'main.py': 'mine' });
    }));

  it('P44 never leave their folder, and what has a name that not every disk takes is told', () => {
    const content = {
      'a\\..\\b.py': '1',
      'C:x.py': '2',
      'aux.py': '3',
      'A.py': '4',
      'a.py': '5',
      'ok.py': '6',
      'caf\udce9': '7',
    };
    return copying(content, { paths: [ROOT] }, async (run, out) => {
      const { unfit } = await run();
      assert.deepEqual(await textsIn(out), { 'A.py': '4', 'ok.py': '6' });
      assert.deepEqual(new Set(unfit), new Set(['C:x.py', 'a.py', 'a\\..\\b.py', 'aux.py', 'caf\udce9']));
    });
  });

  it('have the name that the user gives to a single one', () =>
    inFolder((folder) => {
      const to = { file: join(folder, 'new', 'café.txt') };
      return copying({ 'caf\udce9': '7' }, { paths: ['caf\udce9'], to }, async (run) => {
        await run();
        assert.deepEqual(await textsIn(folder), { 'new/café.txt': '7' });
      });
    }));

  it('do not go into the folder of the backups, nor where a folder has the name', () =>
    copying(files, { paths: ['main.py'] }, async (run, out, store) => {
      await mkdir(join(out, 'main.py'), { recursive: true });
      await assert.rejects(run, { code: 'path-taken' });
      const to = { folder: join(store.root, 'copies') };
      const [backup] = (await store.list()).backups;
      assert.ok(backup);
      const inside = { backup, paths: [MAIN], to, onTaken: async () => undefined };
      await assert.rejects(extract({ env }, store, inside), { code: 'bad-argument' });
    }));

  it('P04 leave no part of a file where the disk is full, and what was there stays', async () => {
    const full = async (): Promise<never> => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    const real = env.fs;
    const filled: Env = {
      ...env,
      fs: {
        ...real,
        open: async (path, mode) => ({ ...(await real.open(path, mode)), ...(mode === 'create' && { append: full }) }),
      },
    };
    const options = { paths: ['empty.txt', 'main.py'], env: filled, onTaken: async () => 'replace' as const };
    await copying(files, options, async (run, out) => {
      await mkdir(out);
      await writeFile(join(out, 'main.py'), 'mine');
      await assert.rejects(
        run,
        (error) => isBackupError(error, 'store-full') && /1 file had been written/.test(error.message),
      );
      assert.deepEqual(await textsIn(out), { 'empty.txt': '', 'main.py': 'mine' });
    });
  });

  it('do not follow a link that leads nowhere', () =>
    copying(files, { paths: ['main.py'] }, async (run, out) => {
      await mkdir(out);
      await symlink(join(out, 'gone'), join(out, 'main.py'));
      await assert.rejects(run, { code: 'store-failed' });
      assert.deepEqual(await readdir(out), ['main.py']);
    }));

  it('come from the command line: `mpbackup extract`', () =>
    inStore(async (store, folder) => {
      await takeBackup(store, { ...files, 'aux.py': 'aux' });
      const out = join(folder, 'out');
      const run = (...words: string[]) =>
        mpbackup(['extract', 'latest', out, ...words, '--store', join(folder, 'store')]);
      const some = await run('lib/');
      assert.deepEqual([some.status, `${some.stdout}`], [0, `Copied 2 files, 8 B: ${out}\n`]);
      const again = await run('lib');
      assert.deepEqual(
        [again.status, again.stderr.split('\n')[0]],
        [1, '2 files would be replaced. Nothing was written.'],
      );
      const all = await run('--replace', '--json');
      assert.deepEqual([all.status, all.result.unfit], [3, ['aux.py']]);
      assert.deepEqual(await textsIn(out), files);
      assert.equal((await run('gone.py')).stderr.split('\n')[0], 'The backup has no gone.py.');
    }));
});

/** @returns the text of every file, by its path */
async function textsIn(folder: string): Promise<Record<string, string>> {
  const { files } = await readTree(folder);
  return Object.fromEntries([...files].map(([path, bytes]) => [path, `${bytes}`]));
}
