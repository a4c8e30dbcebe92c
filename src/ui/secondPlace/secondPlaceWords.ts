// What is said of the second place besides what the command line says too: its row, and what is asked. Knows nothing of VS Code.

import type { FarStore } from '../../core/jobs/farStore.js';
import type { OffsiteState } from '../../core/jobs/offsitePlace.js';
import { offsiteBrief } from '../../core/jobs/offsiteText.js';
import { msg, t } from '../../core/l10n.js';
import { age, count, shortened } from '../../core/text.js';

/** Names the second place among the boards of running jobs. */
export const SECOND_PLACE = 'second place';

/** So much of a place fits into a row beside how it stands. */
const LONGEST_PLACE = 40;

/** How it stands, for the icon and the menu of its row. */
export type PlaceMood = 'working' | 'trouble' | 'waiting' | 'upToDate';

export function moodOf({ trouble, waiting, isOpen, lastCheck }: OffsiteState, isWorking: boolean): PlaceMood {
  if (isWorking) return 'working';
  if (trouble || (lastCheck && lastCheck.damaged + lastCheck.missing > 0)) return 'trouble';
  return waiting > 0 || isOpen ? 'waiting' : 'upToDate';
}

/** `up to date, 5 min ago, /media/usb/backups`: what counts comes first, if a narrow side bar cuts it off. */
export function rowText(state: OffsiteState, isWorking: boolean, now: number): string {
  const found = (state.lastCheck?.damaged ?? 0) + (state.lastCheck?.missing ?? 0);
  return [
    ...(isWorking ? [t('busy')] : []),
    ...(found > 0 ? [t('damage found there')] : []),
    ...(state.trouble && !isWorking ? [t('copying failed')] : []),
    // What went wrong is said already.
    ...(isWorking
      ? []
      : [offsiteBrief({ ...state, trouble: null, isOpen: state.isOpen || state.trouble !== null }, now)]),
    shortened(state.place, LONGEST_PLACE),
  ].join(', ');
}

/** @returns what is wrong with the path of a remote, if anything is */
export function whyNotRemote(text: string): string | undefined {
  return /^[^/\\:,]+:/.test(text.trim())
    ? undefined
    : t('Type the name of a remote, a colon, and a folder there: nas:backups');
}

/** How a store at a second place is told from others. */
export function farStoreWords({ machine, folder, backups, newest }: FarStore, own: string | undefined, now: number) {
  return {
    label: machine,
    description: [
      ...(folder === own ? [t('this computer')] : []),
      count(backups, 'archive'),
      ...(newest === null ? [] : [t('newest {0}', age(newest, now))]),
    ].join(', '),
    detail: folder,
  };
}

/** Said if backups go to a place, and anybody who can read it can read them. */
export const NOT_ENCRYPTED = msg(
  'The backups are not encrypted: anyone who can read that place can read them, including all passwords on the boards.',
);
