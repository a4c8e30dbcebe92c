import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mayHaveUsbPorts } from '../../src/core/board/usbPorts.js';
import { inFolder } from '../support/builders.js';

/** Terminals and ports that a computer has without any board: where each is in the tree of hardware. */
const WITHOUT_BOARD = {
  console: '../../devices/virtual/tty/console',
  tty: '../../devices/virtual/tty/tty',
  tty7: '../../devices/virtual/tty/tty7',
  ttyS0: '../../devices/pnp0/00:05/tty/ttyS0',
  ttyAMA0: '../../devices/platform/soc/fe201000.serial/tty/ttyAMA0',
};

/** Devices in the way of Linux. */
async function onLinux(ports: Record<string, string>, test: (mayHave: boolean) => void): Promise<void> {
  await inFolder(async (folder) => {
    const places = { platform: 'linux', devices: join(folder, 'dev'), ports: join(folder, 'tty') } as const;
    for (const path of [places.devices, places.ports]) await mkdir(path);
    for (const [name, place] of Object.entries(ports)) {
      await writeFile(join(places.devices, name), '');
      await symlink(place, join(places.ports, name));
    }
    test(await mayHaveUsbPorts(places));
  });
}

describe('Whether there can be a board on USB', () => {
  it('is denied on Linux where all ports are of other kinds', () =>
    onLinux(WITHOUT_BOARD, (mayHave) => assert.equal(mayHave, false)));

  for (const [name, place] of [
    ['ttyACM0', '../../devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/tty/ttyACM0'],
    ['ttyXRUSB0', '../../devices/platform/soc/3f980000.usb/usb1/1-1/1-1.2/1-1.2:1.0/tty/ttyXRUSB0'],
    ['rfcomm0', '../../devices/pci0000:00/0000:00:14.0/usb1/1-7/1-7:1.0/bluetooth/hci0/hci0:1/tty/rfcomm0'],
    ['ttyS4', '../../devices/pci0000:00/0000:00:16.3/tty/ttyS4'],
    // In a container that was handed a device, and not its place.
    ['ttyUSB0', '../../devices/virtual/tty/ttyUSB0'],
  ] as const) {
    it(`is not denied on Linux where there is ${name}`, () =>
      onLinux({ ...WITHOUT_BOARD, [name]: place }, (mayHave) => assert.equal(mayHave, true)));
  }

  it('is not denied where nothing can be read about it', async () => {
    await inFolder(async (folder) => {
      const nowhere = join(folder, 'nowhere');
      assert.equal(await mayHaveUsbPorts({ platform: 'linux', devices: folder, ports: nowhere }), true);
      assert.equal(await mayHaveUsbPorts({ platform: 'darwin', devices: nowhere, ports: nowhere }), true);
    });
  });

  it('is denied on a Mac where there is only what every Mac has, and never on Windows', async () => {
    await inFolder(async (devices) => {
      const places = { platform: 'darwin', devices, ports: join(devices, 'nowhere') } as const;
      for (const name of ['ttys000', 'tty.Bluetooth-Incoming-Port', 'tty.debug-console', 'cu.wlan-debug'])
        await writeFile(join(devices, name), '');
      assert.equal(await mayHaveUsbPorts(places), false);
      assert.equal(await mayHaveUsbPorts({ ...places, platform: 'win32' }), true);
      await writeFile(join(devices, 'tty.wchusbserial1420'), '');
      assert.equal(await mayHaveUsbPorts(places), true);
    });
  });
});
