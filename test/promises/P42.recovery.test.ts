// Recovery without this software: what unzip, sha256sum and Python make of an archive.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { makeFull } from '../../src/core/jobs/makeFull.js';
import { repair } from '../../src/core/jobs/repair.js';
import { openStore } from '../../src/core/store/store.js';
import { entriesOf, inFolder, MORNING, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';

const run = promisify(execFile);
const env = { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };

function skipWithout(context: Mocha.Context, program: string): void {
  if (spawnSync(program, ['--help']).error) context.skip();
}

async function unzip(archive: string, folder: string): Promise<string> {
  const target = join(folder, 'unzipped');
  await run('unzip', ['-q', archive, '-d', target], { env });
  return target;
}

/** Paths of files, with slashes, below `folder`. */
async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

const FILES = {
  'boot.py': '',
  'main.py': 'import lib.wifi\n'.repeat(50),
  'lib/wifi.py': 'PASSWORD = "secret"\n',
  'data/my notes "today" & \'more\'.txt': 'spaces and quotes',
  'data/schön 🙂.txt': 'not ASCII',
  '__proto__/constructor.py': 'a name like any other',
  '-rf': 'a name that looks like an option',
  '~/$HOME/*.py': 'no shell looks at it',
  'aux.py': 'a device on Windows',
};

describe('P42 An archive is opened without this software', () => {
  beforeEach(function () {
    skipWithout(this, 'unzip');
  });

  it('P42 unzip tests it, and sha256sum finds every file right after extraction', async () => {
    await inFolder(async (folder) => {
      const files = { ...FILES, 'odd\\name': '1', 'new\nline.py': '2', 'A.py': 'upper', 'a.py': 'lower' };
      const { archive } = await takeBackup(await openStore(testEnv(), join(folder, 'store')), files);
      await run('unzip', ['-tqq', archive]);
      const target = await unzip(archive, folder);
      const { stdout } = await run('sha256sum', ['-c', 'checksums.txt'], { cwd: target, env });
      assert.equal(stdout.trim().split('\n').length, entriesOf(files).length + 1);
    });
  });

  it('P42 unzip gives every ordinary file back under its own name, with its bytes, time and rights', async () => {
    await inFolder(async (folder) => {
      const { archive } = await takeBackup(await openStore(testEnv(), join(folder, 'store')), FILES, {
        folders: ['empty'],
      });
      const target = await unzip(archive, folder);
      assert.deepEqual((await filesBelow(join(target, 'files'))).sort(), Object.keys(FILES).sort());
      for (const [path, content] of entriesOf(FILES)) {
        assert.deepEqual(await readFile(join(target, 'files', path)), content, path);
      }
      const { mode, mtimeMs } = await stat(join(target, 'files/main.py'));
      assert.equal(mode & 0o777, 0o644);
      assert.equal(mtimeMs, MORNING);
      assert.ok((await stat(join(target, 'files/empty'))).isDirectory());
    });
  });

  it('P42 README.txt says which path a file under its hash has', async () => {
    await inFolder(async (folder) => {
      const { archive } = await takeBackup(await openStore(testEnv(), join(folder, 'store')), {
        'odd\\name': '1',
        'ä\n': '2',
      });
      const { stdout } = await run('unzip', ['-p', archive, 'README.txt']);
      const paths = [...stdout.matchAll(/^ {2}objects\/[0-9a-f]{64} {2}(".*")$/gm)].map(([, path]) =>
        JSON.parse(path ?? ''),
      );
      assert.deepEqual(paths.sort(), ['odd\\name', 'ä\n']);
    });
  });

  it('P42 an incremental archive gives back what changed', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'store'));
      await takeBackup(store, FILES);
      const { archive } = await takeIncremental(store, { ...FILES, 'main.py': 'changed', 'new/folder/file.py': 'new' });
      const target = await unzip(archive, folder);
      assert.deepEqual((await filesBelow(join(target, 'files'))).sort(), ['main.py', 'new/folder/file.py']);
      await run('sha256sum', ['-c', '--quiet', 'checksums.txt'], { cwd: target });
    });
  });

  it('P42 README.txt of an incremental archive says how to get everything back, and that is how it is', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'store'));
      const readme = async (archive: string) => (await run('unzip', ['-p', archive, 'README.txt'])).stdout;
      const one = await takeBackup(store, { ...FILES, 'deleted.py': 'old' });
      const changed = { ...FILES, 'main.py': 'changed', 'new/file.py': 'new' };
      const two = await takeIncremental(store, changed);
      const last = { ...changed, 'main.py': 'changed again' };
      const three = await takeIncremental(store, last);
      assert.doesNotMatch(await readme(one.archive), /from the oldest|objects\//);
      assert.match(await readme(three.archive), /from the oldest to this one, and let newer files replace older ones/);
      const target = join(folder, 'everything');
      for (const { archive } of [one, two, three]) await run('unzip', ['-qo', archive, '-d', target], { env });
      for (const [path, content] of entriesOf({ ...last, 'deleted.py': 'old' })) {
        assert.deepEqual(await readFile(join(target, 'files', path)), content, path);
      }
    });
  });

  it('P42 Python opens it', async function () {
    skipWithout(this, 'python3');
    await inFolder(async (folder) => {
      const { archive } = await takeBackup(await openStore(testEnv(), join(folder, 'store')), FILES);
      await run('python3', ['-m', 'zipfile', '-t', archive]);
    });
  });

  it('P42 whatever the names, unzip extracts all of it and the sums are right', async function () {
    this.timeout(60_000);
    const part = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .map((text) => text.replaceAll('/', '|').replaceAll('\0', '0'))
      .filter((text) => text !== '.' && text !== '..');
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'store'));
      const names = fc.sample(part, { numRuns: 2000, seed: 42 });
      const files = new Map(names.map((name, index) => [`${index % 50}/${name}`, Buffer.from(name)]));
      const { archive } = await takeBackup(store, files);
      await run('unzip', ['-tqq', archive], { env });
      const target = await unzip(archive, folder);
      await run('sha256sum', ['-c', '--quiet', 'checksums.txt'], { cwd: target, env });
    });
  });
});

describe('P42 What the jobs of a store make is opened without this software, too', () => {
  beforeEach(function () {
    skipWithout(this, 'unzip');
    skipWithout(this, 'python3');
  });

  /** @returns what README.txt says, after `unzip`, Python and `sha256sum` found nothing wrong */
  async function openedByHand(archive: string, folder: string): Promise<{ readme: string; files: string[] }> {
    const target = join(folder, 'by hand');
    await rm(target, { recursive: true, force: true });
    await run('unzip', ['-tqq', archive], { env });
    await run('python3', ['-m', 'zipfile', '-t', archive]);
    await run('unzip', ['-q', archive, '-d', target], { env });
    await run('sha256sum', ['-c', '--quiet', '--strict', 'checksums.txt'], { cwd: target, env });
    return { readme: await readFile(join(target, 'README.txt'), 'utf8'), files: (await filesBelow(target)).sort() };
  }

  const BEFORE = { 'main.py': '1', 'lib/wifi.py': 'wifi', 'odd\\name': 'odd', 'data.bin': 'q8#Zx!' };
  const AFTER = { ...BEFORE, 'main.py': '2', 'new.py': 'new' };

  it('P42 a later generation, a synthetic full backup and an export: each passes, and its README.txt is true', async function () {
    this.timeout(60_000);
    await inFolder(async (folder) => {
      const context = { env: testEnv() };
      const store = await openStore(testEnv(), join(folder, 'store'));
      const first = await takeBackup(store, BEFORE);
      const second = await takeIncremental(store, AFTER);
      const third = await takeIncremental(store, { ...AFTER, 'main.py': '3' });
      await deleteBackups(context, store, [first]);
      const [generation = ''] = await store.archives(second);
      const merged = await openedByHand(generation, folder);
      assert.match(generation, /\.2\.blb$/);
      assert.match(merged.readme, /Of the board's 5 files, the bytes of 5 are in this archive/);
      assert.doesNotMatch(merged.readme, /from the oldest/);

      // As its README.txt says: the archives one after the other, the newer files over the older.
      const [last = ''] = await store.archives(third);
      assert.match((await openedByHand(last, folder)).readme, /from the oldest to this one, and let newer/);
      const target = join(folder, 'everything');
      for (const archive of [generation, last]) await run('unzip', ['-qo', archive, '-d', target], { env });
      assert.equal(await readFile(join(target, 'files/main.py'), 'utf8'), '3');
      assert.equal(await readFile(join(target, 'files/lib/wifi.py'), 'utf8'), 'wifi');

      const { archive: full } = await makeFull(
        context,
        store,
        (await store.list()).backups[0] ?? assert.fail('no backup'),
      );
      const alone = await openedByHand(full, folder);
      assert.match(alone.readme, /Of the board's 5 files, the bytes of 5 are in this archive/);
      assert.match(alone.readme, /objects\/[0-9a-f]{64} {2}"odd\\\\name"/);

      const exported = join(folder, 'all.blb');
      const { backups } = await store.list();
      await store.annotate(backups, { label: 'noted' });
      await exportBackups(context, store, { backups, target: exported, form: 'archive' });
      const { readme, files } = await openedByHand(exported, folder);
      assert.match(readme, /Other backups of the same board are in this archive too: their lists are in manifests\//);
      assert.match(readme, /annotations\.json {2}labels, notes, tags and pins/);
      assert.equal(files.filter((name) => name.startsWith('manifests/')).length, backups.length - 1);
    });
  });

  it('P42 a repaired archive names what is lost in its README.txt, and says of nothing else that it is elsewhere', async function () {
    this.timeout(60_000);
    await inFolder(async (folder) => {
      const context = { env: testEnv() };
      const store = await openStore(testEnv(), join(folder, 'store'));
      const { archive } = await takeBackup(store, BEFORE);
      await damageArchive(archive, 'q8#Zx!');
      const { written, lost } = await repair(context, store);
      await emptyTrash(context, store);
      assert.equal(lost.length, 1);
      const { readme, files } = await openedByHand(written[0] ?? '', folder);
      const [gone = ''] = files.filter((name) => name.startsWith('lost/'));
      assert.match(readme, /Of the board's 4 files, the bytes of 3 are in this archive/);
      assert.ok(readme.includes(`  ${gone}  "data.bin"`));
      assert.doesNotMatch(readme, /had not changed since earlier/);
    });
  });
});
