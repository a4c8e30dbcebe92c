// Which kind of line a URL names. Everything above does not care.

import { BackupError } from '../../errors.js';
import { t } from '../../l10n.js';
import { rfc2217Transport } from './rfc2217.js';
import { serialInProcess } from './serialProcess.js';
import { simulatedTransport } from './simulated.js';
import { openSocket } from './socket.js';
import { type OpenTransport, type SerialSettings, USUAL_SERIAL_SETTINGS } from './transport.js';
import { type Passwords, webReplTransport } from './webRepl.js';

export interface LineChoices extends Partial<SerialSettings> {
  /** Without them, no WebREPL can be opened. */
  passwords?: Passwords;
}

/** @param simulatedBoards the folder that holds the flash of each simulated board */
export function transportByUrl(simulatedBoards: string, choices: LineChoices = {}): OpenTransport {
  const { passwords = noPasswords, ...chosen } = choices;
  const settings = { ...USUAL_SERIAL_SETTINGS, ...chosen };
  const kinds = new Map<string | undefined, OpenTransport>([
    ['sim', simulatedTransport(simulatedBoards)],
    ['socket', openSocket],
    ['rfc2217', rfc2217Transport(settings)],
    ['ws', webReplTransport(passwords)],
    // COM3 and /dev/ttyACM0 have no scheme.
    [undefined, serialInProcess(settings)],
  ]);
  return (url, events, signal) => {
    const open = kinds.get(/^([a-z][a-z0-9+]+):/.exec(url)?.[1]);
    if (open) return open(url, events, signal);
    return Promise.reject(
      new BackupError('bad-argument', t('{0} is not a kind of connection that is known here.', url), {
        path: url,
        hint: t(
          'Name a serial port such as /dev/ttyACM0 or COM3, an address such as socket://host:port, rfc2217://host:port or ws://host, or a simulated board such as sim:demo.',
        ),
      }),
    );
  };
}

const noPasswords: Passwords = {
  async ask(url) {
    throw new BackupError('port-denied', t('The WebREPL at {0} asks for a password.', url), {
      path: url,
      hint: t('Connect to it in a way that lets you enter its password.'),
    });
  },
  async accepted() {},
  async denied() {},
};
