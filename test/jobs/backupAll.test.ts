// All boards at once on the command line, as someone types it: one of them is held up, one is not there, and one has a file that
// cannot be read.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSimulatedBoard, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { BackupError, cancelled } from '../../src/core/errors.js';
import type { BackupResult } from '../../src/core/jobs/backup.js';
import { type BoardOutcome, failedBoards, summaryOfBoards, sumOfBoards } from '../../src/core/jobs/backupAll.js';
import { BAD_FLASH } from '../support/boardPrograms.js';
import { inFolder } from '../support/builders.js';
import { type Ended, mpbackup, type Running, startMpbackup } from '../support/mpbackup.js';
import { openPtyBoard } from '../support/ptyBoard.js';

type Events = Ended['events'];

/** @returns the first place in `events` of a board's event of a kind */
const placeOf = (events: Events, url: string, event: string) =>
  events.findIndex((each) => each.url === url && each.event === event);
const resultOf = (events: Events, url: string) => events[placeOf(events, url, 'result')] ?? {};

interface Bench {
  start(...words: string[]): Running;
  boards: string;
}

/** Two boards. */
function onBoards(test: (bench: Bench) => Promise<void>) {
  return inFolder(async (folder) => {
    const boards = join(folder, 'boards');
    for (const name of ['desk', 'shelf']) await addSimulatedBoard(boards, name, { 'main.py': `# ${name}\n` });
    const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: boards, MPBACKUP_STORE: join(folder, 'store') };
    await test({ start: (...words) => startMpbackup(['backup', '--all', ...words], { env }), boards });
  });
}

describe('mpbackup backup --all', () => {
  it('backs up a board while another one is held up, and goes on where one is not there', () =>
    onBoards(async ({ start, boards }) => {
      await addSimulatedBoard(`${boards}-behind-ports`, 'porch', { 'main.py': '' });
      const porch = await openPtyBoard(simulatedTransport(`${boards}-behind-ports`), 'sim:porch');
      try {
        porch.toHost.stall();
        const { child, ended: all } = start(porch.path, 'sim:gone', '--json');
        let said = '';
        child.stdout?.on('data', (bytes) => {
          said += bytes;
          // It answers once the others have ended: no backup waits for another one.
          if (said.split('"event":"result"').length === 4) porch.toHost.resume();
        });
        const { status, events, result } = await all;
        assert.equal(status, 3);
        const [begun, ended] = [placeOf(events, porch.path, 'progress'), placeOf(events, porch.path, 'result')];
        for (const url of ['sim:desk', 'sim:shelf', 'sim:gone']) {
          const at = placeOf(events, url, 'result');
          assert.ok(begun >= 0 && begun < at && at < ended, `${url}: ${begun} < ${at} < ${ended}`);
        }
        for (const url of ['sim:desk', 'sim:shelf', porch.path]) {
          const { ok, backup: taken } = resultOf(events, url);
          assert.deepEqual([ok, (taken as { files: number }).files], [true, 1]);
        }
        const { ok, code } = resultOf(events, 'sim:gone');
        assert.deepEqual([ok, code], [false, 'port-not-found']);
        const { space, ...sum } = result;
        assert.deepEqual(Object.keys(space as object), ['free', 'trashBytes', 'prunableBytes', 'isShort']);
        assert.deepEqual(sum, {
          ...{ event: 'result', ok: false, boards: 4, backedUp: 3 },
          ...{ changed: 3, unchanged: 0, partly: 0, cancelled: 0, failed: 1 },
        });
        assert.equal(events.filter(({ event }) => event === 'result').length, 5);
      } finally {
        await porch.close();
      }
    }));

  it('says what became of each board, and ends well where nothing has changed', () =>
    onBoards(async ({ start, boards }) => {
      const first = await start().ended;
      assert.equal(first.status, 0);
      assert.match(`${first.stdout}`, /Backed up desk: 1 file.*Backed up shelf: 1 file|shelf: 1 file.*desk: 1 file/s);
      assert.match(`${first.stdout}`, /\nBacked up 2 boards: 2 changed\.\n$/);
      assert.equal(first.stderr, '');

      await writeFile(join(boards, 'desk', 'main.py'), BAD_FLASH);
      await writeFile(join(boards, 'desk', 'bad.bin'), 'x');
      const second = await start('--kind', 'full').ended;
      assert.equal(second.status, 3);
      assert.match(second.stderr, /sim:desk: Not backed up: bad\.bin/);
      assert.match(`${second.stdout}`, /\nBacked up 2 boards: 2 changed\.\n$/);
    }));

  it('fails where no board is backed up, and where there is none', () =>
    onBoards(async ({ start }) => {
      const wrong = await start('--json', '--baud-rate', '0').ended;
      assert.equal(wrong.status, 2);
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: '/none', MPBACKUP_STORE: '/none' };
      const none = await mpbackup(['backup', '--all', '--json'], { env });
      assert.deepEqual([none.status, none.result.code], [1, 'port-not-found']);
      const lost = await mpbackup(['backup', '--all', 'sim:a', 'sim:b', '--json'], { env });
      assert.deepEqual([lost.status, lost.result.boards, lost.result.failed], [1, 2, 2]);
    }));
});

describe('What became of all boards', () => {
  const board = (name: string) => ({ name, url: `sim:${name}` });
  const done = (name: string, more: object = {}): BoardOutcome => ({
    board: board(name),
    result: { unchanged: false, errors: [], warnings: [], ...more } as unknown as BackupResult,
  });
  const lost = (name: string): BoardOutcome => ({
    board: board(name),
    error: new BackupError('port-lost', 'The cable was pulled.', { hint: 'Plug it in again.' }),
  });

  it('is one message', () => {
    const all = [done('a'), done('b', { unchanged: true }), done('c'), lost('greenhouse')];
    assert.equal(
      summaryOfBoards(all),
      'Backed up 3 of 4 boards: 2 changed, 1 nothing new. greenhouse: The cable was pulled. Plug it in again.',
    );
    assert.equal(summaryOfBoards(all.slice(0, 3)), 'Backed up 3 boards: 2 changed, 1 nothing new.');
    assert.equal(summaryOfBoards([lost('a')]), 'Backed up none of 1 board. a: The cable was pulled. Plug it in again.');
    assert.equal(
      summaryOfBoards([lost('a'), lost('b'), done('c')]),
      'Backed up 1 of 3 boards: 1 changed. a: The cable was pulled. b: The cable was pulled.',
    );
  });

  it('names what could not be read, and tells boards of one name apart', () => {
    const errors = [{ path: 'x', code: 'board-error', message: 'no' }];
    const other: BoardOutcome = { board: { name: 'a', url: 'COM3' }, error: new TypeError('x is not a function') };
    assert.equal(
      summaryOfBoards([done('a', { errors }), other]),
      'Backed up 1 of 2 boards: 1 changed. a (sim:a): 1 file could not be read. a (COM3): x is not a function.',
    );
  });

  it('is tried again for those that failed, and not for those that somebody cancelled', () => {
    const stopped: BoardOutcome = { board: board('s'), error: cancelled() };
    assert.deepEqual(failedBoards([done('a'), stopped, lost('b')]), [board('b')]);
    const { cancelled: count, failed } = sumOfBoards([done('a'), stopped, lost('b')]);
    assert.deepEqual([count, failed], [1, 1]);
    assert.match(summaryOfBoards([stopped]), /^Backed up none of 1 board\. s: cancelled\.$/);
  });
});
