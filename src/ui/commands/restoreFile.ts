import * as vscode from 'vscode';
import { type BoardPath, displayPath } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { bytes } from '../../core/text.js';
import { pickBackup } from '../pickBackup.js';
import { fileNamedBy } from '../pickFile.js';
import { runRestore } from '../runRestore.js';
import type { Services } from '../services.js';
import { isNode, isRestorable, selectedRows } from '../targets.js';
import type { Command } from './command.js';

export const restoreFile: Command = {
  name: 'restoreFile',
  async run(services, target, selection) {
    if (isNode(target) && isRestorable(target)) {
      // One backup at a time: files of several would overwrite each other. The row that was clicked says which.
      const { backup } = target;
      const rows = selectedRows(target, selection);
      const mine = rows.filter(isRestorable).filter((row) => row.backup.id === backup.id);
      const paths = mine.map(({ path }) => path);
      return runRestore(services, backup, { paths, leftOut: rows.length - mine.length });
    }
    // An editor that shows it.
    const named = await fileNamedBy(services, target);
    if (named) return runRestore(services, named.backup, { paths: [named.path] });
    const backup = await pickBackup(services, { placeHolder: 'Which backup has the file?' });
    const paths = backup && (await pickFiles(services, backup));
    if (backup && paths && paths.length > 0) await runRestore(services, backup, { paths });
  },
};

async function pickFiles({ boards }: Services, backup: BackupSummary): Promise<BoardPath[] | undefined> {
  const { entries } = await (await boards.openStore()).readManifest(backup);
  const items = entries
    .filter((entry) => entry.type === 'file')
    .map(({ path, size }) => ({ label: displayPath(path), description: bytes(size), path }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Which files?', canPickMany: true });
  return picked?.map(({ path }) => path);
}
