// A TCP connection as a line to a board: found, opened in time, watched, and closed on every path.

import { connect, type Socket } from 'node:net';
import { BackupError, cancelled, messageOf, systemCode, throwIfCancelled } from '../../errors.js';
import { t } from '../../l10n.js';
import { portLost } from '../boardErrors.js';
import type { Transport, TransportEvents } from './transport.js';

export const CONNECT_TIMEOUT_MS = 10_000;
/** A peer that has vanished without a word is noticed: asked after so long, and then each second, ten times. */
const KEEP_ALIVE_MS = 10_000;
/** What is still to be sent when we close gets so long to leave. */
const LINGER_MS = 1_000;

export interface Address {
  host: string;
  port: number;
}

/** @throws BackupError `bad-argument` for what is no address with a host, and a port where none goes without saying */
export function addressOf(url: string, usualPort?: number): Address {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const host = parsed?.hostname.replace(/^\[|\]$/g, '') ?? '';
  // `URL` drops port 80 of `ws:`.
  const written = /^\w+:\/\/[^/?#]*:(\d+)(?=[/?#]|$)/.exec(url)?.[1];
  const port = parsed && written !== undefined ? Number(written) : usualPort;
  if (host !== '' && port !== undefined && port > 0) return { host, port };
  const scheme = url.slice(0, url.indexOf(':'));
  throw new BackupError('bad-argument', t('{0} does not say where to connect to.', url), {
    path: url,
    hint: t('Write it as {0}://host:port, such as {0}://192.168.4.1:{1}.', scheme, usualPort ?? 4000),
  });
}

/** Opens a TCP connection. Rejects with a sentence for each way that this can fail, and at once if `signal` is aborted. */
export async function openTcp(
  url: string,
  address: Address,
  events: TransportEvents,
  signal?: AbortSignal,
  timeoutMs = CONNECT_TIMEOUT_MS,
): Promise<Transport> {
  throwIfCancelled(signal);
  const socket = connect({ ...address, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  let closing = false;
  let failure: Error | undefined;
  socket.on('data', (chunk: Buffer) => events.onData(chunk));
  socket.on('error', (error) => {
    failure = error;
  });
  await connected(socket, url, signal, timeoutMs);
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      events.onClose(closing ? undefined : portLost(url, failure));
      resolve();
    });
  });
  return {
    url,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed || !socket.writable) return reject(portLost(url, failure));
        socket.write(bytes, (error) => (error ? reject(portLost(url, error)) : resolve()));
      }),
    async close() {
      closing = true;
      const timer = setTimeout(() => socket.destroy(), LINGER_MS);
      socket.destroySoon();
      await closed;
      clearTimeout(timer);
    },
  };
}

function connected(socket: Socket, url: string, signal: AbortSignal | undefined, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: BackupError) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.off('connect', settled).off('error', fail);
      if (!error) return resolve();
      socket.destroy();
      reject(error);
    };
    const settled = () => settle();
    const fail = (error: Error) => settle(explainNetworkError(url, error));
    const abort = () => settle(cancelled());
    const timer = setTimeout(() => settle(timedOut(url, timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', abort);
    socket.once('connect', settled).once('error', fail);
  });
}

export function timedOut(url: string, afterMs: number, cause?: unknown): BackupError {
  const seconds = Math.max(1, Math.round(afterMs / 1000));
  return new BackupError('port-failed', t('{0} did not answer within {1} s.', url, seconds), {
    path: url,
    hint: t('Check the address, that the board has power, and that both ends are in the same network.'),
    cause,
  });
}

/** For servers that speak before they serve: some close the connection to whom they will not serve. */
export function closedAtOnce(url: string, cause?: unknown): BackupError {
  return new BackupError('port-failed', t('{0} closed the connection at once.', url), {
    path: url,
    hint: t('Most servers serve one connection at a time: close the other program that is connected to the board.'),
    cause,
  });
}

/** What went wrong before there was a connection, as a sentence. */
export function explainNetworkError(url: string, error: unknown): BackupError {
  const code = systemCode(error) ?? '';
  if (code === 'ECONNREFUSED') {
    return new BackupError('port-not-found', t('Nothing accepts connections at {0}.', url), {
      path: url,
      hint: t('Check the number of the port, and that the program or the WebREPL that serves it is running.'),
      cause: error,
    });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new BackupError('port-not-found', t('The host of {0} was not found.', url), {
      path: url,
      hint: t('Check the spelling of its name, or use its address in numbers.'),
      cause: error,
    });
  }
  if (/^E(HOST|NET)(UNREACH|DOWN)$/.test(code)) {
    return new BackupError('port-failed', t('{0} cannot be reached from this computer.', url), {
      path: url,
      hint: t('Check that this computer is in the same network as the board.'),
      cause: error,
    });
  }
  if (code === 'ETIMEDOUT') return timedOut(url, CONNECT_TIMEOUT_MS, error);
  return new BackupError('port-failed', t('{0} could not be opened: {1}.', url, messageOf(error)), {
    path: url,
    hint: t('Check the address, and that nothing else is connected to the board.'),
    cause: error,
  });
}
