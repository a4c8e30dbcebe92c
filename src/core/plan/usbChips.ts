// What is at the other end of a USB cable, by its vendor and product, and which driver it needs.

import { type Message, msg, t } from '../l10n.js';

export interface UsbIds {
  /** Four hexadecimal digits each. */
  vendorId?: string;
  productId?: string;
}

export interface UsbChip {
  name: string;
  /** `bridge`: a chip beside the one that runs MicroPython. `native`: that one itself. `boot`: no MicroPython runs now. */
  kind: 'bridge' | 'native' | 'boot';
  /** If the system has no driver of its own. */
  driver?: Message;
}

const WCH_DRIVER = msg('the driver of WCH (CH341SER for CH340, CH343SER for CH9102 and CH343)');

/** By product if several products of a vendor differ, else by vendor. */
const CHIPS: ReadonlyMap<string, UsbChip> = new Map<string, UsbChip>([
  ['10c4', { name: 'Silicon Labs CP210x', kind: 'bridge', driver: msg('the CP210x VCP driver of Silicon Labs') }],
  ['1a86', { name: 'WCH CH340', kind: 'bridge', driver: WCH_DRIVER }],
  ['1a86:55d3', { name: 'WCH CH343', kind: 'bridge', driver: WCH_DRIVER }],
  ['1a86:55d4', { name: 'WCH CH9102', kind: 'bridge', driver: WCH_DRIVER }],
  ['0403', { name: 'FTDI', kind: 'bridge', driver: msg('the VCP driver of FTDI') }],
  ['067b', { name: 'Prolific PL2303', kind: 'bridge', driver: msg('the driver of Prolific') }],
  ['2e8a', { name: 'Raspberry Pi RP2', kind: 'native' }],
  ['2e8a:0003', { name: 'Raspberry Pi RP2040', kind: 'boot' }],
  ['2e8a:000c', { name: 'Raspberry Pi Debug Probe', kind: 'bridge' }],
  ['2e8a:000f', { name: 'Raspberry Pi RP2350', kind: 'boot' }],
  ['303a', { name: 'Espressif ESP32', kind: 'native' }],
  ['303a:1001', { name: 'Espressif USB Serial/JTAG', kind: 'native' }],
  ['f055', { name: 'MicroPython pyboard', kind: 'native' }],
  ['239a', { name: 'Adafruit', kind: 'native' }],
  ['2341', { name: 'Arduino', kind: 'native' }],
  ['2886', { name: 'Seeed', kind: 'native' }],
  ['1b4f', { name: 'SparkFun', kind: 'native' }],
  ['16c0:0483', { name: 'Teensy', kind: 'native' }],
  ['0d28', { name: 'DAPLink (micro:bit and others)', kind: 'bridge' }],
  ['0483:374b', { name: 'ST-Link', kind: 'bridge' }],
  ['0483:5740', { name: 'STM32', kind: 'native' }],
  ['0483:df11', { name: 'STM32', kind: 'boot' }],
  ['1366', { name: 'SEGGER J-Link', kind: 'bridge', driver: msg('the J-Link software of SEGGER') }],
]);

export function chipOf({ vendorId = '', productId = '' }: UsbIds): UsbChip | undefined {
  const [vendor, product] = [vendorId.toLowerCase(), productId.toLowerCase()];
  return CHIPS.get(`${vendor}:${product}`) ?? CHIPS.get(vendor);
}

/** `1a86:7523` */
export function idsText({ vendorId = '????', productId = '????' }: UsbIds): string {
  return `${vendorId}:${productId}`.toLowerCase();
}

export function chipSentence(ids: UsbIds): string {
  const chip = chipOf(ids);
  if (!chip) return t('Nothing is known here about its USB chip ({0}).', idsText(ids));
  const kind = {
    bridge: t('a chip between USB and the board'),
    native: t('USB of the board itself'),
    boot: t('a boot loader, which runs no MicroPython'),
  }[chip.kind];
  return t('At the end of the cable is {0} ({1}): {2}.', chip.name, idsText(ids), kind);
}

/** What may be missing if a board is plugged in and has no port. */
export function driverHint(chip: UsbChip, platform: string): string {
  if (chip.kind === 'boot') {
    return t(
      'Unplug it, and plug it in again without pressing a button. If that does not help, it has no MicroPython: flash it first.',
    );
  }
  if (platform === 'linux') {
    return t(
      'The kernel has its driver, so something may have taken the port away (brltty does that), or a container does not show it. `sudo dmesg | tail` shows what happened.',
    );
  }
  return chip.driver === undefined
    ? t('It needs no driver of its own. Try another USB port, without a hub.')
    : t('If it has no port, install {0}.', t(chip.driver));
}

/** What to try if nothing at all is found. */
export function nothingFoundFix(platform: string): string {
  if (platform === 'linux')
    return t(
      'Plug the board in with a data cable (many cables only charge), directly into the computer. If `sudo dmesg | tail` does not show it then, try another cable.',
    );
  return t(
    'Plug the board in with a data cable (many cables only charge), directly into the computer. A board with a chip between USB and the board may need a driver: Silicon Labs for CP210x, WCH for CH340 and CH9102, FTDI for FTDI. Boards with native USB need none.',
  );
}

/** These are taken for a braille display by brltty, which then takes their port away. */
const LIKE_BRAILLE: readonly string[] = ['1a86:7523', '10c4:ea60', '0403:6001'];

export function looksLikeBraille(ids: UsbIds): boolean {
  return LIKE_BRAILLE.includes(idsText(ids));
}
