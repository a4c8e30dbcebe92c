import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type BoardPath, parseBoardPath } from '../../src/core/paths.js';
import { planBackup } from '../../src/core/plan/changes.js';
import type { ContentHash, ScannedFile } from '../../src/core/tree.js';

describe('What a backup reads', () => {
  it('is every file whose content the store does not hold', () => {
    const files = [file('same.py', 10), file('changed.py', 20), file('new.py', 30)];
    const plan = planBackup(files, hashes({ 'same.py': 'a', 'changed.py': 'b', 'new.py': 'c' }), holding('a'), none);
    assert.deepEqual(
      plan.read.map(({ path }) => path),
      ['new.py', 'changed.py'],
    );
    assert.deepEqual(plan.held, [{ file: files[0], sha256: hash('a') }]);
  });

  it('is nothing of a file that was moved or copied', () => {
    const plan = planBackup([file('copy.py', 10)], hashes({ 'copy.py': 'a' }), holding('a'), none);
    assert.deepEqual(plan.read, []);
  });

  it('is everything where the board cannot hash', () => {
    const plan = planBackup([file('a', 1), file('b', 1)], new Map(), () => true, none);
    assert.equal(plan.read.length, 2);
    assert.deepEqual(plan.held, []);
  });

  it('comes with large files first, and in the order of names where they are equal', () => {
    const plan = planBackup([file('b', 1), file('a', 1), file('big', 9), file('empty', 0)], new Map(), none, none);
    assert.deepEqual(
      plan.read.map(({ path }) => path),
      ['big', 'a', 'b', 'empty'],
    );
  });

  it('is nothing that a backup that was cut off had read, but for what the store holds already', () => {
    const plan = planBackup([file('a', 1)], hashes({ a: 'a' }), none, holding('a'));
    assert.deepEqual([plan.read, plan.left.map(({ file }) => file.path)], [[], ['a']]);
    assert.deepEqual(planBackup([file('a', 1)], hashes({ a: 'a' }), holding('a'), holding('a')).left, []);
  });

  it('and what it holds are together all files, each once', () => {
    const some = fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-z]{1,6}$/),
        size: fc.nat(100),
        hash: fc.constantFrom('a', 'b', 'c', ''),
      }),
      {
        selector: ({ name }) => name,
      },
    );
    fc.assert(
      fc.property(some, (rows) => {
        const files = rows.map(({ name, size }) => file(name, size));
        const known = rows.filter((row) => row.hash !== '').map((row): [string, string] => [row.name, row.hash]);
        const plan = planBackup(files, hashes(Object.fromEntries(known)), holding('a'), holding('b'));
        const all = [...plan.read, ...[...plan.held, ...plan.left].map(({ file }) => file)].map(({ path }) => path);
        assert.deepEqual(all.sort(), files.map(({ path }) => path).sort());
        for (const { sha256 } of plan.held) assert.equal(sha256, hash('a'));
        for (const { sha256 } of plan.left) assert.equal(sha256, hash('b'));
      }),
    );
  });
});

const none = () => false;

function file(path: string, size: number): ScannedFile {
  return { type: 'file', path: parseBoardPath(path), size };
}

/** A hash that begins with `letter`. */
function hash(letter: string): ContentHash {
  return letter.padEnd(64, '0') as ContentHash;
}

function hashes(letters: Record<string, string>): Map<BoardPath, ContentHash> {
  return new Map(Object.entries(letters).map(([path, letter]) => [parseBoardPath(path), hash(letter)]));
}

function holding(letter: string): (sha256: ContentHash) => boolean {
  return (sha256) => sha256 === hash(letter);
}
