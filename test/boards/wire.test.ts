// What an incremental backup costs on the line: bytes, and round trips. Both are counted at the transport, so that entering and
// leaving the board, and our own Python, are among them.

import assert from 'node:assert/strict';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { realEnv } from '../../src/core/env.js';
import { type BackupResult, backup } from '../../src/core/jobs/backup.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { type BenchBoardKind, benchBoard } from '../support/benchBoard.js';
import { inFolder, noise, readTree } from '../support/builders.js';
import { realBoards } from '../support/realBoards.js';
import { fiftyFiles } from '../support/sampleTree.js';
import { tap } from '../support/tap.js';

interface Bench {
  store: Store;
  /** Puts files onto the board. */
  put(files: Record<string, Uint8Array>): Promise<void>;
  /** Backs up, and asserts that the backup has what was put onto the board. */
  backUp(): Promise<BackupResult & { bytes: number; said: readonly string[] }>;
}

async function onBench(kind: BenchBoardKind, test: (bench: Bench) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const env = realEnv();
    const store = await openStore(env, join(folder, 'store'));
    const board = benchBoard(kind, folder);
    const onBoard = new Map<string, Uint8Array>();
    await test({
      store,
      async put(files) {
        await board.put(new Map(Object.entries(files)));
        for (const [path, content] of Object.entries(files)) onBoard.set(path, content);
      },
      backUp: () =>
        board.on(async ({ url, open }) => {
          const line = tap(open);
          const { open: counted, said } = saying(line.open);
          const scope = { root: ROOT, include: [], exclude: [] };
          const result = await backup({ env }, { url, open: counted }, store, {
            kind: 'auto',
            origin: 'manual',
            scope,
          });
          assert.deepEqual(result.errors, []);
          const taken = await readTree(store, result.backup);
          assert.deepEqual([...taken.keys()].sort(), [...onBoard.keys()].sort());
          for (const [path, content] of onBoard) assert.ok(taken.get(path)?.equals(content), path);
          return { ...result, bytes: line.sent().length + line.received().length, said };
        }),
    });
  });
}

/**
 * What the host said, each item after it had heard something new: so many times it waited for the board. Two things are said
 * while the board goes on, and are no round trip: the acknowledgement of a frame (0x06), of which the agent needs none before its
 * second frame, and the windows of a raw-paste, of which the board has two.
 */
function saying(inner: OpenTransport): { open: OpenTransport; said: string[] } {
  const said: string[] = [];
  let hasHeard = true;
  let isPasting = false;
  const say = (text: string) => {
    if (text === '\x06') return;
    if (hasHeard && !isPasting) said.push('');
    said.push(`${said.pop()}${text}`);
    hasHeard = false;
    if (text === '\x05A\x01') isPasting = true;
    if (text.startsWith('\x04')) isPasting = false;
  };
  const open: OpenTransport = async (url, events, signal) => {
    const onData = (chunk: Uint8Array) => {
      hasHeard = true;
      events.onData(chunk);
    };
    const transport = await inner(url, { onData, onClose: (error) => events.onClose(error) }, signal);
    return {
      ...transport,
      write(bytes) {
        say(Buffer.from(bytes).toString('latin1'));
        return transport.write(bytes);
      },
    };
  };
  return { open, said };
}

/** The letters of the commands that the agent got, from its start to its end; each cost one round trip. */
function commandsOf(said: readonly string[]): string[] {
  const start = said.findIndex((text) => /^\x05A\x01_mpbg\['_mpb'\]\(/.test(text));
  const end = said.findIndex((text) => /^[0-9a-f]{4}q\n$/.test(text));
  assert.ok(start >= 0 && end > start, JSON.stringify(said));
  return said.slice(start, end).map((text, at) => {
    const [, letter] = (at === 0 ? /\x04[0-9a-f]{4}(.)[^\n]*\n$/ : /^[0-9a-f]{4}(.)[^\n]*\n$/).exec(text) ?? [];
    assert.ok(letter, JSON.stringify(text));
    return at === 0 ? `start and ${letter}` : letter;
  });
}

/** A log of about so many bytes. */
function log(bytes: number, unit = 'C'): Buffer {
  const line = (at: number) => `${String(at).padStart(8, '0')};${20 + (at % 10)}.${at % 7};${unit}\n`;
  return Buffer.from(Array.from({ length: Math.ceil(bytes / line(0).length) }, (_, at) => line(at)).join(''));
}

for (const kind of ['the simulated board', 'the unix port'] as const) {
  describe(`On the line to ${kind}`, function () {
    this.timeout(60_000);

    before(async function () {
      if (kind === 'the unix port' && !(await realBoards())) this.skip();
    });

    it('one changed file of fifty takes fewer than 6,000 bytes beside its own, and two round trips of the agent: start and scan, read', async () => {
      await onBench(kind, async (bench) => {
        await bench.put(Object.fromEntries(fiftyFiles()));
        await bench.backUp();
        const changed = Buffer.from('print("changed")\n'.repeat(20));
        await bench.put({ 'lib/module1.py': changed });
        const { read, bytes, said } = await bench.backUp();
        assert.equal(read, 1);
        console.log(`      ${bytes} bytes on the line, ${said.length} round trips in all`);
        assert.ok(bytes - changed.length < 6_000, `${bytes} bytes for a file of ${changed.length}`);
        // The agent starts with the scan; then comes the file. One more asks for the free space, for the manifest.
        assert.deepEqual(commandsOf(said), ['start and s', 'v', 'r']);

        // Twenty changed files take no more of them.
        const names = [...fiftyFiles().keys()].filter((name) => name.endsWith('.py')).slice(0, 20);
        await bench.put(Object.fromEntries(names.map((name) => [name, Buffer.from(`# ${name}\n`)])));
        const more = await bench.backUp();
        assert.equal(more.read, names.length);
        assert.deepEqual(commandsOf(more.said), ['start and s', 'v', 'r']);
      });
    });

    it('a long log that has grown by 1 kB takes fewer than 8,000 bytes', async () => {
      await onBench(kind, async (bench) => {
        const before = log(kind === 'the unix port' ? 200_000 : 1_000_000);
        await bench.put({ 'log.csv': before });
        await bench.backUp();
        await bench.put({ 'log.csv': Buffer.concat([before, log(1_000, 'F')]) });
        const { read, bytes } = await bench.backUp();
        assert.equal(read, 1);
        console.log(`      ${bytes} bytes on the line`);
        assert.ok(bytes < 8_000, `${bytes} bytes`);
      });
    });

    it('P32 a file that is longer but does not begin as it did is read whole, and right', async () => {
      await onBench(kind, async (bench) => {
        const before = noise(50_000);
        await bench.put({ 'log.csv': before });
        await bench.backUp();
        const after = noise(51_000);
        after[10_000] = (before[10_000] ?? 0) ^ 1;
        await bench.put({ 'log.csv': after });
        const { read, bytes } = await bench.backUp();
        assert.equal(read, 1);
        assert.ok(bytes > after.length, `${bytes} bytes`);
      });
    });

    it('P18 a grown file whose earlier content is damaged in the store, or gone from it, is read whole, and right', async () => {
      for (const harm of [spoilMiddle, rm] as const) {
        await onBench(kind, async (bench) => {
          const before = noise(50_000);
          await bench.put({ 'log.csv': before });
          await bench.backUp();
          // The next backup has the log's content in the archive of the first.
          await bench.put({ 'main.py': Buffer.from('print(1)\n') });
          const { backup: first } = await bench.backUp();
          const [archive] = (await archivesOf(bench.store)).filter((path) => !path.endsWith(first.archive));
          assert.ok(archive);
          await harm(archive);
          const after = noise(51_000);
          await bench.put({ 'log.csv': after });
          const { read, bytes } = await bench.backUp();
          assert.equal(read, 1);
          assert.ok(bytes > after.length, `${bytes} bytes`);
        });
      }
    });
  });
}

async function archivesOf(store: Store): Promise<string[]> {
  const names = await readdir(store.root, { recursive: true });
  return names.filter((name) => name.endsWith('.blb')).map((name) => join(store.root, name));
}

/** Leaves the ends as they are, where an archive says what is in it. */
async function spoilMiddle(archive: string): Promise<void> {
  const bytes = await readFile(archive);
  const middle = bytes.length >> 1;
  for (let at = middle - 50; at < middle + 50; at++) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await chmod(archive, 0o600);
  await writeFile(archive, bytes);
}
