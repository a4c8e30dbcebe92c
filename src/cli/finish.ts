import { finishRestore } from '../core/jobs/settleRestore.js';
import { settlingVerb } from './settling.js';

export const finishVerb = settlingVerb({
  summary: 'Finish a restore that was interrupted',
  details: `Files that are already right are not written again. To go back instead, use \`mpbackup undo\`.`,
  done: 'Finished',
  verb: 'Finish',
  settle: finishRestore,
});
