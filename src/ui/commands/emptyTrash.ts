import { emptyTrash as emptyTrashJob } from '../../core/jobs/emptyTrash.js';
import { t } from '../../core/l10n.js';
import { bytes, count } from '../../core/text.js';
import { DELETE_SHARES } from '../jobBar.js';
import { showInformation, showWarning } from '../messages.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Command } from './command.js';

export const emptyTrash: Command = {
  name: 'emptyTrash',
  async run(services) {
    const store = await services.boards.openStore();
    const { trashed } = await store.holdings();
    if (trashed.length === 0) {
      void showInformation(t('The trash is empty.'));
      return;
    }
    const size = trashed.reduce((sum, holding) => sum + holding.size, 0);
    const backups = count((await store.trash()).length, 'deleted backup');
    const detail = t(
      '{0} ({1}, {2}) cannot be brought back then. Other backups keep what they need.',
      backups,
      count(trashed.length, 'archive'),
      bytes(size),
    );
    const question = t('Empty the trash?');
    if (!(await showWarning(question, { modal: true, detail }, t('Empty Trash')))) return;
    const words = { title: t('Emptying the trash'), noun: t('Trash'), shares: DELETE_SHARES };
    const result = await runStoreJob(services, words, (context) => emptyTrashJob(context, store));
    if (!result) return;
    const sentence = t('Emptied the trash: {0}, {1}.', count(result.archives, 'archive'), bytes(result.bytes));
    void showInformation(sentence);
  },
};
