// From a URL to a board whose files can be accessed, and back: connect, enter the raw REPL, probe; then leave, and free the port.

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
  /** Keeps counting while the board is connected. */
  wire: Readonly<Wire>;
  program: Readonly<Program>;
  /** Resolves with the reason if the line ends: for those who wait for something else meanwhile. */
  lineOver: Promise<BackupError>;
}

/** What happened to the program that ran when we connected. */
export interface Program {
  /** `none`: the board waited at its prompt. `stopped` becomes `restarted` when the board is left, if the program is started again. */
  state: 'none' | 'stopped' | 'restarted';
}

/** What to do with a program that had to be stopped. */
export type Afterwards = 'restart' | 'leaveStopped';

export interface ConnectOptions extends ReachOptions {
  /** Whether a running program may be interrupted. `spare`: a board that is not certainly at its prompt is left alone. */
  programs?: 'interrupt' | 'spare';
  /** Will files be written? Then those that a program left open are closed first. */
  willWrite?: boolean;
  /**
   * Default: `restart`. A function is called as soon as a program was stopped, so that the user has the whole job to answer, and
   * {@link ANSWER_MS} more. Without an answer by then, and if the job fails, the program is restarted.
   */
  afterwards?: Afterwards | ((board: BoardIdentity) => Promise<Afterwards>);
}

/** How long a board waits for the user's answer after its job is done. */
export const ANSWER_MS = 30_000;

/** By URL, settles when the last job there has ended: the next one waits for it (P37). */
const turns = new Map<string, Promise<unknown>>();

/**
 * Connects, does `work`, and leaves the board as it was found whatever happens: a program that ran is started again, and the port is free.
 * There is one job at a time per URL; a second call waits for its turn.
 */
export async function withBoard<T>(options: ConnectOptions, work: (board: ConnectedBoard) => Promise<T>): Promise<T> {
  const { url, log, signal } = options;
  const before = turns.get(url);
  if (before) log.info(`${url}: waits for the job that uses the port`);
  const mine = waitFor(before, signal).then(() => connectAndWork(options, work));
  // With `before`: if this call gives up waiting, the next one must still wait for the job before.
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
      // A job that failed does not wait for an answer.
      shallRestart = async () => repl.interrupted;
      throw error;
    } finally {
      await leave(line, repl, files, log, program, shallRestart);
    }
  } finally {
    await transport.close();
  }
}

/** The speed of the line if it was measured, for the log: it decides which way is used. */
function onLine({ bytesPerSecond }: RawRepl): string {
  return bytesPerSecond === undefined ? '' : `; the line takes ${bytes(Math.round(bytesPerSecond))} a second`;
}

/**
 * Frees memory first, of which such a board has little: a stopped program still holds some (it is restarted afterwards in any case), and a
 * job of ours that was killed may have left its names there.
 */
async function openWeak(line: Line, repl: RawRepl, signal: AbortSignal | undefined): Promise<HexLink> {
  if (repl.interrupted || (await hasOurs(repl, signal))) await repl.restart(signal);
  return HexLink.open(line, repl, signal);
}

/** Chooses the best way that the board has. */
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

/** Asks at once. @returns waits for the answer: {@link ANSWER_MS} at most, and no longer than until the job is cancelled */
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
      // In `finally`: a board that was reset cannot be asked to forget our names, but must be left, too.
      await repl.leave(restart);
    }
    if (program.state === 'none') return;
    if (restart) program.state = 'restarted';
    log.info(`${line.url}: the program was ${restart ? 'restarted' : 'left stopped'}`);
  } catch (error) {
    // The result or error of the job matters more than a board that went away at the end.
    log.warn(
      `${line.url}: could not leave the board in order: ${isBackupError(error) ? error.message : String(error)}`,
    );
  }
}
