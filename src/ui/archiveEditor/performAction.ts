// What the buttons and links of an archive's page do: mostly what commands do with a backup of the Boards view.

import * as vscode from 'vscode';
import type { Damage } from '../../core/archive/verify.js';
import { BackupError } from '../../core/errors.js';
import type { OpenArchive } from '../../core/jobs/describeArchive.js';
import { verifiedFile } from '../../core/jobs/verifyText.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath, ROOT } from '../../core/paths.js';
import { bytes } from '../../core/text.js';
import { importFrom } from '../commands/importBackups.js';
import { archivedUri } from '../files/backupUri.js';
import { openFile } from '../files/openFiles.js';
import { VERIFY_SHARES } from '../jobBar.js';
import { showInformation, showWarning } from '../messages.js';
import { pickOne } from '../quickPick.js';
import { runExport } from '../runExport.js';
import { type JobWords, runJob } from '../runJob.js';
import { runRestore } from '../runRestore.js';
import { runVerification, runVerify } from '../runVerify.js';
import type { Services } from '../services.js';
import { ARCHIVE_EDITOR, type ArchiveCall } from './archiveLinks.js';
import { askKeyOf } from './askKeyOf.js';
import type { ShownArchive } from './shownArchive.js';

/** @throws BackupError */
export async function performAction(services: Services, view: ShownArchive, { action }: ArchiveCall): Promise<void> {
  switch (action.do) {
    case 'open':
      await openArchive(vscode.Uri.file(action.archive));
      return;
    case 'repair':
      await vscode.commands.executeCommand('micropythonBackup.repairBackups');
      return;
    case 'undelete':
      await vscode.commands.executeCommand('micropythonBackup.restoreDeletedBackup');
      return;
    case 'enterKey':
      await askKeyOf(services, view);
      await view.refresh();
      return;
    case 'reload':
      await view.refresh();
      return;
    case 'import':
      if (view.uri.scheme !== 'file') throw onNoDisk(view.uri);
      await importFrom(services, [view.uri.fsPath]);
      return;
  }
  const archive = view.shown;
  // It may have changed since the page was drawn.
  if (archive?.state !== 'open') return;
  const { own } = archive;
  if (action.do === 'file') await openFileOf(view.uri, archive, action.path);
  else if (action.do === 'find') await findFile(view.uri, archive);
  else if (action.do === 'verify') await verify(services, view, archive);
  else if (!own) throw notAmongYours();
  else if (action.do === 'restore') await runRestore(services, own, { paths: [ROOT] });
  else if (action.do === 'export') await runExport(services, [own]);
  else await services.revealBackup(own.id);
}

export async function openArchive(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, ARCHIVE_EDITOR);
}

async function openFileOf(uri: vscode.Uri, { own, backup }: OpenArchive, path: BoardPath): Promise<void> {
  if (own) await openFile({ backup: own, path });
  else await vscode.commands.executeCommand('vscode.open', archivedUri(uri, backup, path));
}

async function findFile(uri: vscode.Uri, archive: OpenArchive): Promise<void> {
  const items = archive.entries.flatMap((entry) =>
    entry.type === 'file' && entry.archive !== undefined
      ? [{ label: displayPath(entry.path), description: bytes(entry.size), path: entry.path }]
      : [],
  );
  const picked = await pickOne(items, { placeHolder: t('Which file?') });
  if (picked) await openFileOf(uri, archive, picked.path);
}

/** With all that a backup in use needs; of a copy of one that file, and then what is in use. */
async function verify(services: Services, view: ShownArchive, { own, path, name }: OpenArchive): Promise<void> {
  const isCopy = own !== undefined && own.archive !== path;
  if (own && !isCopy) await runVerify(services, own);
  const words: JobWords<{ damages: readonly Damage[] | undefined }> = {
    title: t('Verifying {0}', name),
    noun: t('Verify'),
    shares: VERIFY_SHARES,
    isWhole: ({ damages }) => damages?.length === 0,
  };
  const done = await runJob(services, words, async (context) => ({ damages: await view.verify(context) }));
  if (!done || (own && !isCopy)) return;
  const inUse = isCopy ? await runVerification(services, own) : undefined;
  // The page tells of the copy in use, too.
  if (inUse) await view.refresh();
  const { text, isGood } = verifiedFile(name, done.damages, inUse?.damaged);
  void (isGood ? showInformation : showWarning)(text);
}

function onNoDisk(uri: vscode.Uri): BackupError {
  return new BackupError('bad-argument', t('{0} is not on a disk of this computer.', uri.toString(true)), {
    hint: t('Save a copy of it on this computer, and open that one.'),
  });
}

function notAmongYours(): BackupError {
  return new BackupError('backup-not-found', t('This backup is no longer among yours.'), {
    hint: t('Import the file: then it can be restored and exported.'),
  });
}
