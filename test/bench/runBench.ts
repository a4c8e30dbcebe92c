// Runs every trial on every board, at full speed and over a slow line.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchBoard } from './boards.js';
import { type Measured, type Prepared, prepare, runMpremote, runOurs } from './measure.js';
import { speedText } from './report.js';
import { median, type Result } from './results.js';
import { SERIAL_LINE } from './targets.js';
import { allTrials, type Trial } from './trials.js';

export interface BenchOptions {
  /** Of each trial. */
  runs: number;
  /** What the titles of trials must fit, such as `Simulated board (…), no limit, 50 files, backup`. */
  only: RegExp;
}

export async function runBench(boards: readonly BenchBoard[], options: BenchOptions): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const benches = boards.map((board) => openBench(board, folder, options));
    // Without a limit the processors decide, and each trial has them for itself. With one, the line does.
    const results: Result[] = [];
    for (const run of benches) results.push(...(await run(null)));
    results.push(...(await Promise.all(benches.map((run) => run(SERIAL_LINE)))).flat());
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns what runs all trials of one board at one speed (bytes a second, null for as fast as it goes) */
function openBench(board: BenchBoard, folder: string, { runs, only }: BenchOptions) {
  const trials = allTrials();
  const preparations = new Map<Trial, Promise<Prepared>>();

  function prepared(trial: Trial): Promise<Prepared> {
    const found = preparations.get(trial) ?? prepare(board, trial, folder);
    preparations.set(trial, found);
    return found;
  }

  return async (bytesPerSecond: number | null): Promise<Result[]> => {
    const speed = bytesPerSecond ?? undefined;
    const titleOf = (trial: Trial) => `${board.name}, ${speedText(bytesPerSecond)}, ${trial.set}, ${trial.direction}`;
    const references = new Map<Trial, Result['mpremote']>();

    /** What mpremote has to do for the same end may be another trial, which is run once. */
    async function reference({ mpremote: set, direction }: Trial): Promise<Result['mpremote']> {
      const trial = trials.find((trial) => trial.set === set && trial.direction === direction);
      if (!trial) return null;
      const known = references.get(trial);
      if (known) return known;
      // On a slow line it takes most of a minute, and the same time in each run.
      const times = bytesPerSecond === null ? runs : 1;
      const files = await prepared(trial);
      const done = await repeat(times, `${titleOf(trial)}, mpremote`, () => runMpremote(board, trial, files, speed));
      const result = { seconds: median(done.map(({ seconds }) => seconds)), runs: done };
      references.set(trial, result);
      return result;
    }

    const results: Result[] = [];
    for (const trial of trials.filter((trial) => only.test(titleOf(trial)))) {
      const { set, direction, payload } = trial;
      const files = await prepared(trial);
      const done = await repeat(runs, titleOf(trial), () => runOurs(board, trial, files, speed));
      const figures = {
        up: median(done.map(({ up }) => up)),
        down: median(done.map(({ down }) => down)),
        seconds: median(done.map(({ seconds }) => seconds)),
      };
      const mpremote = await reference(trial);
      results.push({ board: board.name, bytesPerSecond, set, direction, payload, ...figures, runs: done, mpremote });
    }
    return results;
  };
}

/** Tells on the way what is measured: a whole bench takes minutes. */
async function repeat(times: number, title: string, run: () => Promise<Measured>): Promise<Measured[]> {
  const done: Measured[] = [];
  for (let number = 1; number <= times; number++) {
    const measured = await run();
    console.error(`${title}, run ${number} of ${times}: ${measured.seconds.toFixed(2)} s`);
    done.push(measured);
  }
  return done;
}
