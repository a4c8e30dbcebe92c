#!/usr/bin/env node
// The jobs on the command line: parses the call, runs the verb, and turns what went wrong into a sentence and an exit code.

import { parseArgs } from 'node:util';
import { version } from '../package.json';
import { jsonOutput, type Output, peopleOutput } from './cli/output.js';
import { watchPrinting } from './cli/standardStreams.js';
import type { Call, Verb } from './cli/usage.js';
import { UsageError } from './cli/usageError.js';
import { verbs } from './cli/verbs.js';
import { defaultSimulatedBoardsFolder } from './core/defaults.js';
import { type Log, realEnv, silentLog } from './core/env.js';
import { describeCauses, isBackupError, messageOf } from './core/errors.js';

const COMMON: Verb['options'] = { json: { type: 'boolean' }, verbose: { type: 'boolean' }, help: { type: 'boolean' } };

async function main(words: string[]): Promise<number> {
  const { stdout, stderr } = process;
  const printing = watchPrinting([stdout, stderr]);
  const output = words.includes('--json') ? jsonOutput(stdout) : peopleOutput(stdout, stderr);
  const log = words.includes('--verbose') ? standardErrorLog : silentLog;
  const code = await perform(words, output, log, printing.ended).catch((error: unknown) => explain(error, output, log));
  const trouble = printing.trouble();
  if (!trouble) return code;
  stderr.write(`What was to be printed could not be written: ${trouble.message}\n`);
  return code || 1;
}

async function perform(words: string[], output: Output, log: Log, printingEnded: AbortSignal): Promise<number> {
  const [name = 'help', ...rest] = words;
  if (name === '--version') return say(output, { version }, version);
  if (['help', '--help', '-h'].includes(name)) {
    const text = help();
    say(output, { help: text }, text);
    return words.length === 0 ? 2 : 0;
  }
  const verb = verbs.get(name);
  if (!verb) throw new UsageError(`There is no \`mpbackup ${name}\`.`, help());
  try {
    const { values, positionals } = parse(rest, verb);
    if (values.help === true) return say(output, { help: helpOn(name, verb) }, helpOn(name, verb));
    const call: Call = {
      arguments: positionals,
      text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
      texts: (option) => (Array.isArray(values[option]) ? values[option].map(String) : []),
      flag: (option) => values[option] === true,
      context: { env: realEnv(log), signal: interruption(), onProgress: (progress) => output.progress(progress) },
      output,
      printingEnded,
      simulatedBoards: process.env.MPBACKUP_SIMULATED_BOARDS ?? defaultSimulatedBoardsFolder(),
    };
    return await verb.run(call);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(error.message, helpOn(name, verb));
    throw error;
  }
}

/** Aborted by Ctrl-C, by a request to end, and by the end of the terminal: the board is left in order, then the process ends. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort());
  return interrupted.signal;
}

/** Tells a failure. @returns the exit code */
function explain(error: unknown, output: Output, log: Log): number {
  output.failure(error);
  if (error instanceof UsageError) return 2;
  if (isBackupError(error)) log.error(describeCauses(error));
  // A failure that is no BackupError is a defect of ours: its trace helps whoever reports it.
  else process.stderr.write(`${describeCauses(error)}\n`);
  return 1;
}

function parse(words: string[], verb: Verb) {
  try {
    return parseArgs({ args: words, options: { ...COMMON, ...verb.options }, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(messageOf(error).replace(/\. To specify.*$/s, '.'));
  }
}

function say(output: Output, fields: Record<string, unknown>, text: string): number {
  output.result(fields, text);
  return 0;
}

function help(): string {
  const width = Math.max(...[...verbs.keys()].map((name) => name.length));
  const lines = [...verbs].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Backs up and restores MicroPython boards.

Usage: mpbackup <verb> [options]

${lines.join('\n')}

A board is a serial port (/dev/ttyACM0, COM3), an address (socket://host:port, rfc2217://host:port,
ws://host for a WebREPL, its password in MPBACKUP_WEBREPL_PASSWORD), or a simulated board (sim:demo).
A backup is its id (any unique beginning), its archive's name, or \`latest\`.
\`mpbackup <verb> --help\` tells the options of a verb.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part.`;
}

function helpOn(name: string, verb: Verb): string {
  return `${verb.summary}

Usage: mpbackup ${name} ${verb.usage}
Options of every verb: --json  --verbose  --help`;
}

const standardErrorLog: Log = {
  debug: (message) => process.stderr.write(`debug: ${message}\n`),
  info: (message) => process.stderr.write(`info: ${message}\n`),
  warn: (message) => process.stderr.write(`warning: ${message}\n`),
  error: (message) => process.stderr.write(`error: ${message}\n`),
};

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
