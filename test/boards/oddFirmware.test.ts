// Boards whose firmware is unlike that of others: each is real MicroPython, of which `boot.py` takes something away.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFile } from '../../src/core/archive/manifest.js';
import { type ConnectedBoard, withBoard } from '../../src/core/board/connect.js';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { silentLog } from '../../src/core/env.js';
import { trackPhases } from '../../src/core/jobs/job.js';
import { restore } from '../../src/core/jobs/restore.js';
import { scanBoard } from '../../src/core/jobs/scanBoard.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { aBoard, inChunks, takeBackup, testEnv } from '../support/builders.js';
import { realBoards } from '../support/realBoards.js';
import { readFlash, startUnixBoard, type UnixBoard, writeFlash } from '../support/unixBoard.js';

/** Mounts an empty FAT in memory. */
const MOUNT = `
import vfs
class Memory:
    def __init__(self):
        self.bytes = bytearray(512 * 100)
    def readblocks(self, block, into):
        into[:] = self.bytes[512 * block : 512 * block + len(into)]
    def writeblocks(self, block, data):
        self.bytes[512 * block : 512 * block + len(data)] = data
    def ioctl(self, what, _):
        return 100 if what == 4 else 512 if what == 5 else 0
def mount(path):
    memory = Memory()
    vfs.VfsFat.mkfs(memory)
    vfs.mount(vfs.VfsFat(memory), path)
`;

/** Firmware before 1.25 tells of no file systems. */
const ONLY_FLASH_AND_SD = `${MOUNT}
import sys
vfs.umount('/')
mount('/flash')
mount('/sd')
class Vfs: pass
sys.modules['vfs'] = Vfs
`;

const UNLISTED = `
import sys, vfs
class Odd:
    def mount(self, *_): pass
    def ilistdir(self, _): raise ValueError('of its\\nown')
    def stat(self, _): return (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
vfs.mount(Odd(), '/odd')
`;

const without = (module: string) => `
class Lacking: pass
sys.modules['${module}'] = sys.modules['u${module}'] = Lacking
`;

/** The ways of working with files, each with what `boot.py` takes away so that it is the best one left. */
const WAYS = [
  ['agent', ''],
  ['exec', without('hashlib')],
  ['hex', without('binascii')],
] as const;

before(async function () {
  if (!(await realBoards())) this.skip();
});

describe('A board with odd firmware', function () {
  this.timeout(60_000);
  let folder: string;
  let board: UnixBoard | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'odd-firmware-'));
  });

  afterEach(async () => {
    await board?.stop();
    board = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  async function on<T>(boot: string, work: (board: ConnectedBoard) => Promise<T>, bytesPerSecond?: number): Promise<T> {
    const image = join(folder, 'flash');
    await writeFlash(image, 'fat', new Map([['boot.py', Buffer.from(boot)]]));
    board = await startUnixBoard({ fileSystem: 'fat', image, ...(bytesPerSecond !== undefined && { bytesPerSecond }) });
    return withBoard({ open: transportByUrl(''), url: board.path, log: silentLog }, work);
  }

  it('takes our code while a thread of it prints', async () => {
    const thread = `
import _thread, time
def count():
    for n in range(1000):
        print(n, 'packets now')
        time.sleep_ms(30)
_thread.start_new_thread(count, ())
`;
    const scan = ({ files }: ConnectedBoard) => files.scan(ROOT, []);
    const { files } = await on(thread, scan, 11_520);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['boot.py'],
    );
  });

  for (const [way, lacking] of WAYS) {
    it(`by ${way}: without a file system at its root, it is not full there`, async () => {
      const found = await on(ONLY_FLASH_AND_SD + lacking, async ({ files, profile: { mounts } }) => {
        const [root, flash] = [await files.space(ROOT), await files.space(parseBoardPath('flash'))];
        return { mounts, root, free: flash?.free ?? 0, way: files.ways[0] };
      });
      assert.ok(found.free > 0);
      assert.deepEqual({ ...found, free: 1 }, { mounts: [], root: undefined, free: 1, way });
    });
  }

  it('by hex: lists all at its root, also where a name is no UTF-8', async () => {
    const boot = `${MOUNT}\nmount('/card')\nopen(b'/\\xff.txt', 'w').close()\nimport sys\n${without('binascii')}`;
    const { files, folders, unreadable } = await on(boot, ({ files }) => files.scan(ROOT, []));
    assert.deepEqual([...files, ...folders].map(({ path }) => path).sort(), ['boot.py', 'card', '\udcff.txt']);
    assert.deepEqual(unreadable, []);
  });

  for (const [way, lacking] of WAYS) {
    it(`P31 by ${way}: a folder that cannot be listed hides nothing else, and may hold what patterns include`, async () => {
      await on(UNLISTED + lacking, async (board) => {
        const context = { env: testEnv() };
        const scanned = async (include: string[], exclude: string[]) => {
          const scope = { root: ROOT, include, exclude };
          const { files, unreadable } = await scanBoard(context, board, scope, undefined, trackPhases(context));
          return [files, unreadable].map((all) => all.map(({ path }) => path));
        };
        assert.deepEqual(await scanned([], []), [['boot.py'], ['odd']]);
        assert.deepEqual(await scanned(['*.py'], []), [['boot.py'], ['odd']]);
        assert.deepEqual(await scanned(['*.py'], ['odd*']), [['boot.py'], []]);
      });
    });
  }

  for (const [what, module, source] of [
    ['deflate lacks RAW', 'deflate', 'import deflate\nclass Module: DeflateIO = deflate.DeflateIO\n'],
    ['deflate lacks all', 'deflate', 'class Module: pass\n'],
    ['io lacks BytesIO', 'io', 'class Module: pass\n'],
  ] as const) {
    it(`whose ${what} is sent plain bytes`, async () => {
      const boot = `${source}import sys\nsys.modules['${module}'] = sys.modules['u${module}'] = Module\n`;
      const found = await on(boot, async ({ files, profile }) => {
        await files.write(parseBoardPath('new'), inChunks(Buffer.alloc(9_000, 'new')));
        const { files: all } = await files.scan(ROOT, []);
        return [profile.can.inflate, all.map(({ path, size }) => [path, size]), files.ways[0]];
      });
      assert.deepEqual(found, [
        false,
        [
          ['boot.py', boot.length],
          ['new', 9_000],
        ],
        'agent',
      ]);
    });
  }

  it('that is full sooner than it says: the file is named, by its own name, and all is as it was', async () => {
    const boot = `
import os, sys
class Os: pass
for name in dir(os): setattr(Os, name, getattr(os, name))
Os.statvfs = lambda path: (4096, 4096, 1000, 900, 900, 0, 0, 0, 0, 255)
sys.modules['os'] = sys.modules['uos'] = Os
`;
    const context = { env: testEnv() };
    const store = await openStore(context.env, join(folder, 'store'));
    const image = join(folder, 'flash');
    const mine = new Map(
      [
        ['boot.py', boot],
        ['junk', 'junk'.repeat(20_000)],
      ].map(([path = '', text = '']) => [path, Buffer.from(text)]),
    );
    await writeFlash(image, 'littlefs', mine, 131_072);
    board = await startUnixBoard({ fileSystem: 'littlefs', image, uniqueId: 'e6614c311b7e6f35' });
    const wanted = new Map([[parseBoardPath('large.bin'), Buffer.alloc(40_000, 'large')]]);
    const backup = await takeBackup(store, wanted, { board: aBoard({ id: 'uid:e6614c311b7e6f35' }) });
    const address = { url: board.path, open: transportByUrl('') };
    await assert.rejects(restore(context, address, store, { backup, paths: [ROOT], allowOtherBoard: false }), {
      code: 'board-full',
      message: "The board's flash has no room left for large.bin. Nothing was changed on the board.",
    });
    await board.stop();
    assert.deepEqual(await readFlash(image, 'littlefs'), mine);
  });

  it('that has a thread which takes what is sent to it: it is told that code does not arrive whole', async () => {
    const thief = `
import _thread, sys, time
def take():
    while True:
        sys.stdin.buffer.read(1)
        time.sleep_ms(100)
_thread.start_new_thread(take, ())
`;
    await assert.rejects(
      on(thief, async () => {}),
      { code: 'line-damaged' },
    );
  });

  for (const [way, lacking] of WAYS) {
    it(`by ${way}: a folder within itself is looked into no deeper than any folder lies`, async () => {
      const endless = `
import sys, vfs
class Endless:
    def mount(self, *_): pass
    def ilistdir(self, _): return iter([('within' * 40, 0x4000, 0)])
    def stat(self, _): return (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
vfs.mount(Endless(), '/odd')
`;
      const scan = ({ files }: ConnectedBoard) => files.scan(ROOT, [], { signal: AbortSignal.timeout(5_000) });
      const { files, folders, unreadable } = await on(endless + lacking, scan);
      assert.deepEqual(
        files.map(({ path }) => path),
        ['boot.py'],
      );
      assert.deepEqual([folders.length, unreadable.length], [17, 1]);
    });
  }

  it('tells of a file system whose place has a blank in its name', async () => {
    const mounts = await on(`${MOUNT}\nmount('/my card')\n`, async ({ profile }) => profile.mounts);
    assert.deepEqual(mounts.map(({ path }) => path).sort(), ['/', '/my card']);
  });

  it('says when a file was written, also where it has no gmtime and knows no time before 2000', async () => {
    const time = `
import sys, time
class Time:
    def localtime(seconds):
        if seconds < 946684800:
            raise OverflowError
        return time.localtime(seconds)
sys.modules['time'] = sys.modules['utime'] = Time
open('/now', 'w').close()
`;
    const { files } = await on(time, ({ files }) => files.scan(ROOT, []));
    const written = files.find(({ path }) => path === 'now')?.mtime ?? 0;
    assert.ok(Math.abs(written - Date.now() / 1000) < 100_000, String(written));
  });

  for (const [firmware, boot] of [
    ['tells of its FAT', ''],
    ['does not tell of its FAT', 'import sys\nclass Vfs: pass\nsys.modules["vfs"] = Vfs\n'],
  ] as const) {
    it(`P26 that ${firmware}: a file that is another name of one on the board is saved before it is replaced`, async () => {
      const context = { env: testEnv() };
      const store = await openStore(context.env, join(folder, 'store'));
      const names = { 'Wifi.py': 'wifi.py', 'ä.txt': 'å.txt', 'New.py': undefined, 'new.py': undefined };
      const wanted = new Map(Object.keys(names).map((name) => [parseBoardPath(name), Buffer.from(`new ${name}`)]));
      const mine = Object.values(names).flatMap((name) => (name === undefined ? [] : [name]));
      const image = join(folder, 'flash');
      const flash = new Map([
        ['boot.py', Buffer.from(boot)],
        ...mine.map((name) => [name, Buffer.from(name)] as const),
      ]);
      await writeFlash(image, 'fat', new Map([...flash].map(([name, text]) => [asLatin1(name), text])));
      board = await startUnixBoard({ fileSystem: 'fat', image, uniqueId: 'e6614c311b7e6f35' });
      const backup = await takeBackup(store, wanted, { board: aBoard({ id: 'uid:e6614c311b7e6f35' }) });
      const address = { url: board.path, open: transportByUrl('') };
      const result = await restore(context, address, store, { backup, paths: [ROOT], allowOtherBoard: false });
      assert.deepEqual([...result.restored].sort(), ['New.py', ...mine]);
      assert.deepEqual(result.skipped, [{ path: 'new.py', skip: 'bad-name' }]);
      assert.deepEqual(result.left, ['boot.py']);
      const [safety] = (await store.list()).backups.filter(({ origin }) => origin === 'safety');
      assert.ok(safety);
      const saved = (await store.readManifest(safety)).entries.filter(isFile).map(({ path, size }) => [path, size]);
      for (const name of mine)
        assert.ok(saved.some(([path, size]) => path === name && size === Buffer.byteLength(name)));
      await board.stop();
      const found = await readFlash(image, 'fat');
      assert.deepEqual([...found.keys()].sort(), ['boot.py', 'New.py', ...mine].map(asLatin1).sort());
      assert.equal(found.get(asLatin1('å.txt'))?.toString(), 'new ä.txt');
    });
  }

  it('that cannot rename, but has folders, gets them and what belongs in them', async () => {
    const boot = `
import os, sys
class Os: pass
for name in dir(os):
    if name != 'rename': setattr(Os, name, getattr(os, name))
sys.modules['os'] = sys.modules['uos'] = Os
`;
    const context = { env: testEnv() };
    const store = await openStore(context.env, join(folder, 'store'));
    const wanted = new Map([[parseBoardPath('lib/deep/a.py'), Buffer.from('a = 1\n')]]);
    const image = join(folder, 'flash');
    await writeFlash(image, 'littlefs', new Map([['boot.py', Buffer.from(boot)]]));
    board = await startUnixBoard({ fileSystem: 'littlefs', image, uniqueId: 'e6614c311b7e6f35' });
    const backup = await takeBackup(store, wanted, { board: aBoard({ id: 'uid:e6614c311b7e6f35' }) });
    const address = { url: board.path, open: transportByUrl('') };
    await restore(context, address, store, { backup, paths: [ROOT], allowOtherBoard: false });
    await board.stop();
    assert.equal((await readFlash(image, 'littlefs')).get('lib/deep/a.py')?.toString(), 'a = 1\n');
  });
});

const asLatin1 = (name: string) => Buffer.from(name).toString('latin1');
