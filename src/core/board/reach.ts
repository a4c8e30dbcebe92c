// From a URL to the raw REPL: waits and restarts the board as far as the caller allows.

import type { Log } from '../env.js';
import { type ErrorCode, isBackupError, throwIfCancelled } from '../errors.js';
import { activityOf } from './activity.js';
import { boardNeedsReset, programRunning } from './boardErrors.js';
import { catchAtStart, enterFromPrompt, enterRawRepl } from './enterRawRepl.js';
import { Line } from './line.js';
import { pause } from './pause.js';
import type { RawRepl } from './rawRepl.js';
import type { OpenTransport, Transport } from './transport/transport.js';

export interface ReachOptions {
  open: OpenTransport;
  url: string;
  log: Log;
  signal?: AbortSignal | undefined;
  /** How long to wait for a board that is asleep, away, in use, or does not stop at Ctrl-C. Default: not at all. */
  waitMs?: number;
  /** Whether a board that does not answer, or whose program does not stop, may be restarted. */
  mayRestart?: boolean;
  /**
   * `spare`: a board that is not certainly at its prompt is left alone, and not restarted either. Default: `interrupt`.
   */
  programs?: 'interrupt' | 'spare';
  /** Called each time the waiting begins or continues. */
  onWaiting?: () => void;
}

export interface ReachedBoard {
  line: Line;
  transport: Transport;
  repl: RawRepl;
}

/** Errors that may pass by themselves, or if somebody presses a button of the board. */
const PASSING: readonly ErrorCode[] = [
  ...(['board-busy', 'board-silent'] as const),
  ...(['port-busy', 'port-failed', 'port-lost', 'port-not-found'] as const),
];
/** Between two attempts: a board that sleeps may be awake only for a few seconds. */
const RETRY_MS = 1_000;
/** How long a board that was restarted may take to start. */
const START_MS = 10_000;

/** What is known of a board from one attempt to the next. */
interface Patience {
  /** The time counts from the first error on. */
  waitMs: number;
  giveUpAt: number | undefined;
  /** Its program does not stop: if the port disappears and comes back, the board has been reset. */
  holdsOut: boolean;
}

/** @throws BackupError the last error, when the time to wait is over; `cancelled` and `program-running` at once */
export async function reach(options: ReachOptions): Promise<ReachedBoard> {
  const { url, log, signal, waitMs = 0, onWaiting } = options;
  const patience: Patience = { waitMs, giveUpAt: undefined, holdsOut: false };
  for (let told: string | undefined; ; await pause(RETRY_MS, signal)) {
    throwIfCancelled(signal);
    try {
      return await openAndEnter(options, patience);
    } catch (error) {
      const isPassing = isBackupError(error) && PASSING.includes(error.code);
      if (!isPassing || timeLeft(patience) < RETRY_MS) throw error;
      if (error.message !== told) log.info(`${url}: waits: ${error.message}`);
      told = error.message;
      onWaiting?.();
    }
  }
}

function timeLeft(patience: Patience): number {
  patience.giveUpAt ??= performance.now() + patience.waitMs;
  return patience.giveUpAt - performance.now();
}

async function openAndEnter(options: ReachOptions, patience: Patience): Promise<ReachedBoard> {
  const { open, url, signal } = options;
  const { line, transport } = await Line.open(open, url, signal);
  try {
    return { line, transport, repl: await enter(line, transport, options, patience) };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

async function enter(line: Line, transport: Transport, options: ReachOptions, patience: Patience): Promise<RawRepl> {
  const { url, log, signal, mayRestart = false, onWaiting, programs } = options;
  if (programs === 'spare') return enterIdle(line, signal);
  try {
    const caught = patience.holdsOut && (await catchAtStart(line, { waitMs: START_MS, hasStarted: true, signal }));
    return caught || (await enterRawRepl(line, signal));
  } catch (error) {
    if (!isBackupError(error, 'board-busy') && !isBackupError(error, 'board-silent')) throw error;
    patience.holdsOut = error.code === 'board-busy';
    const restart = mayRestart ? transport.restart : undefined;
    const trouble = mayRestart && !restart ? boardNeedsReset(url, error) : error;
    const waitMs = Math.max(timeLeft(patience), restart ? START_MS : 0);
    if (waitMs <= 0) throw trouble;
    if (restart) {
      log.info(`${url}: is restarted: ${error.message}`);
      await restart();
    } else {
      log.info(`${url}: waits until it starts: ${error.message}`);
      onWaiting?.();
    }
    const repl = await catchAtStart(line, { waitMs, hasStarted: restart !== undefined, signal });
    if (repl) return repl;
    throw trouble;
  }
}

/** Enters only if no program runs. */
async function enterIdle(line: Line, signal: AbortSignal | undefined): Promise<RawRepl> {
  if ((await activityOf(line, signal)) === 'running') throw programRunning(line.url);
  return enterFromPrompt(line, signal);
}
