// What a verb of the command line looks like, and what it is given.

import type { JobContext } from '../core/jobs/job.js';
import type { Output } from './output.js';
import { UsageError } from './usageError.js';

/** Exit codes: 0 done, 1 found what must not be (damage), 3 done in part. What fails throws. */
export type ExitCode = 0 | 1 | 3;

export interface Verb {
  /** Arguments and options, as the help shows them. */
  usage: string;
  summary: string;
  options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean; short?: string }>;
  run(call: Call): Promise<ExitCode>;
}

/** One call of a verb, its options parsed. */
export interface Call {
  arguments: string[];
  text(option: string): string | undefined;
  texts(option: string): string[];
  flag(option: string): boolean;
  context: JobContext;
  output: Output;
  /** Aborted once nobody reads what is printed any more. */
  printingEnded: AbortSignal;
  simulatedBoards: string;
}

/** Takes the positional arguments apart. @throws UsageError where there are too few or too many */
export function takeArguments(call: Call, least: number, most = least): string[] {
  if (call.arguments.length < least) throw new UsageError('An argument is missing.');
  if (call.arguments.length > most) throw new UsageError(`There is one argument too many: ${call.arguments[most]}`);
  return call.arguments;
}
