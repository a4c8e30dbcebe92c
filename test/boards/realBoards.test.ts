// The product's own jobs on MicroPython as it is compiled, with the file systems that boards have, over serial ports.

import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedBoard, withBoard } from '../../src/core/board/connect.js';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { silentLog } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { restore } from '../../src/core/jobs/restore.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { testEnv } from '../support/builders.js';
import { realBoards } from '../support/realBoards.js';
import { fiftyFiles } from '../support/sampleTree.js';
import {
  type FlashKind,
  type FlashTree,
  readFlash,
  startUnixBoard,
  type UnixBoard,
  type UnixBoardOptions,
  writeFlash,
} from '../support/unixBoard.js';
import { openSerialConsole } from './simulatedConsole.js';

const RAW_PROMPT = 'raw REPL; CTRL-B to exit\r\n>';

before(async function () {
  if (!(await realBoards())) this.skip();
});

for (const fileSystem of ['littlefs', 'fat'] as const) {
  describe(`A board of real MicroPython with ${fileSystem}`, function () {
    this.timeout(60_000);
    const context = { env: testEnv() };
    const tree = flashTree(fileSystem);
    let folder: string;
    let image: string;
    let store: Store;
    let board: UnixBoard | undefined;
    let taken: BackupSummary;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'real-board-'));
      image = join(folder, 'flash');
      store = await openStore(context.env, join(folder, 'store'));
      await writeFlash(image, fileSystem, tree);
    });

    afterEach(async () => {
      await board?.stop();
      board = undefined;
    });

    after(() => rm(folder, { recursive: true, force: true }));

    async function start(options: Partial<UnixBoardOptions> = {}): Promise<UnixBoard> {
      board = await startUnixBoard({ fileSystem, image, uniqueId: 'e6614c311b7e6f35', ...options });
      return board;
    }

    const open = transportByUrl('');
    const at = <T>({ path }: UnixBoard, work: (board: ConnectedBoard) => Promise<T>) =>
      withBoard({ open, url: path, log: silentLog }, work);
    const scope = { root: ROOT, include: [], exclude: [] };
    const backUp = ({ path }: UnixBoard) =>
      backup(context, { url: path, open }, store, { kind: 'auto', origin: 'manual', scope });
    const restoreAll = ({ path }: UnixBoard) =>
      restore(context, { url: path, open }, store, { backup: taken, paths: [ROOT], allowOtherBoard: false });

    it('tells what it is and what it can do', async () => {
      const { identity, profile, program } = await at(await start(), async (connected) => connected);
      assert.equal(program.state, 'none');
      assert.equal(identity.id, 'uid:e6614c311b7e6f35');
      assert.match(identity.firmware, /MicroPython v1\.25/);
      const { binary, sha256, base64, ilistdir, stat, rename, statvfs, inflate } = profile.can;
      assert.ok(binary && sha256 && base64 && ilistdir && stat && rename && statvfs && inflate);
    });

    it('P34 a backup has every file, and leaves the flash as it was to the last bit', async () => {
      const before = await readFile(image);
      const result = await backUp(await start());
      assert.deepEqual(result.errors, []);
      assert.equal(result.read, filesOf(tree).length);
      assert.deepEqual(await readFile(image), before);
      for (const [path, content] of filesOf(tree)) {
        const [found] = (await store.readManifest(result.backup)).entries.filter((entry) => entry.path === path);
        assert.ok(found?.type === 'file', path);
        const pieces: Uint8Array[] = [];
        for await (const piece of store.readContent(found)) pieces.push(piece);
        assert.deepEqual(Buffer.concat(pieces), Buffer.from(content), path);
      }
    });

    it('P34 a second backup reads only what has changed, and leaves the flash as it was', async () => {
      await writeFlash(image, fileSystem, new Map([['lib/module1.py', Buffer.from('# changed\n')]]));
      const before = await readFile(image);
      const running = await start();
      const result = await backUp(running);
      taken = result.backup;
      assert.equal(result.read, 1);
      assert.equal((await backUp(running)).unchanged, true);
      assert.deepEqual(await readFile(image), before);
    });

    it('a restore puts back what is different or gone, to files that outlive a power cut', async () => {
      const whole = await readFlash(image, fileSystem);
      const spoiled = join(folder, 'spoiled');
      await copyFile(image, spoiled);
      await writeFlash(
        spoiled,
        fileSystem,
        new Map([
          ['main.py', Buffer.from('broken(\n')],
          ['lib/module1.py', Buffer.from('mine')],
        ]),
      );
      const running = await start({ image: spoiled });
      await at(running, async ({ files }) => {
        for (const name of ['empty.txt', 'every byte.bin']) await files.remove(parseBoardPath(name), 'file');
      });
      const result = await restoreAll(running);
      assert.deepEqual([...result.restored].sort(), ['empty.txt', 'every byte.bin', 'lib/module1.py', 'main.py']);
      await running.kill();
      assert.deepEqual(await readFlash(spoiled, fileSystem), whole);
    });

    it('a restore fills an empty board, whatever the names', async () => {
      const whole = await readFlash(image, fileSystem);
      const empty = join(folder, 'empty');
      const running = await start({ image: empty });
      const result = await restoreAll(running);
      assert.equal(result.restored.length, filesOf(tree).length);
      await running.kill();
      assert.deepEqual(await readFlash(empty, fileSystem), whole);
    });

    it('P44 names that are no UTF-8 hide no other, and come back as they were', async () => {
      const odd = new Map<string, Uint8Array | undefined>([
        ['lib/caf\xe9.py', Buffer.from('latin1')],
        ['lib/\xff\xfe', Buffer.from('no text at all')],
        ['lib/\xc3\xa9', Buffer.from('UTF-8')],
        ['\x80 folder/\x81', Buffer.from('below')],
        ['top \xe9', Buffer.from('in the top folder')],
        ['plain.py', Buffer.from('print(1)\n')],
      ]);
      const own = join(folder, 'odd names');
      await writeFlash(own, fileSystem, odd);
      const whole = await readFlash(own, fileSystem);
      const { backup: odds, errors } = await backUp(await start({ image: own }));
      await board?.stop();
      assert.deepEqual(errors, []);
      const empty = join(folder, 'empty, for odd names');
      const running = await start({ image: empty });
      await restore(context, { url: running.path, open }, store, {
        backup: odds,
        paths: [ROOT],
        allowOtherBoard: false,
      });
      await running.kill();
      assert.deepEqual(await readFlash(empty, fileSystem), whole);
    });

    it('P34 a program that ran is interrupted once, and runs again afterwards', async () => {
      const own = join(folder, 'program');
      const loop = '    while True:\n        print("at work")\n        time.sleep(0.02)\n';
      const program = `import time\ntry:\n${loop}finally:\n    print("cleaned up")\n`;
      await writeFlash(own, fileSystem, new Map([['main.py', Buffer.from(program)]]));
      const running = await start({ image: own });
      assert.equal(await at(running, async ({ program }) => program.state), 'stopped');
      const console = await openSerialConsole(running.path);
      try {
        await console.until('at work');
        await console.send('\x03');
        await console.until('cleaned up');
      } finally {
        await console.close();
      }
    });

    it('runs viper code, and starts again at a reset', async () => {
      const running = await start();
      const console = await openSerialConsole(running.path);
      try {
        await console.send('\x01');
        await console.until(RAW_PROMPT);
        const code = '@micropython.viper\ndef f(n: int) -> int:\n    return n << 1\nprint(f(21))';
        assert.equal(await console.run(code), '42\r\n');
        await console.send('import machine\nmachine.reset()\x04');
        await console.until('>>> ');
      } finally {
        await console.close();
      }
    });
  });
}

/** Names as latin1. FAT takes no backslash and no quotation marks, and its names are of its own code page. */
function flashTree(fileSystem: FlashKind): FlashTree {
  const tree = new Map<string, Uint8Array | undefined>([['nothing/in/here', undefined]]);
  for (const [path, content] of fiftyFiles()) {
    if (fileSystem === 'littlefs' || !/["\\]/.test(path)) tree.set(Buffer.from(path).toString('latin1'), content);
  }
  return tree;
}

function filesOf(tree: FlashTree): Array<[string, Uint8Array]> {
  const all = [...tree].map(([path, content]): [string, Uint8Array | undefined] => [
    Buffer.from(path, 'latin1').toString('utf8'),
    content,
  ]);
  return all.filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined);
}
