// From a URL to a board that can be asked for its files, and back again: connect, enter, probe; then leave and release.

import type { Log } from '../env.js';
import { type BackupError, cancelled, isBackupError, messageOf } from '../errors.js';
import { bytes } from '../text.js';
import { canRunAgent, openAgentFiles } from './agent/agentFiles.js';
import { openExecFiles } from './agent/execFiles.js';
import { openHexFiles } from './agent/hexFiles.js';
import { HexLink } from './agent/hexLink.js';
import type { BoardFiles } from './boardFiles.js';
import { closeFiles } from './closeFiles.js';
import { type BoardIdentity, identify } from './identity.js';
import type { Line, Wire } from './line.js';
import { pause } from './pause.js';
import { type Profile, probe } from './probe.js';
import type { RawRepl } from './rawRepl.js';
import { type ReachOptions, reach } from './reach.js';
import { hasOurs, isWeak, weakProbe } from './weakProbe.js';

/** A board in the raw REPL, ready for one job. */
export interface ConnectedBoard {
  url: string;
  identity: BoardIdentity;
  profile: Profile;
  files: BoardFiles;
  /** Counts on while the board is connected. */
  wire: Readonly<Wire>;
  program: Readonly<Program>;
  /** Resolves with what ended the line, where that ends: of use to whoever waits for something else. */
  lineOver: Promise<BackupError>;
}

/** What became of the program that ran when we came. */
export interface Program {
  /** `none` where the board waited at its prompt. `stopped` becomes `restarted` as the board is left, if it does. */
  state: 'none' | 'stopped' | 'restarted';
}

/** What shall become of a program that had to be stopped. */
export type Afterwards = 'restart' | 'leaveStopped';

export interface ConnectOptions extends ReachOptions {
  /** May a running program be interrupted? `spare`: a board that is not surely at its prompt is left alone. */
  programs?: 'interrupt' | 'spare';
  /** Will files be written? Then those that a program left open are closed first. */
  willWrite?: boolean;
  /**
   * `restart` where nothing is said. A function is asked as soon as a program was stopped, so that a person has the whole job
   * to answer, and {@link ANSWER_MS} more; then, and where the job fails, the program is restarted.
   */
  afterwards?: Afterwards | ((board: BoardIdentity) => Promise<Afterwards>);
}

/** How long a board that is done with its job stands still for somebody's answer. */
export const ANSWER_MS = 30_000;

/** The end of the last job on each port: the next one waits for it (P37). */
const turns = new Map<string, Promise<unknown>>();

/**
 * Connects, does `work`, and leaves the board as it was found: a program that ran is started again, and the port is freed,
 * whatever happens. One at a time per URL; a second call waits for its turn.
 */
export async function withBoard<T>(options: ConnectOptions, work: (board: ConnectedBoard) => Promise<T>): Promise<T> {
  const { url, log, signal } = options;
  const before = turns.get(url);
  if (before) log.info(`${url}: waits for the job that uses the port`);
  const mine = waitFor(before, signal).then(() => connectAndWork(options, work));
  // Whoever gives up waiting lets nobody past the job that is still at work.
  const ended = Promise.allSettled([before, mine]);
  turns.set(url, ended);
  void ended.then(() => {
    if (turns.get(url) === ended) turns.delete(url);
  });
  return mine;
}

/** @param turn never rejects */
function waitFor(turn: Promise<unknown> | undefined, signal: AbortSignal | undefined): Promise<unknown> {
  if (!turn || !signal) return Promise.resolve(turn);
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(cancelled());
    signal.addEventListener('abort', giveUp);
    void turn.then(resolve).finally(() => signal.removeEventListener('abort', giveUp));
    if (signal.aborted) giveUp();
  });
}

async function connectAndWork<T>(options: ConnectOptions, work: (board: ConnectedBoard) => Promise<T>): Promise<T> {
  const { url, log, signal } = options;
  const { line, transport, repl } = await reach(options);
  try {
    log.info(`${url}: raw REPL entered${repl.interrupted ? ', a running program was interrupted' : ''}`);
    const program: Program = { state: repl.interrupted ? 'stopped' : 'none' };
    let files: BoardFiles | undefined;
    let shallRestart = async () => repl.interrupted;
    try {
      const weak = (await isWeak(repl, signal)) ? await openWeak(line, repl, signal) : undefined;
      const profile = weak ? await weakProbe(weak, signal) : await probe(repl, signal);
      log.debug(`${url}: ${JSON.stringify(profile)}`);
      if (options.willWrite && !weak) await closeFiles(repl, log, signal);
      files = weak ? openHexFiles(weak, repl, profile) : await openFiles(line, repl, profile, signal);
      const identity = identify(url, profile, transport.hardware);
      if (repl.interrupted) shallRestart = asking(options, identity);
      const result = await work({ url, identity, profile, files, wire: line.wire, program, lineOver: line.over });
      log.info(`${url}: files travelled by ${files.ways.join(', ')}${onLine(repl)}`);
      return result;
    } catch (error) {
      // There is nothing to wait for: the board goes back to what it did before.
      shallRestart = async () => repl.interrupted;
      throw error;
    } finally {
      await leave(line, repl, files, log, program, shallRestart);
    }
  } finally {
    await transport.close();
  }
}

/** The speed of the line, which chose the way, where it was measured. */
function onLine({ bytesPerSecond }: RawRepl): string {
  return bytesPerSecond === undefined ? '' : `; the line takes ${bytes(Math.round(bytesPerSecond))} a second`;
}

/**
 * A program that was stopped holds the little memory that there is, and starts anew afterwards in any case. What a job of ours left
 * there that was killed lies in the way of its like.
 */
async function openWeak(line: Line, repl: RawRepl, signal: AbortSignal | undefined): Promise<HexLink> {
  if (repl.interrupted || (await hasOurs(repl, signal))) await repl.restart(signal);
  return HexLink.open(line, repl, signal);
}

/** The best way that the board has. */
async function openFiles(
  line: Line,
  repl: RawRepl,
  profile: Profile,
  signal: AbortSignal | undefined,
): Promise<BoardFiles> {
  if (canRunAgent(profile)) return openAgentFiles(line, repl, profile);
  if (profile.can.base64 && profile.can.stat) return openExecFiles(line.url, repl, profile, signal);
  return openHexFiles(await HexLink.open(line, repl, signal), repl, profile);
}

/** Asks at once. @returns waits for the answer, not for ever, and not where the job is cancelled meanwhile */
function asking({ url, log, signal, afterwards }: ConnectOptions, board: BoardIdentity): () => Promise<boolean> {
  const answer = typeof afterwards === 'function' ? afterwards(board) : Promise.resolve(afterwards ?? 'restart');
  const said = answer.catch((error: unknown) => {
    log.warn(`${url}: nobody could be asked what to do with the program: ${messageOf(error)}`);
    return 'restart' as const;
  });
  return async () => {
    const late = new AbortController();
    const timeOut = pause(ANSWER_MS, AbortSignal.any([late.signal, ...(signal ? [signal] : [])]));
    const given = await Promise.race([said, timeOut]);
    late.abort();
    return given !== 'leaveStopped';
  };
}

async function leave(
  line: Line,
  repl: RawRepl,
  files: BoardFiles | undefined,
  log: Log,
  program: Program,
  shallRestart: () => Promise<boolean>,
): Promise<void> {
  try {
    let restart = repl.interrupted;
    try {
      if (!line.isDead) await files?.forget();
      restart = await shallRestart();
    } finally {
      // A board that was reset has forgotten us already; it shall be left all the same.
      await repl.leave(restart);
    }
    if (program.state === 'none') return;
    if (restart) program.state = 'restarted';
    log.info(`${line.url}: the program was ${restart ? 'restarted' : 'left stopped'}`);
  } catch (error) {
    // The job's own result or error matters more than a board that went away at the end.
    log.warn(
      `${line.url}: could not leave the board in order: ${isBackupError(error) ? error.message : String(error)}`,
    );
  }
}
