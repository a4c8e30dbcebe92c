#!/usr/bin/env node
// The jobs on the command line: parses the call, runs the verb, and turns what went wrong into a sentence and an exit code.

import { parseArgs } from 'node:util';
import { version } from '../package.json';
import { jsonOutput, type Output, peopleOutput } from './cli/output.js';
import type { Call, Verb } from './cli/usage.js';
import { UsageError } from './cli/usageError.js';
import { verbs } from './cli/verbs.js';
import { defaultSimulatedBoardsFolder } from './core/defaults.js';
import { type Log, realEnv, silentLog } from './core/env.js';
import { isBackupError, messageOf } from './core/errors.js';

const COMMON: Verb['options'] = { json: { type: 'boolean' }, verbose: { type: 'boolean' }, help: { type: 'boolean' } };

async function main(words: string[]): Promise<number> {
  const [name = 'help', ...rest] = words;
  if (name === '--version') return say(version, 0);
  if (['help', '--help', '-h'].includes(name)) return say(help(), words.length === 0 ? 2 : 0);
  const verb = verbs.get(name);
  if (!verb) return complain(`There is no \`mpbackup ${name}\`.`, help());
  let output: Output = peopleOutput(process.stdout, process.stderr);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  try {
    const { values, positionals } = parse(rest, verb);
    if (values.help === true) return say(helpOn(name, verb), 0);
    if (values.json === true) output = jsonOutput(process.stdout);
    const call: Call = {
      arguments: positionals,
      text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
      texts: (option) => (Array.isArray(values[option]) ? values[option].map(String) : []),
      flag: (option) => values[option] === true,
      context: {
        env: realEnv(values.verbose === true ? standardErrorLog : silentLog),
        signal: interrupted.signal,
        onProgress: (progress) => output.progress(progress),
      },
      output,
      simulatedBoards: process.env.MPBACKUP_SIMULATED_BOARDS ?? defaultSimulatedBoardsFolder(),
    };
    return await verb.run(call);
  } catch (error) {
    if (error instanceof UsageError && !rest.includes('--json')) return complain(error.message, helpOn(name, verb));
    output.failure(error);
    if (error instanceof UsageError) return 2;
    // A failure that is no BackupError is a defect of ours: its trace helps whoever reports it.
    if (!isBackupError(error) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 1;
  }
}

function parse(words: string[], verb: Verb) {
  try {
    return parseArgs({ args: words, options: { ...COMMON, ...verb.options }, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(messageOf(error).replace(/\. To specify.*$/s, '.'));
  }
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}

function complain(sentence: string, usage: string): number {
  process.stderr.write(`${sentence}\n\n${usage}\n`);
  return 2;
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

// A pipe that is closed early (`mpbackup list | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
