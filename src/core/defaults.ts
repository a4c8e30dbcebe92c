// Where things are kept when nobody says otherwise: the same for the extension and the command line.

import { homedir } from 'node:os';
import { join } from 'node:path';

/** In sight of the user: these are their backups. */
export function defaultStoreFolder(): string {
  return join(homedir(), 'MicroPython Backups');
}

export function defaultSimulatedBoardsFolder(): string {
  return join(homedir(), '.micropython-backup', 'simulated-boards');
}

/** `/remote` is the host's own disk, mounted by mpremote: no part of the board. */
export const DEFAULT_EXCLUDE = ['/remote'];
