// What is found about one port, in words.

import type { DeviceFile } from '../board/portSystem.js';
import { type ControlLines, canReset, lineControl } from '../board/transport/lineControl.js';
import { holderName, type PortHolder, type PortUse } from '../board/transport/portHolder.js';
import { t } from '../l10n.js';
import type { Finding } from '../plan/finding.js';
import type { UsbIds } from '../plan/usbChips.js';

export type PortFinding = Omit<Finding, 'port'>;

export function fileFinding(url: string, file: DeviceFile | undefined): PortFinding {
  if (file && !file.isDevice) {
    return {
      what: 'port',
      state: 'problem',
      sentence: t('It is a file, not a port.'),
      fix: t('Name the port of your board.'),
    };
  }
  const sentence = file && file.path !== url ? t('It is there. It leads to {0}.', file.path) : t('It is there.');
  return { what: 'port', state: 'ok', sentence };
}

/** If nobody knows more than that it may be used or not. */
export function mayUseFinding(isAllowed: boolean): PortFinding {
  return isAllowed
    ? { what: 'permission', state: 'ok', sentence: t('You may read and write it.') }
    : { what: 'permission', state: 'problem', sentence: t('You may not read and write it.') };
}

export function holderFindings(url: string, use: PortUse | undefined): PortFinding[] {
  if (!use) {
    const sentence = t('It is not known whether a program has it open: this cannot be found out on this system.');
    return [{ what: 'holder', state: 'note', sentence }];
  }
  if (use.holders.length > 0) return use.holders.map(holderFinding);
  if (use.seesAll) return [{ what: 'holder', state: 'ok', sentence: t('No program has it open.') }];
  return [
    {
      what: 'holder',
      state: 'note',
      sentence: t(
        'None of your programs has it open. Programs of other users, such as system services, cannot be seen from here.',
      ),
      fix: t('If it is in use all the same, `sudo fuser -v {0}` shows which program uses it.', url),
    },
  ];
}

function holderFinding(holder: PortHolder): PortFinding {
  const name = holderName(holder);
  switch (holder.who) {
    case 'job':
      return { what: 'holder', state: 'note', sentence: t('A job of this window has it open: {0}.', name) };
    case 'job-elsewhere':
      return {
        what: 'holder',
        state: 'problem',
        sentence: t('A job of another window or terminal has it open: {0}.', name),
        fix: t('Wait until that job is done, or cancel it.'),
      };
    case 'self':
      return {
        what: 'holder',
        state: 'problem',
        sentence: t('Another extension of this window has it open: {0}.', name),
        fix: t('Disconnect it there: a REPL, a serial monitor or a file view of a board.'),
      };
    case 'other':
      return {
        what: 'holder',
        state: 'problem',
        sentence: t('It is open in {0}.', name),
        fix: t('Close {0}, or disconnect the board there.', holder.program),
      };
  }
}

/** What the port does to a board when it is opened. */
export function linesFinding(hardware: UsbIds, policy: ControlLines, platform: NodeJS.Platform): PortFinding {
  const { dtr, rts } = lineControl(hardware.vendorId, policy, platform);
  const reset = canReset(hardware)
    ? t('A board that does not answer can be restarted over them.')
    : t('A board that does not answer has to be reset by hand: it is not known how these lines reset it.');
  return { what: 'lines', state: 'ok', sentence: `${linesSentence(dtr, rts, policy === 'auto')} ${reset}` };
}

function linesSentence(dtr: boolean, rts: boolean, isByKind: boolean): string {
  if (dtr !== rts) {
    const [first, second] = dtr ? [t('on'), t('off')] : [t('off'), t('on')];
    return isByKind
      ? t('While it is open, DTR and RTS are {0} and {1} (chosen by the kind of port).', first, second)
      : t('While it is open, DTR and RTS are {0} and {1} (as you have chosen).', first, second);
  }
  const both = dtr ? t('on') : t('off');
  return isByKind
    ? t('While it is open, DTR and RTS are both {0} (chosen by the kind of port).', both)
    : t('While it is open, DTR and RTS are both {0} (as you have chosen).', both);
}
