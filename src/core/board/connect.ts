// From a URL to a board that can be asked for its files, and back again: connect, enter, probe; then leave and release.

import type { Log } from '../env.js';
import { cancelled, isBackupError, throwIfCancelled } from '../errors.js';
import { canRunAgent, openAgentFiles } from './agent/agentFiles.js';
import { openExecFiles } from './agent/execFiles.js';
import { openHexFiles } from './agent/hexFiles.js';
import { HexLink } from './agent/hexLink.js';
import type { BoardFiles } from './boardFiles.js';
import { type BoardIdentity, identify } from './identity.js';
import { Line, type Wire } from './line.js';
import { type Profile, probe } from './probe.js';
import { RawRepl } from './rawRepl.js';
import type { OpenTransport } from './transport/transport.js';
import { isWeak, weakProbe } from './weakProbe.js';

/** A board in the raw REPL, ready for one job. */
export interface ConnectedBoard {
  url: string;
  identity: BoardIdentity;
  profile: Profile;
  files: BoardFiles;
  /** Counts on while the board is connected. */
  wire: Readonly<Wire>;
  /** True where a program ran when we came. */
  wasRunning: boolean;
}

export interface ConnectOptions {
  open: OpenTransport;
  url: string;
  log: Log;
  signal?: AbortSignal | undefined;
}

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

async function connectAndWork<T>(
  { open, url, log, signal }: ConnectOptions,
  work: (board: ConnectedBoard) => Promise<T>,
): Promise<T> {
  throwIfCancelled(signal);
  const { line, transport } = await Line.open(open, url, signal);
  try {
    const repl = await RawRepl.enter(line, signal);
    log.info(`${url}: raw REPL entered${repl.interrupted ? ', a running program was interrupted' : ''}`);
    let files: BoardFiles | undefined;
    try {
      const weak = (await isWeak(repl, signal)) ? await openWeak(line, repl, signal) : undefined;
      const profile = weak ? await weakProbe(weak, signal) : await probe(repl, signal);
      log.debug(`${url}: ${JSON.stringify(profile)}`);
      files = weak ? openHexFiles(weak, repl, profile) : await openFiles(line, repl, profile, signal);
      const identity = identify(url, profile, transport.hardware);
      return await work({ url, identity, profile, files, wire: line.wire, wasRunning: repl.interrupted });
    } finally {
      await leave(line, repl, files, log);
    }
  } finally {
    await transport.close();
  }
}

/** A program that was stopped holds the little memory that there is, and starts anew afterwards in any case. */
async function openWeak(line: Line, repl: RawRepl, signal: AbortSignal | undefined): Promise<HexLink> {
  if (repl.interrupted) await repl.restart(signal);
  return HexLink.open(line, repl, signal);
}

/** The best way that the board has. */
async function openFiles(
  line: Line,
  repl: RawRepl,
  profile: Profile,
  signal: AbortSignal | undefined,
): Promise<BoardFiles> {
  if (canRunAgent(profile)) return openAgentFiles(line, repl, profile, signal);
  if (profile.can.base64 && profile.can.stat) return openExecFiles(line.url, repl, profile, signal);
  return openHexFiles(await HexLink.open(line, repl, signal), repl, profile);
}

async function leave(line: Line, repl: RawRepl, files: BoardFiles | undefined, log: Log): Promise<void> {
  try {
    try {
      if (!line.isDead) await files?.forget();
    } finally {
      // A board that was reset has forgotten us already; it shall be left all the same.
      await repl.leave(repl.interrupted);
    }
  } catch (error) {
    // The job's own result or error matters more than a board that went away at the end.
    log.warn(
      `${line.url}: could not leave the board in order: ${isBackupError(error) ? error.message : String(error)}`,
    );
  }
}
