// What takes a board into the raw REPL and out again, and how it says that it is there.

import { isBackupError } from '../errors.js';
import type { Line } from './line.js';

export const BANNER = 'raw REPL; CTRL-B to exit\r\n>';
export const CTRL_A = '\x01';
export const CTRL_B = '\x02';
export const CTRL_C = '\x03';
export const CTRL_D = '\x04';

/** @returns what came before `text`; undefined if it did not come in time */
export async function heardUntil(
  line: Line,
  text: string,
  withinMs: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const before = await line.readUntil(text, { idleMs: withinMs, totalMs: withinMs, signal });
    return Buffer.from(before).toString('latin1');
  } catch (error) {
    if (isBackupError(error, 'board-silent')) return undefined;
    throw error;
  }
}

/** @returns false if `text` did not come in time */
export async function sees(line: Line, text: string, withinMs: number, signal?: AbortSignal): Promise<boolean> {
  return (await heardUntil(line, text, withinMs, signal)) !== undefined;
}
