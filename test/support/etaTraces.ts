// How real jobs came along, and what they would have been told of the time left: a record is played to what counts their progress.

import { realEnv } from '../../src/core/env.js';
import { type Progress, trackPhases } from '../../src/core/jobs/job.js';
import { parseUserPath } from '../../src/core/paths.js';
import { beforeRestore, sumOf, type Transfer, toBackUp, toRestore } from '../../src/core/plan/timeLeft.js';
import { virtualClock } from './virtualClock.js';

/** One phase that goes over the line, of a job. Times are in milliseconds since its job began to transfer. */
export interface TracePart {
  phase: 'read' | 'write';
  isPacked: boolean;
  start: number;
  /** In the order in which they travel: what their name ends with, and their size. */
  files: Array<[kind: string, size: number]>;
  samples: Array<[files: number, bytes: number, at: number]>;
}

export interface Trace {
  name: string;
  /** When the job ended. */
  end: number;
  parts: TracePart[];
}

/** What was told at a moment, and what turned out to be true. */
export interface Told {
  at: number;
  told: number | undefined;
  left: number;
}

/** @param shares of the time that the job took, such as 0.1 @returns the last thing that was told by then, for each */
export function tell({ end, parts }: Trace, shares: readonly number[]): Told[] {
  const reports = reportsOf(parts);
  return shares.map((share) => {
    const by = share * end;
    const last = reports.filter(({ at }) => at <= by).at(-1);
    // It counts down by itself for whoever looks, but nobody draws that: what was told is what was seen.
    return { at: by / 1000, told: last?.progress.secondsLeft, left: (end - (last?.at ?? by)) / 1000 };
  });
}

/** Everything that the job would have told. */
export function reportsOf(parts: readonly TracePart[]): Array<{ at: number; progress: Progress }> {
  const reports: Array<{ at: number; progress: Progress }> = [];
  let now = 0;
  const env = { ...realEnv(), clock: { ...virtualClock(), ticks: () => now } };
  const onProgress = (progress: Progress) => void reports.push({ at: now, progress });
  const transfers = parts.map(transferOf);
  const learned = {};
  for (const [number, { phase, start, samples }] of parts.entries()) {
    const transfer = transfers[number];
    const next = transfers[number + 1];
    if (!transfer) continue;
    now = start;
    const phases = trackPhases({ env, onProgress, course: { ahead: next ? beforeRestore(next) : [], learned } });
    phases.begin(phase, sumOf(transfer.files), transfer);
    let [files, bytes] = [0, 0];
    for (const [doneFiles, doneBytes, at] of samples) {
      // Files in between travelled at once, as far as the record tells.
      now = at;
      for (; bytes < doneBytes || files < doneFiles; ) {
        const file = transfer.files[files];
        if (!file) break;
        const begun = sumOf(transfer.files.slice(0, files)).bytes;
        const part = Math.min(doneBytes, begun + file.size) - bytes;
        phases.file(file.path);
        if (part > 0) phases.add({ bytes: part });
        bytes += Math.max(0, part);
        if (files >= doneFiles) break;
        phases.add({ files: 1 });
        files += 1;
      }
    }
  }
  return reports;
}

function transferOf({ phase, isPacked, files }: TracePart): Transfer {
  const named = files.map(([kind, size], number) => ({ path: parseUserPath(`${number}${kind}`), size }));
  return phase === 'read' ? toBackUp(named, () => isPacked) : toRestore(named, isPacked, 'stage-all');
}
