// Looking at simulated boards: which files they have, what has changed since the last backup, and what is in a file.

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { lookAtBoard, readFromBoard } from '../../src/core/jobs/lookAtBoard.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { NO_HASH } from '../support/boardPrograms.js';
import { hashOf, inFolder } from '../support/builders.js';
import { readTree } from '../support/sampleTree.js';
import { type Tap, tap } from '../support/tap.js';

const WHOLE = { root: ROOT, include: [], exclude: [] };
const context = { env: realEnv() };

describe('A look at a board', function () {
  this.timeout(60_000);

  interface Bench {
    flash: string;
    store: Store;
    line: Tap;
    address: { url: string; open: Tap['open'] };
  }

  async function onBoard(files: Record<string, string>, test: (bench: Bench) => Promise<void>): Promise<void> {
    await inFolder(async (folder) => {
      const boards = join(folder, 'boards');
      await addSimulatedBoard(boards, 'pico', files);
      const line = tap(simulatedTransport(boards));
      const store = await openStore(context.env, join(folder, 'store'));
      try {
        await test({ flash: join(boards, 'pico'), store, line, address: { url: 'sim:pico', open: line.open } });
      } finally {
        await powerOffSimulated(boards, 'pico');
      }
    });
  }

  const filesOf = ({ entries }: { entries: ReadonlyArray<{ type: string; path: string }> }) =>
    entries
      .filter(({ type }) => type === 'file')
      .map(({ path }) => path)
      .sort();

  it('P34 lists what is there, and neither writes nor hashes where nothing is to be compared', async () => {
    await onBoard({ 'main.py': 'print(1)', 'lib/a.py': 'a', 'log.txt': '1' }, async ({ flash, store, address }) => {
      const before = await readTree(flash);
      const look = await lookAtBoard(context, address, store, { ...WHOLE, exclude: ['*.txt'] });
      assert.deepEqual(filesOf(look.tree), ['lib/a.py', 'main.py']);
      assert.ok(look.tree.entries.every((entry) => entry.type === 'folder' || entry.sha256 === null));
      assert.equal(look.since, undefined);
      assert.deepEqual(await readTree(flash), before);
    });
  });

  it('says what has changed since the last backup that can be read', async () => {
    await onBoard({ 'main.py': 'print(1)', 'old.py': 'old', 'same.py': 's' }, async ({ flash, store, address }) => {
      const taken = await backup(context, address, store, { kind: 'auto', origin: 'manual', scope: WHOLE });
      await writeFile(join(flash, 'main.py'), 'print(2)');
      await writeFile(join(flash, 'new.py'), 'new');
      await rm(join(flash, 'old.py'));
      const { since, board } = await lookAtBoard(context, address, store, WHOLE);
      assert.ok(since);
      assert.deepEqual([since.backup.id, board.id], [taken.backup.id, taken.backup.board.id]);
      const { added, changed, removed, same } = since.difference;
      const paths = [added, changed, removed, same].map((entries) => entries.map(({ path }) => path).join());
      assert.deepEqual(paths, ['new.py', 'main.py', 'old.py', 'same.py']);
    });
  });

  it('P36 goes by sizes where the board cannot hash: no file travels for it', async () => {
    const files = { 'main.py': NO_HASH, 'big.txt': 'x'.repeat(20_000) };
    await onBoard(files, async ({ store, address, line }) => {
      await backup(context, address, store, { kind: 'auto', origin: 'manual', scope: WHOLE });
      const before = line.received().length;
      const { since } = await lookAtBoard(context, address, store, WHOLE);
      assert.deepEqual(
        since?.difference.unknown.map(({ path }) => path),
        ['big.txt', 'main.py'],
      );
      assert.ok(line.received().length - before < 10_000);
    });
  });

  it('gives the bytes of a file as they are now, and says so where it is gone', async () => {
    await onBoard({ 'main.py': 'print(1)' }, async ({ flash, store, address }) => {
      const file = { path: parseBoardPath('main.py'), size: 8 };
      const { board } = await lookAtBoard(context, address, store, WHOLE);
      await writeFile(join(flash, 'main.py'), 'print("longer now")');
      const { bytes, sha256 } = await readFromBoard(context, address, store, board.id, file);
      assert.equal(Buffer.from(bytes).toString(), 'print("longer now")');
      assert.equal(sha256, hashOf(bytes));
      await rm(join(flash, 'main.py'));
      await assert.rejects(readFromBoard(context, address, store, board.id, file), { code: 'board-path-missing' });
      await assert.rejects(readFromBoard(context, address, store, 'uid:other', file), { code: 'wrong-board' });
    });
  });
});
