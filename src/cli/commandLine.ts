// Runs one call of the command line: parses it, runs the verb, and turns a failure into a sentence and an exit code.

import { parseArgs } from 'node:util';
import { version } from '../../package.json';
import { defaultSimulatedBoardsFolder } from '../core/defaults.js';
import { type Log, realEnv, silentLog } from '../core/env.js';
import { describeCauses, isBackupError, messageOf } from '../core/errors.js';
import { COMMON_OPTIONS, help, helpOn } from './help.js';
import { harmless, jsonOutput, type Output, peopleOutput } from './output.js';
import { keysOf } from './secrets.js';
import { type OutStream, watchPrinting } from './standardStreams.js';
import { type Call, PUT_OFF, type Verb } from './usage.js';
import { UsageError } from './usageError.js';
import { verbs } from './verbs.js';

/** What a call may use of its process. */
export interface Surroundings {
  stdout: OutStream;
  stderr: OutStream;
  /** Starts to listen for signals that end the call early. */
  interruption(): AbortSignal;
  /** Called when the call was cancelled: whatever does not end soon is no longer waited for. */
  cancelled(): void;
}

/** @param words the arguments after `mpbackup`. @returns the exit code, once everything is printed; never rejects */
export async function runCommandLine(words: string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, interruption, cancelled } = surroundings;
  const printing = watchPrinting([stdout, stderr]);
  const options = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
  const output = options.includes('--json') ? jsonOutput(stdout) : peopleOutput(stdout, stderr);
  const log = options.includes('--verbose') ? logOn(stderr) : silentLog;
  const more = { output, log, stdout, interruption, printingEnded: printing.ended };
  const code = await perform(words, more).catch((error: unknown) => {
    if (isBackupError(error, 'cancelled')) cancelled();
    return explain(error, output, log);
  });
  await printed(stdout);
  const trouble = printing.trouble();
  if (!trouble) return code;
  stderr.write(`The output could not be written: ${trouble.message}\n`);
  return code || 1;
}

/** Waits until everything is written: only then is it known whether the disk was full. */
async function printed(stream: OutStream): Promise<void> {
  if (!stream.destroyed && stream.writable) await new Promise<void>((resolve) => stream.write('', () => resolve()));
  // The stream emits its error after the callback.
  await new Promise<void>((resolve) => setImmediate(resolve));
}

type Doors = Pick<Call, 'output' | 'stdout' | 'printingEnded'> & Pick<Surroundings, 'interruption'> & { log: Log };

async function perform(words: string[], { log, interruption, ...speaking }: Doors): Promise<number> {
  const { output } = speaking;
  const [name = 'help', ...rest] = words;
  if (['--version', '-V'].includes(name)) return say(output, { version }, version);
  if (['help', '--help', '-h'].includes(name)) {
    const about = rest.find((word) => !word.startsWith('-'));
    const text = about === undefined ? help() : helpOn(about, verbNamed(about));
    say(output, { help: text }, text);
    return words.length === 0 ? 2 : 0;
  }
  const verb = verbNamed(name);
  const endings: Array<() => Promise<void>> = [];
  try {
    const { values, positionals } = parse(rest, verb);
    if (values.help === true) return say(output, { help: helpOn(name, verb) }, helpOn(name, verb));
    const texts = (option: string) => (Array.isArray(values[option]) ? values[option].map(String) : []);
    const signal = interruption();
    const keys = keysOf(texts('key-file'), signal);
    const call: Call = {
      verb,
      arguments: positionals,
      text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
      texts,
      flag: (option) => values[option] === true,
      context: { env: realEnv(log, keys), signal, onProgress: (progress) => output.progress(progress) },
      keys,
      ...speaking,
      simulatedBoards: process.env.MPBACKUP_SIMULATED_BOARDS || defaultSimulatedBoardsFolder(),
      atEnd: (close) => void endings.push(close),
    };
    return await verb.run(call);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(error.message, `See \`mpbackup ${name} --help\`.`);
    throw error;
  } finally {
    for (const close of endings) await close();
  }
}

function verbNamed(name: string): Verb {
  const verb = verbs.get(name);
  if (verb) return verb;
  throw new UsageError(
    name.startsWith('-') ? `A verb must come before ${name}.` : `There is no \`mpbackup ${name}\`.`,
    'See `mpbackup help`.',
  );
}

/** Prints a failure. @returns the exit code */
function explain(error: unknown, output: Output, log: Log): number {
  // The causes are logged first, so that the sentence that matters is the last one.
  if (!(error instanceof UsageError)) log.error(describeCauses(error));
  output.failure(error);
  if (isBackupError(error, 'program-running')) return PUT_OFF;
  return error instanceof UsageError ? 2 : 1;
}

function parse(words: string[], verb: Verb) {
  const options: Verb['options'] = { ...verb.options, ...COMMON_OPTIONS };
  try {
    return withoutEmpty(parseArgs({ args: words, options, allowPositionals: true, strict: true }));
  } catch (error) {
    // Only the first sentence: the advice after it is better in our own help.
    throw new UsageError(
      messageOf(error)
        .replace(/(\.\s|\n).*$/s, '')
        .replace(/\.?$/, '.'),
    );
  }
}

/** With an unset shell variable, `--store "$BACKUPS"` must not mean the current folder. */
function withoutEmpty<Parsed extends { values: object }>(parsed: Parsed): Parsed {
  for (const [option, value] of Object.entries(parsed.values)) {
    if ([value].flat().includes('')) throw new UsageError(`The value of --${option} is empty.`);
  }
  return parsed;
}

function say(output: Output, fields: Record<string, unknown>, text: string): number {
  output.result(fields, text);
  return 0;
}

function logOn(stderr: OutStream): Log {
  const line = (level: string) => (message: string) => void stderr.write(`${level}: ${harmless(message)}\n`);
  return { debug: line('debug'), info: line('info'), warn: line('warning'), error: line('error') };
}
