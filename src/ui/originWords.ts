// Why a backup was taken, as it is told to people.

import type { BackupOrigin } from '../core/archive/manifest.js';

export function originWords(origin: BackupOrigin): string {
  return origin === 'safety' ? 'before a restore' : origin;
}
