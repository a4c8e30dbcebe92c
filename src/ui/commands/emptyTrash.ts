import { emptyTrash as emptyTrashJob } from '../../core/jobs/emptyTrash.js';
import { damagedStay, remainsInTrash } from '../../core/jobs/trashRemains.js';
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
    const remains = await remainsInTrash({ env: services.env }, store);
    if (trashed.length + remains.length === 0) {
      void showInformation(t('The trash is empty.'));
      return;
    }
    const all = [...trashed, ...remains];
    const size = all.reduce((sum, holding) => sum + holding.size, 0);
    const detail = t(
      '{0} ({1}, {2}) cannot be brought back then. Other backups keep what they need.',
      count((await store.trash()).length, 'deleted backup'),
      count(all.length, 'archive'),
      bytes(size),
    );
    const details = [detail, ...damagedSentences(remains.length)].join(' ');
    const question = t('Empty the trash?');
    if (!(await showWarning(question, { modal: true, detail: details }, t('Empty Trash')))) return;
    const words = { title: t('Emptying the trash'), noun: t('Trash'), shares: DELETE_SHARES };
    const result = await runStoreJob(services, words, (context) =>
      emptyTrashJob(context, store, { damaged: remains.length > 0 }),
    );
    if (!result) return;
    const sentence = t('Emptied the trash: {0}, {1}.', count(result.archives, 'archive'), bytes(result.bytes));
    if (result.lacking === undefined) void showInformation(sentence);
    else void showWarning(`${sentence} ${damagedStay(result.left, result.lacking)}`);
  },
};

/** Whoever reads it agrees to that, too. */
function damagedSentences(archives: number): string[] {
  if (archives === 0) return [];
  if (archives === 1)
    return [
      t(
        '1 archive in the trash is too damaged to tell what is in it. It is removed too, unless a backup is missing files.',
      ),
    ];
  return [
    t(
      '{0} in the trash are too damaged to tell what is in them. They are removed too, unless a backup is missing files.',
      count(archives, 'archive'),
    ),
  ];
}
