// The reference: files read and written as mpremote 1.28 does it in `cp -r`, step by step over the raw REPL, with its ways
// of waiting. It needs no Python, and none of its time to start is counted.
//
// Names must be plain: nothing here escapes them.

import { setTimeout as sleep } from 'node:timers/promises';
import { SerialPort } from 'serialport';
import type { Files } from './fileSets.js';

export interface Mpremote {
  /** Every file of the board, as `cp -r : DIR`. */
  readAll(): Promise<Files>;
  /** Files onto an empty board, as `cp -r DIR/. :`. */
  writeAll(files: Files): Promise<void>;
  /** Bytes that went to the board and came from it. */
  traffic(): { up: number; down: number };
  close(): Promise<void>;
}

const CHUNK = 256;
const IDLE_MS = 10;
/** Between two bytes. */
const TIMEOUT_MS = 10_000;
const BANNER = 'raw REPL; CTRL-B to exit\r\n';

export async function openMpremote(path: string): Promise<Mpremote> {
  const port = await openPolledPort(path);
  const { exec, run } = rawRepl(port);
  await enterRawRepl(port);

  async function status(file: string): Promise<number> {
    await run('import os');
    return Number.parseInt((await evaluate(`os.stat('${file}')`)).slice(1), 10);
  }

  async function evaluate(expression: string): Promise<string> {
    return (await run(`print(repr(${expression}))`)).trim();
  }

  async function list(folder: string): Promise<string[]> {
    const listing = await run(`import os\nfor f in os.ilistdir('${folder}'):\n print(repr(f), end=',')`);
    return [...listing.matchAll(/\('([^']*)'/g)].map(([, name]) => `${folder === '/' ? '' : folder}/${name}`);
  }

  async function walk(path: string): Promise<string[]> {
    const isFolder = ((await status(path)) & 0x4000) !== 0;
    if (!isFolder) return [path];
    const found: string[] = [];
    for (const name of await list(path)) found.push(...(await walk(name)));
    return found;
  }

  async function readFile(file: string): Promise<Buffer> {
    // For its progress bar, it asks for the size.
    await status(file);
    await run(`f=open('${file}','rb')\nr=f.read`);
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = bytesOf(await evaluate(`r(${CHUNK})`));
      if (chunk.length === 0) break;
      chunks.push(chunk);
    }
    await run('f.close()');
    return Buffer.concat(chunks);
  }

  async function writeFile(file: string, content: Uint8Array): Promise<void> {
    // Is it there? Is it the same already? On an empty board both end with an exception.
    await run('import os');
    await exec(`print(repr(os.stat('${file}')))`);
    await run('import hashlib\nh = hashlib.sha256()');
    await exec(
      `buf = memoryview(bytearray(${CHUNK}))\nwith open('${file}', 'rb') as f:\n while True:\n  n = f.readinto(buf)\n` +
        `  if n == 0:\n   break\n  h.update(buf if n == ${CHUNK} else buf[:n])\n`,
    );
    await run(`f=open('${file}','wb')\nw=f.write`);
    for (let at = 0; at < content.length; at += CHUNK) await run(`w(${literal(content.subarray(at, at + CHUNK))})`);
    await run('f.close()');
  }

  return {
    traffic: () => ({ up: port.sent, down: port.received }),
    close: () => port.close(),
    async readAll() {
      const files = new Map<string, Uint8Array>();
      for (const path of await walk('/')) files.set(path.slice(1), await readFile(path));
      return files;
    },
    async writeAll(files) {
      const folders = new Set([...files.keys()].flatMap(parents));
      for (const folder of [...folders].sort()) await run(`import os\nos.mkdir('/${folder}')`);
      for (const path of [...files.keys()].sort()) await writeFile(`/${path}`, files.get(path) ?? new Uint8Array());
    },
  };
}

/** With a soft reset, as it does once for each command. */
async function enterRawRepl(port: PolledPort): Promise<void> {
  await port.write('\r\x03');
  port.dropWaiting();
  await port.write('\r\x01');
  await port.readUntil(`${BANNER}>`);
  await port.write('\x04');
  await port.readUntil('soft reboot\r\n');
  await port.readUntil(BANNER);
}

function rawRepl(port: PolledPort) {
  let rawPaste = true;

  /** Runs code. @returns what it printed, and its traceback: empty where there was none */
  async function exec(code: string): Promise<{ out: string; error: string }> {
    await port.readUntil('>');
    await send(code);
    const out = await port.readUntil('\x04');
    const error = await port.readUntil('\x04');
    return { out: out.slice(0, -1), error: error.slice(0, -1) };
  }

  /** The same for code that must not fail. */
  async function run(code: string): Promise<string> {
    const { out, error } = await exec(code);
    if (error) throw new Error(`${code}\n${error}`);
    return out;
  }

  async function send(code: string): Promise<void> {
    if (rawPaste) {
      await port.write('\x05A\x01');
      if ((await port.read(2)) === 'R\x01') return paste(code);
      // R\x00: the board has no raw-paste, and is not asked again.
      rawPaste = false;
    }
    for (let at = 0; at < code.length; at += CHUNK) {
      await port.write(code.slice(at, at + CHUNK));
      await sleep(IDLE_MS);
    }
    await port.write('\x04');
    const answer = await port.read(2);
    if (answer !== 'OK') throw new Error(`The board did not take code: ${JSON.stringify(answer)}`);
  }

  async function paste(code: string): Promise<void> {
    const window = Buffer.from(await port.read(2), 'latin1').readUInt16LE();
    let room = window;
    for (let at = 0; at < code.length; ) {
      while (room === 0 || port.hasWaiting()) {
        const answer = await port.read(1);
        if (answer !== '\x01') throw new Error(`The board ended a raw-paste: ${JSON.stringify(answer)}`);
        room += window;
      }
      const piece = code.slice(at, at + room);
      await port.write(piece);
      room -= piece.length;
      at += piece.length;
    }
    await port.write('\x04');
    await port.readUntil('\x04');
  }

  return { exec, run };
}

/** A port that is looked at now and then. Text stands for bytes (latin1). */
interface PolledPort {
  readonly sent: number;
  readonly received: number;
  write(text: string): Promise<void>;
  /** Waits for so many bytes, as a read of the operating system does: without sleeping. */
  read(count: number): Promise<string>;
  /** Takes one byte at a time, and sleeps where none is waiting. */
  readUntil(ending: string): Promise<string>;
  hasWaiting(): boolean;
  dropWaiting(): void;
  close(): Promise<void>;
}

async function openPolledPort(path: string): Promise<PolledPort> {
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  let sent = 0;
  let received = 0;
  let waiting = '';
  let taken = 0;
  let arrived = () => {};
  port.on('data', (bytes: Buffer) => {
    received += bytes.length;
    waiting = waiting.slice(taken) + bytes.toString('latin1');
    taken = 0;
    arrived();
  });

  const hasWaiting = () => taken < waiting.length;
  const gaveUp = (heard: string) => new Error(`The board said nothing more after ${JSON.stringify(heard)}.`);

  return {
    get sent() {
      return sent;
    },
    get received() {
      return received;
    },
    hasWaiting,
    dropWaiting() {
      taken = waiting.length;
    },
    async write(text) {
      sent += text.length;
      await new Promise<void>((resolve, reject) =>
        port.write(Buffer.from(text, 'latin1'), (error) => (error ? reject(error) : resolve())),
      );
    },
    async read(count) {
      while (waiting.length - taken < count) {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(gaveUp(waiting.slice(taken))), TIMEOUT_MS);
          arrived = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      taken += count;
      return waiting.slice(taken - count, taken);
    },
    async readUntil(ending) {
      let heard = '';
      let heardAt = performance.now();
      while (!heard.endsWith(ending)) {
        if (hasWaiting()) {
          heard += waiting[taken++];
          heardAt = performance.now();
        } else {
          if (performance.now() - heardAt > TIMEOUT_MS) throw gaveUp(heard);
          await sleep(IDLE_MS);
        }
      }
      return heard;
    },
    close: () => new Promise((resolve) => port.close(() => resolve())),
  };
}

/** Bytes as Python shows them. */
function literal(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[^ -~]|\\|'|"/g, (character) => {
    const escaped = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' }[character];
    if (escaped) return escaped;
    if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${body}${quote}`;
}

/** The other way: what `repr` of bytes printed. */
function bytesOf(shown: string): Buffer {
  const [, , body] = /^b(['"])(.*)\1$/s.exec(shown) ?? [];
  if (body === undefined) throw new Error(`These are no bytes: ${shown}`);
  const text = body.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, letter: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : ({ t: '\t', n: '\n', r: '\r' }[letter] ?? letter),
  );
  return Buffer.from(text, 'latin1');
}

function parents(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, at) => names.slice(0, at + 1).join('/'));
}
