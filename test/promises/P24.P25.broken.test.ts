// The line cut, the board reset, the host killed, and a cancel, for real and over a port, in the middle of a restore of 20 files.
// MPBACKUP_KILLS says at how many moments each; the states in between are tried one by one in P24.P25.interrupted.test.ts.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialTransport } from '../../src/core/board/transport/serial.js';
import { powerOffSimulated } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { isBackupError } from '../../src/core/errors.js';
import type { JobContext } from '../../src/core/jobs/job.js';
import type { RestoreMode } from '../../src/core/plan/restoreSteps.js';
import { AFTER, assertSame, BEFORE, isSame, isTemporary, RestoreBench } from '../support/interruptedRestore.js';
import { startMpbackup } from '../support/mpbackup.js';
import { openPtyBoard, type PtyBoard } from '../support/ptyBoard.js';

const MOMENTS = Number(process.env.MPBACKUP_KILLS ?? 8) / 4;
const MODES: readonly RestoreMode[] = ['stage-all', 'stage-one', 'in-place'];

interface Breaking {
  board: PtyBoard;
  abort: AbortController;
  kill(): void;
}

/** What happens in the middle, and who can still clear away then. */
const WAYS: ReadonlyArray<{
  what: string;
  isCleared: boolean;
  act(bench: RestoreBench, breaking: Breaking): void;
}> = [
  { what: 'the line is cut', isCleared: false, act: (_, { board }) => void board.unplug() },
  { what: 'the board is reset', isCleared: false, act: ({ boards }) => void powerOffSimulated(boards, 'pico') },
  { what: 'the host is killed', isCleared: false, act: (_, { kill }) => kill() },
  { what: 'the user cancels', isCleared: true, act: (_, { abort }) => abort.abort() },
];

for (const mode of MODES) {
  describe(`In the middle of a restore (${mode})`, function () {
    this.timeout(30 * 60_000);
    let folder: string;
    let bench: RestoreBench;
    /** Bytes that go to the board from the first line of the record to the end, or a few less. */
    let length: number;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mpbackup-broken-'));
      bench = await RestoreBench.open(folder, mode);
      await restoreOverPort(
        () => false,
        () => {},
      );
      assertSame(bench.now().flash, AFTER);
      length = seen * 0.95;
    });

    after(async () => {
      await bench.close();
      await rm(folder, { recursive: true, force: true });
    });

    let seen = 0;
    let hasHappened = false;

    /** @param isMoment told how many bytes have gone to the board since the restore is on record, until it says yes */
    async function restoreOverPort(
      isMoment: (bytes: number) => boolean,
      act: (breaking: Breaking) => void,
      byCommand = false,
    ): Promise<unknown> {
      bench.goTo();
      seen = 0;
      hasHappened = false;
      const abort = new AbortController();
      let kill = () => {};
      const open: OpenTransport = async (url, events, signal) => {
        const inner = await bench.open(url, events, signal);
        return {
          ...inner,
          async write(bytes) {
            if (isOnRecord(bench)) seen += bytes.length;
            if (!hasHappened && seen > 0 && isMoment(seen)) {
              hasHappened = true;
              act({ board, abort, kill });
            }
            await inner.write(bytes);
          },
        };
      };
      const board = await openPtyBoard(open, 'sim:pico');
      try {
        if (byCommand) {
          const words = ['--store', bench.storeFolder, '--mirror', '--yes'];
          const { child, ended } = startMpbackup(['restore', board.path, bench.backup.id, ...words]);
          kill = () => child.kill('SIGKILL');
          return (await ended).status;
        }
        const context: Partial<JobContext> = { signal: abort.signal };
        const address = { url: board.path, open: serialTransport({ baudRate: 115_200, controlLines: 'auto' }) };
        return await bench.restore(context, address).catch((error: unknown) => error);
      } finally {
        await board.close();
      }
    }

    for (const { what, isCleared, act } of WAYS) {
      it(`P24 P25 ${what}: every file is old or new, and it can be finished and undone`, async () => {
        for (let number = 0; number < MOMENTS; number++) {
          const at = ((number + 0.5) * length) / MOMENTS;
          const error = await restoreOverPort(
            (bytes) => bytes >= at,
            (breaking) => act(bench, breaking),
            what === 'the host is killed',
          );
          assert.ok(hasHappened, `${what} at ${at} of ${length}`);
          const moment = bench.now();
          await bench.assertWhole(moment);
          if (isCleared) assert.deepEqual([...moment.flash.keys()].filter(isTemporary), []);
          const state = (await bench.record())?.state;
          if (state === 'dropped') {
            assertSame(moment.flash, BEFORE);
            assert.match(isBackupError(error) ? error.message : '', /Nothing was changed on the board/);
            continue;
          }
          if (state === 'done') {
            assert.ok(isSame(moment.flash, AFTER));
            continue;
          }
          assert.equal(state, 'unfinished');
          await bench.settle('after');
          assertSame(bench.now().flash, AFTER);
          bench.goTo(moment);
          await bench.settle('before');
          assertSame(bench.now().flash, BEFORE);
        }
      });
    }
  });
}

/** Whether something may be written to the board by now. */
function isOnRecord({ storeFolder }: RestoreBench): boolean {
  const folder = join(storeFolder, 'restores');
  try {
    return readdirSync(folder).some((name) => readFileSync(join(folder, name), 'utf8').includes('"started"'));
  } catch {
    return false;
  }
}
