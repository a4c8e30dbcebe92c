import { seenBefore } from '../../core/jobs/fileHistory.js';
import { displayPath, nameOf } from '../../core/paths.js';
import type { SeenFile } from '../../core/plan/fileVersions.js';
import { moment } from '../../core/text.js';
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
    } else void tellSame(services, file, before);
  },
};

async function tellSame(services: Services, file: FileOfBackup, before: SeenFile | undefined): Promise<void> {
  const name = displayPath(nameOf(file.path));
  const when = before && moment(before.backup.createdAt, Date.now());
  const sentence = !before
    ? `There is no earlier backup that could have ${name}.`
    : before.file
      ? `${name} is the same in the backup before, ${when}.`
      : `${name} is new in this backup: the one before, ${when}, does not have it.`;
  if (await showInformation(sentence, 'Show History')) await showHistory(services, file);
}
