// Every verb that talks to a board takes the same options for the line to it, and for how the board is treated.

import type { Afterwards } from '../core/board/connect.js';
import { transportByUrl } from '../core/board/transport/byUrl.js';
import { CONTROL_LINES } from '../core/board/transport/lineControl.js';
import { type OpenTransport, USUAL_SERIAL_SETTINGS } from '../core/board/transport/transport.js';
import type { Passwords } from '../core/board/transport/webRepl.js';
import { BackupError } from '../core/errors.js';
import type { BoardAddress } from '../core/jobs/job.js';
import { withoutCredentials } from '../core/text.js';
import type { Call } from './usage.js';
import { UsageError } from './usageError.js';

export const lineOptions = {
  'baud-rate': { type: 'string', value: 'N', about: 'baud rate of a serial port (default: 115200)' },
  'control-lines': {
    type: 'string',
    value: CONTROL_LINES.join('|'),
    about: 'DTR and RTS while the port is open; auto decides by the kind of port (default: auto)',
  },
  after: {
    type: 'string',
    value: 'restart|stop',
    about: 'what to do with a program that had to be stopped (default: restart)',
  },
  wait: {
    type: 'string',
    value: 'SECONDS',
    about:
      'how long to wait for a board that sleeps, is not plugged in, is in use, or has to be reset by hand (default: 0)',
  },
  'restart-board': {
    type: 'boolean',
    about: 'reset a board that does not answer or whose program cannot be stopped, if its port can do that',
  },
} as const;

export const LINE_USAGE =
  '[--baud-rate N] [--control-lines auto|on|off] [--after restart|stop] [--wait SECONDS] [--restart-board]';

/** Longer than anybody waits, and short enough for a timer. */
const LONGEST_WAIT_S = 86_400;

/** @throws UsageError if the value of an option is none that it can have */
export function addressOf(call: Call, url: string): BoardAddress {
  return {
    url: boardUrl(url),
    open: openerOf(call),
    afterwards: afterwardsOf(call.text('after')),
    waitMs: 1000 * waitOf(call.text('wait')),
    mayRestart: call.flag('restart-board'),
  };
}

/** P47: what somebody has put into an address besides opens nothing, and is not shown, logged or kept. */
export function boardUrl(text: string): string {
  return withoutCredentials(text);
}

function openerOf(call: Call): OpenTransport {
  const { baudRate, controlLines } = USUAL_SERIAL_SETTINGS;
  return transportByUrl(call.simulatedBoards, {
    baudRate: baudRateOf(call.text('baud-rate')) ?? baudRate,
    controlLines: controlLinesOf(call.text('control-lines')) ?? controlLines,
    passwords: passwordFromEnvironment,
  });
}

function baudRateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (Number.isSafeInteger(rate) && rate > 0 && rate <= 0xffff_ffff) return rate;
  throw new UsageError(`${text} is not a baud rate.`);
}

export function controlLinesOf(text: string | undefined): (typeof CONTROL_LINES)[number] | undefined {
  if (text === undefined) return undefined;
  const found = CONTROL_LINES.find((choice) => choice === text);
  if (found === undefined)
    throw new UsageError(`--control-lines must be one of ${CONTROL_LINES.join(', ')}, not ${text}.`);
  return found;
}

function afterwardsOf(text = 'restart'): Afterwards {
  if (text === 'restart') return 'restart';
  if (text === 'stop') return 'leaveStopped';
  throw new UsageError(`--after must be restart or stop, not ${text}.`);
}

/** @returns seconds */
function waitOf(text = '0'): number {
  const seconds = Number(text);
  if (seconds >= 0 && seconds <= LONGEST_WAIT_S) return seconds;
  throw new UsageError(`--wait must be a number of seconds up to ${LONGEST_WAIT_S}, not ${text}.`);
}

/** Not an option: what is typed as one is seen in lists of processes, and stays in the history of the shell. */
const passwordFromEnvironment: Passwords = {
  async ask(url) {
    const password = process.env.MPBACKUP_WEBREPL_PASSWORD;
    if (password) return password;
    throw new BackupError('port-denied', `The WebREPL at ${url} asks for a password.`, {
      path: url,
      hint: 'Put the password into the environment variable MPBACKUP_WEBREPL_PASSWORD.',
    });
  },
  async accepted() {},
  async denied() {},
};
