// The main job on the command line: a simulated board behind a pty, opened by serialport as any other board is.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { mpbackup } from '../support/mpbackup.js';
import { openPtyBoard, type PtyBoard } from '../support/ptyBoard.js';
import { fiftyFiles, readTree, writeTree } from '../support/sampleTree.js';

interface BackupFields {
  id: string;
  archive: string;
  kind: string;
  files: number;
  read: number;
  bytes: number;
}

describe('mpbackup with a board behind a serial port', function () {
  this.timeout(60_000);
  const files = fiftyFiles();
  let folder: string;
  let flash: string;
  let store: string;
  let board: PtyBoard;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-'));
    flash = join(folder, 'boards', 'pico');
    store = join(folder, 'store');
    await writeTree(flash, files, ['nothing/in/here']);
    board = await openPtyBoard(simulatedTransport(join(folder, 'boards')), 'sim:pico');
  });

  after(async () => {
    await board.close();
    await powerOffSimulated(join(folder, 'boards'), 'pico');
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...words: string[]) => mpbackup([...words, '--store', store, '--json']);

  async function backUp(): Promise<{ backup: BackupFields; unchanged?: boolean; wire: unknown }> {
    const { status, result, stderr } = await run('backup', board.path);
    assert.equal(status, 0, `${stderr}${JSON.stringify(result)}`);
    assert.equal(result.ok, true);
    return result as never;
  }

  let first: BackupFields;

  it('P34 the first backup is full, and writes nothing to the board', async () => {
    const before = await readTree(flash);
    const { backup } = await backUp();
    first = backup;
    assert.equal(backup.kind, 'full');
    assert.equal(backup.files, files.size);
    assert.equal(backup.read, files.size);
    assert.deepEqual(await readTree(flash), before);
  });

  it('P42 unzip gives back every file byte for byte, and sha256sum proves them', async () => {
    execFileSync('unzip', ['-tq', first.archive]);
    const out = join(folder, 'unzipped');
    execFileSync('unzip', ['-q', first.archive, '-d', out]);
    execFileSync('sha256sum', ['--quiet', '-c', 'checksums.txt'], { cwd: out });
    const onBoard = await readTree(flash);
    const unzipped = await readTree(join(out, 'files'));
    // A backslash is a folder separator to some unzips: such a file stands in objects/, and README.txt says which it is.
    for (const path of onBoard.files.keys()) if (path.includes('\\')) onBoard.files.delete(path);
    assert.deepEqual(unzipped, onBoard);
  });

  it('every file comes out of the backup by name, whatever the name', async () => {
    // Of the many with usual names one is enough.
    const odd = [...files].filter(([path]) => !/module[^5]\d*\.py$/.test(path));
    for (const [path, content] of odd) {
      const { status, stdout, stderr } = await mpbackup(['cat', first.id.slice(0, 12), path, '--store', store]);
      assert.equal(status, 0, stderr);
      assert.deepEqual(stdout, Buffer.from(content), path);
    }
  });

  it('a second backup with one changed file reads only that file', async () => {
    await appendFile(join(flash, 'lib/module1.py'), '# changed\n');
    const { backup } = await backUp();
    assert.equal(backup.kind, 'incremental');
    assert.equal(backup.files, files.size);
    assert.equal(backup.read, 1);
    const names = execFileSync('unzip', ['-Z1', backup.archive], { encoding: 'utf8' }).trim().split('\n');
    assert.deepEqual(names.sort(), ['README.txt', 'checksums.txt', 'files/lib/module1.py', 'manifest.json']);
  });

  it('a third backup with no change reads none, says so, and adds no archive', async () => {
    const archivesNow = async () => (await readdir(join(first.archive, '..'))).filter((name) => name.endsWith('.blb'));
    const archives = await archivesNow();
    const { backup, unchanged } = await backUp();
    assert.equal(unchanged, true);
    assert.equal(backup.read, 0);
    assert.notEqual(backup.id, first.id);
    assert.deepEqual(await archivesNow(), archives);
  });

  it('list shows the newest backup first', async () => {
    const { status, result } = await run('list');
    assert.equal(status, 0);
    const kinds = (result.backups as BackupFields[]).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['incremental', 'full']);
  });

  it('P27 a restore writes only what differs, and the board then equals the backup', async () => {
    await writeFile(join(flash, 'main.py'), 'broken(\n');
    await rm(join(flash, 'lib/drivers'), { recursive: true });
    const { status, result, stderr } = await run('restore', board.path, first.id.slice(0, 8), '--yes');
    assert.equal(status, 0, `${stderr}${JSON.stringify(result)}`);
    const inDrivers = [...files.keys()].filter((path) => path.startsWith('lib/drivers/')).length;
    assert.equal(result.restored, inDrivers + 2, 'the drivers, main.py, and the module that had been changed');
    assert.equal(result.unchanged, files.size - inDrivers - 2);
    assert.deepEqual(await readTree(flash), {
      files: new Map([...files].map(([path, content]): [string, Buffer] => [path, Buffer.from(content)]).sort(byPath)),
      emptyFolders: ['nothing/in/here'],
    });
  });

  it('P26 what a restore replaced is in a safety backup', async () => {
    const { result } = await run('list');
    const safety = (result.backups as Array<BackupFields & { origin: string }>)[0];
    assert.equal(safety?.origin, 'safety');
    const { stdout } = await mpbackup(['cat', safety?.id ?? '', 'main.py', '--store', store]);
    assert.equal(stdout.toString(), 'broken(\n');
  });

  it('P29 restoring a folder touches nothing outside it', async () => {
    await rm(join(flash, 'lib'), { recursive: true });
    await writeFile(join(flash, 'main.py'), 'mine\n');
    const { status, result } = await run('restore', board.path, first.id, 'lib', '--yes');
    assert.equal(status, 0, JSON.stringify(result));
    const { files: now } = await readTree(flash);
    assert.equal(now.get('main.py')?.toString(), 'mine\n');
    assert.deepEqual(now.get('lib/module1.py'), Buffer.from(files.get('lib/module1.py') ?? []));
  });

  it('verify finds every archive sound', async () => {
    const { status, result } = await run('verify');
    assert.equal(status, 0);
    assert.equal(result.ok, true);
    assert.deepEqual(result.damaged, []);
  });

  it('P13 verify names the damaged archive, the file and the backups, and changes nothing', async () => {
    const copy = join(folder, 'damaged store');
    await cp(store, copy, { recursive: true });
    const archive = join(copy, basename(join(first.archive, '..')), basename(first.archive));
    await flipBit(archive, 'module1.py');
    const { status, result } = await mpbackup(['verify', '--store', copy, '--json']);
    assert.equal(status, 1);
    assert.equal(result.ok, false);
    const damaged = result.damaged as Array<{ archive: string; path: string | null; backups: string[] }>;
    assert.deepEqual(new Set(damaged.map((damage) => damage.archive)), new Set([archive]));
    const file = damaged.find(({ path }) => path === 'lib/module1.py');
    assert.deepEqual(file?.backups, [first.id]);
  });

  it('a restore without a terminal and without --yes is refused', async () => {
    const { status, result } = await run('restore', board.path, first.id);
    assert.equal(status, 2);
    assert.match(String(result.message), /--yes/);
  });
});

function byPath([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** Flips a bit in the content of the first entry with that name: it follows the name in the entry's own header. */
async function flipBit(archive: string, name: string): Promise<void> {
  const bytes = await readFile(archive);
  const at = bytes.indexOf(name) + name.length + 5;
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  await chmod(archive, 0o644);
  await writeFile(archive, bytes);
}
