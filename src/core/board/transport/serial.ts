// A board on a serial port, by the package `serialport`, which is loaded when the first port is needed and not before.

import { BackupError } from '../../errors.js';
import { portLost } from '../boardErrors.js';
import { holdersOf } from './portHolder.js';
import type { OpenTransport } from './transport.js';

const BAUD_RATE = 115_200;

/** Loads `serialport`. Rejects with a sentence where its native part does not fit this machine: everything but ports still works. */
export async function loadSerialPort(): Promise<typeof import('serialport').SerialPort> {
  try {
    return (await import('serialport')).SerialPort;
  } catch (cause) {
    throw new BackupError(
      'serial-unavailable',
      'Serial ports cannot be used on this machine: the serial port driver could not be loaded.',
      {
        hint: 'Install the version of the extension made for this system. Browsing and comparing backups still works.',
        cause,
      },
    );
  }
}

export const openSerial: OpenTransport = async (url, events) => {
  const SerialPort = await loadSerialPort();
  await refuseSharedPort(url);
  const port = new SerialPort({ path: url, baudRate: BAUD_RATE, autoOpen: false, lock: true });
  let closing: Promise<void> | undefined;
  let opened = false;
  port.on('data', (chunk: Buffer) => events.onData(chunk));
  port.on('close', () => events.onClose(closing ? undefined : portLost(url)));
  // Errors after opening (a board unplugged while we write) also end in `close`, or in a failed write.
  port.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(error) : resolve()));
  }).catch(async (error: unknown) => {
    throw explainOpenError(url, error, await holdersOf(url));
  });
  opened = true;
  return {
    url,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (!port.isOpen) return reject(portLost(url));
        port.write(Buffer.from(bytes), (error) => (error ? reject(portLost(url, error)) : resolve()));
      }),
    close() {
      closing ??= new Promise((resolve) => {
        if (!opened || !port.isOpen) return resolve();
        port.close(() => resolve());
      });
      return closing;
    },
  };
};

/** Two programs reading one port each get half of the bytes, so a port in use is refused even where nobody locked it. */
async function refuseSharedPort(url: string): Promise<void> {
  const holders = await holdersOf(url);
  if (holders.length > 0) throw portBusy(url, holders);
}

function explainOpenError(url: string, error: unknown, holders: readonly string[]): BackupError {
  const text = error instanceof Error ? error.message : String(error);
  // On Windows a port that another program holds is "Access denied": there are no permissions on ports there.
  const busy = process.platform === 'win32' ? /access( is)? denied/i : /busy|temporarily unavailable|cannot lock/i;
  if (busy.test(text)) return portBusy(url, holders, error);
  if (/no such file|file not found|cannot find|no such device/i.test(text)) {
    return new BackupError('port-not-found', `There is no port ${url}.`, {
      path: url,
      hint: 'Plug the board in, or check the name of the port: `mpbackup boards` lists the ones that are there.',
      cause: error,
    });
  }
  if (/permission denied|access denied|not permitted/i.test(text)) {
    return new BackupError('port-denied', `You are not allowed to use the port ${url}.`, {
      path: url,
      hint: 'On Linux, add yourself to the group that owns the port (`sudo usermod -a -G dialout $USER`; `uucp` on Arch), then log out and in again.',
      cause: error,
    });
  }
  return new BackupError('port-failed', `The port ${url} could not be opened: ${text}.`, {
    path: url,
    hint: 'Check that it is the port of a board, unplug the board, plug it in again, and retry.',
    cause: error,
  });
}

function portBusy(url: string, holders: readonly string[], cause?: unknown): BackupError {
  const by = holders.length > 0 ? holders.join(', ') : 'another program';
  return new BackupError('port-busy', `The port ${url} is in use by ${by}.`, {
    path: url,
    hint: 'Close the serial monitor, REPL or other tool that is connected to the board, then try again.',
    cause,
  });
}
