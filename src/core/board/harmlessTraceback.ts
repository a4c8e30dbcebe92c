// P47: an exception carries whatever the program that raised it put in: a file system written in Python, or a program that goes on in
// the background, may put in what is in a file. So of a traceback, only what firmware itself says is shown and logged.

import { t } from '../l10n.js';

const PLACE = /^(?:Traceback \(most recent call last\):|\s{2}File "[^"\n]{1,200}", line \d+(?:, in [\w<>.]{1,80})?)$/;

/** The words of MicroPython and CircuitPython where our own Python meets something unexpected. */
const WORDS: readonly RegExp[] = [
  /^\[Errno \d+\](?: (?:[A-Z][A-Z0-9]{1,15}\b(?![\w-])|Read-only filesystem|No such file\/directory|Input\/output error|No space left on device))?/,
  /^\(?-?\d{1,10}(?:,(?: 'E[A-Z0-9]{1,15}')?\))?$/,
  /^memory allocation failed(?:, allocating \d+ bytes|, heap is locked)?$/,
  /^(?:divide by zero|maximum recursion depth exceeded|invalid syntax|unexpected indent|local variable referenced before assignment)$/,
  /^(?:stream operation not supported|file not found|no more storage space|no such file|illegal mode|buffer too small|index out of range)$/,
  /^(?:incorrect padding|non-hex digit found|odd-length string|I\/O operation on closed file|out of memory)$/,
  /^name '\w{1,40}' isn't defined$/,
  /^no module named '[\w.]{1,40}'$/,
  /^can't import name \w{1,40}$/,
  /^(?:type object )?'\w{1,40}' (?:object )?has no attribute '\w{1,40}'$/,
  /^'\w{1,40}' object isn't \w{1,40}$/,
  /^(?:function takes \d+ positional arguments but \d+ were given|unexpected keyword argument(?: '\w{1,40}')?|extra \w+ arguments given)$/,
];

/** `ValueError: …` becomes `ValueError`, unless firmware says just that. */
export function harmlessLine(line: string): string {
  const [, type, words = ''] = /^(\w{0,30}(?:Error|Exception|Interrupt|Exit|Iteration))(?:: ?(.*))?$/.exec(line) ?? [];
  if (type === undefined) return line === '' ? '' : t('an exception of its own');
  const said = saidByFirmware(words);
  return said === undefined ? type : `${type}: ${said}`;
}

/** The words of an exception without its type, as a list of files or hashes has them. */
export function harmlessWords(words: string): string {
  return saidByFirmware(words) ?? 'The board reported an error.';
}

function saidByFirmware(words: string): string | undefined {
  return WORDS.flatMap((pattern) => pattern.exec(words)?.[0] ?? [])[0];
}

/** The places, line by line, and the last line. */
export function harmlessTraceback(traceback: string): string {
  const lines = traceback.trim().split(/\r?\n/);
  const last = lines.pop() ?? '';
  return [...lines.filter((line) => PLACE.test(line)), harmlessLine(last)].join('\n');
}
