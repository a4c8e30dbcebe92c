// Whoever reads what we print may go away in the middle (`mpbackup backup … | head`). The job goes on: a board must not be left
// half-way because nobody listens any more.

import type { Writable } from 'node:stream';
import type { Printed } from './progressLines.js';

/** Standard output or standard error: of the process, or what stands in for it. */
export type OutStream = Writable & Printed;

/** What became of standard output and standard error. */
export interface Printing {
  /** Aborted once nothing more can be printed. */
  readonly ended: AbortSignal;
  /** Why; undefined if somebody just stopped reading, which is no failure. */
  trouble(): Error | undefined;
}

export function watchPrinting(streams: readonly OutStream[]): Printing {
  const ended = new AbortController();
  let trouble: Error | undefined;
  for (const stream of streams) {
    // Without a listener, the first error would end the process at once.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EIO: the terminal is gone. What comes after the first error says only that the stream is closed.
      if (!ended.signal.aborted && error.code !== 'EPIPE' && error.code !== 'EIO') trouble = error;
      ended.abort();
    });
  }
  return { ended: ended.signal, trouble: () => trouble };
}
