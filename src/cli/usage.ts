// What a verb of the command line looks like, and what it is given.

import type { JobContext } from '../core/jobs/job.js';
import type { Output } from './output.js';
import type { CallKeys } from './secrets.js';
import type { OutStream } from './standardStreams.js';
import { UsageError } from './usageError.js';

/** Exit codes: 0 done, 1 found what must not be (damage), 3 done in part, 4 put off. What fails throws. */
export type ExitCode = 0 | 1 | 3 | typeof PUT_OFF;

/** A program runs on the board, and was to be left alone. */
export const PUT_OFF = 4;

export interface Option {
  type: 'string' | 'boolean';
  multiple?: boolean;
  short?: string;
  /** What its value is, in capitals or as the choices: `DIR`, `on|off`. */
  value?: string;
  /** For the help: in the imperative, without a full stop. */
  about: string;
}

export interface Verb {
  /** Arguments, divided by spaces, then options, as the help shows them. */
  usage: string;
  /** For the help: in the imperative, without a full stop. */
  summary: string;
  options: Record<string, Option>;
  /** Paragraphs below the options, which the help fills; one that begins with a space stays as it is. */
  details?: string;
  run(call: Call): Promise<ExitCode>;
}

/** One call of a verb, its options parsed. */
export interface Call {
  verb: Verb;
  arguments: string[];
  text(option: string): string | undefined;
  texts(option: string): string[];
  flag(option: string): boolean;
  context: JobContext;
  /** Those of its `Env`. */
  keys: CallKeys;
  output: Output;
  /** For what is no text of ours: the bytes of files. */
  stdout: OutStream;
  /** Aborted once nobody reads what is printed any more. */
  printingEnded: AbortSignal;
  simulatedBoards: string;
  /** Has this done when the verb has ended, however it ended. */
  atEnd(close: () => Promise<void>): void;
}

/** Takes the positional arguments apart. @throws UsageError if there are too few or too many, or one is empty */
export function takeArguments(call: Call, least: number, most = least): string[] {
  const { length } = call.arguments;
  if (length < least) throw new UsageError(`${argumentName(call.verb, length)} is missing.`);
  if (length > most) {
    // P47: `key set --passphrase hunter2`.
    if (call.flag('passphrase'))
      throw new UsageError('Unexpected argument: --passphrase takes no value, it asks for the passphrase.');
    throw new UsageError(`Unexpected argument: ${call.arguments[most]}`);
  }
  // A variable of the shell that is not set: a path that is empty would mean the whole board.
  const empty = call.arguments.indexOf('');
  if (empty >= 0) throw new UsageError(`${argumentName(call.verb, empty)} is empty.`);
  return call.arguments;
}

/** The last name stands for all that follow. */
function argumentName({ usage }: Verb, index: number): string {
  const names = usage.replace(/ ?\[--.*/, '').split(' ');
  return /[A-Z]+/.exec(names[Math.min(index, names.length - 1)] ?? '')?.[0] ?? 'An argument';
}
