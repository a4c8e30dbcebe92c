// Backups by why they were taken and of which kind they are, as plans, policies and rows name them.

import type { BackupKind, BackupOrigin } from '../archive/manifest.js';
import { type Message, msg, t } from '../l10n.js';

/** As settings have them. */
const NAMES: Record<BackupOrigin, Message> = {
  manual: msg('manual'),
  quick: msg('quick'),
  connect: msg('connect'),
  session: msg('session'),
  daily: msg('daily'),
  weekly: msg('weekly'),
  monthly: msg('monthly'),
  safety: msg('safety'),
};

const KINDS: Record<BackupKind, Message> = {
  full: msg('full'),
  incremental: msg('incremental'),
  differential: msg('differential'),
};

/** One, and any other number. */
const NOUNS: Record<BackupOrigin, readonly [one: Message, other: Message]> = {
  manual: [msg('manual backup'), msg('manual backups')],
  quick: [msg('quick backup'), msg('quick backups')],
  connect: [msg('connect backup'), msg('connect backups')],
  session: [msg('session backup'), msg('session backups')],
  daily: [msg('daily backup'), msg('daily backups')],
  weekly: [msg('weekly backup'), msg('weekly backups')],
  monthly: [msg('monthly backup'), msg('monthly backups')],
  safety: [msg('safety backup'), msg('safety backups')],
};

export function originName(origin: BackupOrigin): string {
  return t(NAMES[origin]);
}

export function kindName(kind: BackupKind): string {
  return t(KINDS[kind]);
}

/** In characters: for columns. */
export function longestOriginName(): number {
  return Math.max(...Object.values(NAMES).map((name) => t(name).length));
}

/** `quick backup` */
export function oneOf(origin: BackupOrigin): string {
  return t(NOUNS[origin][0]);
}

/** `quick backups`; `backups` if the origin is null */
export function severalOf(origin: BackupOrigin | null): string {
  return t(origin === null ? 'backups' : NOUNS[origin][1]);
}
