// Can there be a serial port on USB at all? The system's own lists of devices tell, so that the driver is not loaded, and no
// process started, where no board is plugged in.

import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the system lists its devices. */
export interface DevicePlaces {
  platform: NodeJS.Platform;
  devices: string;
  /** On Linux: a link for each serial port and terminal, to its place in the tree of hardware. */
  ports: string;
}

const OF_THIS_SYSTEM: DevicePlaces = { platform: process.platform, devices: '/dev', ports: '/sys/class/tty' };

/** Names that the common drivers of Linux give to serial ports on USB. */
const USB_NAME = /^tty(ACM|USB)\d+$/;

/** What every Mac has. Drivers of bridge chips choose their names freely, so any other may be on USB. */
const NEVER_ON_USB = /^(Bluetooth-Incoming-Port|debug-console|wlan-debug)$/;

/** Terminals on the screen: dozens, and never on USB. */
const SCREEN = /^tty\d*$/;

/** @returns false only if there is certainly none: nothing that the driver would list is lost */
export async function mayHaveUsbPorts(places: DevicePlaces = OF_THIS_SYSTEM): Promise<boolean> {
  const { platform, devices, ports } = places;
  try {
    const names = await readdir(devices);
    if (platform === 'darwin')
      return names.some((name) => name.startsWith('tty.') && !NEVER_ON_USB.test(name.slice(4)));
    // Windows keeps its ports where only a driver sees them.
    if (platform !== 'linux') return true;
    return names.some((name) => USB_NAME.test(name)) || (await anyOnBus(ports));
  } catch {
    // Whatever cannot be read here, such as /sys in a small container: the driver may know more.
    return true;
  }
}

/** `udev` knows a vendor of what is on USB or PCI, whatever its driver calls it, and that is how the list tells USB. */
async function anyOnBus(ports: string): Promise<boolean> {
  const names = (await readdir(ports)).filter((name) => !SCREEN.test(name));
  const places = await Promise.all(names.map((name) => readlink(join(ports, name))));
  return places.some((place) => /\/(usb|pci)/.test(place));
}

/** Names under /dev that USB serial devices get on Linux. */
export async function usbDeviceNames(): Promise<string[]> {
  return (await readdir('/dev')).filter((name) => USB_NAME.test(name)).map((name) => `/dev/${name}`);
}
