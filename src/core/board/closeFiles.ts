// Has a board close what a program left open, before anything is written to its files: see close.py.

import type { Log } from '../env.js';
import closeSource from './agent/close.py';
import { BoardException } from './boardErrors.js';
import { OURS, type RawRepl } from './rawRepl.js';

/** What the board cannot do of it, it is written to without. @throws what the line does */
export async function closeFiles(repl: RawRepl, log: Log, signal: AbortSignal | undefined): Promise<void> {
  try {
    await repl.install(closeSource, signal);
    await repl.exec(`${OURS}.pop('_mpb_close')(${OURS}['_mpb_globals']())`, { signal });
  } catch (error) {
    const refusal = error instanceof Error && error.cause instanceof BoardException ? error.cause : error;
    if (!(refusal instanceof BoardException)) throw error;
    log.warn(`${repl.url}: files that a program left open may still be open: ${refusal.message}`);
  }
}
