// What the command line says: sentences for people, or one JSON object a line with the result last.

import { BackupError, messageOf } from '../core/errors.js';
import type { Progress } from '../core/jobs/job.js';
import { describeProgress } from '../core/jobs/progressText.js';
import { displayPath } from '../core/paths.js';
import { UsageError } from './usageError.js';

export interface Output {
  /** The end of a verb: `fields` for machines, `text` for people. */
  result(fields: Record<string, unknown>, text: string): void;
  /** A remark for people, on standard error. */
  note(text: string): void;
  progress(progress: Progress): void;
  failure(error: unknown): void;
}

/** Progress comes with every chunk; nobody reads faster than this. */
const PROGRESS_EVERY_MS = 100;

export function peopleOutput(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Output {
  let shown = false;
  const clear = () => {
    if (shown) stderr.write('\r\x1b[K');
    shown = false;
  };
  const show = limited((progress) => {
    const line = describeProgress(progress);
    stderr.write(`\r\x1b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
    shown = true;
  });
  return {
    result(_fields, text) {
      clear();
      if (text !== '') stdout.write(`${text}\n`);
    },
    note(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (progress) => {
      if (stderr.isTTY) show(progress);
    },
    failure(error) {
      clear();
      stderr.write(`${messageOf(error)}\n`);
      if (error instanceof BackupError && error.hint) stderr.write(`${error.hint}\n`);
      if (error instanceof UsageError && error.help !== undefined) stderr.write(`\n${error.help}\n`);
    },
  };
}

export function jsonOutput(stdout: NodeJS.WriteStream): Output {
  const line = (value: object) => stdout.write(`${JSON.stringify(value)}\n`);
  return {
    result: (fields) => line({ event: 'result', ok: true, ...fields }),
    note() {},
    progress: limited(({ phase, path, done, total, bytesPerSecond, secondsLeft }) =>
      line({
        event: 'progress',
        phase,
        ...(path !== undefined && { path: displayPath(path) }),
        ...{ files: done.files, bytes: done.bytes, totalFiles: total?.files, totalBytes: total?.bytes },
        ...{ bytesPerSecond, secondsLeft },
      }),
    ),
    failure: (error) =>
      line({
        event: 'error',
        ok: false,
        code: codeOf(error),
        message: messageOf(error),
        ...(error instanceof BackupError && { path: error.path, hint: error.hint }),
      }),
  };
}

function codeOf(error: unknown): string {
  if (error instanceof BackupError) return error.code;
  return error instanceof UsageError ? 'usage' : 'unexpected';
}

/** Passes on what comes, but not more often than people can read, and always the beginning of a phase. */
function limited(show: (progress: Progress) => void): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let phase: string | undefined;
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now - last < PROGRESS_EVERY_MS) return;
    last = now;
    phase = progress.phase;
    show(progress);
  };
}
