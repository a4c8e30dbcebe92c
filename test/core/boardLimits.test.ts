import assert from 'node:assert/strict';
import { parseProfile } from '../../src/core/board/probe.js';
import { limitsOfBackup, limitsOfRestore } from '../../src/core/plan/boardLimits.js';

describe('What a board cannot do', () => {
  const weak = { profile: parseProfile(''), files: { hashesOnBoard: false } };
  const strong = { profile: parseProfile('can stat,rename,.'), files: { hashesOnBoard: true } };

  it('P36 is one sentence each in the result of a backup', () => {
    assert.deepEqual(limitsOfBackup(weak), [
      'The board cannot hash, so every file was read twice.',
      'The board keeps no times of files, so the backup has none.',
    ]);
    assert.deepEqual(limitsOfBackup(strong), []);
  });

  it('P36 decides how a restore writes, which its result says', () => {
    assert.deepEqual(limitsOfRestore(weak), [
      'The board cannot rename files, so each was written in place, after a safety backup of what it replaced.',
    ]);
    assert.deepEqual(limitsOfRestore(strong), []);
  });
});
