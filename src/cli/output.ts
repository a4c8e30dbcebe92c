// What the command line says: sentences for people, or one JSON object a line with the result last.

import { BackupError, messageOf } from '../core/errors.js';
import type { Progress } from '../core/jobs/job.js';
import { describeProgress } from '../core/jobs/progressText.js';
import { displayPath } from '../core/paths.js';
import { type Printed, progressLines } from './progressLines.js';
import { UsageError } from './usageError.js';

export interface Output {
  /** The end of a verb: `fields` for machines, `text` for people. */
  result(fields: Record<string, unknown>, text: string): void;
  /** A remark for people, on standard error. */
  note(text: string): void;
  progress(progress: Progress): void;
  failure(error: unknown): void;
  /** Of one board among several at once: what it says is said of that board, and its end is not that of the verb. */
  ofBoard(url: string): BoardOutput;
}

/** What is said of one board among several. */
export type BoardOutput = Omit<Output, 'ofBoard'>;

const PLEASE_REPORT = 'Please report it, with the output of --verbose.';

/** Progress comes with every chunk; nobody reads faster than this. */
const PROGRESS_EVERY_MS = 100;

/** What boards and archives say cannot play tricks on the terminal, wherever it comes from. */
export function peopleOutput(stdout: Printed, stderr: Printed): Output {
  const lines = progressLines(stderr);
  const fail = (error: unknown, whose: string) => {
    const hint = hintOf(error);
    stderr.write(`${whose}${displayPath(messageOf(error))}\n`);
    if (hint) stderr.write(`${displayPath(hint)}\n`);
  };
  const write = (text: string) => {
    if (text !== '') stdout.write(`${harmless(text)}\n`);
  };
  const note = (text: string) => {
    lines.clear();
    stderr.write(`${harmless(text)}\n`);
  };
  const progressOf = (key: string, whose: string) => {
    const show = limited((progress) => lines.show(key, `${whose}${describeProgress(progress)}`));
    return (progress: Progress) => {
      if (stderr.isTTY) show(progress);
    };
  };
  return {
    result(_fields, text) {
      lines.clear();
      write(text);
    },
    note,
    progress: progressOf('', ''),
    failure(error) {
      lines.clear();
      fail(error, '');
    },
    ofBoard(url) {
      const whose = `${displayPath(url)}: `;
      return {
        result(_fields, text) {
          lines.end(url);
          write(text);
        },
        note: (text) => note(`${whose}${text}`),
        progress: progressOf(url, whose),
        failure(error) {
          lines.end(url);
          fail(error, whose);
        },
      };
    },
  };
}

export function jsonOutput(stdout: Printed): Output {
  const line = (value: object) => stdout.write(`${escaped(JSON.stringify(value))}\n`);
  const progressOf = (whose: { url?: string }) =>
    limited(({ phase, path, done, total, bytesPerSecond, secondsLeft }) =>
      line({
        event: 'progress',
        ...whose,
        phase,
        ...(path !== undefined && { path: displayPath(path) }),
        files: done.files,
        bytes: done.bytes,
        totalFiles: total?.files,
        totalBytes: total?.bytes,
        bytesPerSecond,
        secondsLeft,
      }),
    );
  return {
    result: (fields) => line({ event: 'result', ok: true, ...fields }),
    note() {},
    progress: progressOf({}),
    failure: (error) => line({ event: 'error', ok: false, ...fieldsOfFailure(error) }),
    ofBoard(url) {
      return {
        result: (fields) => line({ event: 'result', ok: true, url, ...fields }),
        note() {},
        progress: progressOf({ url }),
        // Each board has a result; an error ends the verb.
        failure: (error) => line({ event: 'result', ok: false, url, ...fieldsOfFailure(error) }),
      };
    },
  };
}

function fieldsOfFailure(error: unknown): Record<string, unknown> {
  return {
    code: codeOf(error),
    message: messageOf(error),
    ...(error instanceof BackupError && { path: error.path }),
    hint: hintOf(error),
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
