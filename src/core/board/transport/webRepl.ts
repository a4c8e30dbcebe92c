// `ws://host[:port]`: the WebREPL of a board. Asks for its password before anything else.

import type WebSocket from 'ws';
import type { RawData } from 'ws';
import { BackupError, cancelled, throwIfCancelled } from '../../errors.js';
import { t } from '../../l10n.js';
import { portLost } from '../boardErrors.js';
import { addressOf, CONNECT_TIMEOUT_MS, closedAtOnce, explainNetworkError, timedOut } from './tcp.js';
import type { OpenTransport, Transport } from './transport.js';

const USUAL_PORT = 8266;
/** A board that does not answer the farewell is left without one. */
const FAREWELL_MS = 1_000;

/** Where the password of a WebREPL comes from, and who learns whether it was right. It is never shown, and never logged. */
export interface Passwords {
  /** Rejects if there is none: with `cancelled` if the user did not want to give one. */
  ask(url: string, signal?: AbortSignal): Promise<string>;
  accepted(url: string, password: string): Promise<void>;
  denied(url: string): Promise<void>;
}

export function webReplTransport(passwords: Passwords): OpenTransport {
  return async (url, events, signal) => {
    throwIfCancelled(signal);
    const { host, port } = addressOf(url, USUAL_PORT);
    // Asked before we connect: a board serves nobody else while it waits for a password.
    const password = await passwords.ask(url, signal);
    throwIfCancelled(signal);
    const { WebSocket } = await import('ws');
    const address = `ws://${host.includes(':') ? `[${host}]` : host}:${port}/`;
    // A board sends text frames wherever its output happens to be cut, and any bytes in them: nobody may check them as UTF-8.
    const socket = new WebSocket(address, {
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    return new Promise<Transport>((resolve, reject) => {
      const login = logIn(password);
      let state: 'opening' | 'open' | 'closed' = 'opening';
      let closing: Promise<void> | undefined;
      let failure: Error | undefined;
      const closed = new Promise<void>((done) => socket.once('close', () => done()));
      const settle = (error?: BackupError) => {
        if (state !== 'opening') return;
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        state = error ? 'closed' : 'open';
        if (!error) return resolve(transport);
        socket.terminate();
        reject(error);
      };
      const abort = () => settle(cancelled());
      const timer = setTimeout(() => settle(timedOut(url, CONNECT_TIMEOUT_MS)), CONNECT_TIMEOUT_MS);
      signal?.addEventListener('abort', abort);

      const transport: Transport = {
        url,
        write: (bytes) =>
          new Promise((done, fail) => {
            if (state !== 'open' || closing) return fail(portLost(url, failure));
            // Binary frames are for the file transfers of WebREPL's own.
            socket.send(bytes, { binary: false }, (error) => (error ? fail(portLost(url, error)) : done()));
          }),
        close() {
          closing ??= farewell(socket, closed);
          return closing;
        },
      };

      socket.on('message', (data) => {
        const bytes = bytesOf(data);
        if (state === 'open') return events.onData(bytes);
        const step = login.take(bytes);
        if (step.kind === 'send') return socket.send(step.text, { binary: false });
        if (step.kind === 'denied') {
          const tell = () => settle(accessDenied(url));
          // A keyring that fails changes nothing of what the board said.
          void passwords.denied(url).then(tell, tell);
        } else if (step.kind === 'accepted') {
          void passwords.accepted(url, password).catch(() => undefined);
          settle();
          if (step.rest.length > 0) events.onData(step.rest);
        }
      });
      socket.on('error', (error) => {
        failure = error;
        settle(explainWebSocketError(url, error));
      });
      socket.on('close', () => {
        // A board closes the connection after it has denied access, too.
        if (state === 'opening' && !login.wasDenied()) settle(closedAtOnce(url, failure));
        if (state !== 'open') return;
        state = 'closed';
        events.onClose(closing ? undefined : portLost(url, failure));
      });
    });
  };
}

type LoginStep =
  | { kind: 'wait' }
  | { kind: 'send'; text: string }
  | { kind: 'accepted'; rest: Uint8Array }
  | { kind: 'denied' };

/** What WebREPL says before the REPL begins, which may come in any pieces. */
function logIn(password: string): { take(bytes: Uint8Array): LoginStep; wasDenied(): boolean } {
  let heard = '';
  let asked = false;
  let denied = false;
  return {
    wasDenied: () => denied,
    take(bytes) {
      heard += Buffer.from(bytes).toString('latin1');
      if (!asked && heard.includes('Password: ')) {
        asked = true;
        heard = '';
        return { kind: 'send', text: `${password}\r` };
      }
      if (!asked) return { kind: 'wait' };
      const end = /WebREPL connected\r?\n/.exec(heard);
      if (end) return { kind: 'accepted', rest: Buffer.from(heard.slice(end.index + end[0].length), 'latin1') };
      denied = heard.includes('Access denied');
      return denied ? { kind: 'denied' } : { kind: 'wait' };
    },
  };
}

async function farewell(socket: WebSocket, closed: Promise<void>): Promise<void> {
  if (socket.readyState === socket.CLOSED) return;
  const timer = setTimeout(() => socket.terminate(), FAREWELL_MS);
  socket.close();
  await closed;
  clearTimeout(timer);
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function explainWebSocketError(url: string, error: Error): BackupError {
  if (/handshake has timed out/.test(error.message)) return timedOut(url, CONNECT_TIMEOUT_MS, error);
  if (/socket hang up/.test(error.message)) return closedAtOnce(url, error);
  if (!/unexpected server response|invalid .*header/i.test(error.message)) return explainNetworkError(url, error);
  return new BackupError('port-failed', t('What answers at {0} is not a WebREPL.', url), {
    path: url,
    hint: t('Check the address, and that WebREPL is set up on the board (`import webrepl_setup`).'),
    cause: error,
  });
}

function accessDenied(url: string): BackupError {
  return new BackupError('port-denied', t('The WebREPL at {0} did not accept the password.', url), {
    path: url,
    hint: t('Try again with the password that was chosen on the board with `import webrepl_setup`.'),
  });
}
