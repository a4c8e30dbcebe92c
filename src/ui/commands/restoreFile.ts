import { t } from '../../core/l10n.js';
import type { BoardPath } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { pickBackup } from '../pickBackup.js';
import { fileItems, fileNamedBy } from '../pickFile.js';
import { pickSome } from '../quickPick.js';
import { runRestore } from '../runRestore.js';
import type { Services } from '../services.js';
import { isNode, isRestorable, pathsOfBackup, selectedRows } from '../targets.js';
import type { Command } from './command.js';

export const restoreFile: Command = {
  name: 'restoreFile',
  async run(services, target, selection) {
    if (isNode(target) && isRestorable(target)) {
      // The row that was clicked says of which backup.
      const { backup } = target;
      return runRestore(services, backup, pathsOfBackup(selectedRows(target, selection).filter(isRestorable), backup));
    }
    // An editor that shows it.
    const named = await fileNamedBy(services, target);
    if (named) return runRestore(services, named.backup, { paths: [named.path] });
    const backup = await pickBackup(services, { placeHolder: t('Which backup has the file?') });
    const paths = backup && (await pickFiles(services, backup));
    if (backup && paths && paths.length > 0) await runRestore(services, backup, { paths });
  },
};

async function pickFiles(services: Services, backup: BackupSummary): Promise<BoardPath[] | undefined> {
  const items = await fileItems(services, backup);
  const picked = await pickSome(items, { placeHolder: t('Which files?') });
  return picked?.map(({ path }) => path);
}
