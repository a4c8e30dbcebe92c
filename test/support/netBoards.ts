// Puts any board behind the network: at the end of a TCP connection, of a WebREPL, or of an RFC 2217 server.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { WebSocketServer } from 'ws';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';

export interface NetBoard {
  url: string;
  /** The connection breaks, and the server is gone. Resolves when nothing of it is left; again is no error. */
  stop(): Promise<void>;
}

/** As ser2net in its mode `raw`: bytes as they are, one connection after the other. */
export async function startSocketBoard(open: OpenTransport, boardUrl: string): Promise<NetBoard> {
  const server = createServer((socket) => {
    socket.pause();
    const board = open(boardUrl, {
      onData: (bytes) => void (socket.writable && socket.write(bytes)),
      onClose: () => socket.destroy(),
    });
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => void board.then(({ write }) => write(bytes)).catch(() => undefined));
    socket.on('close', () => void board.then(({ close }) => close()).catch(() => undefined));
    board.then(
      () => socket.resume(),
      () => socket.destroy(),
    );
  });
  const port = await listen(server);
  return { url: `socket://127.0.0.1:${port}`, stop: stopper(server) };
}

/** As `webrepl.py` and `modwebrepl.c` of MicroPython: a password first, text frames, and one visitor at a time. */
export async function startWebReplBoard(open: OpenTransport, boardUrl: string, password: string): Promise<NetBoard> {
  const http = createHttpServer((_, answer) => answer.end('<base href="https://example.invalid/">'));
  const server = new WebSocketServer({ server: http, skipUTF8Validation: true, perMessageDeflate: false });
  let visitors = 0;
  http.on('connection', (socket) => {
    // "Concurrent WebREPL connection … rejected"
    if (visitors > 0) {
      socket.destroy();
      return;
    }
    visitors += 1;
    socket.on('close', () => {
      visitors -= 1;
    });
  });
  server.on('connection', (socket) => {
    let typed = '';
    let board: ReturnType<OpenTransport> | undefined;
    const say = (bytes: Uint8Array | string) => void (socket.readyState === 1 && socket.send(bytes, { binary: false }));
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer, binary) => {
      // Binary frames begin a transfer of a file; nobody here wants one.
      if (binary) return socket.terminate();
      if (board) return void board.then(({ write }) => write(data)).catch(() => undefined);
      typed += data.toString('latin1');
      const end = typed.search(/[\r\n]/);
      if (end < 0) return;
      if (typed.slice(0, end) !== password) {
        say('\r\nAccess denied\r\n');
        return socket.close();
      }
      say('\r\nWebREPL connected\r\n>>> ');
      board = open(boardUrl, { onData: say, onClose: () => socket.terminate() });
    });
    socket.on('close', () => void board?.then(({ close }) => close()).catch(() => undefined));
    say('Password: ');
  });
  const port = await listen(http);
  return { url: `ws://127.0.0.1:${port}`, stop: stopper(http) };
}

/** What pyserial's server was told to do to the port: `dtr 1`, `rts 0`, `baudrate 115200`. */
export interface Rfc2217Server extends NetBoard {
  told: string[];
}

/**
 * The example server of pyserial (Debian: python3-serial), as it is.
 *
 * @param path the port that it serves
 */
export async function startRfc2217Server(path: string): Promise<Rfc2217Server> {
  const port = await freePort();
  const program = `${SOURCES_OF_SUPPORT}/rfc2217Server.py`;
  const child = spawn(pythonWithSerial(), [program, path, '-p', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line === 'listening') resolve();
      else told.push(line);
    });
    child.once('exit', (code) => reject(new Error(`The RFC 2217 server ended with code ${code}.`)));
  });
  await ready;
  return { url: `rfc2217://127.0.0.1:${port}`, told, stop: () => end(child) };
}

const SOURCES_OF_SUPPORT = `${ASSETS_FOLDER}/../test/support`;

function pythonWithSerial(): string {
  // One that was installed beside the system's does not see the system's packages.
  for (const python of ['/usr/bin/python3', 'python3']) {
    try {
      execFileSync(python, ['-c', 'import serial.rfc2217'], { stdio: 'ignore' });
      return python;
    } catch {
      // The next one may have it.
    }
  }
  throw new Error('No python3 here has pyserial: install what Debian calls python3-serial.');
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** @returns ends the server with all of its connections */
export function stopper(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
