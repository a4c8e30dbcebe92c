// Whether a program runs on a board, found out without stopping one. Most of it is listening: what a board answers to a blank
// that is taken back at once, and to a Tab, tells who reads what we send.
//
// What was seen on MicroPython 1.9.2 (micro:bit), 1.25 (unix) and 1.27 (WebAssembly):
// - A program that does not read leaves both in the buffer, where a later prompt finds nothing. The raw REPL echoes nothing.
// - The REPL and `input()` edit lines: they echo a blank, and answer a backspace with `\b\x1b[K` or `\b \b`.
// - Tab after `import m` lists modules, and then prints the prompt and the line again; `input()` prints the line without any
//   prompt, also if it was called as `input('>>> ')`. The micro:bit lists nothing there, but after `import ` it does. The
//   `input()` of simulated boards is our own: it takes a Tab as a character.

import { tellsOfRestart } from './boardErrors.js';
import type { Line } from './line.js';

export type Activity = 'idle' | 'running';

const BLANK = ' ';
const BACKSPACE = '\x7f';
const TAB = '\t';
const QUESTION = 'import m';
/** What is left of it after one backspace. */
const SHORT_QUESTION = 'import ';

/** How long a board must be silent before it is asked: what prints is known by that alone, and hears nothing from us. */
const LISTEN_MS = 500;
/** The same, after the first words of a board that starts. */
const START_MS = 3_000;
/** Who prints for so long without a pause runs. */
const TALKS_MS = 2_000;
const STARTS_MS = 10_000;
/** How long an answer may take to begin, or to go on: only what does not answer at all is waited for that long. */
const ANSWER_MS = 2_000;
/** The same, if something is said all the time. */
const WHOLE_ANSWER_MS = 4_000;
/** A list of modules is shorter. */
const LONGEST_ANSWER = 1 << 14;

const AT_PROMPT = /(?:^|\n)>>> $/;
/** A board that started meanwhile greets first. */
const ECHO = /^ $|(?:^|\n)>>> {2}$/;
/** The old REPL takes four blanks away at once if there are no others before the cursor. */
const ERASED = /^(\x08+)(?:\x1b\[K| +\1)$/;
const ANSWERED = /^([\s\S]*?)\x08(?:\x1b\[K| \x08)$/;

/**
 * Asks with as few bytes as possible, and takes back each that was typed. If it is not sure that the board waits at an empty
 * line of its own prompt, a program counts as running: so does a board that is silent, and one that a host left in the raw REPL.
 *
 * @throws BackupError `port-lost`, `cancelled`
 */
export async function activityOf(line: Line, signal?: AbortSignal): Promise<Activity> {
  if (!(await isSilent(line, signal))) return 'running';
  const typing = new Typing(line, signal);
  try {
    return (await isAtPrompt(typing)) ? 'idle' : 'running';
  } finally {
    await typing.takeBack();
  }
}

/** @returns false if something is heard that is no prompt */
async function isSilent(line: Line, signal: AbortSignal | undefined): Promise<boolean> {
  const start = performance.now();
  for (;;) {
    const heard = line.peek();
    const starts = tellsOfRestart(heard);
    const more = await line.hears(starts && !AT_PROMPT.test(heard) ? START_MS : LISTEN_MS, signal);
    if (!more) return line.peek() === '' || AT_PROMPT.test(line.peek());
    if (performance.now() - start > (starts ? STARTS_MS : TALKS_MS)) return false;
  }
}

async function isAtPrompt(typing: Typing): Promise<boolean> {
  await typing.type(BLANK);
  if (!(await typing.answer(ECHO))) return false;
  await typing.erase();
  const [, back = ''] = (await typing.answer(ERASED)) ?? [];
  // Somebody's line begins with blanks, and has lost more than ours.
  if (back.length > 1) await typing.putBack(BLANK.repeat(back.length - 1));
  // Whoever acts on single keys does not erase like this, and never gets a letter.
  if (back.length !== 1) return false;
  await typing.type(QUESTION);
  const first = await typing.complete();
  if (first === undefined || first.includes('\n')) return first?.endsWith(`\n>>> ${QUESTION}`) ?? false;
  const second = await typing.complete();
  return second?.endsWith(`\n>>> ${SHORT_QUESTION}`) ?? false;
}

/** What we typed on somebody's line, which is all taken back in the end. */
class Typing {
  private typed = 0;

  constructor(
    private readonly line: Line,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async type(text: string): Promise<void> {
    this.typed += text.length;
    await this.line.write(text);
  }

  async erase(): Promise<void> {
    this.typed -= 1;
    await this.line.write(BACKSPACE);
  }

  /** It stays. */
  putBack(text: string): Promise<void> {
    return this.line.write(text);
  }

  /**
   * Asks what the line may go on with. The backspace after the Tab, which is always answered, ends the answer.
   *
   * @returns what was said to what was typed before and to the Tab, from the line on; undefined if no answer ended in time
   */
  async complete(): Promise<string | undefined> {
    const before = this.typed;
    this.typed -= 1;
    await this.line.write(TAB + BACKSPACE);
    const [, said] = (await this.answer(ANSWERED)) ?? [];
    if (said === undefined || said.includes('\n')) return said;
    // It went on by itself: with blanks, or with the only name that fits.
    const echoed = said.startsWith(QUESTION) ? QUESTION : '';
    this.typed = before - 1 + said.length - echoed.length;
    return said;
  }

  /** @returns the answer once all that was said is one; null if it does not come */
  async answer(pattern: RegExp): Promise<RegExpExecArray | null> {
    const giveUpAt = performance.now() + WHOLE_ANSWER_MS;
    while (performance.now() < giveUpAt && this.line.peek().length < LONGEST_ANSWER) {
      const found = pattern.exec(this.line.peek());
      if (found) {
        this.line.discard();
        return found;
      }
      if (!(await this.line.hears(ANSWER_MS, this.signal))) return null;
    }
    return null;
  }

  /** If the line is gone, the error that is on its way says so. */
  async takeBack(): Promise<void> {
    if (this.typed > 0) await this.line.write(BACKSPACE.repeat(this.typed)).catch(() => undefined);
  }
}
