import { finishRestore } from '../core/jobs/settleRestore.js';
import { settlingVerb } from './settling.js';

export const finishVerb = settlingVerb({
  summary: 'Brings a restore to its end that was interrupted',
  details: `Files that are right already are not written again. \`mpbackup undo\` takes such a restore back instead.`,
  ...{ done: 'Finished', verb: 'Finish', settle: finishRestore },
});
