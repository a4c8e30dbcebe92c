// Which file of a backup does the user mean? The row that was clicked, the editor that shows it, or one that is picked.

import * as vscode from 'vscode';
import { BackupError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { type BoardPath, displayPath } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes } from '../core/text.js';
import { findFile } from './files/backupFiles.js';
import { SCHEME, splitBackupUri } from './files/backupUri.js';
import type { FileOfBackup } from './files/fileWords.js';
import { backupMeant } from './pickBackup.js';
import { pickOne } from './quickPick.js';
import type { Services } from './services.js';
import { isNode } from './targets.js';

/** @returns undefined if nothing names a file of a backup. @throws BackupError `backup-not-found` */
export async function fileNamedBy({ boards, live }: Services, target: unknown): Promise<FileOfBackup | undefined> {
  if (isNode(target) && target.kind === 'file') return { backup: target.backup, path: target.path };
  if (isNode(target) && target.kind === 'liveFile') {
    // Its versions are those in backups.
    const backup = live.lookOf(target.board.url)?.since?.backup;
    return backup && { backup, path: target.path };
  }
  if (!(target instanceof vscode.Uri) || target.scheme !== SCHEME) return undefined;
  const found = await findFile(boards, target);
  if (found) return found;
  if (splitBackupUri(target).archive)
    throw new BackupError('backup-not-found', t('The backup that this file belongs to is not among yours.'), {
      hint: t('Import its archive first.'),
    });
  throw new BackupError('backup-not-found', t('The backup that this file belongs to is gone.'), {
    hint: t('It may be in the trash: Restore Deleted Backup brings it back.'),
  });
}

/** @returns undefined if none was chosen: the user has been told if there is none */
export async function fileMeant(services: Services, target: unknown): Promise<FileOfBackup | undefined> {
  const named = await fileNamedBy(services, target);
  if (named) return named;
  const backup = await backupMeant(services, target, t('Which backup has the file?'));
  if (!backup) return undefined;
  const path = await pickFile(services, backup);
  return path === undefined ? undefined : { backup, path };
}

/** The files of a backup, as they look in a list to pick from. */
export async function fileItems(
  { boards }: Services,
  backup: BackupSummary,
): Promise<Array<vscode.QuickPickItem & { path: BoardPath }>> {
  const { entries } = await (await boards.openStore()).readManifest(backup);
  return entries
    .filter((entry) => entry.type === 'file')
    .map(({ path, size }) => ({ label: displayPath(path), description: bytes(size), path }));
}

async function pickFile(services: Services, backup: BackupSummary): Promise<BoardPath | undefined> {
  const items = await fileItems(services, backup);
  return (await pickOne(items, { placeHolder: t('Which file?') }))?.path;
}
