// What a backup is, in a few words beside its time: the same in the Boards view and on pages.

import type { BackupOrigin } from '../archive/manifest.js';
import { t } from '../l10n.js';
import { originName } from '../plan/originText.js';
import { unsoundWord, worstOf } from '../plan/soundness.js';
import type { BackupSummary } from '../store/summary.js';
import { count } from '../text.js';

/** Why it was taken. */
export function originWords(origin: BackupOrigin): string {
  return origin === 'safety' ? t('before a restore') : originName(origin);
}

/** What it is for comes first if a narrow side bar would cut it off. */
export function backupWords(backup: BackupSummary): string[] {
  const worst = worstOf([backup]);
  const { label, origin, set, errors, pinned } = backup;
  return [
    ...(worst ? [unsoundWord(worst)] : []),
    ...(label ? [label] : []),
    ...(set !== undefined ? [set] : []),
    ...(origin === 'safety' ? [originWords(origin)] : []),
    contents(backup),
    ...(origin === 'safety' || origin === 'manual' ? [] : [originWords(origin)]),
    ...(pinned ? [t('pinned')] : []),
    ...(errors > 0 ? [t('{0} could not be read', count(errors, 'file'))] : []),
  ];
}

function contents(backup: BackupSummary): string {
  if (backup.kind === 'full') return t('full, {0}', count(backup.files, 'file'));
  return backup.stored === 0 ? t('nothing new') : t('{0} of {1}', backup.stored, count(backup.files, 'file'));
}
