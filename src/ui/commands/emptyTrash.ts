import { emptyTrash as emptyTrashJob } from '../../core/jobs/emptyTrash.js';
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
      void showInformation('The trash is empty.');
      return;
    }
    const size = trashed.reduce((sum, holding) => sum + holding.size, 0);
    const backups = count((await store.trash()).length, 'deleted backup');
    const detail = `${backups} (${count(trashed.length, 'archive')}, ${bytes(size)}) cannot be brought back then. Other backups keep what they need.`;
    const question = 'Empty the trash?';
    const answer = await showWarning(question, { modal: true, detail }, 'Empty Trash');
    if (answer !== 'Empty Trash') return;
    const words = { title: 'Emptying the trash', noun: 'Trash', shares: DELETE_SHARES };
    const result = await runStoreJob(services, words, (context) => emptyTrashJob(context, store));
    if (!result) return;
    const sentence = `Emptied the trash: ${count(result.archives, 'archive')}, ${bytes(result.bytes)}.`;
    void showInformation(sentence);
  },
};
