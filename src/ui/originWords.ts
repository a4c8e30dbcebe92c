// Why a backup was taken and of which kind it is, as it is told to people.

import type { BackupKind, BackupOrigin } from '../core/archive/manifest.js';
import { type Message, msg, t } from '../core/l10n.js';
import { originName } from '../core/plan/originText.js';

const KIND_WORDS: Record<BackupKind, Message> = {
  full: msg('full'),
  incremental: msg('incremental'),
  differential: msg('differential'),
};

export function originWords(origin: BackupOrigin): string {
  return origin === 'safety' ? t('before a restore') : originName(origin);
}

export function kindWords(kind: BackupKind): string {
  return t(KIND_WORDS[kind]);
}
