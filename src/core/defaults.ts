// Where things are kept, and how much is done, when nobody says otherwise: the same for the extension and the command line.

import { homedir } from 'node:os';
import { join } from 'node:path';

/** In sight of the user: these are their backups. */
export function defaultStoreFolder(): string {
  return join(homedir(), 'MicroPython Backups');
}

export function defaultSimulatedBoardsFolder(): string {
  return join(homedir(), '.micropython-backup', 'simulated-boards');
}

/** A chain of so many is quick to look through, and each of its archives may be lost. */
export const USUAL_FULL_AFTER = 30;

/** Bytes. */
export const MEGABYTE = 1_000_000;

/** Bytes that are free on the disk of the backups: if it is less, somebody should know. */
export const USUAL_FREE_SPACE_WARNING = 500 * MEGABYTE;

/** Files that belong to one board and are not restored to others, unless they replace it: passwords, names in the network. */
export const DEVICE_FILES = ['webrepl_cfg.py', 'secrets.py', 'wifi_config.json', 'credentials.json'];

/** More than a clean-up deletes, and less than a board that somebody took for another one. */
export const USUAL_MIRROR_LIMIT = 25;

/** `/remote` is the host's own disk, mounted by mpremote: no part of the board. */
export const DEFAULT_EXCLUDE = ['/remote'];
