// What somebody should know before files go onto a board: sentences. None of them forbids it.

import type { Manifest } from '../archive/manifest.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { count } from '../text.js';
import type { RestorePlan } from './planToward.js';

/** The board that gets the files. */
export interface Receiver {
  id: string;
  name: string;
  machine: string;
  firmware: string;
  /** Paths of its file systems, such as `/` and `/sd`; none if it does not tell. */
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
    ...(isOther ? [t('The backup is of another board, {0}.', displayPath(board.name))] : []),
    ...(isOther && board.machine !== receiver.machine
      ? [t('It was made on {0}, and this is {1}.', displayPath(board.machine), displayPath(receiver.machine))]
      : []),
    ...(board.firmware === receiver.firmware
      ? []
      : [t('The firmware was {0} then, and is {1} now.', displayPath(board.firmware), displayPath(receiver.firmware))]),
    ...(receiver.mounts.length > 0
      ? absent.map(({ path }) =>
          t('The board has no {0} now: what was there goes into a folder of that name.', displayPath(path)),
        )
      : []),
    ...(errors.length > 0
      ? [
          t(
            errors.length === 1
              ? '{0} could not be read when the backup was made, and is not in it.'
              : '{0} could not be read when the backup was made, and are not in it.',
            count(errors.length, 'path'),
          ),
        ]
      : []),
    ...(device > 0
      ? [
          t(
            device === 1
              ? '{0} that belongs to one board alone is left out.'
              : '{0} that belong to one board alone are left out.',
            count(device, 'file'),
          ),
        ]
      : []),
    ...warningsOfPlace(plan, receiver.canRename),
  ];
}

/** What becomes of old files if new ones cannot stand beside them. */
export function warningsOfPlace({ mode }: Pick<RestorePlan, 'mode'>, canRename: boolean): string[] {
  if (mode !== 'in-place') return [];
  return [
    canRename
      ? t(
          'There is no room for old and new files side by side: each old file is deleted before the new one is written.',
        )
      : t('The board cannot rename files: each is written in place, after everything on the board has been saved.'),
  ];
}
