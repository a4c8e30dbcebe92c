import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { openExecFiles } from '../../src/core/board/agent/execFiles.js';
import { openHexFiles } from '../../src/core/board/agent/hexFiles.js';
import { HexLink } from '../../src/core/board/agent/hexLink.js';
import { type BoardFiles, temporaryName } from '../../src/core/board/boardFiles.js';
import { withBoard } from '../../src/core/board/connect.js';
import { enterRawRepl } from '../../src/core/board/enterRawRepl.js';
import { Line } from '../../src/core/board/line.js';
import { type Profile, probe } from '../../src/core/board/probe.js';
import type { ExecOptions, RawRepl } from '../../src/core/board/rawRepl.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { silentLog } from '../../src/core/env.js';
import { type ErrorCode, isBackupError } from '../../src/core/errors.js';
import { type BoardPath, childOf, parseBoardPath, ROOT } from '../../src/core/paths.js';
import type { Scan } from '../../src/core/tree.js';
import { noise } from '../support/builders.js';

const URL = 'sim:demo';

/** Legal names that have hurt other tools: as code, as options, as patterns, as keys of objects, as text on a screen. */
const HOSTILE_NAMES = [
  'a name with spaces.py',
  "it's.txt",
  'say "hello".txt',
  'back\\slash',
  '\\x41\\n',
  'new\nline',
  'carriage\rreturn',
  'tab\tand \x04 and \x03 and \x0e',
  '__proto__',
  'constructor',
  "');import os#",
  "'+__import__('os').remove('main.py')+'",
  '%s%n{}{0}$HOME`ls`',
  '-rf',
  '~',
  '*?[a-z]',
  '...',
  '.hidden',
  ' ',
  'ünïcödé',
  '日本語.py',
  '😀.txt',
  'right-to-\u202eleft',
  'x'.repeat(200),
];

describe('The files of a board', () => {
  let boards: string;
  let flash: string;

  beforeEach(async () => {
    boards = await mkdtemp(join(tmpdir(), 'board-files-'));
    flash = await addSimulatedBoard(boards, 'demo', {});
  });

  afterEach(async () => {
    await powerOffSimulated(boards, 'demo');
    await rm(boards, { recursive: true, force: true });
  });

  /** Puts files on the board from outside, names and bytes as they are. */
  async function put(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(flash, path)), { recursive: true });
      await writeFile(join(flash, path), bytes);
    }
  }

  function onBoard<T>(work: (files: BoardFiles) => Promise<T>): Promise<T> {
    const board = { open: simulatedTransport(boards), url: URL, log: silentLog };
    return withBoard(board, ({ files }) => work(files));
  }

  describe('come back as they are', () => {
    const contents: ReadonlyMap<string, Uint8Array> = new Map([
      ['an empty file', Buffer.alloc(0)],
      ['one byte', Buffer.of(0)],
      ['every value that a byte can have', Buffer.from([...Array(256).keys()])],
      ['bytes that control the line', Buffer.from('\x01\x02\x03\x04\x05\x0e00ff\r\n>OK\x04\x04>', 'latin1')],
      ['exactly one block', Buffer.alloc(1020, 'b')],
      ['one byte more than a block', Buffer.alloc(1021, 'b')],
      ['100 kB of noise', noise(100_000)],
      ['bytes that are all escaped on their way to the board', Buffer.alloc(9_000, '\x10\x03')],
    ]);
    for (const [what, bytes] of contents) {
      it(`P45 ${what}, written and read`, async () => {
        await onBoard(async (files) => {
          const path = parseBoardPath('file.bin');
          await files.write(path, inChunks(bytes, 700));
          assert.deepEqual(await readFile(join(flash, 'file.bin')), Buffer.from(bytes));
          const { content, hash } = await readWhole(files, path);
          assert.deepEqual(content, Buffer.from(bytes));
          assert.equal(hash, sha256(bytes));
          assert.equal((await files.hash([path])).get(path), sha256(bytes));
        });
      });
    }

    it('also in base64, where a board has no binary streams', async () => {
      const bytes = noise(5_000);
      await put(new Map([['file.bin', bytes]]));
      await withRepl(async ({ repl, profile }) => {
        const files = await openExecFiles(URL, repl, profile);
        await repl.exec("_mpbg['_mpb'].binary = None");
        const { content, hash } = await readWhole(files, parseBoardPath('file.bin'));
        assert.deepEqual(content, bytes);
        assert.equal(hash, sha256(bytes));
      });
    });

    it('also without a hash of the board, where it cannot make one', async () => {
      const bytes = noise(3_000);
      await put(new Map([['file.bin', bytes]]));
      await withRepl(async ({ repl, profile }) => {
        const files = await openExecFiles(URL, repl, { ...profile, can: { ...profile.can, sha256: false } });
        await repl.exec("_mpbg['_mpb'].sha256 = None");
        const path = parseBoardPath('file.bin');
        const missing = parseBoardPath('missing');
        assert.deepEqual(await readWhole(files, path), { content: bytes, hash: undefined });
        const hashes = await files.hash([path, missing]);
        assert.equal(hashes.get(path), sha256(bytes));
        const none = hashes.get(missing);
        assert.ok(typeof none === 'object' && none.missing);
      });
    });
  });

  describe('P44 may have any name, and no name is ever code', () => {
    const files = new Map(HOSTILE_NAMES.map((name) => [name, Buffer.from(`this is ${name}`)]));

    it('they are listed as they are', async () => {
      await put(new Map([...files, ...prefixed('lib/', files)]));
      const scan = await onBoard((board) => board.scan(ROOT, []));
      assert.deepEqual(pathsOf(scan), [...HOSTILE_NAMES, ...HOSTILE_NAMES.map((name) => `lib/${name}`), 'lib'].sort());
      assert.deepEqual(scan.unreadable, []);
    });

    it('they are hashed and read as they are', async () => {
      await put(files);
      await onBoard(async (board) => {
        const hashes = await board.hash(HOSTILE_NAMES.map(parseBoardPath));
        for (const [name, bytes] of files) {
          assert.equal(hashes.get(parseBoardPath(name)), sha256(bytes), name);
          assert.deepEqual((await readWhole(board, parseBoardPath(name))).content, bytes, name);
        }
      });
    });

    it('P36 also where each thing is a question, and bytes travel in hex', async () => {
      await put(new Map([...files, ...prefixed('lib/', files)]));
      const bytes = Buffer.from([...Array(256).keys()]);
      await withRepl(async ({ line, repl, profile }) => {
        const board = openHexFiles(await HexLink.open(line, repl), repl, profile);
        const found = await board.scan(ROOT, [parseBoardPath('lib/~')]);
        const inLib = HOSTILE_NAMES.filter((name) => name !== '~').map((name) => `lib/${name}`);
        assert.deepEqual(pathsOf(found), [...HOSTILE_NAMES, ...inLib, 'lib'].sort());
        for (const [name, content] of files) {
          const path = parseBoardPath(name);
          assert.deepEqual(await readWhole(board, path), { content, hash: undefined });
          await board.remove(path, 'file');
          await board.remove(path, 'file');
          await board.makeFolder(path);
          await board.makeFolder(path);
          await board.write(childOf(path, 'new'), inChunks(bytes, 100));
          await board.rename(childOf(path, 'new'), childOf(path, name));
          assert.deepEqual(await readFile(join(flash, name, name)), bytes, name);
          await board.remove(childOf(path, name), 'file');
          await board.remove(path, 'folder');
        }
        const missing = (await board.hash([parseBoardPath('missing')])).get(parseBoardPath('missing'));
        assert.ok(typeof missing === 'object' && missing.missing);
        await board.forget();
      });
      assert.deepEqual((await readdir(flash)).sort(), ['lib']);
    });

    it('they are written, renamed and removed as they are', async () => {
      await put(new Map([['main.py', Buffer.from('main')]]));
      await onBoard(async (board) => {
        for (const [name, bytes] of files) {
          const folder = parseBoardPath(name);
          await board.makeFolder(folder);
          await board.makeFolder(folder);
          await board.write(childOf(folder, 'new'), inChunks(bytes, 100));
          await board.rename(childOf(folder, 'new'), childOf(folder, name));
          assert.deepEqual(await readFile(join(flash, name, name)), bytes, name);
          await board.remove(childOf(folder, name), 'file');
          await board.remove(childOf(folder, name), 'file');
          await board.remove(folder, 'folder');
        }
      });
      assert.deepEqual(await readdir(flash), ['main.py']);
    });

    it('whatever name anybody thinks of', async () => {
      const name = fc
        .string({ unit: 'binary', minLength: 1, maxLength: 40 })
        .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..' && Buffer.byteLength(text) <= 200);
      await onBoard(async (board) => {
        await fc.assert(
          fc.asyncProperty(name, fc.uint8Array({ maxLength: 300 }), async (text, bytes) => {
            const path = parseBoardPath(text);
            await board.write(path, inChunks(bytes, 100));
            const { files } = await board.scan(ROOT, []);
            assert.deepEqual(
              files.map((file) => [file.path, file.size]),
              [[path, bytes.length]],
            );
            assert.deepEqual((await readWhole(board, path)).content, Buffer.from(bytes));
            await board.remove(path, 'file');
          }),
          { numRuns: 60 },
        );
      });
    });
  });

  describe('are listed', () => {
    const tree = new Map(
      ['boot.py', 'lib/a.py', 'lib/deep/er/b.py', 'data/1.csv', 'remote/host.txt'].map((path) => [
        path,
        Buffer.from(path),
      ]),
    );

    it('with their sizes and times, folders too, empty ones too', async () => {
      await put(tree);
      await mkdir(join(flash, 'empty'));
      const scan = await onBoard((files) => files.scan(ROOT, []));
      assert.deepEqual(
        pathsOf(scan),
        [...tree.keys(), 'data', 'empty', 'lib', 'lib/deep', 'lib/deep/er', 'remote'].sort(),
      );
      for (const { path, size, mtime = 0 } of scan.files) {
        const info = await lstat(join(flash, path));
        assert.equal(size, info.size);
        assert.ok(Math.abs(mtime - info.mtimeMs / 1000) <= 1, `${path} ${mtime}`);
      }
    });

    it('from one folder down, and without what is left out', async () => {
      await put(tree);
      await onBoard(async (files) => {
        assert.deepEqual(pathsOf(await files.scan(parseBoardPath('lib'), [])), [
          'lib/a.py',
          'lib/deep',
          'lib/deep/er',
          'lib/deep/er/b.py',
        ]);
        const skipped = ['remote', 'lib/deep'].map(parseBoardPath);
        assert.deepEqual(pathsOf(await files.scan(ROOT, skipped)), [
          'boot.py',
          'data',
          'data/1.csv',
          'lib',
          'lib/a.py',
        ]);
      });
    });

    it('P34 without temporary files that a restore has left', async () => {
      await put(new Map([[`lib/${temporaryName(Buffer.of(1, 2, 3, 4))}`, Buffer.from('half')]]));
      assert.deepEqual(pathsOf(await onBoard((files) => files.scan(ROOT, []))), ['lib']);
    });

    it('with a folder that is not there named as unreadable', async () => {
      const { unreadable } = await onBoard((files) => files.scan(parseBoardPath('nowhere'), []));
      assert.deepEqual(
        unreadable.map(({ path }) => path),
        ['nowhere'],
      );
    });

    it('a thousand of them', async () => {
      await put(
        new Map(Array.from({ length: 1000 }, (_, number) => [`many/file${number}.txt`, Buffer.of(number % 256)])),
      );
      let seen = 0;
      const scan = await onBoard((files) =>
        files.scan(ROOT, [], {
          onFound(count) {
            seen = count;
          },
        }),
      );
      assert.equal(scan.files.length, 1000);
      assert.equal(seen, 1001);
    });

    it('P44 and a name that no board should have is refused without hiding the others', async () => {
      const scan = await scanOfBoardThatSays([
        'f 2f61 1 0',
        'f 2f2e2e2f6574632f706173737764 5 0',
        'd 2f6c69622f2e2e',
        'f 2f62 2 0',
      ]);
      assert.deepEqual(
        scan.files.map(({ path }) => path),
        ['a', 'b'],
      );
      assert.deepEqual(scan.folders, []);
      assert.deepEqual(
        scan.unreadable.map(({ path }) => path),
        ['', 'lib'],
      );
    });

    it('P44 and a name that is not UTF-8 keeps its bytes', async () => {
      const { files } = await scanOfBoardThatSays(['f 2fff80 1 0']);
      assert.deepEqual(
        files.map(({ path }) => path),
        ['\udcff\udc80'],
      );
    });
  });

  describe('that cannot be had are told', () => {
    it('as gone where there is no such file', async () => {
      const path = parseBoardPath('missing');
      await onBoard(async (files) => {
        await assert.rejects(readWhole(files, path), failsAs('board-path-missing'));
        await assert.rejects(files.rename(path, parseBoardPath('other')), failsAs('board-path-missing'));
        await assert.rejects(files.write(childOf(path, 'x'), inChunks(Buffer.of(1), 1)), failsAs('board-path-missing'));
        const found = (await files.hash([path])).get(path);
        assert.ok(typeof found === 'object' && found.missing);
      });
    });

    it('P31 as unreadable, and not as missing, where the board has something else there', async () => {
      await mkdir(join(flash, 'lib'));
      const path = parseBoardPath('lib');
      await onBoard(async (files) => {
        await assert.rejects(readWhole(files, path), failsAs('board-error'));
        const found = (await files.hash([path])).get(path);
        assert.ok(typeof found === 'object' && !found.missing);
      });
    });

    it('P31 as a folder that cannot be made where no folder is, and none that is not empty is removed', async () => {
      await put(new Map([['lib/a.py', Buffer.from('a')]]));
      const check = async (files: BoardFiles) => {
        await assert.rejects(files.makeFolder(parseBoardPath('none/new')), failsAs('board-path-missing'));
        await assert.rejects(files.remove(parseBoardPath('lib'), 'folder'), failsAs('board-error'));
      };
      await onBoard(check);
      await withRepl(async ({ repl, profile }) => check(await openExecFiles(URL, repl, profile)));
      await withRepl(async ({ line, repl, profile }) => {
        const files = openHexFiles(await HexLink.open(line, repl), repl, profile);
        await check(files);
        await files.forget();
      });
    });

    it('P35 as too large for the flash, and nothing of them stays', async () => {
      await put(new Map([['big.bin', Buffer.alloc(0)]]));
      await truncate(join(flash, 'big.bin'), (16 << 20) - 3000);
      await onBoard(async (files) => {
        const path = parseBoardPath('new.bin');
        await assert.rejects(files.write(path, inChunks(Buffer.alloc(9000), 1000)), failsAs('board-full'));
        assert.deepEqual(await readdir(flash), ['big.bin']);
        await files.write(path, inChunks(Buffer.alloc(2000), 1000));
      });
    });
  });

  describe('are left alone', () => {
    it('P34 listing, hashing and reading change not one byte and not one time on the board', async () => {
      await put(new Map([...HOSTILE_NAMES.entries()].map(([number, name]) => [`lib/${name}`, noise(number * 100)])));
      await put(new Map([['main.py', Buffer.from('print("main")\n')]]));
      const before = await photograph(flash);
      await onBoard(async (files) => {
        const scan = await files.scan(ROOT, []);
        const paths = scan.files.map(({ path }) => path);
        await files.hash(paths);
        for (const path of paths) await readWhole(files, path);
        await files.space(ROOT);
      });
      assert.deepEqual(await photograph(flash), before);
    });

    it('P35 a read that is cancelled ends within a second, and the board works on', async () => {
      await put(new Map([['big.bin', noise(2_000_000)]]));
      const path = parseBoardPath('big.bin');
      await onBoard(async (files) => {
        const abort = new AbortController();
        let abortedAt = 0;
        const sink = async () => {
          abortedAt ||= performance.now();
          abort.abort();
        };
        await assert.rejects(files.read(path, sink, { signal: abort.signal }), failsAs('cancelled'));
        const took = performance.now() - abortedAt;
        assert.ok(took < 1000, `${took} ms`);
        assert.equal((await files.scan(ROOT, [])).files.length, 1);
      });
    });

    it('P35 a write that is cancelled, or whose bytes give out, leaves no part of a file', async () => {
      await onBoard(async (files) => {
        const abort = new AbortController();
        async function* cancelledMidway(): AsyncGenerator<Uint8Array> {
          yield Buffer.alloc(1000);
          abort.abort();
          yield Buffer.alloc(1000);
        }
        async function* failingMidway(): AsyncGenerator<Uint8Array> {
          yield Buffer.alloc(1000);
          throw new Error('the archive is damaged');
        }
        const path = parseBoardPath('new.bin');
        await assert.rejects(files.write(path, cancelledMidway(), abort.signal), failsAs('cancelled'));
        assert.deepEqual(await readdir(flash), []);
        await assert.rejects(files.write(path, failingMidway()), /the archive is damaged/);
        assert.deepEqual(await readdir(flash), []);
      });
    });
  });

  describe('P32 one byte that is lost, doubled or changed on the line', () => {
    const faults: Record<string, (text: string, at: number) => string> = {
      lost: (text, at) => text.slice(0, at) + text.slice(at + 1),
      doubled: (text, at) => text.slice(0, at + 1) + text.slice(at),
      changed: (text, at) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1),
    };
    const tree = new Map(['a', 'lib/b.py', 'data'].map((path) => [path, Buffer.from(path)]));
    const missing = parseBoardPath('gone');

    for (const [what, fault] of Object.entries(faults)) {
      it(`(${what}) in a list is noticed, and the list is asked for again`, async () => {
        await put(tree);
        await withRepl(async ({ repl, profile }) => {
          const right = await openExecFiles(URL, repl, profile);
          const scan = await right.scan(ROOT, []);
          const paths = [...scan.files.map(({ path }) => path), missing];
          const hashes = await right.hash(paths);
          const noisy = damaging(repl);
          const files = await openExecFiles(URL, noisy, profile);
          const lengthOf = async (list: () => Promise<unknown>) => {
            noisy.fault = undefined;
            await list();
            return noisy.length;
          };
          const scanLength = await lengthOf(() => files.scan(ROOT, []));
          for (let at = 0; at < scanLength; at++) {
            noisy.fault = { times: 1, apply: (text) => fault(text, at) };
            assert.deepEqual(await files.scan(ROOT, []), scan, `byte ${at}`);
          }
          const hashLength = await lengthOf(() => files.hash(paths));
          for (let at = 0; at < hashLength; at++) {
            noisy.fault = { times: 1, apply: (text) => fault(text, at) };
            assert.deepEqual(await files.hash(paths), hashes, `byte ${at}`);
          }
          noisy.fault = { times: 99, apply: (text) => fault(text, 5) };
          await assert.rejects(files.scan(ROOT, []), failsAs('line-damaged'));
          await assert.rejects(files.hash(paths), failsAs('line-damaged'));
        });
      });

      it(`(${what}) in what a board is asked to do is noticed, and no other file is read, replaced or deleted`, async () => {
        await withRepl(async ({ repl, profile }) => {
          let at = -1;
          let length = 0;
          const noisy: Pick<RawRepl, 'exec' | 'install'> = {
            install: (source) => repl.install(source),
            exec(source, options) {
              const text = Buffer.from(source).toString('latin1');
              length = text.length;
              const arrives = at < 0 ? text : fault(text, at);
              at = -1;
              return repl.exec(arrives, options);
            },
          };
          const files = await openExecFiles(URL, noisy, profile);
          const [m0, m1, m2] = ['m0', 'm1', 'm2'].map(parseBoardPath) as [BoardPath, BoardPath, BoardPath];
          const works: ReadonlyArray<readonly [work: () => Promise<unknown>, left: string[]]> = [
            [async () => assert.equal((await readWhole(files, m0)).content.toString(), 'm0'), ['m0', 'm1', 'm2']],
            [() => files.remove(m0, 'file'), ['m1', 'm2']],
            [() => files.rename(m2, m0), ['m0', 'm1']],
          ];
          for (const [work, left] of works) {
            const times = async (byte: number) => {
              await rm(flash, { recursive: true });
              await put(new Map([m0, m1, m2].map((path) => [path, Buffer.from(path)])));
              at = byte;
              const isDone = await work().then(
                () => true,
                (error: unknown) => {
                  assert.ok(isBackupError(error), `byte ${byte}: ${error}`);
                  return false;
                },
              );
              assert.deepEqual((await readdir(flash)).sort(), isDone ? left : ['m0', 'm1', 'm2'], `byte ${byte}`);
              assert.equal(await readFile(join(flash, 'm1'), 'utf8'), 'm1', `byte ${byte}`);
              return length;
            };
            const bytes = await times(-1);
            for (let byte = 0; byte < bytes; byte++) await times(byte);
          }
        });
      });

      it(`(${what}) in the bytes of a file never goes unnoticed`, async () => {
        const bytes = noise(300);
        await put(new Map([['a', bytes]]));
        await withRepl(async ({ repl, profile }) => {
          const noisy = damaging(repl);
          const files = await openExecFiles(URL, noisy, profile);
          await repl.exec("_mpbg['_mpb'].binary = None");
          await readWhole(files, parseBoardPath('a'));
          for (let at = 0; at < noisy.length; at++) {
            noisy.fault = { times: 1, apply: (text) => fault(text, at) };
            const outcome = await readWhole(files, parseBoardPath('a')).catch((error: unknown) => error);
            if (isBackupError(outcome, 'line-damaged')) continue;
            assert.ok(!(outcome instanceof Error), String(outcome));
            const { content, hash } = outcome as Awaited<ReturnType<typeof readWhole>>;
            assert.ok(content.equals(bytes) || (hash !== undefined && hash !== sha256(content)), `byte ${at}`);
          }
        });
      });
    }
  });

  /** A session one floor lower, for boards that lack something. */
  async function withRepl(
    work: (session: { line: Line; repl: RawRepl; profile: Profile }) => Promise<void>,
  ): Promise<void> {
    const { line, transport } = await Line.open(simulatedTransport(boards), URL);
    try {
      const repl = await enterRawRepl(line);
      await work({ line, repl, profile: await probe(repl) });
      await repl.leave(false);
    } finally {
      await transport.close();
    }
  }
});

/** A raw REPL whose output is damaged on the way, so many times. */
function damaging(repl: RawRepl) {
  const noisy = {
    fault: undefined as { times: number; apply: (text: string) => string } | undefined,
    /** Of the last output. */
    length: 0,
    install: (source: string) => repl.install(source),
    async exec(source: string, { onOutput, ...options }: ExecOptions = {}): Promise<Uint8Array> {
      const output = Buffer.from(await repl.exec(source, options)).toString('latin1');
      const { fault } = noisy;
      noisy.length = output.length;
      const arrived = Buffer.from(fault && fault.times-- > 0 ? fault.apply(output) : output, 'latin1');
      await onOutput?.(arrived);
      return arrived;
    },
  };
  return noisy;
}

/** Lists a board that nobody has: it says these lines, and adds them up rightly. */
async function scanOfBoardThatSays(lines: readonly string[]): Promise<Scan> {
  const mark = lines.reduce(
    (sum, line) => (sum * 31 + Buffer.from(line).reduce((all, byte) => all + byte, 0)) & 0xffffff,
    0,
  );
  const said = [...lines, `= ${lines.length} ${mark}`].map((line) => `${line}\r\n`).join('');
  const repl = {
    install: async () => new Uint8Array(),
    async exec(source: string, { onOutput }: ExecOptions = {}): Promise<Uint8Array> {
      if (source.includes("'scan'")) await onOutput?.(Buffer.from(said));
      return new Uint8Array();
    },
  };
  const can = { binary: true, sha256: true, base64: true, hex: true, ilistdir: true, stat: true };
  const files = await openExecFiles(URL, repl, {
    ...{ platform: 'rp2', version: '', implementation: 'micropython', machine: '', release: '' },
    ...{
      uniqueId: undefined,
      epoch: 1970,
      heap: undefined,
      mounts: [],
      hasAgent: false,
      can: { ...can, mkdir: true, rename: true, statvfs: true, inflate: false, viper: false },
    },
  });
  return files.scan(ROOT, []);
}

async function readWhole(files: BoardFiles, path: BoardPath): Promise<{ content: Buffer; hash: string | undefined }> {
  const chunks: Uint8Array[] = [];
  const hash = await files.read(path, async (bytes) => void chunks.push(Uint8Array.from(bytes)));
  return { content: Buffer.concat(chunks), hash };
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Everything that a change of a folder could change: names, bytes, times, and which file it is. */
async function photograph(folder: string): Promise<unknown[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const { mtimeMs, ctimeMs, ino, size } = await lstat(join(folder, name));
      const isFile = (await lstat(join(folder, name))).isFile();
      return { name, mtimeMs, ctimeMs, ino, size, hash: isFile ? sha256(await readFile(join(folder, name))) : null };
    }),
  );
}

function pathsOf({ files, folders }: Scan): string[] {
  return [...files, ...folders].map(({ path }): string => path).sort();
}

function prefixed<T>(prefix: string, files: ReadonlyMap<string, T>): Array<[string, T]> {
  return [...files].map(([name, content]) => [prefix + name, content]);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function failsAs(code: ErrorCode): (error: unknown) => boolean {
  return (error) => isBackupError(error, code);
}
