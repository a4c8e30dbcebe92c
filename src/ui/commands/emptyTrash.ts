import { emptyTrash as emptyTrashJob } from '../../core/jobs/emptyTrash.js';
import { damagedStay, remainsInTrash } from '../../core/jobs/trashRemains.js';
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
      void showInformation('The trash is empty.');
      return;
    }
    const all = [...trashed, ...remains];
    const size = all.reduce((sum, holding) => sum + holding.size, 0);
    const backups = count((await store.trash()).length, 'deleted backup');
    const detail = `${backups} (${count(all.length, 'archive')}, ${bytes(size)}) cannot be brought back then. Other backups keep what they need.${damagedSentence(remains.length)}`;
    const question = 'Empty the trash?';
    const answer = await showWarning(question, { modal: true, detail }, 'Empty Trash');
    if (answer !== 'Empty Trash') return;
    const words = { title: 'Emptying the trash', noun: 'Trash', shares: DELETE_SHARES };
    const result = await runStoreJob(services, words, (context) =>
      emptyTrashJob(context, store, { damaged: remains.length > 0 }),
    );
    if (!result) return;
    const sentence = `Emptied the trash: ${count(result.archives, 'archive')}, ${bytes(result.bytes)}.`;
    if (result.lacking === undefined) void showInformation(sentence);
    else void showWarning(`${sentence} ${damagedStay(result.left, result.lacking)}`);
  },
};

/** Whoever reads it agrees to that, too. */
function damagedSentence(archives: number): string {
  if (archives === 0) return '';
  const [are, it, goes] = archives === 1 ? ['is', 'it', 'It goes'] : ['are', 'them', 'They go'];
  return ` ${count(archives, 'archive')} there ${are} damaged so much that nobody can tell what is in ${it}. ${goes} as well, where no backup lacks anything.`;
}
