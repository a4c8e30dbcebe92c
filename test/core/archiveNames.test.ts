// Which names files get in an archive, and boards in a store.

import assert from 'node:assert/strict';
import { createPlacement, isOrdinary } from '../../src/core/archive/placement.js';
import { parseBoardPath, textFromBytes } from '../../src/core/paths.js';
import { boardFolderName } from '../../src/core/store/boardFolder.js';
import { hashOf } from '../support/builders.js';

const sha256 = hashOf(Buffer.from('x'));

function placed(...paths: string[]): string[] {
  const placement = createPlacement(isOrdinary);
  return paths.map((path) => placement.ofFile(parseBoardPath(path), sha256).replace(sha256, '…'));
}

describe('Where files stand in an archive', () => {
  it('ordinary names stay, those that only Windows refuses too', () => {
    const names = ['main.py', 'lib/a b.py', 'schön 🙂.txt', 'aux.py', 'what?', 'dot.', '-rf', '"quoted"', '__proto__'];
    assert.deepEqual(
      placed(...names),
      names.map((name) => `files/${name}`),
    );
  });

  it('names that some unzip would change or refuse go under their hash', () => {
    const odd = [
      'a\\b',
      'a\nb',
      'a\x7f',
      'a\x85',
      'C:/a',
      'c:a',
      textFromBytes(Buffer.of(0x61, 0xff)),
      'ü'.repeat(128),
    ];
    assert.deepEqual(
      placed(...odd),
      odd.map(() => 'objects/…'),
    );
  });

  it('of names that differ only by case or normalisation, the first stays', () => {
    assert.deepEqual(placed('A.py', 'a.py'), ['files/A.py', 'objects/…']);
    assert.deepEqual(placed('é.py', 'e\u0301.py'), ['files/é.py', 'objects/…']);
    assert.deepEqual(placed('lib/a', 'Lib/b', 'lib/b'), ['files/lib/a', 'objects/…', 'files/lib/b']);
    assert.deepEqual(placed('lib', 'LIB/a'), ['files/lib', 'objects/…']);
  });
});

describe('The folder of a board', () => {
  it('has a name that every file system takes and a person knows', () => {
    const folder = (name: string) => boardFolderName({ id: 'e6614103e72b4c2a', name });
    assert.equal(folder('Kitchen sensor'), 'kitchen-sensor-3b025ee0');
    assert.equal(folder('Gewächshaus №7'), 'gewachshaus-no7-3b025ee0');
    assert.equal(folder('../..'), 'board-3b025ee0');
    assert.equal(folder('温室'), 'board-3b025ee0');
    assert.equal(folder('CON'), 'con-3b025ee0');
    assert.ok(folder('x'.repeat(300)).length <= 49);
  });
});
