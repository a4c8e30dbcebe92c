// What is measured: which files, which way.

import {
  type Files,
  fiftyFiles,
  fileOf,
  incompressibleFiles,
  oneChanged,
  oneLog,
  sizeOf,
  smallFiles,
} from './fileSets.js';

export interface Trial {
  set: string;
  direction: 'backup' | 'restore';
  /** What is on the board; with a restore, in the backup, and the board is empty. */
  files: Files;
  /** What the last backup of the board has; there is none where this is absent. */
  earlier?: Files;
  /** Bytes that there is no way around, before they are compressed. */
  payload: number;
  /** The set that mpremote has to copy for the same end; absent where it is not measured, because it takes minutes. */
  mpremote?: string;
}

export const FIFTY = '50 files';
export const INCOMPRESSIBLE = 'incompressible';
export const SMALL = '500 small files';
export const ONE_CHANGED = 'one changed of 50';
export const LOG_GROWN = 'log grown';

const LOG_SIZE = 1_000_000;
const LOG_GROWTH = 1_000;

export function allTrials(): Trial[] {
  const fifty = fiftyFiles();
  const changed = oneChanged(fifty);
  const [edited = ''] = [...changed.keys()].filter((path) => changed.get(path) !== fifty.get(path));
  return [
    ...bothWays(FIFTY, fifty, { mpremote: FIFTY }),
    ...bothWays(INCOMPRESSIBLE, incompressibleFiles()),
    ...bothWays(SMALL, smallFiles()),
    {
      set: ONE_CHANGED,
      direction: 'backup',
      files: changed,
      earlier: fifty,
      payload: fileOf(changed, edited).length,
      mpremote: FIFTY,
    },
    {
      set: LOG_GROWN,
      direction: 'backup',
      files: oneLog(LOG_SIZE + LOG_GROWTH),
      earlier: oneLog(LOG_SIZE),
      payload: LOG_GROWTH,
    },
  ];
}

function bothWays(set: string, files: Files, more: Pick<Trial, 'mpremote'> = {}): Trial[] {
  const payload = sizeOf(files);
  return [
    { set, direction: 'backup', files, payload, ...more },
    { set, direction: 'restore', files, payload, ...more },
  ];
}
