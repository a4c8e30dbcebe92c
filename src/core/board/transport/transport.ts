// A line to a board: bytes out, bytes in, and an end. Everything above is the same for every kind of line.

import type { BackupError } from '../../errors.js';
import type { ControlLines } from './lineControl.js';

export interface TransportEvents {
  /** Bytes from the board, in order. */
  onData(chunk: Uint8Array): void;
  /**
   * The line is gone: once, after the last data. `error` is undefined if {@link Transport.close} asked for it, else says why
   * (`port-lost` for an unplugged board).
   */
  onClose(error: BackupError | undefined): void;
}

export interface Transport {
  /** What the user named: `/dev/ttyACM0`, `COM3`, `ws://192.168.4.1`, `sim:demo`. */
  readonly url: string;
  /** Known before the board is asked anything, if the line itself tells (USB serial number of a port). */
  readonly hardware?: HardwareHint;
  /**
   * Sends bytes. Resolves when the operating system has taken them, which is not yet when the board has.
   *
   * @throws BackupError `port-lost` if the line is gone
   */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Resets the board by the line itself, whatever runs on it, and keeps the line. Absent if the line has no way to do so.
   *
   * @throws BackupError `port-lost` if the line is gone
   */
  readonly restart?: () => Promise<void>;
  /** Ends the line and frees the port, on every path. Calling it again is no error. */
  close(): Promise<void>;
}

export interface HardwareHint {
  vendorId?: string;
  productId?: string;
  serialNumber?: string;
  manufacturer?: string;
}

/** How a serial port is run, here or at the other end of a network. */
export interface SerialSettings {
  baudRate: number;
  controlLines: ControlLines;
}

export const USUAL_SERIAL_SETTINGS: SerialSettings = { baudRate: 115_200, controlLines: 'auto' };

/** Opens one kind of line. Rejects with a BackupError whose code and sentence say which trouble it is. */
export type OpenTransport = (url: string, events: TransportEvents, signal?: AbortSignal) => Promise<Transport>;
