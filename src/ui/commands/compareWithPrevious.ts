import { seenBefore } from '../../core/jobs/fileHistory.js';
import { t } from '../../core/l10n.js';
import { displayPath, nameOf } from '../../core/paths.js';
import type { SeenFile } from '../../core/plan/fileVersions.js';
import { moment } from '../../core/text.js';
import { unawaited } from '../failures.js';
import type { FileOfBackup } from '../files/fileWords.js';
import { showHistory } from '../files/historyPick.js';
import { openTwo } from '../files/openFiles.js';
import { showInformation } from '../messages.js';
import { fileMeant } from '../pickFile.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

export const compareWithPrevious: Command = {
  name: 'compareWithPrevious',
  async run(services, target) {
    const file = await fileMeant(services, target);
    if (!file) return;
    const store = await services.boards.openStore();
    const { entries } = await store.readManifest(file.backup);
    const own = entries.find((entry) => entry.type === 'file' && entry.path === file.path);
    const before = await seenBefore({ env: services.env }, store, file.backup, file.path);
    if (before?.file && own?.type === 'file' && before.file.sha256 !== own.sha256) {
      await openTwo({ backup: before.backup, path: file.path }, file);
    } else unawaited(services, tellSame(services, file, before));
  },
};

async function tellSame(services: Services, file: FileOfBackup, before: SeenFile | undefined): Promise<void> {
  const name = displayPath(nameOf(file.path));
  const when = before ? moment(before.backup.createdAt, Date.now()) : '';
  const sentence = !before
    ? t('There is no earlier backup that could have {0}.', name)
    : before.file
      ? t('{0} is the same in the backup before, {1}.', name, when)
      : t('{0} is new in this backup: the one before, {1}, does not have it.', name, when);
  if (await showInformation(sentence, t('Show History'))) await showHistory(services, file);
}
