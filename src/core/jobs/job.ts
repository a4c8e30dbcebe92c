// What all jobs share: the context that they are given, and how they report progress.

import type { ConnectOptions } from '../board/connect.js';
import type { BoardIdentity } from '../board/identity.js';
import type { Env } from '../env.js';
import type { BoardPath } from '../paths.js';
import type { Amount } from '../plan/eta.js';
import { type Course, countOnLine, followPhase, type Transfer } from '../plan/timeLeft.js';

export type Phase =
  | ('queue' | 'connect' | 'wait' | 'list' | 'compare' | 'read' | 'write' | 'check' | 'save')
  /** In jobs that write to a board: the user looks at the plan. */
  | 'decide'
  /** In jobs on the store alone. */
  | ('plan' | 'merge' | 'copy')
  /** Archives are rewritten for another key; these are counted, not files. */
  | 'rewrite';

/** Progress of a job. Fields that are unknown in a phase are absent. */
export interface Progress {
  phase: Phase;
  path?: BoardPath;
  done: Amount;
  /** Absent while the total is unknown. */
  total?: Amount;
  /** Average of the last seconds. */
  bytesPerSecond?: number;
  /**
   * Until the end of the job, as far as it knows what it will do: a backup that reads covers the saving, a restore that reads its
   * safety backup covers the writing and the check. Other phases cover themselves: nobody knows what is to be read while it
   * is still compared. Absent if it cannot be told.
   */
  secondsLeft?: number;
}

export interface JobContext {
  env: Env;
  /** Aborted if the user cancels, or with the reason {@link CLOSING}. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** For a job that is part of a larger one: what comes after it. */
  course?: Course | undefined;
  /** Called before the first byte is written to a board, and before the first of its files is deleted; the job waits for it. Never rejects. */
  onWillWrite?: ((write: WillWrite) => Promise<void>) | undefined;
}

/** What is about to be done to a board. */
export interface WillWrite {
  board: Pick<BoardIdentity, 'id' | 'name'>;
  url: string;
  purpose: 'restore' | 'undo' | 'finish';
  written: readonly BoardPath[];
  deleted: readonly BoardPath[];
  /** Of `written`. */
  bytes: number;
}

/** The reason of a signal that was aborted because the window or the terminal closes, or the system ends the process. */
export const CLOSING = 'closing';

export function isClosing(signal: AbortSignal | undefined): boolean {
  return signal?.reason === CLOSING;
}

/** The address of a board, how to connect to it, and what to do with its program. */
export type BoardAddress = Omit<ConnectOptions, 'log' | 'signal' | 'onWaiting'>;

/** The options for connecting to the board of a job: reports the phases `connect`, and `wait` if it has to wait. */
export function connecting(context: JobContext, address: BoardAddress): ConnectOptions {
  const phases = trackPhases(context);
  phases.begin('connect');
  return { ...address, log: context.env.log, signal: context.signal, onWaiting: () => phases.begin('wait') };
}

/** Counts one phase of a job and reports each step. */
export interface Phases {
  /** Begins a phase, with counts of 0. */
  begin(phase: Phase, total?: Amount, transfer?: Transfer): void;
  /** Sets the current file. */
  file(path: BoardPath): void;
  add(amount: Partial<Amount>): void;
}

export function trackPhases({ env, onProgress, course }: JobContext): Phases {
  let progress: Progress = { phase: 'connect', done: { files: 0, bytes: 0 } };
  let start = env.clock.ticks();
  let onLine = countOnLine(undefined);
  let follow = followPhase(progress.phase, undefined, { ahead: [], learned: {} });
  const report = () => {
    const { done } = progress;
    const now = env.clock.ticks();
    const told = follow(done, onLine, (now - start) / 1000, now / 1000);
    onProgress?.({ ...progress, done: { ...done }, ...told });
  };
  return {
    begin(phase, total, transfer) {
      progress = { phase, done: { files: 0, bytes: 0 }, ...(total && { total }) };
      start = env.clock.ticks();
      onLine = countOnLine(transfer);
      const ahead = [...(transfer?.ahead ?? []), ...(course?.ahead ?? [])];
      follow = followPhase(phase, total, { ahead, learned: course?.learned ?? {} });
      report();
    },
    file(path) {
      progress = { ...progress, path };
      report();
    },
    add({ files = 0, bytes = 0 }) {
      progress.done.files += files;
      progress.done.bytes += bytes;
      onLine.add(progress.path, bytes);
      report();
    },
  };
}
