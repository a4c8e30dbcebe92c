import { undoRestore } from '../core/jobs/settleRestore.js';
import { settlingVerb } from './settling.js';

export const undoVerb = settlingVerb({
  summary: 'Undo the last restore of a board, even an interrupted one',
  details: `What the restore replaced or deleted comes back, and what it added is removed. Nothing else on the board is
touched. A second undo undoes the restore before that one.`,
  done: 'Undid',
  verb: 'Undo',
  settle: undoRestore,
});
