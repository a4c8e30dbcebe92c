// What `mpbackup help` and `--help` print.

import type { Option, Verb } from './usage.js';
import { verbs } from './verbs.js';

export const COMMON_OPTIONS = {
  json: { type: 'boolean', about: 'prints one JSON object a line, the result or the error last' },
  verbose: { type: 'boolean', about: 'prints the log: what happens on the way, and all that led to a failure' },
  help: { type: 'boolean', short: 'h', about: 'prints this' },
} as const satisfies Verb['options'];

export function help(): string {
  return `Backs up and restores MicroPython boards.

Usage: mpbackup VERB [options]

${inColumns([...verbs].map(([name, { summary }]) => [name, summary]))}

A board is a serial port (/dev/ttyACM0, COM3), an address (socket://host:port, rfc2217://host:port,
ws://host for a WebREPL, its password in MPBACKUP_WEBREPL_PASSWORD), or a simulated board (sim:demo).
A backup is its id (its first four digits or more), the file name of its archive, or \`latest\`.
The key of encrypted backups is in the file of --key-file or MPBACKUP_KEY_FILE, is the passphrase in
MPBACKUP_PASSPHRASE, or else is asked for at the terminal.
\`mpbackup help VERB\` tells the options of a verb, \`mpbackup --version\` which version this is.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part, 4 put off because a program runs.`;
}

export function helpOn(name: string, verb: Verb): string {
  const options = Object.entries({ ...verb.options, ...COMMON_OPTIONS });
  return [
    verb.summary,
    '',
    `Usage: mpbackup ${name} ${verb.usage}`.trimEnd(),
    '',
    inColumns(options.map(([option, { about, ...rest }]) => [spelled(option, rest), about])),
    ...(verb.details === undefined ? [] : ['', verb.details]),
  ].join('\n');
}

function spelled(name: string, { value, multiple, short }: Omit<Option, 'about'>): string {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}${multiple ? ' …' : ''}`;
}

function inColumns(rows: ReadonlyArray<readonly [string, string]>): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n');
}
