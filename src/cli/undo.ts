import { undoRestore } from '../core/jobs/settleRestore.js';
import { settlingVerb } from './settling.js';

export const undoVerb = settlingVerb({
  summary: 'Takes the last restore of a board back, also one that was interrupted',
  details: `What the restore replaced or deleted comes back, and what it added goes. Nothing else on the board is touched.
Once more, and the restore before that one is taken back.`,
  done: 'Undid',
  verb: 'Undo',
  settle: undoRestore,
});
