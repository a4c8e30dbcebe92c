// The REPL of MicroPython's unix port as it is, which is that of boards: it completes, and its `input()` edits lines. Unlike theirs
// it has no raw REPL, no flash and no main.py.

import * as nodePty from '@lydell/node-pty';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { needRealBoards } from './realBoards.js';

/** Each time that it is opened, it starts anew. */
export const unixRepl: OpenTransport = async (url, events) => {
  const [program, ...words] = (await needRealBoards()).micropython;
  const terminal = nodePty.spawn(program, words, { env: {} });
  terminal.onData((text) => events.onData(Buffer.from(text)));
  terminal.onExit(() => events.onClose(undefined));
  return {
    url,
    write: async (bytes) => terminal.write(Buffer.from(bytes).toString()),
    close: async () => terminal.kill('SIGKILL'),
  };
};
