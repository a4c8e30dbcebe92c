import assert from 'node:assert/strict';
import { parseBoardPath } from '../../src/core/paths.js';
import { plausibleScan } from '../../src/core/plan/plausible.js';
import type { ScannedFile } from '../../src/core/tree.js';

const file = (path: string, size = 1, mtime?: number): ScannedFile => ({
  type: 'file',
  path: parseBoardPath(path),
  size,
  ...(mtime !== undefined && { mtime }),
});
const scanOf = (...files: ScannedFile[]) => plausibleScan({ folders: [], files, temporaries: [], unreadable: [] });

describe('P44 What a board says that cannot be', () => {
  it('a path that it names twice is told, and counted once', () => {
    const { files, unreadable } = scanOf(file('a.py', 1), file('a.py', 2), file('b.py'));
    assert.deepEqual(files, [file('a.py', 1), file('b.py')]);
    assert.deepEqual(unreadable, [{ path: 'a.py', message: 'the board names it twice' }]);
  });

  it('a file inside a file is told, and hides neither the file nor others', () => {
    const { files, unreadable } = scanOf(file('a'), file('a/b/c.py'), file('d.py'));
    assert.deepEqual(files, [file('a'), file('d.py')]);
    assert.deepEqual(unreadable, [{ path: 'a/b/c.py', message: 'the board names it inside a file' }]);
  });

  it('a size that no file has is told', () => {
    const { files, unreadable } = scanOf(
      file('a', Number.NaN),
      file('b', 1e23),
      file('c', -1),
      file('d', 1.5),
      file('e'),
    );
    assert.deepEqual(files, [file('e')]);
    assert.equal(unreadable.length, 4);
  });

  it('a time that no clock shows is left out', () => {
    const { files } = scanOf(
      file('a', 1, 1.5),
      file('b', 1, 1e20),
      file('c', 1, Number.NaN),
      file('d', 1, 1_700_000_000),
    );
    assert.deepEqual(files, [file('a'), file('b'), file('c'), file('d', 1, 1_700_000_000)]);
  });
});
