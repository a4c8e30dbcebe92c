// A board behind a chip that is its serial port, as on most ESP32 boards: the port stays when the board starts anew.

import type { OpenTransport, Transport } from '../../src/core/board/transport/transport.js';

/** @param inner a line that ends when the board loses its power, and gives it power when it is opened again */
export function behindBridgeChip(inner: OpenTransport): OpenTransport {
  return async (url, events, signal) => {
    let board: Transport;
    const powerUp = async () => {
      board = await inner(url, {
        onData: (bytes) => events.onData(bytes),
        onClose: (error) => (error ? void powerUp() : events.onClose(undefined)),
      });
    };
    signal?.throwIfAborted();
    await powerUp();
    return {
      url,
      // Nobody listens while the board has no power.
      write: (bytes) => board.write(bytes).catch(() => undefined),
      close: () => board.close(),
    };
  };
}
