import assert from 'node:assert/strict';
import { parseBoardPath } from '../../src/core/paths.js';
import { annotated, summaryOf } from '../../src/core/store/summary.js';
import { moment } from '../../src/core/text.js';
import { historyPrompt, olderFirst, titleOfTwo, titleWith, versionWords } from '../../src/ui/files/fileWords.js';
import { bestMatches, patternOf } from '../../src/ui/files/workspaceFiles.js';
import { aBoard, hashOf } from '../support/builders.js';
import { aManifest } from '../support/manifests.js';

const NOW = Date.UTC(2025, 10, 24, 12);
const EARLY = '2025-11-21T09:10:00.000Z';
const LATE = '2025-11-23T18:30:00.000Z';

function file(path: string, { id = '1', createdAt = EARLY, sequence = 1, name = 'greenhouse', board = 'b1' } = {}) {
  const manifest = aManifest({ createdAt, sequence, board: aBoard({ id: board, name }) });
  return { backup: annotated(summaryOf(manifest, id), '/store/a.blb'), path: parseBoardPath(path) };
}

describe('The title of two files that are compared', () => {
  const left = file('lib/wifi.py');
  // Backups are named by the time of today's clock.
  const [early, late] = [moment(EARLY, Date.now()), moment(LATE, NOW)];

  it('names the board once where they are of one', () => {
    const right = file('lib/wifi.py', { createdAt: LATE, sequence: 2 });
    assert.equal(titleOfTwo(left, right, NOW), `wifi.py (greenhouse, ${early} ↔ ${late})`);
  });

  it('names both boards where they are of two, and both files where those differ', () => {
    const elsewhere = file('lib/wifi.py', { board: 'b2', name: 'garage' });
    assert.equal(titleOfTwo(left, elsewhere, NOW), `wifi.py (greenhouse, ${early} ↔ garage, ${early})`);
    assert.equal(
      titleOfTwo(left, file('main.py'), NOW),
      `wifi.py (greenhouse, ${early}) ↔ main.py (greenhouse, ${early})`,
    );
  });

  it('says what else a file is compared with, and no name plays tricks', () => {
    assert.equal(titleWith(left, 'workspace'), `wifi.py (greenhouse, ${early} ↔ workspace)`);
    assert.equal(titleWith(file('a\u202e.py'), 'workspace'), `a\\u202e.py (greenhouse, ${early} ↔ workspace)`);
  });

  it('has the older one on the left, by the order of the backups and not by the clock', () => {
    const later = file('lib/wifi.py', { sequence: 2, createdAt: '2025-01-01T00:00:00.000Z' });
    assert.deepEqual(olderFirst(later, left), [left, later]);
    assert.deepEqual(olderFirst(left, later), [left, later]);
    const other = file('main.py');
    assert.deepEqual(olderFirst(later, other), [later, other]);
  });
});

describe('A version in the list', () => {
  const content = { size: 1200, sha256: hashOf(Buffer.from('a')) };
  const [older, newer] = [file('a.py').backup, file('a.py', { createdAt: LATE }).backup];

  it('says when it came to be, and in how many backups it is so', () => {
    assert.deepEqual(versionWords({ change: 'changed', file: content, backups: [newer, older] }, NOW), {
      icon: 'diff-modified',
      label: moment(EARLY, NOW),
      description: 'changed, 1.2 kB, 3 days ago',
      detail: `The same in 2 backups, until ${moment(LATE, NOW)}`,
    });
  });

  it('says that it was removed, and the label of its backup', () => {
    const labelled = { ...older, label: 'before the trip' };
    const { description, detail } = versionWords({ change: 'removed', file: null, backups: [labelled] }, NOW);
    assert.deepEqual([description, detail], ['removed, 3 days ago', 'before the trip · In 1 backup']);
  });

  it('P31 is not all where backups do not know', () => {
    assert.equal(historyPrompt({ versions: [], unknown: [] }), 'Pick a version to see what changed in it.');
    assert.match(historyPrompt({ versions: [], unknown: [older] }), /1 backup did not look there .* says nothing\.$/);
  });
});

describe('The file of the workspace that belongs to one of a board', () => {
  const best = (path: string, ...files: string[]) =>
    bestMatches(
      parseBoardPath(path),
      files.map((file) => [file, file]),
    );

  it('is the one that shares most of the end of its path', () => {
    assert.deepEqual(best('lib/wifi.py', '/ws/wifi.py', '/ws/src/lib/wifi.py', '/ws/old/wifi.py'), [
      '/ws/src/lib/wifi.py',
    ]);
    assert.deepEqual(best('a/lib/wifi.py', '/ws/b/lib/wifi.py', '/ws/wifi.py'), ['/ws/b/lib/wifi.py']);
  });

  it('is one of several where as much fits', () => {
    const both = ['/ws/one/lib/wifi.py', '/ws/two/lib/wifi.py'];
    assert.deepEqual(best('lib/wifi.py', ...both, '/ws/wifi.py'), both);
  });

  it('has the whole name, and is none where no file has', () => {
    assert.deepEqual(best('wifi.py', '/ws/old-wifi.py', '/ws/wifi.py/readme'), []);
    assert.deepEqual(best('wifi.py'), []);
  });

  it('is searched for by its name as it is', () => {
    assert.equal(patternOf('main.py'), '**/main.py');
    assert.equal(patternOf('a[1]{x}*?.py'), '**/a[[]1[]][{]x[}][*][?].py');
  });
});
