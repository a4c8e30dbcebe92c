// A fake board: no firmware damages its file system when a test wants it to.

import assert from 'node:assert/strict';
import { isFile } from '../../src/core/archive/manifest.js';
import { BoardException, explainBoardException } from '../../src/core/board/boardErrors.js';
import type { ConnectedBoard } from '../../src/core/board/connect.js';
import { parseProfile } from '../../src/core/board/probe.js';
import { makeAs } from '../../src/core/jobs/makeAs.js';
import type { BoardPath } from '../../src/core/paths.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { collect, hashOf, inFolder, takeBackup, testEnv } from '../support/builders.js';

const WANTED = { 'a.txt': 'one', 'b.txt': 'two', 'main.py': 'three' };

describe('A board that is written in place is made what it shall be', () => {
  it('P24 P36 where nothing is wrong, nothing is written', async () => {
    const { rounds, writes } = await make(WANTED);
    assert.deepEqual([rounds, writes], [0, []]);
  });

  it('P24 P36 what is damaged, gone or left over is put right, and nothing else is touched', async () => {
    const { rounds, writes, flash } = await make({ ...WANTED, 'a.txt': 'on\xff', 'c.txt': '?', mine: '!' });
    assert.deepEqual([rounds, writes], [1, ['a.txt']]);
    assert.deepEqual(flash, { ...WANTED, mine: '!' });
  });

  it('P24 P36 what was damaged by the writing itself is put right', async () => {
    let damage = 2;
    const { rounds, flash } = await make({ 'b.txt': 'two' }, (flash) => {
      if (damage-- > 0) flash.set(parseBoardPath('b.txt'), Buffer.from('damaged'));
    });
    assert.ok(rounds !== undefined && rounds > 1);
    assert.deepEqual(flash, WANTED);
  });

  it('P36 a board that holds nothing of what is written is given up, and said to be', async () => {
    const { rounds } = await make({}, () => {
      throw explainBoardException(new BoardException('OSError: 28'), 'a.txt');
    });
    assert.equal(rounds, undefined);
  });
});

/** @param onWrite what each writing does to the flash besides */
async function make(onFlash: Record<string, string>, onWrite: (flash: Map<BoardPath, Buffer>) => void = () => {}) {
  return inFolder(async (folder) => {
    const context = { env: testEnv() };
    const store = await openStore(context.env, folder);
    const { entries } = await store.readManifest(await takeBackup(store, WANTED));
    const flash = new Map<BoardPath, Buffer>(
      Object.entries(onFlash).map(([path, text]) => [parseBoardPath(path), Buffer.from(text, 'latin1')]),
    );
    const writes: string[] = [];
    const files: Partial<ConnectedBoard['files']> = {
      scan: async () => ({
        folders: [],
        files: [...flash].map(([path, { length }]) => ({ type: 'file', path, size: length })),
        temporaries: [],
        unreadable: [],
      }),
      hash: async (paths) => new Map(paths.map((path) => [path, hashOf(flash.get(path) ?? Buffer.of())])),
      async write(path, chunks) {
        onWrite(flash);
        flash.set(path, await collect(chunks));
        writes.push(path);
        return undefined;
      },
      remove: async (path) => void flash.delete(path),
    };
    const board = { url: 'fake', profile: parseProfile(''), files } as ConnectedBoard;
    const wanted = new Map(entries.filter(isFile).map((file) => [file.path, file]));
    const rounds = await makeAs(context, board, store, wanted, new Set([parseBoardPath('mine')]));
    const now = Object.fromEntries([...flash].sort().map(([path, bytes]) => [path, bytes.toString('latin1')]));
    return { rounds, writes, flash: now };
  });
}
