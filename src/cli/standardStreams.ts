// Whoever reads what we print may go away in the middle (`mpbackup backup … | head`). The job goes on: a board must not be left
// half-way because nobody listens any more.

/** What became of standard output and standard error. */
export interface Printing {
  /** Aborted once nothing more can be printed. */
  readonly ended: AbortSignal;
  /** Why; undefined where somebody just stopped reading, which is no failure. */
  trouble(): Error | undefined;
}

export function watchPrinting(streams: readonly NodeJS.WriteStream[]): Printing {
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
