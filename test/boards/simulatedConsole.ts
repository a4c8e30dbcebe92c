// A person at a board's console, for tests: sends, and waits for what must come. Text stands for bytes (latin1).

import { EventEmitter, once } from 'node:events';
import { SerialPort } from 'serialport';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import type { BackupError } from '../../src/core/errors.js';

export interface Console {
  send(text: string): Promise<void>;
  /** @returns what came up to and with `text`; fails where it does not come in time */
  until(text: string): Promise<string>;
  /** Runs code in the raw REPL. @returns what it printed and its traceback, each empty where there was none */
  exec(code: string): Promise<{ out: string; error: string }>;
  /** Like {@link Console.exec}, of code that must not fail. @returns what it printed */
  run(code: string): Promise<string>;
  /** How the line ended; undefined where we closed it. */
  closed: Promise<BackupError | undefined>;
  close(): Promise<void>;
}

/** Longer than anything takes here, shorter than mocha waits: a failure says what did come. */
const patienceMs = 10_000;

export async function openConsole(open: OpenTransport, url: string): Promise<Console> {
  const heard = hearing();
  let ended: (error: BackupError | undefined) => void;
  const closed = new Promise<BackupError | undefined>((resolve) => {
    ended = resolve;
  });
  const transport = await open(url, { onData: heard.hear, onClose: (error) => ended(error) });
  return talk(
    heard,
    (bytes) => transport.write(bytes),
    () => transport.close(),
    closed,
  );
}

/** The same over serialport's own SerialPort, as a user's port. */
export async function openSerialConsole(path: string): Promise<Console> {
  const heard = hearing();
  const port = new SerialPort({ path, baudRate: 115200, autoOpen: false });
  port.on('data', heard.hear);
  const closed = once(port, 'close').then(([error]) => error);
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  const write = (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) =>
      port.write(Buffer.from(bytes), (error) => (error ? reject(error) : resolve())),
    );
  return talk(heard, write, () => new Promise((resolve) => port.close(() => resolve())), closed);
}

interface Hearing {
  hear(bytes: Uint8Array): void;
  until(text: string): Promise<string>;
}

function hearing(): Hearing {
  const news = new EventEmitter();
  let text = '';
  return {
    hear(bytes) {
      text += Buffer.from(bytes).toString('latin1');
      news.emit('more');
    },
    async until(wanted) {
      const signal = AbortSignal.timeout(patienceMs);
      while (!text.includes(wanted)) {
        await once(news, 'more', { signal }).catch(() => {
          throw new Error(`waited for ${JSON.stringify(wanted)}, but got ${JSON.stringify(text.slice(-2000))}`);
        });
      }
      const end = text.indexOf(wanted) + wanted.length;
      const before = text.slice(0, end);
      text = text.slice(end);
      return before;
    },
  };
}

function talk(
  heard: Hearing,
  write: (bytes: Uint8Array) => Promise<void>,
  close: () => Promise<void>,
  closed: Promise<BackupError | undefined>,
): Console {
  const send = (text: string) => write(Buffer.from(text, 'latin1'));
  const console: Console = {
    send,
    until: heard.until,
    async exec(code) {
      await write(Buffer.concat([Buffer.from(code, 'utf8'), Buffer.of(0x04)]));
      await heard.until('OK');
      const out = (await heard.until('\x04')).slice(0, -1);
      const error = (await heard.until('\x04>')).slice(0, -2);
      return { out, error };
    },
    async run(code) {
      const { out, error } = await console.exec(code);
      if (error !== '') throw new Error(error);
      return out;
    },
    closed,
    close,
  };
  return console;
}
