// Which board is this? Known by its own unique id, then by its USB serial number, and only then by its port.

import { simulatedName } from '../simulatedUrl.js';
import type { Profile } from './probe.js';
import type { HardwareHint } from './transport/transport.js';

export interface BoardIdentity {
  /** Stable across ports and sessions, such as `uid:e6614c311b7e6f35`. */
  id: string;
  idSource: 'unique-id' | 'usb-serial' | 'port';
  /** What people see until they give it a name of their own. */
  name: string;
  machine: string;
  firmware: string;
}

/** Ports that do not tell what they run on. */
const MACHINE_OF_PLATFORM = new Map([['webassembly', 'Simulated board']]);

export function identify(
  url: string,
  profile: Omit<Profile, 'hasAgent'>,
  hardware: HardwareHint | undefined,
): BoardIdentity {
  const machine =
    profile.machine || MACHINE_OF_PLATFORM.get(profile.platform) || profile.platform || 'MicroPython board';
  const common = { machine, firmware: profile.version, name: nameOfBoard(url, machine) };
  if (profile.uniqueId) return { id: `uid:${profile.uniqueId}`, idSource: 'unique-id', ...common };
  const usb = usbId(hardware);
  if (usb !== undefined) return { id: usb, idSource: 'usb-serial', ...common };
  return { id: portId(url), idSource: 'port', ...common };
}

/** The id that a board without one of its own has by its USB port; undefined if that has no serial number. */
export function usbId({ vendorId = '', productId = '', serialNumber }: HardwareHint = {}): string | undefined {
  return serialNumber ? `usb:${vendorId}:${productId}:${serialNumber}`.toLowerCase() : undefined;
}

/** The id that a board has if nothing else is known of it. */
export function portId(url: string): string {
  return `port:${url}`;
}

function nameOfBoard(url: string, machine: string): string {
  // `Raspberry Pi Pico W with RP2040`: the processor says nothing that the board's name does not.
  return simulatedName(url) ?? machine.replace(/ with .*$/, '');
}
