// Listens in on the line to a board, and makes lines that misbehave: what a test needs to know about the wire.

import type { OpenTransport, TransportEvents } from '../../src/core/board/transport/transport.js';

export interface Tap {
  open: OpenTransport;
  /** Bytes that went to the board and came from it since the tap was made, as latin1. */
  sent(): string;
  received(): string;
  /** Times the line was opened, and how many of those are open now. */
  opened(): number;
  openNow(): number;
}

export function tap(inner: OpenTransport): Tap {
  let sent = '';
  let received = '';
  let opened = 0;
  let openNow = 0;
  return {
    sent: () => sent,
    received: () => received,
    opened: () => opened,
    openNow: () => openNow,
    async open(url, events, signal) {
      const transport = await inner(
        url,
        {
          onData(chunk) {
            received += Buffer.from(chunk).toString('latin1');
            events.onData(chunk);
          },
          onClose(error) {
            openNow -= 1;
            events.onClose(error);
          },
        },
        signal,
      );
      opened += 1;
      openNow += 1;
      return {
        ...transport,
        write(bytes) {
          sent += Buffer.from(bytes).toString('latin1');
          return transport.write(bytes);
        },
      };
    },
  };
}

/** What a board on a {@link scriptedLine} does; text stands for bytes (latin1). */
export interface Script {
  /** @returns what the board answers to bytes that were written to it */
  answer(text: string, events: TransportEvents): string | undefined;
}

/** A line with a board that only follows a script: for boards that nobody has on the desk. */
export function scriptedLine({ answer }: Script): OpenTransport {
  return async (url, events) => {
    let open = true;
    return {
      url,
      async write(bytes) {
        const said = answer(Buffer.from(bytes).toString('latin1'), events);
        if (said) events.onData(Buffer.from(said, 'latin1'));
      },
      async close() {
        if (open) events.onClose(undefined);
        open = false;
      },
    };
  };
}
