// What somebody should know before files go onto a board: sentences. None of them forbids it.

import type { Manifest } from '../archive/manifest.js';
import { displayPath } from '../paths.js';
import { count } from '../text.js';
import type { RestorePlan } from './planToward.js';

/** The board that gets the files. */
export interface Receiver {
  id: string;
  name: string;
  machine: string;
  firmware: string;
  /** Paths of its file systems, such as `/` and `/sd`; none where it does not tell. */
  mounts: readonly string[];
  canRename: boolean;
}

export function warningsOf(
  { board, errors }: Pick<Manifest, 'board' | 'errors'>,
  receiver: Receiver,
  plan: Pick<RestorePlan, 'items' | 'mode'>,
): string[] {
  const isOther = board.id !== receiver.id;
  const absent = board.mounts.filter(({ path }) => path !== '/' && !receiver.mounts.includes(path));
  const device = plan.items.filter(({ skip }) => skip === 'device-specific').length;
  return [
    ...(isOther ? [`The backup is of another board, ${displayPath(board.name)}.`] : []),
    ...(isOther && board.machine !== receiver.machine
      ? [`It was made on ${displayPath(board.machine)}, and this is ${displayPath(receiver.machine)}.`]
      : []),
    ...(board.firmware === receiver.firmware
      ? []
      : [`The firmware was ${displayPath(board.firmware)} then, and is ${displayPath(receiver.firmware)} now.`]),
    ...(receiver.mounts.length > 0
      ? absent.map(
          ({ path }) => `The board has no ${displayPath(path)} now: what was there goes into a folder of that name.`,
        )
      : []),
    ...(errors.length > 0
      ? [
          `${count(errors.length, 'path')} could not be read when the backup was made, and ${errors.length === 1 ? 'is' : 'are'} not in it.`,
        ]
      : []),
    ...(device > 0
      ? [
          `${count(device, 'file')} that belong${device === 1 ? 's' : ''} to one board alone ${device === 1 ? 'is' : 'are'} left out.`,
        ]
      : []),
    ...warningsOfPlace(plan, receiver.canRename),
  ];
}

/** What becomes of old files where new ones cannot stand beside them. */
export function warningsOfPlace({ mode }: Pick<RestorePlan, 'mode'>, canRename: boolean): string[] {
  if (mode !== 'in-place') return [];
  return [
    canRename
      ? 'There is no room for old and new files side by side: each old file goes before the new one is there.'
      : 'The board cannot rename files: each is written in place, after all that is on the board has been saved.',
  ];
}
