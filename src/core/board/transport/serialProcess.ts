// Serial ports are read and written by a process of their own: a board drops what is not read within 200 ms, and in the
// extension host the work of other extensions may take longer than that. A thread would not do: the native part of
// `serialport` waits in the main loop of its process, and ends the process when it is used from another thread.

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { BackupError, cancelled, throwIfCancelled } from '../../errors.js';
import { languageSpoken, t } from '../../l10n.js';
import { portLost } from '../boardErrors.js';
import { errorFrom, type FromPort, type ToPort } from './serialMessages.js';
import type { OpenTransport, SerialSettings, TransportEvents } from './transport.js';

/** A driver that does not let go of a port is ended with its process. */
const CLOSE_TIMEOUT_MS = 2_000;

export function serialInProcess(settings: SerialSettings): OpenTransport {
  return async (url, events, signal) => {
    throwIfCancelled(signal);
    const port = startPort(url, settings, events);
    const abort = () => port.abandon(cancelled());
    signal?.addEventListener('abort', abort);
    try {
      const { hardware, canRestart } = await port.opened;
      const { write, restart, close } = port;
      return { url, ...(hardware && { hardware }), write, ...(canRestart && { restart }), close };
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  };
}

type Opened = Omit<Extract<FromPort, { kind: 'opened' }>, 'kind'>;

interface PortProcess {
  /** What is known of the port. Rejects if it could not be opened; then the process is gone, or about to. */
  opened: Promise<Opened>;
  write(bytes: Uint8Array): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
  /** Ends the process, and the port with it, at once. */
  abandon(error: BackupError): void;
}

function startPort(url: string, settings: SerialSettings, events: TransportEvents): PortProcess {
  const child = startProcess();
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // If it cannot even start, there is no exit.
    child.once('error', () => child.pid === undefined && resolve());
  });
  const waiting = new Map<number, (error: BackupError | undefined) => void>();
  let asked = 0;
  let isOpen = false;
  let closing: Promise<void> | undefined;
  let settle: { resolve(opened: Opened): void; reject(error: BackupError): void };
  const opened = new Promise<Opened>((resolve, reject) => {
    settle = { resolve, reject };
  });

  const send = (message: ToPort) => {
    if (child.connected) child.send(message, () => undefined);
  };
  const ask = (message: (id: number) => ToPort) =>
    new Promise<void>((resolve, reject) => {
      if (!isOpen || closing) return reject(portLost(url));
      const id = asked++;
      waiting.set(id, (error) => (error ? reject(error) : resolve()));
      send(message(id));
    });
  const end = (error: BackupError | undefined) => {
    const wasOpen = isOpen;
    isOpen = false;
    if (wasOpen) events.onClose(closing ? undefined : (error ?? portLost(url)));
    for (const done of waiting.values()) done(error ?? portLost(url));
    waiting.clear();
    settle.reject(error ?? noProcess(url));
    if (child.connected) child.disconnect();
  };
  child.on('message', (message: FromPort) => {
    if (message.kind === 'data') return events.onData(message.bytes);
    if (message.kind === 'opened') {
      isOpen = true;
      return settle.resolve(message);
    }
    const error = message.error && errorFrom(message.error);
    if (message.kind === 'closed') return end(error);
    waiting.get(message.id)?.(error);
    waiting.delete(message.id);
  });
  child.once('error', (cause) => end(noProcess(url, cause)));
  void exited.then(() => end(undefined));
  send({ kind: 'open', url, settings, language: languageSpoken() });

  return {
    opened,
    write: (bytes) => ask((id) => ({ kind: 'write', id, bytes })),
    restart: () => ask((id) => ({ kind: 'restart', id })),
    close() {
      if (!closing) {
        const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
        send({ kind: 'close' });
        closing = exited.then(() => clearTimeout(timer));
      }
      return closing;
    },
    abandon(error) {
      end(error);
      child.kill('SIGKILL');
    },
  };
}

function startProcess(): ChildProcess {
  // Options for debugging this process are not meant for that one.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return fork(join(ASSETS_FOLDER, 'serialPort.js'), {
    // In VS Code, this is how its own program runs as Node.
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function noProcess(url: string, cause?: unknown): BackupError {
  return new BackupError(
    'serial-unavailable',
    t('The program that reads serial ports ended before the port was open.'),
    {
      path: url,
      hint: t('Try again. If it happens again, install the version of the extension made for this system.'),
      cause,
    },
  );
}
