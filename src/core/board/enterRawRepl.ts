// The ways into the raw REPL of a board: politely, from its prompt alone, or as it starts. A board that does not get there is given back as it
// was found.

import { boardRefusesToStop, boardSilent, programRunning, tellsOfRestart } from './boardErrors.js';
import type { Line } from './line.js';
import { pause } from './pause.js';
import { BANNER, CTRL_A, CTRL_B, CTRL_C, CTRL_D, heardUntil, sees } from './rawMode.js';
import { RawRepl } from './rawRepl.js';

/** Of aiorepl, to which Ctrl-C is a byte as any other. Where it has no raw REPL of its own, Ctrl-D ends it and its program. */
const ASYNC_PROMPT = '--> ';
/** How long a board that just answered at its prompt may take to say that it is in the raw REPL. */
const FROM_PROMPT_MS = 3_000;
/** Ctrl-C to a board that we wait for: one in so many milliseconds, and many in a row once it starts. */
const CALM_MS = 1_000;
const EAGER_MS = 50;
const EAGER_TRIES = 40;
const WAKING_TRIES = 3;

/**
 * Enters the raw REPL. A board that waits at its prompt is not interrupted at all; a running program gets one Ctrl-C and
 * time to clean up before the next (two quick ones would break its `finally`).
 *
 * @throws BackupError `board-busy` where the program holds out, `board-silent` where nothing answers
 */
export async function enterRawRepl(line: Line, signal?: AbortSignal): Promise<RawRepl> {
  line.discard();
  let heard = 0;
  let interrupted = false;
  let stop = CTRL_C;
  try {
    await line.write(CTRL_A);
    if (await sees(line, BANNER, 500, signal)) return new RawRepl(line, false);
    for (const patienceMs of [1_000, 2_000, 5_000]) {
      // What came before, such as the echo of Ctrl-A within a half-typed line, says nothing about the Ctrl-C.
      heard += line.discard();
      const before: boolean = interrupted;
      interrupted = true;
      await line.write(stop);
      const answer = Buffer.from(await line.settle(200, patienceMs, signal)).toString('latin1');
      heard += answer.length;
      await line.write(CTRL_A);
      const rest = await heardUntil(line, BANNER, patienceMs, signal);
      interrupted = before || !isIdle(answer + (rest ?? ''));
      if (rest !== undefined) return new RawRepl(line, interrupted);
      if (answer.endsWith(ASYNC_PROMPT)) stop = CTRL_D;
    }
    interrupted ||= heard > 0;
    throw heard > 0 ? boardRefusesToStop(line.url) : boardSilent(line.url, 0);
  } catch (error) {
    await giveBack(line, interrupted);
    throw error;
  }
}

/**
 * Enters the raw REPL of a board that waits at its prompt, as far as is known. Where that is wrong, nothing is interrupted.
 *
 * @throws BackupError `program-running`
 */
export async function enterFromPrompt(line: Line, signal?: AbortSignal): Promise<RawRepl> {
  line.discard();
  try {
    await line.write(CTRL_A);
    if (await sees(line, BANNER, FROM_PROMPT_MS, signal)) return new RawRepl(line, false);
    throw programRunning(line.url);
  } catch (error) {
    await giveBack(line, false);
    throw error;
  }
}

/**
 * Waits until a board starts that was silent or whose program holds out, and stops the program before it comes to where it
 * catches Ctrl-C. Until then it gets one Ctrl-C a second, which a sleeping board does not notice.
 *
 * @param hasStarted true where it was restarted just now
 * @returns undefined where it did not come in time
 * @throws BackupError `port-lost`, `cancelled`
 */
export async function catchAtStart(
  line: Line,
  { waitMs, hasStarted, signal }: { waitMs: number; hasStarted: boolean; signal?: AbortSignal | undefined },
): Promise<RawRepl | undefined> {
  const giveUpAt = performance.now() + waitMs;
  let tries = hasStarted ? EAGER_TRIES : 0;
  let nextAt = performance.now();
  let heard = '';
  let wasQuiet = false;
  try {
    while (performance.now() < giveUpAt) {
      await line.hears(Math.max(0, nextAt - performance.now()), signal);
      const piece = line.peek();
      line.discard();
      heard = (heard + piece).slice(-200);
      if (tellsOfRestart(heard)) {
        tries = EAGER_TRIES;
        heard = '';
      } else if (wasQuiet && piece !== '') {
        // It may have woken up, or it is a program that prints now and then.
        tries = Math.max(tries, WAKING_TRIES);
      } else if (performance.now() < nextAt) continue;
      wasQuiet = piece === '';
      tries = Math.max(0, tries - 1);
      await line.write(CTRL_C);
      await pause(EAGER_MS, signal);
      await line.write(CTRL_A);
      // What ran will run again, and what was about to run shall.
      if (await sees(line, BANNER, 2 * EAGER_MS, signal)) return new RawRepl(line, true);
      nextAt = performance.now() + (tries > 0 ? EAGER_MS : CALM_MS);
    }
  } catch (error) {
    await giveBack(line, true);
    throw error;
  }
  await giveBack(line, true);
  return undefined;
}

/**
 * For a board whose raw REPL was not reached: what we stopped starts again, at once or when it has cleaned up (P34). Where the
 * line is gone, the error that is on its way says so.
 */
async function giveBack(line: Line, wasInterrupted: boolean): Promise<void> {
  await line.write(`\r${CTRL_B}${wasInterrupted ? CTRL_D : ''}`).catch(() => undefined);
}

/**
 * Was there no program, by what the board said to a Ctrl-C? A prompt and nothing else, whatever it looks like: that is a
 * half-typed line; or only the banner of the raw REPL: that is a slow line, on which the answer to the first Ctrl-A comes late;
 * or code that somebody began to send by raw-paste, which ends without a traceback.
 */
function isIdle(answer: string): boolean {
  return /^\S{0,8}$/.test(
    answer
      .replaceAll(BANNER, '')
      .replace(/\x04{1,2}KeyboardInterrupt: ?\r\n\x04/, '')
      .trim(),
  );
}
