// What `mpbackup help` and `--help` print.

import type { Option, Verb } from './usage.js';
import { verbs } from './verbs.js';

export const COMMON_OPTIONS = {
  json: { type: 'boolean', about: 'print one JSON object per line; the last one is the result or the error' },
  verbose: { type: 'boolean', about: 'print the log: each step, and everything that led to a failure' },
  help: { type: 'boolean', short: 'h', about: 'print this help' },
} as const satisfies Verb['options'];

/** Columns. */
const WIDTH = 100;

/** An option of a usage line with its brackets, which may hold further ones, or an argument. */
const USAGE_PART = /\[(?:[^[\]]|\[[^\]]*\])*\]\S*|\S+/g;

export function help(): string {
  return paragraphs(`Back up and restore MicroPython boards.

Usage: mpbackup VERB [options]

${inColumns([...verbs].map(([name, { summary }]) => [name, summary]))}

BOARD is a serial port (/dev/ttyACM0, COM3), a network address (socket://host:port, rfc2217://host:port, or ws://host
for a WebREPL, whose password is taken from MPBACKUP_WEBREPL_PASSWORD), or a simulated board (sim:demo).

BACKUP is an id (its first four digits are enough if no other id begins with them), the file name of an archive, or
\`latest\`.

The store is the folder that holds the backups: the one named by --store or MPBACKUP_STORE, or else \`MicroPython
Backups\` in your home folder.

The key of encrypted backups is taken from the file named by --key-file or MPBACKUP_KEY_FILE, or from MPBACKUP_PASSPHRASE;
if none of these is given, you are asked for it at the terminal.

\`mpbackup help VERB\` explains the options of a verb. \`mpbackup --version\` prints the version.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done, 4 put off because a program runs on the board.`);
}

export function helpOn(name: string, { summary, usage, options, details = '' }: Verb): string {
  const rows = Object.entries({ ...options, ...COMMON_OPTIONS });
  return [
    summary,
    '',
    wrapped(['Usage:', 'mpbackup', name, ...(usage.match(USAGE_PART) ?? [])], 4),
    '',
    inColumns(rows.map(([option, { about, ...rest }]) => [spelled(option, rest), about])),
    ...(details === '' ? [] : ['', paragraphs(details)]),
  ].join('\n');
}

function spelled(name: string, { value, multiple, short }: Omit<Option, 'about'>): string {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}${multiple ? ' …' : ''}`;
}

function inColumns(rows: ReadonlyArray<readonly [string, string]>): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${wrapped(text.split(' '), width + 4)}`).join('\n');
}

/** Paragraphs are filled; one that begins with a space stays as it is. */
function paragraphs(text: string): string {
  return text
    .split('\n\n')
    .map((paragraph) => (paragraph.startsWith(' ') ? paragraph : wrapped(paragraph.split(/\s/), 0)))
    .join('\n\n');
}

/** @param indent columns before each line: those of the first one are there already */
function wrapped(words: readonly string[], indent: number): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || indent + last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
