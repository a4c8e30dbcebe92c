// Which kind of line a URL names. Everything above does not care.

import { BackupError } from '../../errors.js';
import { openSerial } from './serial.js';
import { simulatedTransport } from './simulated.js';
import type { OpenTransport } from './transport.js';

/** @param simulatedBoards the folder that holds the flash of each simulated board */
export function transportByUrl(simulatedBoards: string): OpenTransport {
  const openSimulated = simulatedTransport(simulatedBoards);
  return (url, events, signal) => {
    const scheme = /^([a-z][a-z0-9+]+):/.exec(url)?.[1];
    if (scheme === 'sim') return openSimulated(url, events, signal);
    if (scheme === undefined) return openSerial(url, events, signal);
    return Promise.reject(
      new BackupError('bad-argument', `${url} is no kind of connection that is known here.`, {
        path: url,
        hint: 'Name a serial port such as /dev/ttyACM0 or COM3, or a simulated board such as sim:demo.',
      }),
    );
  };
}
