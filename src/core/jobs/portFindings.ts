// What is found about one port, in words.

import type { DeviceFile } from '../board/portSystem.js';
import { type ControlLines, canReset, lineControl } from '../board/transport/lineControl.js';
import { holderName, type PortHolder, type PortUse } from '../board/transport/portHolder.js';
import type { Finding } from '../plan/finding.js';
import type { UsbIds } from '../plan/usbChips.js';

export type PortFinding = Omit<Finding, 'port'>;

export function fileFinding(url: string, file: DeviceFile | undefined): PortFinding {
  if (file && !file.isDevice) {
    return {
      what: 'port',
      state: 'problem',
      sentence: 'It is a file, and no port.',
      fix: 'Name the port of your board.',
    };
  }
  const real = file && file.path !== url ? ` It leads to ${file.path}.` : '';
  return { what: 'port', state: 'ok', sentence: `It is there.${real}` };
}

/** Where nobody knows more than that it may be used or not. */
export function mayUseFinding(isAllowed: boolean): PortFinding {
  return isAllowed
    ? { what: 'permission', state: 'ok', sentence: 'You may read and write it.' }
    : { what: 'permission', state: 'problem', sentence: 'You may not read and write it.' };
}

export function holderFindings(url: string, use: PortUse | undefined): PortFinding[] {
  if (!use) {
    const sentence = 'Whether a program has it open is unknown: this system was not asked.';
    return [{ what: 'holder', state: 'note', sentence }];
  }
  if (use.holders.length > 0) return use.holders.map(holderFinding);
  if (use.seesAll) return [{ what: 'holder', state: 'ok', sentence: 'No program has it open.' }];
  const others = 'Programs of other users, such as services of the system, cannot be seen from here.';
  return [
    {
      ...{ what: 'holder', state: 'note', sentence: `No program of yours has it open. ${others}` },
      fix: `Where it is in use all the same, \`sudo fuser -v ${url}\` names them.`,
    },
  ];
}

function holderFinding(holder: PortHolder): PortFinding {
  const name = holderName(holder);
  switch (holder.who) {
    case 'job':
      return { what: 'holder', state: 'note', sentence: `A job of this window has it open: ${name}.` };
    case 'job-elsewhere':
      return {
        ...{ what: 'holder', state: 'problem', sentence: `A job of another window or terminal has it open: ${name}.` },
        fix: 'Wait until that job is done, or cancel it.',
      };
    case 'self':
      return {
        ...{ what: 'holder', state: 'problem', sentence: `Another extension of this window has it open: ${name}.` },
        fix: 'Disconnect it there: a REPL, a serial monitor or a file view of a board.',
      };
    case 'other':
      return {
        ...{ what: 'holder', state: 'problem', sentence: `It is open in ${name}.` },
        fix: `Close ${holder.program}, or disconnect the board there.`,
      };
  }
}

/** What the port does to a board when it is opened. */
export function linesFinding(hardware: UsbIds, policy: ControlLines, platform: NodeJS.Platform): PortFinding {
  const { dtr, rts } = lineControl(hardware.vendorId, policy, platform);
  const state = dtr === rts ? `both ${dtr ? 'on' : 'off'}` : `${dtr ? 'on' : 'off'} and ${rts ? 'on' : 'off'}`;
  const chosen = policy === 'auto' ? 'chosen by the kind of port' : 'as you have chosen';
  const reset = canReset(hardware)
    ? 'A board that does not answer can be restarted over them.'
    : 'A board that does not answer has to be reset by hand: no way to do that over them is known here.';
  return { what: 'lines', state: 'ok', sentence: `While it is open, DTR and RTS are ${state} (${chosen}). ${reset}` };
}
