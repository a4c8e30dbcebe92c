import assert from 'node:assert/strict';
import { BoardException, explainBoardException } from '../../src/core/board/boardErrors.js';
import { BackupError, describeCauses } from '../../src/core/errors.js';

describe('What led to a failure', () => {
  it('has the whole message of the board, and no trace of ours with it', () => {
    const traceback =
      'Traceback (most recent call last):\r\n  File "<stdin>", line 3, in read\r\nOSError: [Errno 5] EIO\r\n';
    const told = describeCauses(explainBoardException(new BoardException(traceback), 'log.txt'));
    assert.match(told, /^The board reported an error for log\.txt.* \(board-error\)\n {2}caused by: Traceback/);
    assert.match(told, /line 3, in read/);
    assert.doesNotMatch(told, /errors\.test/);
  });

  it('names each cause in turn, with the trace of what is no failure of ours', () => {
    const disk = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    const told = describeCauses(new BackupError('store-failed', 'The disk failed.', { cause: disk }));
    assert.match(told, /^The disk failed\. \(store-failed\)\n {2}caused by: Error: EIO: i\/o error\n {4}at /);
  });

  it('is told of whatever is thrown', () => {
    assert.equal(describeCauses('odd'), 'odd');
  });
});
