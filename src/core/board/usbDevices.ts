// Which USB devices are plugged in, with and without a port? Linux tells in /sys; elsewhere nobody is known.

import type { FileSystem } from '../env.js';
import { textOf } from './systemFiles.js';

const FOLDER = '/sys/bus/usb/devices';

export interface UsbDevice {
  vendorId: string;
  productId: string;
}

/** @returns none if the system does not tell */
export async function usbDevices(fs: FileSystem): Promise<UsbDevice[]> {
  const names = await fs.list(FOLDER).catch(() => []);
  const found = await Promise.all(
    // Names with a colon are interfaces of a device.
    names
      .filter((name) => !name.includes(':'))
      .map(async (name) => {
        const [vendorId, productId] = await Promise.all(
          ['idVendor', 'idProduct'].map((file) => textOf(fs, `${FOLDER}/${name}/${file}`)),
        );
        return vendorId && productId ? [{ vendorId, productId }] : [];
      }),
  );
  return found.flat();
}
