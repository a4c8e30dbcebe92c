// Other extensions that work with serial ports, and how each of them lets go of one. Only what they offer to others is used, and only
// if it is there: a command that nobody has registered holds no port.

import * as vscode from 'vscode';
import { messageOf } from '../core/errors.js';

import type { Services } from './services.js';

interface PortHolder {
  name: string;
  /** @param commands those that are registered now */
  canRelease(commands: ReadonlySet<string>): boolean;
  release(port: string, commands: ReadonlySet<string>, extension: vscode.ExtensionContext): Promise<unknown>;
}

const HOLDERS: readonly PortHolder[] = [
  {
    name: 'MicroPico',
    canRelease: (commands) => commands.has('micropico.disconnect'),
    // It has one board at a time, and asks for no name.
    release: async () => vscode.commands.executeCommand('micropico.disconnect'),
  },
  {
    name: 'Pymakr',
    canRelease: (commands) => commands.has('pymakr.disconnect'),
    release: releaseByPymakr,
  },
  {
    // It has no command, but an interface for other extensions.
    name: 'Serial Monitor',
    canRelease: () => serialMonitor()?.isActive === true,
    async release(port, _commands, extension) {
      const api = await serialMonitor()?.exports.getApi(SERIAL_MONITOR_API, extension);
      await api?.stopMonitoringPort(port);
    },
  },
];

/** @returns the names of those who can be asked now */
export async function whoCanRelease(): Promise<string[]> {
  const commands = await registered();
  return HOLDERS.filter((holder) => holder.canRelease(commands)).map(({ name }) => name);
}

/** Asks all who can. One that fails is no reason not to ask the next. @returns the names of those who were asked */
export async function askToRelease(
  { log, extension }: Pick<Services, 'log' | 'extension'>,
  port: string,
): Promise<string[]> {
  const commands = await registered();
  const asked: string[] = [];
  for (const holder of HOLDERS) {
    if (!holder.canRelease(commands)) continue;
    try {
      await holder.release(port, commands, extension);
      asked.push(holder.name);
      log.info(`${holder.name} was asked to release ${port}`);
    } catch (error) {
      log.warn(`${holder.name} did not release ${port}: ${messageOf(error)}`);
    }
  }
  return asked;
}

async function registered(): Promise<ReadonlySet<string>> {
  return new Set(await vscode.commands.getCommands(true));
}

/** What Pymakr 2 hands to others. */
interface Pymakr {
  devicesStore: { get(): ReadonlyArray<{ address: string; connected: boolean }> };
}

/** Pymakr 1 has one board; Pymakr 2 has several, and wants to be told which. */
async function releaseByPymakr(port: string, commands: ReadonlySet<string>): Promise<void> {
  if (!commands.has('pymakr.getPymakr')) {
    await vscode.commands.executeCommand('pymakr.disconnect');
    return;
  }
  const devices: Array<{ address: string }> = [];
  await vscode.commands.executeCommand('pymakr.getPymakr', ({ devicesStore }: Pymakr) => {
    devices.push(...devicesStore.get().filter(({ address, connected }) => connected && address === port));
  });
  for (const device of devices) await vscode.commands.executeCommand('pymakr.disconnect', { device });
}

/** As its package @microsoft/vscode-serial-monitor-api declares it. */
interface SerialMonitor {
  getApi(
    version: number,
    extension: vscode.ExtensionContext,
  ): PromiseLike<{ stopMonitoringPort(port: string): PromiseLike<boolean> } | undefined>;
}

const SERIAL_MONITOR_API = 0;

function serialMonitor(): vscode.Extension<SerialMonitor> | undefined {
  return vscode.extensions.getExtension<SerialMonitor>('ms-vscode.vscode-serial-monitor');
}
