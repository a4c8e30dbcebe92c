// The jobs that are under way in this window. The status bar and the tree show them, and when the window closes, each is ended in order:
// otherwise its board would stay in the raw REPL, and its program would not run. Knows nothing of VS Code.

import { CLOSING } from '../core/jobs/job.js';
import type { JobProgress } from './jobBar.js';

/** Ten updates a second are enough. */
const TELL_EVERY_MS = 100;

export interface JobAbout<T = unknown> {
  /** What the user asked for: `Backing up demo`. */
  title: string;
  /** The same in one word: `Backup`. */
  noun: string;
  /** Keys or URLs of its boards; empty if it is only about backups. */
  boards?: readonly string[];
  /** Says of a result whether everything is well: only then it is shown as done. Absent: always. */
  isWhole?: (result: T) => boolean;
}

/** A job while it is under way. */
export interface RunningJob extends Pick<Required<JobAbout>, 'title' | 'noun' | 'boards'> {
  /** Unique in this window. */
  readonly id: number;
  /** Absent until it has reported any. */
  readonly progress?: JobProgress;
  readonly isCancelled: boolean;
}

/** What a job gets. */
export interface JobControls {
  signal: AbortSignal;
  /** For a Cancel button: like {@link RunningJobs.cancel}. */
  cancel(): void;
  report(progress: JobProgress): void;
}

interface Entry {
  job: RunningJob;
  abort: AbortController;
  work: Promise<unknown>;
}

export class RunningJobs {
  private readonly entries = new Map<number, Entry>();
  private readonly listeners = new Set<() => void>();
  /** The job that ended last, if it succeeded and none has begun since. */
  lastDone: RunningJob | undefined;
  private lastId = 0;
  private stopped = false;
  private toldAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;

  /** In the order in which they began. */
  get list(): readonly RunningJob[] {
    return [...this.entries.values()].map(({ job }) => job);
  }

  /** @param names keys or URLs of one board */
  on(...names: readonly (string | undefined)[]): readonly RunningJob[] {
    return this.list.filter(({ boards }) => boards.some((board) => names.includes(board)));
  }

  /** Called when a job begins, ends or makes progress: at most ten times a second, and always with the last state. */
  onDidChange(listener: () => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  /** Runs a job until it ends or is aborted. */
  async run<T>(about: JobAbout<T>, work: (controls: JobControls) => Promise<T>): Promise<T> {
    this.lastId += 1;
    const id = this.lastId;
    const { title, noun, boards = [], isWhole } = about;
    const abort = new AbortController();
    if (this.stopped) abort.abort(CLOSING);
    const entry: Entry = {
      job: { id, title, noun, boards, isCancelled: false },
      abort,
      work: Promise.resolve(),
    };
    this.entries.set(id, entry);
    this.lastDone = undefined;
    this.tell();
    let done: RunningJob | undefined;
    try {
      const report = (progress: JobProgress) => void this.change(id, { progress });
      const working = work({ signal: abort.signal, cancel: () => void this.cancel(id), report });
      entry.work = working;
      const result = await working;
      if (isWhole?.(result) ?? true) done = entry.job;
      return result;
    } finally {
      this.entries.delete(id);
      this.lastDone = done;
      this.tell();
    }
  }

  /** @returns false if it has ended already */
  cancel(id: number): boolean {
    this.entries.get(id)?.abort.abort();
    return this.change(id, { isCancelled: true });
  }

  /** Aborts all jobs, and resolves when each has left its board. Jobs that begin later are aborted at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const { abort } of this.entries.values()) abort.abort(CLOSING);
    await Promise.allSettled([...this.entries.values()].map(({ work }) => work));
  }

  private change(id: number, change: Partial<RunningJob>): boolean {
    const entry = this.entries.get(id);
    if (!entry) return false;
    entry.job = { ...entry.job, ...change };
    this.tell();
    return true;
  }

  private tell(): void {
    if (this.timer !== undefined) return;
    const wait = this.toldAt + TELL_EVERY_MS - performance.now();
    const now = () => {
      this.timer = undefined;
      this.toldAt = performance.now();
      for (const listener of this.listeners) listener();
    };
    if (wait <= 0) now();
    else this.timer = setTimeout(now, wait);
  }
}
