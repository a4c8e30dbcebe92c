// `mpbackup offsite`, and what reads straight from a second place, as someone types it: on a folder, and on a WebDAV server.

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, mpbackup } from '../support/mpbackup.js';
import { writeTree } from '../support/sampleTree.js';
import { serveWebDav, type WebDav } from '../support/webdav.js';

const NAS_PASSWORD = 'remote-secret-11';

describe('mpbackup offsite', function () {
  this.timeout(180_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let dav: WebDav;
  const printed: string[] = [];

  const inFolder = (...names: string[]) => join(folder, ...names);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-offsite-'));
    await mkdir(inFolder('served'));
    dav = await serveWebDav(inFolder('served'));
    env = {
      ...process.env,
      MPBACKUP_SIMULATED_BOARDS: inFolder('boards'),
      MPBACKUP_STORE: inFolder('store'),
      // A remote as people have it, without a file of theirs.
      RCLONE_CONFIG: inFolder('rclone.conf'),
      RCLONE_CONFIG_NAS_TYPE: 'webdav',
      RCLONE_CONFIG_NAS_URL: dav.url,
      RCLONE_CONFIG_BOX_TYPE: 'alias',
      RCLONE_CONFIG_BOX_REMOTE: inFolder('served'),
    };
    await backUp('1');
    await backUp('2');
  });

  after(async () => {
    await dav.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(...words: string[]): Promise<Ended> {
    const ended = await mpbackup([...words, '--json'], { env });
    printed.push(`${ended.stdout}`, ended.stderr);
    return ended;
  }

  const offsite = (...words: string[]) => run('offsite', ...words);

  async function backUp(text: string, store = inFolder('store')): Promise<void> {
    const flash = inFolder('boards', 'one');
    await mkdir(flash, { recursive: true });
    await writeTree(flash, new Map([['main.py', Buffer.from(`x = ${text}\n`)]]));
    const { status, stderr } = await run('backup', 'sim:one', '--store', store);
    assert.equal(status, 0, stderr);
  }

  /** Paths of the archives in a folder. */
  async function archivesIn(top: string): Promise<string[]> {
    const entries = await readdir(top, { recursive: true });
    return entries.filter((path) => /backup_\w+(\.\d+)?\.blb(\.age)?$/.test(path)).sort();
  }

  async function damage(path: string): Promise<void> {
    const bytes = await readFile(path);
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await rm(path);
    await writeFile(path, bytes);
  }

  it('says that none is set, and what sets one', async () => {
    const { status, result } = await offsite('status');
    assert.deepEqual([status, result.place], [0, null]);
    const { stdout } = await mpbackup(['offsite', 'status'], { env });
    assert.equal(`${stdout}`, 'No second place is set. Choose one with `mpbackup offsite set PLACE`.\n');
    for (const words of [['sync'], ['check'], ['list'], ['restore', '--all']]) {
      const { status: code, result: refused } = await offsite(...words);
      assert.deepEqual([code, refused.code], [1, 'bad-argument'], words.join(' '));
    }
    assert.deepEqual((await offsite('forget')).result.forgotten, false);
  });

  it('refuses what cannot be meant, as a mistake in the call', async () => {
    for (const words of [
      ['copy'],
      ['set'],
      ['set', 'a', 'b'],
      ['sync', 'latest'],
      ['restore'],
      ['restore', 'latest', '--all'],
      ['sync', '--all'],
      ['sync', '--repair'],
      ['list', '--machine', 'x'],
      ['sync', '--keep-last', '3'],
      ['set', 'a', '--keep-last', 'many'],
    ]) {
      const { status, result } = await offsite(...words);
      assert.deepEqual([status, result.code], [2, 'usage'], words.join(' '));
    }
    const none = await offsite('set', 'nas:backups', '--rclone', inFolder('no-rclone'));
    assert.deepEqual([none.status, none.result.code], [1, 'rclone-missing']);
    const board = await offsite('set', inFolder('boards', 'one'));
    assert.deepEqual([board.status, board.result.code], [1, 'bad-argument']);
  });

  it('copies to a folder what is not there yet, and says how it stands', async () => {
    const set = await offsite('set', inFolder('disk'));
    assert.equal(set.result.sameDisk, true);
    const told = await mpbackup(['offsite', 'set', inFolder('disk')], { env });
    assert.match(`${told.stdout}`, /^This is the same disk: /m);
    assert.deepEqual([set.status, set.result.place, set.result.waiting], [0, inFolder('disk'), 2]);
    const first = await offsite('sync');
    assert.deepEqual([first.status, first.result.ok, first.result.copied, first.result.waiting], [0, true, 2, 0]);
    await backUp('3');
    assert.equal((await offsite('status')).result.waiting, 1);
    const { stdout } = await mpbackup(['offsite', 'sync'], { env });
    assert.match(`${stdout}`, /^Copied 1 archive \(.* kB\) to .*disk in .* s; 2 were there\.\n$/);
    const status = await offsite('status');
    assert.deepEqual([status.result.waiting, status.result.trouble], [0, null]);
    const there = inFolder('disk', String(status.result.folder));
    assert.deepEqual(await archivesIn(there), await archivesIn(inFolder('store')));
  });

  it('reads straight from there', async () => {
    const listed = await offsite('list');
    const own = await run('list');
    assert.deepEqual(
      (listed.result.backups as { id: string }[]).map(({ id }) => id),
      (own.result.backups as { id: string }[]).map(({ id }) => id),
    );
    const cat = await mpbackup(['cat', 'latest', 'main.py', '--from-offsite'], { env });
    assert.equal(`${cat.stdout}`, 'x = 3\n', cat.stderr);
    const shown = await run('show', 'latest', '--from-offsite');
    assert.deepEqual([shown.status, (shown.result.backup as { files: number }).files], [0, 1]);
    const versions = await run('versions', 'main.py', '--from-offsite');
    assert.equal((versions.result.versions as unknown[]).length, 3);
    const extracted = await run('extract', 'latest', inFolder('copies'), '--from-offsite');
    assert.equal(extracted.status, 0, extracted.stderr);
    assert.equal(await readFile(inFolder('copies', 'main.py'), 'utf8'), 'x = 3\n');
    const compared = await run('compare', 'latest', 'sim:one', '--from-offsite');
    assert.deepEqual([compared.status, compared.result.same], [0, 1]);
  });

  it('finds damage there, and mends it where that is asked for', async () => {
    const [archive = ''] = await archivesIn(inFolder('disk'));
    await damage(inFolder('disk', archive));
    const found = await offsite('check');
    assert.deepEqual([found.status, found.result.ok], [1, false]);
    assert.equal((found.result.damaged as unknown[]).length, 1);
    const mended = await offsite('check', '--repair');
    assert.deepEqual([mended.status, mended.result.ok], [0, true]);
    const { stdout, status } = await mpbackup(['offsite', 'check'], { env });
    assert.match(
      `${stdout}`,
      /^.* of damaged copies are kept in the folder \.replaced there: .*\n3 archives checked at .*disk in .* s: all are sound there\.\n$/,
    );
    assert.equal(status, 0);
  });

  it('brings everything back where the first place is gone', async () => {
    const own = (await offsite('status')).result.folder;
    await cp(inFolder('store'), inFolder('kept'), { recursive: true });
    await rm(inFolder('store'), { recursive: true });
    const stores = await offsite('list', '--from', inFolder('disk'));
    assert.deepEqual(
      (stores.result.stores as { folder: string; backups: number }[]).map((each) => [each.folder, each.backups]),
      [[own, 3]],
    );
    const listed = await offsite('list', '--from', inFolder('disk'), '--machine', String(own));
    const [newest] = listed.result.backups as { id: string }[];
    assert.ok(newest);
    const one = await offsite('restore', newest.id.slice(0, 8), '--from', inFolder('disk'), '--machine', String(own));
    assert.deepEqual([one.status, (one.result.imported as unknown[]).length], [0, 1], one.stderr);
    const all = await offsite('restore', '--all', '--from', inFolder('disk'));
    assert.deepEqual([all.status, (all.result.imported as unknown[]).length, all.result.present], [0, 2, 1]);
    assert.equal((await run('verify')).status, 0);
    assert.equal(`${(await mpbackup(['cat', 'latest', 'main.py'], { env })).stdout}`, 'x = 3\n');
    // A new store goes on with the folder of the one that is gone.
    const set = await offsite('set', inFolder('disk'), '--machine', String(own));
    assert.deepEqual([set.status, set.result.folder], [0, own]);
    assert.equal((await offsite('sync')).status, 0);
  });

  it('copies to a WebDAV server, beside another computer, and keeps there what it was told to keep', async () => {
    const set = await offsite('set', 'nas:backups', '--keep-last', '1');
    assert.deepEqual([set.status, set.result.keep], [0, { last: 1 }], String(set.result.message));
    const synced = await offsite('sync');
    assert.deepEqual([synced.status, synced.result.waiting], [0, 0], String(synced.result.message));
    const other = inFolder('other');
    await backUp('other', other);
    await offsite('set', 'nas:backups', '--store', other);
    assert.equal((await offsite('sync', '--store', other)).status, 0);
    const stores = (await offsite('list', '--from', 'nas:backups')).result.stores as { folder: string }[];
    assert.equal(stores.length, 2);
    assert.equal(((await offsite('list', '--store', other)).result.backups as unknown[]).length, 1);
    const cat = await mpbackup(['cat', 'latest', 'main.py', '--from-offsite', '--store', other], { env });
    assert.equal(`${cat.stdout}`, 'x = other\n', cat.stderr);
    const ambiguous = await offsite('restore', '--all', '--from', 'nas:backups', '--store', inFolder('new'));
    assert.deepEqual([ambiguous.status, ambiguous.result.code], [1, 'bad-argument']);
    assert.equal((await offsite('check', '--quick')).status, 0);
  });

  it('copies after scheduled backups, and fails none where the place cannot be reached', async () => {
    await backUp('4');
    const copied = await run('schedule', 'run', '--board', 'one=sim:one');
    assert.equal(copied.status, 0);
    assert.deepEqual((copied.result.offsite as { copied: number; ok: boolean }).ok, true);
    await backUp('5');
    await writeFile(inFolder('rules.json'), '{"secondPlaceCopies": "never"}');
    const never = await run('schedule', 'run', '--rules', inFolder('rules.json'));
    assert.equal(never.result.offsite, undefined);
    await dav.stop();
    const away = await run('schedule', 'run');
    const { ok, code } = away.result.offsite as { ok: boolean; code: string };
    assert.deepEqual([away.status, ok, code], [0, false, 'place-unreachable']);
    const status = await offsite('status');
    assert.equal((status.result.trouble as { code: string }).code, 'place-unreachable');
    const sync = await offsite('sync');
    assert.deepEqual([sync.status, sync.result.code], [1, 'place-unreachable']);
  });

  it('gives it up, and leaves what is there', async () => {
    const { status, result } = await offsite('forget');
    assert.deepEqual([status, result.forgotten, result.place], [0, true, 'nas:backups']);
    assert.equal((await offsite('status')).result.place, null);
    assert.ok((await archivesIn(inFolder('served'))).length > 1);
  });

  it('copies encrypted backups without a key, and needs it for what reads them', async () => {
    const store = inFolder('secret');
    const key = inFolder('own.key');
    await backUp('secret', store);
    await run('key', 'new', '--out', key);
    assert.equal((await run('key', 'set', '--new-key-file', key, '--store', store)).status, 0);
    for (const words of [['set', inFolder('disk')], ['sync'], ['check'], ['status']]) {
      const { status, result } = await offsite(...words, '--store', store);
      assert.equal(status, 0, `${words.join(' ')}: ${result.message}`);
    }
    const own = String((await offsite('status', '--store', store)).result.folder);
    const archives = await archivesIn(inFolder('disk', own));
    assert.deepEqual([archives.length, archives.every((path) => path.endsWith('.blb.age'))], [1, true]);
    const missing = await offsite('list', '--store', store);
    assert.deepEqual([missing.status, missing.result.code], [1, 'key-missing']);
    const from = ['--from', inFolder('disk'), '--machine', own];
    const listed = await offsite('list', ...from, '--key-file', key);
    assert.deepEqual([listed.status, (listed.result.backups as unknown[]).length], [0, 1]);
    const back = await offsite('restore', '--all', ...from, '--key-file', key, '--store', inFolder('back'));
    assert.equal(back.status, 0, String(back.result.message));
    assert.equal((await run('key', 'status', '--store', inFolder('back'))).result.state, 'encrypted');
    const words = ['cat', 'latest', 'main.py', '--store', inFolder('back'), '--key-file', key];
    assert.equal(`${(await mpbackup(words, { env })).stdout}`, 'x = secret\n');
    // A remote is told by its own name.
    for (const each of [['set', 'box:secret'], ['sync']]) await offsite(...each, '--store', store);
    const away = await offsite('list', '--store', store);
    assert.match(String(away.result.message), /^box:secret\/\S+ is encrypted, and no key was given\.$/);
  });

  it('takes away there what was copied before it was encrypted, and what is for an earlier key', async () => {
    const store = inFolder('late');
    await backUp('1', store);
    const status = await offsite('set', inFolder('disk'), '--store', store);
    const there = inFolder('disk', String(status.result.folder));
    await offsite('sync', '--store', store);
    const [plain = ''] = await archivesIn(there);
    await run('key', 'set', '--new-key-file', inFolder('own.key'), '--store', store);
    const blind = await offsite('sync', '--store', store);
    assert.deepEqual([blind.status, blind.result.copied, blind.result.removed, blind.result.plainThere], [0, 1, 0, 1]);
    const first = await offsite('sync', '--store', store, '--key-file', inFolder('own.key'));
    assert.deepEqual([first.status, first.result.removed], [0, 1], String(first.result.message));
    assert.deepEqual(await archivesIn(there), [`${plain}.age`]);
    await run('key', 'new', '--out', inFolder('new.key'));
    const keys = ['--key-file', inFolder('own.key'), '--new-key-file', inFolder('new.key')];
    assert.equal((await run('key', 'change', ...keys, '--store', store)).status, 0);
    // Which of them can go is for the key to say.
    assert.equal((await offsite('sync', '--store', store)).result.removed, 0);
    const second = await offsite('sync', '--store', store, '--key-file', inFolder('new.key'));
    assert.deepEqual([second.status, second.result.removed], [0, 1], String(second.result.message));
    assert.deepEqual(await archivesIn(there), await archivesIn(store));
  });

  it('P47 shows no password of a remote', async () => {
    const place = `:webdav,url="http://user:${NAS_PASSWORD}@127.0.0.1:1/",pass="${NAS_PASSWORD}":backups`;
    const refused = await offsite('set', place, '--verbose');
    assert.equal(refused.status, 1);
    for (const text of printed) assert.ok(!text.includes(NAS_PASSWORD), text);
  });
});
