// Where the programs are that real boards are made of: scripts/realBoards.mjs sets them up, and tells.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface RealBoards {
  /** The command that runs MicroPython's unix port; arguments follow. */
  micropython: [string, ...string[]];
  microbit: { qemu: string; firmware: string };
}

let asked: Promise<RealBoards | undefined> | undefined;

/** @returns undefined on systems that have no packages of such boards */
export function realBoards(): Promise<RealBoards | undefined> {
  asked ??= ask();
  return asked;
}

async function ask(): Promise<RealBoards | undefined> {
  const script = join(ASSETS_FOLDER, '..', 'scripts', 'realBoards.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  // Before its answer it tells what it installs.
  return (JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as RealBoards | null) ?? undefined;
}

/** The same, for what cannot go on without. */
export async function needRealBoards(): Promise<RealBoards> {
  const found = await realBoards();
  if (!found) throw new Error('Real boards need Debian, or what has its packages.');
  return found;
}
