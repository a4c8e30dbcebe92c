// The state of the modem lines DTR and RTS while a port is open, so that opening it does not reset the board.
//
// On boards with an ESP chip behind a USB bridge, `DTR and not RTS` means "start the boot loader" and `RTS and not DTR`
// means "reset"; both together, and neither, mean nothing. USB chips of boards' own (TinyUSB, CDC) take DTR for
// "somebody listens", and send nothing without it. On Unix the system raises both at once when a port is opened and drops
// both at once when it is closed: a board notices nothing. On Windows they change one after the other.

/** `auto` by the kind of port; `on` and `off` if the user knows better: some boards have DTR or RTS wired to reset. */
export type ControlLines = 'auto' | 'on' | 'off';

export const CONTROL_LINES: readonly ControlLines[] = ['auto', 'on', 'off'];

export interface LineControl {
  dtr: boolean;
  rts: boolean;
  /** Whether the system may raise DTR when it opens the port (Windows) and drops it when it closes it. */
  hupcl: boolean;
}

const ON: LineControl = { dtr: true, rts: true, hupcl: true };
const OFF: LineControl = { dtr: false, rts: false, hupcl: false };

/** Makers of chips that turn USB into a UART: Silicon Labs (CP210x), WCH (CH340, CH9102), FTDI, Prolific. */
const BRIDGES = ['10c4', '1a86', '0403', '067b'];
/** USB Serial/JTAG, which ESP chips have built in: it takes the same signals as a bridge on a board. */
const ESP_SERIAL = { vendorId: '303a', productId: '1001' };

/** How long RTS without DTR holds a board in reset: long enough for the capacitor that many boards have on that line. */
export const RESET_MS = 100;

/** Are DTR and RTS of such a port wired to the reset of boards? Those with USB of their own take no notice of them. */
export function canReset({ vendorId, productId }: { vendorId?: string; productId?: string } = {}): boolean {
  const vendor = vendorId?.toLowerCase() ?? '';
  return BRIDGES.includes(vendor) || (vendor === ESP_SERIAL.vendorId && productId === ESP_SERIAL.productId);
}

/**
 * @param vendorId the USB vendor in four hexadecimal digits, if the port is one on USB
 * @param platform as `process.platform`
 */
export function lineControl(
  vendorId: string | undefined,
  policy: ControlLines = 'auto',
  platform: NodeJS.Platform = process.platform,
): LineControl {
  if (policy !== 'auto') return policy === 'on' ? ON : OFF;
  if (platform !== 'win32') return ON;
  return BRIDGES.includes(vendorId?.toLowerCase() ?? '') ? OFF : ON;
}
