// What a board cannot do, and what is done instead: one sentence each. What ends a job is an error of its own.

import type { BoardFiles } from '../board/boardFiles.js';
import type { Profile } from '../board/probe.js';
import { t } from '../l10n.js';

interface Board {
  profile: Pick<Profile, 'can'>;
  files: Pick<BoardFiles, 'hashesOnBoard'>;
}

export function limitsOfBackup({ profile, files }: Board): string[] {
  return [
    ...(files.hashesOnBoard ? [] : [t('The board cannot hash, so every file was read twice.')]),
    ...(profile.can.stat ? [] : [t('The board keeps no times of files, so the backup has none.')]),
  ];
}

export function limitsOfRestore({ profile }: Pick<Board, 'profile'>): string[] {
  if (profile.can.rename) return [];
  return [t('The board cannot rename files, so each was written in place, after a safety backup of what it replaced.')];
}
