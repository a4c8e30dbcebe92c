// A board on a serial port, by the package `serialport`, which is loaded when the first port is needed and not before.

import { read } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DarwinPortBinding, LinuxPortBinding } from '@serialport/bindings-cpp';
import type { SerialPort } from 'serialport';
import { BackupError, throwIfCancelled } from '../../errors.js';
import { t } from '../../l10n.js';
import { portLost } from '../boardErrors.js';
import { canReset, type LineControl, lineControl, RESET_MS } from './lineControl.js';
import { holdersOf } from './portHolder.js';
import type { HardwareHint, OpenTransport, SerialSettings } from './transport.js';

const readFromFile = promisify(read);

type SerialPortClass = typeof import('serialport').SerialPort;

/** Loads `serialport`. Rejects with a sentence if its native part does not fit this machine: everything but ports still works. */
export async function loadSerialPort(): Promise<SerialPortClass> {
  try {
    return (await import('./serialDriver.js')).SerialPort;
  } catch (cause) {
    throw new BackupError(
      'serial-unavailable',
      t('Serial ports cannot be used on this machine: the serial port driver could not be loaded.'),
      {
        hint: t(
          'Install the version of the extension made for this system. Browsing and comparing backups still works.',
        ),
        cause,
      },
    );
  }
}

/** Opens a port in this process. If other work may hold up the process, see `serialProcess.ts`. */
export function serialTransport(settings: SerialSettings): OpenTransport {
  return async (url, events, signal) => {
    throwIfCancelled(signal);
    const SerialPort = await loadSerialPort();
    await refuseSharedPort(url);
    const hardware = await hardwareOf(url, SerialPort);
    throwIfCancelled(signal);
    const lines = lineControl(hardware?.vendorId, settings.controlLines);
    const { baudRate } = settings;
    const port = new SerialPort({ path: url, baudRate, hupcl: lines.hupcl, autoOpen: false, lock: true });
    let closing: Promise<void> | undefined;
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(error) : resolve()));
    }).catch(async (error: unknown) => {
      throw explainOpenError(url, error, await holdersOf(url));
    });
    await noticeHangUp(port);
    port.on('close', () => events.onClose(closing ? undefined : portLost(url)));
    // Errors after opening (a board unplugged while we write) also end in `close`, or in a failed write.
    port.on('error', () => {});
    port.on('data', (chunk: Buffer) => events.onData(chunk));
    await raiseLines(port, lines);
    return {
      url,
      ...(hardware && { hardware }),
      write: (bytes) =>
        new Promise((resolve, reject) => {
          if (!port.isOpen) return reject(portLost(url));
          port.write(Buffer.from(bytes), (error) => (error ? reject(portLost(url, error)) : resolve()));
        }),
      ...(canReset(hardware) && {
        async restart() {
          if (!port.isOpen) throw portLost(url);
          await pulseReset(port, lines);
        },
      }),
      close() {
        closing ??= dropLines(port, lines).then(
          () =>
            new Promise((resolve) => {
              if (!port.isOpen) return resolve();
              port.close(() => resolve());
            }),
        );
        return closing;
      },
    };
  };
}

/** What we need of a port to set its modem lines. */
export interface ModemLines {
  readonly isOpen: boolean;
  set(options: { dtr?: boolean; rts?: boolean; lowLatency?: boolean }, callback: (error: Error | null) => void): void;
}

/** Some FTDI bridges keep bytes back for 16 ms unless low latency is asked for: a round trip would take that long. */
export function raiseLines(port: ModemLines, { dtr, rts }: LineControl): Promise<void> {
  return setLines(port, { dtr, rts, lowLatency: true });
}

/** Resets the board, and has the lines as they were. Both are on or both off then, so each step changes one of them alone. */
export async function pulseReset(port: ModemLines, { dtr, rts }: LineControl): Promise<void> {
  await setLines(port, { dtr: false, rts: true });
  await sleep(RESET_MS);
  await setLines(port, { dtr, rts });
}

/** Windows drops DTR before RTS when it closes a port, and in between a board with an ESP chip is told to reset: RTS first. */
export async function dropLines(
  port: ModemLines,
  { dtr, rts }: LineControl,
  platform = process.platform,
): Promise<void> {
  if (platform === 'win32' && rts) await setLines(port, { dtr, rts: false });
}

/** Pseudo-terminals and some adapters have no such lines (`Inappropriate ioctl`), and need none. */
function setLines(port: ModemLines, lines: { dtr: boolean; rts: boolean; lowLatency?: boolean }): Promise<void> {
  return new Promise((resolve) => {
    if (port.isOpen) port.set(lines, () => resolve());
    else resolve();
  });
}

/** What USB says of the port. If the ports cannot be listed, nothing is known, and the port works all the same. */
async function hardwareOf(url: string, { list }: SerialPortClass): Promise<HardwareHint | undefined> {
  // Links such as /dev/serial/by-id/… are followed. On Windows there are none, and asking for one would open the port.
  const path = process.platform === 'win32' ? url : await realpath(url).catch(() => url);
  const found = (await list().catch(() => [])).find((port) => port.path === path || port.path === url);
  if (found?.vendorId === undefined) return undefined;
  const { vendorId, productId, serialNumber, manufacturer } = found;
  return Object.fromEntries(
    Object.entries({ vendorId, productId, serialNumber, manufacturer }).filter(([, value]) => value !== undefined),
  );
}

/**
 * On Unix, reading from a port that has gone gives no bytes, which `serialport` takes for a reason to read again, forever:
 * it would never tell, and keep a processor busy. Its own reader takes our way of reading, which tells.
 */
async function noticeHangUp(port: SerialPort): Promise<void> {
  const binding = port.port;
  if (process.platform === 'win32' || !binding) return;
  const { unixRead } = await import('./serialDriver.js');
  const fsReadAsync = (async (fd: number, buffer: Buffer, offset: number, length: number) => {
    const result = await readFromFile(fd, buffer, offset, length, null);
    if (result.bytesRead === 0) throw Object.assign(new Error('the port has gone'), { code: 'ENXIO' });
    return result;
  }) as typeof readFromFile;
  const unix = binding as LinuxPortBinding | DarwinPortBinding;
  unix.read = (buffer: Buffer, offset: number, length: number) =>
    unixRead({ binding: unix, buffer, offset, length, fsReadAsync });
}

/** Two programs reading one port each get half of the bytes, so a port in use is refused even if nobody locked it. */
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
    return new BackupError('port-not-found', t('There is no port {0}.', url), {
      path: url,
      hint: t('Plug the board in, or look for the name of its port in the list of boards.'),
      cause: error,
    });
  }
  if (/permission denied|access denied|not permitted/i.test(text)) {
    return new BackupError('port-denied', t('You are not allowed to use the port {0}.', url), {
      path: url,
      hint: t(
        'On Linux, add yourself to the group that owns the port (`sudo usermod -a -G dialout $USER`; `uucp` on Arch), then log out and in again.',
      ),
      cause: error,
    });
  }
  return new BackupError('port-failed', t('The port {0} could not be opened: {1}.', url, text), {
    path: url,
    hint: t('Check that it is the port of a board, unplug the board, plug it in again, and retry.'),
    cause: error,
  });
}

function portBusy(url: string, holders: readonly string[], cause?: unknown): BackupError {
  const by = holders.length > 0 ? holders.join(', ') : t('another program');
  return new BackupError('port-busy', t('The port {0} is in use by {1}.', url, by), {
    path: url,
    hint: t('Close the serial monitor, REPL or other tool that is connected to the board, then try again.'),
    cause,
  });
}
