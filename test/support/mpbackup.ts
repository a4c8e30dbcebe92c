// Runs the command line that ships, as someone types it.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Ended {
  status: number | null;
  stdout: Buffer;
  stderr: string;
  /** What `--json` printed; empty without it. */
  events: Array<Record<string, unknown>>;
  /** The last of them. */
  result: Record<string, unknown>;
}

export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** The command line itself, for `node`. */
export const CLI = join(ASSETS_FOLDER, 'cli.js');

/** Starts `mpbackup`. */
export function startMpbackup(words: readonly string[], options: SpawnOptions = {}): Running {
  return start(process.execPath, [CLI, ...words], options);
}

/** Starts a program that prints what `mpbackup` does. */
export function start(program: string, words: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => err.push(bytes));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(endedWith(status, Buffer.concat(out), Buffer.concat(err))));
  });
  return { child, ended };
}

export function endedWith(status: number | null, stdout: Buffer, stderr: Buffer): Ended {
  const lines = stdout.toString('utf8').split('\n');
  const events = lines.filter((line) => line.startsWith('{"event"')).map((line) => JSON.parse(line));
  return { status, stdout, stderr: stderr.toString('utf8'), events, result: events.at(-1) ?? {} };
}

/** Runs `mpbackup` to its end. */
export function mpbackup(words: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return startMpbackup(words, options).ended;
}
