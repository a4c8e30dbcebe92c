// What all jobs share: what they are given besides their own options, and how they tell how far they are.

import type { ConnectOptions } from '../board/connect.js';
import type { BoardIdentity } from '../board/identity.js';
import type { Env } from '../env.js';
import type { BoardPath } from '../paths.js';
import type { Amount } from '../plan/eta.js';
import { type Course, countOnLine, followPhase, type Transfer } from '../plan/timeLeft.js';

export type Phase =
  | ('queue' | 'connect' | 'wait' | 'list' | 'compare' | 'read' | 'write' | 'check' | 'save')
  /** Of jobs that write to a board: somebody looks at the plan. */
  | 'decide'
  /** Of jobs on the store alone. */
  | ('plan' | 'merge' | 'copy')
  /** Archives, under another key: what is counted are these, not files. */
  | 'rewrite';

/** How far a job is. Fields that a phase cannot know are absent. */
export interface Progress {
  phase: Phase;
  path?: BoardPath;
  done: Amount;
  /** Absent while the total is unknown. */
  total?: Amount;
  /** Over the last seconds. */
  bytesPerSecond?: number;
  /**
   * Until the end of the job, as far as it knows what it will do: a backup that reads covers the saving, a restore that reads its
   * safety backup covers the writing and the check. Other phases cover themselves: nobody knows what is to be read while it
   * is still compared. Absent where it cannot be told.
   */
  secondsLeft?: number;
}

export interface JobContext {
  env: Env;
  /** Aborted where the user cancels; for the reason {@link CLOSING} where nobody did. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Where this is a part of a larger job: what comes after it. */
  course?: Course | undefined;
  /** Told before the first byte is written to a board, and before the first of its files goes: the job waits for it. Never rejects. */
  onWillWrite?: ((write: WillWrite) => Promise<void>) | undefined;
}

/** What is about to be done to a board. */
export interface WillWrite {
  board: Pick<BoardIdentity, 'id' | 'name'>;
  url: string;
  purpose: 'restore' | 'undo' | 'finish';
  written: readonly BoardPath[];
  deleted: readonly BoardPath[];
  /** Of what is written. */
  bytes: number;
}

/** The reason of a signal that is aborted because the window or the terminal closes, or the system wants us to end. */
export const CLOSING = 'closing';

export function isClosing(signal: AbortSignal | undefined): boolean {
  return signal?.reason === CLOSING;
}

/** Where a board is, how to get there, and how it shall be treated. */
export type BoardAddress = Omit<ConnectOptions, 'log' | 'signal' | 'onWaiting'>;

/** How a job connects to a board: begins the phase, and tells where it has to wait. */
export function connecting(context: JobContext, address: BoardAddress): ConnectOptions {
  const phases = trackPhases(context);
  phases.begin('connect');
  return { ...address, log: context.env.log, signal: context.signal, onWaiting: () => phases.begin('wait') };
}

/** Counts one phase of a job and reports each step. */
export interface Phases {
  /** Begins a phase; counting starts anew. */
  begin(phase: Phase, total?: Amount, transfer?: Transfer): void;
  /** The file at work now. */
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
