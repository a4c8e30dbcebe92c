import { finishRestore } from '../core/jobs/settleRestore.js';
import { settlingVerb } from './settling.js';

export const finishVerb = settlingVerb({
  summary: 'Finishes a restore that was interrupted',
  details: `Files that are right already are not written again. \`mpbackup undo\` takes such a restore back instead.`,
  done: 'Finished',
  verb: 'Finish',
  settle: finishRestore,
});
