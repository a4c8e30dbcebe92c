// Which ports are there, and when does that change? Ports that no system lists (pseudo-terminals, links) can be named.

import { access } from 'node:fs/promises';
import { BackupError, isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import { simulatedUrl } from '../simulatedUrl.js';
import { listSimulatedBoards, simulatedBoardFolder, simulatedUniqueId } from './simulated/boards.js';
import { loadSerialPort } from './transport/serial.js';
import type { HardwareHint } from './transport/transport.js';
import { mayHaveUsbPorts, usbDeviceNames } from './usbPorts.js';

/** A place where a board may be. */
export interface Port {
  /** What to connect to: `/dev/ttyACM0`, `COM3`, `sim:demo`. */
  url: string;
  hardware: HardwareHint;
}

export interface PortList {
  ports: Port[];
  /** Why ports of this machine or simulated boards could not be listed; what else was found is there all the same. */
  trouble?: BackupError;
}

/**
 * Lists ports that may lead to a board: those of USB devices, the named ones that exist, and the simulated boards.
 *
 * @param named URLs that the user gave; network addresses are taken as they are
 * @param simulatedBoards the folder that holds the simulated boards; none if nothing is said
 */
export async function listPorts(named: readonly string[] = [], simulatedBoards?: string): Promise<PortList> {
  const list: PortList = { ports: [] };
  /** Names of the ports of this machine, those without USB too; undefined if nobody knows. */
  let names: ReadonlySet<string> | undefined;
  try {
    const found = await systemPorts();
    list.ports = found.filter(({ isUsb }) => isUsb).map(({ url, hardware }) => ({ url, hardware }));
    names = new Set(found.map(({ url }) => url.toUpperCase()));
  } catch (error) {
    list.trouble = isBackupError(error) ? error : portsUnlisted(error);
  }
  const known = new Set(list.ports.map((port) => port.url));
  for (const url of named) {
    if (known.has(url)) continue;
    if (await isThere(url, names)) list.ports.push({ url, hardware: {} });
    known.add(url);
  }
  try {
    if (simulatedBoards !== undefined) list.ports.push(...(await simulatedPorts(simulatedBoards)));
  } catch (error) {
    // The folder of the simulated boards hides no real one.
    list.trouble ??= simulatedUnlisted(simulatedBoards ?? '', error);
  }
  return list;
}

function portsUnlisted(cause: unknown): BackupError {
  return new BackupError('port-failed', t('The serial ports of this machine could not be listed.'), {
    hint: t('Name the port of your board yourself, such as /dev/ttyACM0 or COM3.'),
    cause,
  });
}

function simulatedUnlisted(folder: string, cause: unknown): BackupError {
  return new BackupError('port-failed', t('The simulated boards in {0} could not be listed.', folder), {
    path: folder,
    hint: t('Check that this is a folder that you may read, or choose another one for simulated boards.'),
    cause,
  });
}

async function simulatedPorts(folder: string): Promise<Port[]> {
  const names = await listSimulatedBoards(folder);
  // As with many boards on USB, the serial number is the unique id.
  return names.map((name) => ({
    url: simulatedUrl(name),
    hardware: { serialNumber: simulatedUniqueId(simulatedBoardFolder(folder, name)) },
  }));
}

interface SystemPort extends Port {
  isUsb: boolean;
}

async function systemPorts(): Promise<SystemPort[]> {
  // Without USB, what the driver lists is of no use: a port that is named has a path on these systems, and files tell of it.
  if (!(await mayHaveUsbPorts())) return [];
  const SerialPort = await loadSerialPort();
  try {
    return (await SerialPort.list()).map(({ path, vendorId, productId, serialNumber, manufacturer }) => ({
      url: path,
      hardware: withoutUndefined({ vendorId, productId, serialNumber, manufacturer }),
      isUsb: vendorId !== undefined,
    }));
  } catch (error) {
    // On Linux the listing needs `udevadm`, which small systems and containers lack: names are better than nothing.
    if (process.platform !== 'linux') throw error;
    return (await usbDeviceNames()).map((url) => ({ url, hardware: {}, isUsb: true }));
  }
}

/**
 * Calls `onChange` with the ports, at first and whenever they change, until it is stopped.
 *
 * @param list how to list them, so that every caller sees the same ports
 * @returns stops the watching
 */
export function watchPorts(
  list: () => Promise<PortList>,
  onChange: (list: PortList) => void,
  everyMs = 2_000,
): () => void {
  let last: string | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const found = await list().catch((error: unknown) => ({ ports: [], trouble: portsUnlisted(error) }));
    const now = JSON.stringify([found.ports, found.trouble?.message]);
    if (!stopped && now !== last) onChange(found);
    last = now;
    if (!stopped) timer = setTimeout(look, everyMs);
  };
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** @param names of the ports of this machine in capitals: `COM3` is the same as `com3`, and no file */
async function isThere(url: string, names: ReadonlySet<string> | undefined): Promise<boolean> {
  // A board in the network is there or not: only a connection tells.
  if (/^[a-z][a-z0-9+.-]+:/i.test(url)) return true;
  return url.startsWith('/') ? exists(url) : (names?.has(url.toUpperCase()) ?? true);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function withoutUndefined(hint: Record<keyof HardwareHint, string | undefined>): HardwareHint {
  return Object.fromEntries(Object.entries(hint).filter(([, value]) => value !== undefined));
}
