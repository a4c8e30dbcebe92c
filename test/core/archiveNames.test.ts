// Which names files get in an archive, and boards in a store.

import assert from 'node:assert/strict';
import { createPlacement, isOrdinary, isPortable } from '../../src/core/archive/placement.js';
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

describe('Where files stand in an export to a folder', () => {
  it('P44 stay the names that every system takes; what Windows refuses goes under its hash', () => {
    const isKept = (path: string) => isPortable(parseBoardPath(path));
    const kept = [
      'main.py',
      'lib/a b.py',
      'schön 🙂.txt',
      '.hidden',
      'a.b.c',
      'console.py',
      'com10',
      'lpt',
      'auxiliary/x',
      'x.aux',
    ];
    assert.deepEqual(kept.filter(isKept), kept);
    const refused = [
      ...['aux', 'AUX.py', 'lib/con.txt', 'nul/x', 'prn.tar.gz', 'com1', 'LPT9.log', 'com¹', 'com0'],
      ...[
        'what?',
        'a*b',
        'a:b',
        'a|b',
        '<a',
        'a>',
        'say "hi"',
        'dot.',
        'space ',
        'lib./x',
        'lib /x',
        'C:/a',
        'a\\b',
        'a\nb',
      ],
      'x'.repeat(256),
    ];
    assert.deepEqual(refused.filter(isKept), []);
    console.log(`      ${kept.length} names stay, ${refused.length} do not`);
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
