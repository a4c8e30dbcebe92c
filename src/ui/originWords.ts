// Why a backup was taken and of which kind it is, as it is told to people.

import type { BackupKind, BackupOrigin } from '../core/archive/manifest.js';
import { type Message, msg, t } from '../core/l10n.js';

const ORIGIN_WORDS: Record<BackupOrigin, Message> = {
  manual: msg('manual'),
  quick: msg('quick'),
  connect: msg('connect'),
  session: msg('session'),
  daily: msg('daily'),
  weekly: msg('weekly'),
  monthly: msg('monthly'),
  safety: msg('before a restore'),
};

const KIND_WORDS: Record<BackupKind, Message> = {
  full: msg('full'),
  incremental: msg('incremental'),
  differential: msg('differential'),
};

export function originWords(origin: BackupOrigin): string {
  return t(ORIGIN_WORDS[origin]);
}

export function kindWords(kind: BackupKind): string {
  return t(KIND_WORDS[kind]);
}
