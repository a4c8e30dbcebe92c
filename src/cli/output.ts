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

/** As much as we need to know of a stream. */
export interface Printed {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

const PLEASE_REPORT = 'Please report it, with what --verbose says.';

/** Progress comes with every chunk; nobody reads faster than this. */
const PROGRESS_EVERY_MS = 100;

/** Of a terminal that does not know its width, or says 0. */
const USUAL_WIDTH = 80;

/** What boards and archives say cannot play tricks on the terminal, wherever it comes from. */
export function peopleOutput(stdout: Printed, stderr: Printed): Output {
  let shown = false;
  const clear = () => {
    if (shown) stderr.write('\r\x1b[K');
    shown = false;
  };
  const show = limited((progress) => {
    const line = describeProgress(progress);
    stderr.write(`\r\x1b[K${line.slice(0, (stderr.columns || USUAL_WIDTH) - 1)}`);
    shown = true;
  });
  return {
    result(_fields, text) {
      clear();
      if (text !== '') stdout.write(`${harmless(text)}\n`);
    },
    note(text) {
      clear();
      stderr.write(`${harmless(text)}\n`);
    },
    progress: (progress) => {
      if (stderr.isTTY) show(progress);
    },
    failure(error) {
      clear();
      const hint = hintOf(error);
      stderr.write(`${displayPath(messageOf(error))}\n`);
      if (hint) stderr.write(`${displayPath(hint)}\n`);
    },
  };
}

export function jsonOutput(stdout: Printed): Output {
  const line = (value: object) => stdout.write(`${escaped(JSON.stringify(value))}\n`);
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
        ...(error instanceof BackupError && { path: error.path }),
        hint: hintOf(error),
      }),
  };
}

function codeOf(error: unknown): string {
  if (error instanceof BackupError) return error.code;
  return error instanceof UsageError ? 'usage' : 'unexpected';
}

function hintOf(error: unknown): string | undefined {
  if (error instanceof BackupError || error instanceof UsageError) return error.hint;
  // A defect of ours. Its trace is in the log.
  return PLEASE_REPORT;
}

/** Shows what nobody sees, but for the ends of lines: our own texts have several. */
export function harmless(text: string): string {
  return text.split('\n').map(displayPath).join('\n');
}

/** JSON may hold these as they are, and a terminal takes some of them for orders. */
function escaped(json: string): string {
  return json.replace(/[\x7f-\x9f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
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
