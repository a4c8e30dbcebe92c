// From what a person types to one backup.

import { basename, resolve } from 'node:path';
import { innerName } from '../archive/archiveName.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { latestAmong } from '../latest.js';
import { count } from '../text.js';
import type { BackupSummary } from './summary.js';

/**
 * @param backups newest first
 * @param reference `latest`, 4 or more digits of an id from its start, or an archive's name or path
 * @param about for the message alone: the board whose backups these are, if they are those of one, and how many archives cannot
 *   be read
 * @throws BackupError `backup-not-found`; `bad-argument` if several backups fit
 */
export function findBackup<Backup extends BackupSummary>(
  backups: readonly Backup[],
  reference: string,
  { boardId, unreadable = 0 }: { boardId?: string | undefined; unreadable?: number } = {},
): Backup {
  const found = matches(backups, reference);
  const [first, second] = found;
  if (!first) {
    const message = noSuchBackup(reference, boardId !== undefined);
    if (unreadable > 0) {
      const more = t('{0} cannot be read.', count(unreadable, 'archive'));
      throw new BackupError('backup-not-found', `${message} ${more}`, {
        hint: t('Verify the backups to see what is wrong, and repair them.'),
      });
    }
    throw new BackupError('backup-not-found', message, {
      hint: t(
        'List the backups to see their ids; a reference is "latest", an id or its first digits (4 or more), or the name of an archive.',
      ),
    });
  }
  if (second) {
    throw new BackupError('bad-argument', t('{0} fits {1} backups.', JSON.stringify(reference), found.length), {
      hint: t('Give more of the id: {0}.', found.map((backup) => backup.id.slice(0, 16)).join(', ')),
    });
  }
  return first;
}

function noSuchBackup(reference: string, isOfBoard: boolean): string {
  if (reference === 'latest')
    return isOfBoard ? t('There is no backup of this board yet.') : t('There is no backup yet.');
  return t(isOfBoard ? 'There is no backup {0} of this board.' : 'There is no backup {0}.', JSON.stringify(reference));
}

function matches<Backup extends BackupSummary>(backups: readonly Backup[], reference: string): Backup[] {
  if (reference === 'latest') {
    const latest = latestAmong(backups);
    return latest ? [latest] : [];
  }
  if (/^[0-9a-f]{4,64}$/.test(reference)) return backups.filter(({ id }) => id.startsWith(reference));
  // Whoever wrote the name down may have done so before the store was encrypted, or since.
  const inner = innerName(reference);
  return backups
    .map((backup) => ({ backup, name: innerName(backup.archive) }))
    .filter(({ name }) => basename(name) === inner || name === resolve(inner))
    .map(({ backup }) => backup);
}
