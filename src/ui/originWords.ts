// Why a backup was taken, as it is told to people.

import type { BackupOrigin } from '../core/archive/manifest.js';
import { t } from '../core/l10n.js';
import { originName } from '../core/plan/originText.js';

export function originWords(origin: BackupOrigin): string {
  return origin === 'safety' ? t('before a restore') : originName(origin);
}
