// Runs every trial on every board, at full speed and over a slow line.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCauses } from '../../src/core/errors.js';
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

export interface Findings {
  /** None for a trial of which every run failed. */
  results: Result[];
  /** Runs that failed, or copied something wrongly: which, and how. */
  failures: string[];
}

export async function runBench(boards: readonly BenchBoard[], options: BenchOptions): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const failures: string[] = [];
    const benches = boards.map((board) => openBench(board, folder, options, failures));
    // Without a limit the processors decide, and each trial has them for itself. With one, the line does.
    const results: Result[] = [];
    for (const run of benches) results.push(...(await run(null)));
    results.push(...(await Promise.all(benches.map((run) => run(SERIAL_LINE)))).flat());
    return { results, failures };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns what runs all trials of one board at one speed (bytes a second, null for as fast as it goes) */
function openBench(board: BenchBoard, folder: string, { runs, only }: BenchOptions, failures: string[]) {
  const trials = allTrials();
  const preparations = new Map<Trial, Promise<Prepared>>();

  function prepared(trial: Trial): Promise<Prepared> {
    const found = preparations.get(trial) ?? prepare(board, trial, folder);
    preparations.set(trial, found);
    return found;
  }

  /** Tells on the way what is measured: a whole bench takes minutes. One run that fails spoils no other. */
  async function repeat(times: number, title: string, run: () => Promise<Measured>): Promise<Measured[]> {
    const done: Measured[] = [];
    for (let number = 1; number <= times; number++) {
      const name = `${title}, run ${number} of ${times}`;
      try {
        const measured = await run();
        console.error(`${name}: ${measured.seconds.toFixed(2)} s`);
        done.push(measured);
      } catch (error) {
        failures.push(`${name}: ${describeCauses(error)}`);
        console.error(failures.at(-1));
      }
    }
    return done;
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
      if (known !== undefined) return known;
      // On a slow line it takes most of a minute, and the same time in each run.
      const times = bytesPerSecond === null ? runs : 1;
      const files = await prepared(trial);
      const done = await repeat(times, `${titleOf(trial)}, mpremote`, () => runMpremote(board, trial, files, speed));
      const result = done.length > 0 ? { seconds: median(done.map(({ seconds }) => seconds)), runs: done } : null;
      references.set(trial, result);
      return result;
    }

    const results: Result[] = [];
    for (const trial of trials.filter((trial) => only.test(titleOf(trial)))) {
      const { set, direction, payload } = trial;
      const files = await prepared(trial);
      const done = await repeat(runs, titleOf(trial), () => runOurs(board, trial, files, speed));
      if (done.length === 0) continue;
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
