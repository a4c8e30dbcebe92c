// The ways into the raw REPL of a board: by interrupting its program, only from its prompt, or while it starts. If that fails, the board is
// left as it was found.

import { boardRefusesToStop, boardSilent, programRunning, tellsOfRestart } from './boardErrors.js';
import type { Line } from './line.js';
import { pause } from './pause.js';
import { BANNER, CTRL_A, CTRL_B, CTRL_C, CTRL_D, heardUntil, sees } from './rawMode.js';
import { RawRepl } from './rawRepl.js';

/** The prompt of aiorepl, which reads Ctrl-C like any other byte. If it has no raw REPL of its own, Ctrl-D ends it and its program. */
const ASYNC_PROMPT = '--> ';
/** How long a board that has just answered at its prompt may take to enter the raw REPL. */
const FROM_PROMPT_MS = 3_000;
/** Intervals of Ctrl-C to a board that we wait for: while nothing happens, and while it starts. */
const CALM_MS = 1_000;
const EAGER_MS = 50;
const EAGER_TRIES = 40;
const WAKING_TRIES = 3;

/**
 * Enters the raw REPL. A board at its prompt is not interrupted; a running program gets one Ctrl-C, and time to clean up before the next
 * one, which would interrupt its `finally`.
 *
 * @throws BackupError `board-busy` if the program does not stop, `board-silent` if nothing answers
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
      // Earlier output, such as the echo of Ctrl-A in a half-typed line, is no answer to the Ctrl-C.
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
 * Enters the raw REPL of a board that seems to wait at its prompt. If a program runs after all, it is not interrupted.
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
 * Waits for the start of a board that was silent or whose program does not stop, and interrupts the program before it reaches the code
 * that catches Ctrl-C. Until then it gets one Ctrl-C a second, which a sleeping board does not notice.
 *
 * @param hasStarted true if it was restarted just now
 * @returns undefined if it did not start in time
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
        // It has woken up, or its program prints now and then.
        tries = Math.max(tries, WAKING_TRIES);
      } else if (performance.now() < nextAt) continue;
      wasQuiet = piece === '';
      tries = Math.max(0, tries - 1);
      await line.write(CTRL_C);
      await pause(EAGER_MS, signal);
      await line.write(CTRL_A);
      // Interrupted in any case: the program that ran, or was about to run, has to be started again.
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
 * Leaves a board whose raw REPL was not reached: a program that we stopped starts again, now or when it has cleaned up (P34). If the line is
 * gone, the error that is being thrown says so.
 */
async function giveBack(line: Line, wasInterrupted: boolean): Promise<void> {
  await line.write(`\r${CTRL_B}${wasInterrupted ? CTRL_D : ''}`).catch(() => undefined);
}

/**
 * Whether no program ran, judging by the answer to a Ctrl-C: nothing but a prompt (there was a half-typed line), or nothing but the banner
 * of the raw REPL (the line is slow, and this is the answer to the first Ctrl-A), or the end of code that somebody had begun to send by
 * raw-paste, which comes without a traceback.
 */
function isIdle(answer: string): boolean {
  return /^\S{0,8}$/.test(
    answer
      .replaceAll(BANNER, '')
      .replace(/\x04{1,2}KeyboardInterrupt: ?\r\n\x04/, '')
      .trim(),
  );
}
