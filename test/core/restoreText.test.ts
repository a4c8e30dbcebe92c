// A restore in words: whatever language is spoken, what is stored of it is in English.

import assert from 'node:assert/strict';
import { skippedInWords } from '../../src/core/jobs/restoreOutcome.js';
import { describeReport, includedSentence } from '../../src/core/jobs/restoreText.js';
import { speak } from '../../src/core/l10n.js';
import { parseBoardPath } from '../../src/core/paths.js';
import type { SkipReason } from '../../src/core/plan/restoreItem.js';
import type { RestoreRecord } from '../../src/core/store/restoreRecords.js';
import { localTime } from '../../src/core/text.js';

const createdAt = '2026-11-26T12:00:00Z';

describe('What a restore includes', () => {
  const files = (number: number) => ({ createdAt, entries: Array.from({ length: number }, () => ({ type: 'file' })) });
  const beginning = (selected: number, all: number) =>
    includedSentence({ items: [] }, selected, files(all)).split(';')[0];

  it('is said with the right number', () => {
    const backup = `the backup of ${localTime(createdAt)}`;
    assert.equal(beginning(1, 1), `The only file of ${backup} is included`);
    assert.equal(beginning(3, 3), `All 3 files of ${backup} are included`);
    assert.equal(beginning(1, 3), `1 of 3 files of ${backup} is included`);
    assert.equal(beginning(2, 3), `2 of 3 files of ${backup} are included`);
  });
});

describe('The report of a restore', () => {
  before(() =>
    speak({ 'left out by you': 'von Ihnen ausgelassen', 'left out: {0} ({1})': 'ausgelassen: {0} ({1})' }, 'de'),
  );
  after(() => speak(undefined, 'en'));

  it('has its reasons in English where it is stored, and says them in the language that is spoken', () => {
    const skip: SkipReason = 'left-out';
    const skipped = skippedInWords({ skipped: [{ path: parseBoardPath('secret.py'), skip }] });
    assert.deepEqual(skipped, [{ path: 'secret.py', reason: 'left out by you' }]);
    const later = { path: 'odd.py', reason: 'of a later version' };
    const lines = describeReport(recordWith([...skipped, later])).split('\n');
    assert.ok(lines.includes('  ausgelassen: secret.py (von Ihnen ausgelassen)'), lines.join('\n'));
    assert.ok(lines.includes('  ausgelassen: odd.py (of a later version)'), lines.join('\n'));
  });
});

function recordWith(skipped: Array<{ path: string; reason: string }>): RestoreRecord {
  return {
    ...{ id: '1'.repeat(32), at: createdAt, sequence: 1, state: 'done', starts: 1, toward: 'after' },
    ...{ board: { id: 'uid:1', name: 'kitchen' }, backup: { id: '2'.repeat(32), createdAt }, safety: null },
    ...{ mode: 'stage-all', items: [] },
    report: {
      ...{ restored: 1, unchanged: 0, deleted: 0, verified: 1, skipped, conflicts: [] },
      ...{ mode: 'stage-all', program: 'none', seconds: 1 },
    },
  };
}
