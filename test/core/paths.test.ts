import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBackupError } from '../../src/core/errors.js';
import {
  type BoardPath,
  bytesFromText,
  childOf,
  commonParent,
  comparePaths,
  displayPath,
  isInside,
  nameOf,
  parentOf,
  parseBoardPath,
  parseUserPath,
  ROOT,
  textFromBytes,
} from '../../src/core/paths.js';

describe('The path of a file on a board', () => {
  it('of several is in one folder, in whatever order they are named', () => {
    const common = (...paths: string[]) => commonParent(paths.map(parseBoardPath));
    assert.equal(common('lib/a.py', 'lib/b.py'), 'lib');
    assert.equal(common('lib', 'lib/a.py'), ROOT);
    assert.equal(common('lib/a.py', 'lib'), ROOT);
    assert.equal(common('lib/x/a.py', 'lib/y/b.py'), 'lib');
    assert.equal(common('a.py'), ROOT);
    assert.equal(common(), ROOT);
  });

  it('P45 takes any bytes that a board may hold, and gives the very same bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        assert.deepEqual(Buffer.from(bytesFromText(textFromBytes(bytes))), Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('P45 keeps names that are nearly UTF-8: cut off, overlong, surrogates, beyond Unicode', () => {
    for (const hex of ['c3', 'e282', 'f09f98', 'c0af', 'e08080', 'eda080', 'f4908080', 'ff', '61c362', 'efbbbf61']) {
      const bytes = Buffer.from(hex, 'hex');
      assert.deepEqual(bytesFromText(textFromBytes(bytes)), bytes, hex);
    }
  });

  it('has the order of its bytes, whatever they are', () => {
    const few = fc.constantFrom(
      0x41,
      0x2f,
      0x7f,
      0x80,
      0xc2,
      0xe2,
      0x82,
      0xac,
      0xed,
      0xee,
      0x9f,
      0xef,
      0xbf,
      0xbd,
      0xf0,
      0x90,
    );
    const name = fc.oneof(
      fc.array(few, { maxLength: 8 }).map((bytes) => textFromBytes(Buffer.from(bytes))),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u0080', '\udc80'),
    );
    fc.assert(
      fc.property(name, name, name, (start, one, other) => {
        const [left, right] = [accepted(start + one), accepted(start + other)];
        if (left === undefined || right === undefined) return;
        assert.equal(comparePaths(left, right), Buffer.compare(bytesFromText(left), bytesFromText(right)));
      }),
      { numRuns: 5000 },
    );
  });

  it('P44 has one spelling only for the same bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 1, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
        (text) => {
          const path = accepted(text);
          if (path !== undefined) assert.equal(textFromBytes(bytesFromText(path)), text);
        },
      ),
      { numRuns: 2000 },
    );
    // The bytes of an `é`, each dressed up as an odd one.
    assert.equal(accepted('\udcc3\udca9'), undefined);
    assert.equal(accepted('\udcff'), '\udcff');
  });

  for (const text of ['/', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', 'a/./b', 'a\0b', '\ud800', '\udc00']) {
    it(`P44 is refused as ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseBoardPath(text),
        (error) => isBackupError(error, 'bad-name'),
      );
    });
  }

  for (const text of ['', '...', '..a', 'a..', ' ', '-rf', '__proto__', 'C:', 'CON', 'a\\b', 'a\nb', '~', 'é', '😀']) {
    it(`may be ${JSON.stringify(text)}`, () => {
      assert.equal(parseBoardPath(text), text);
    });
  }

  it('may be typed as on the board, with a slash at either end', () => {
    assert.equal(parseUserPath('/'), ROOT);
    assert.equal(parseUserPath('/lib/'), 'lib');
    assert.equal(parseUserPath('lib/wifi.py'), 'lib/wifi.py');
    assert.throws(
      () => parseUserPath('/../etc'),
      (error) => isBackupError(error, 'bad-name'),
    );
  });

  it('has a folder and a name, and lies inside each folder above it', () => {
    const path = parseBoardPath('lib/net/wifi.py');
    assert.equal(parentOf(path), 'lib/net');
    assert.equal(parentOf(parentOf(parentOf(path))), ROOT);
    assert.equal(parentOf(ROOT), ROOT);
    assert.equal(nameOf(path), 'wifi.py');
    assert.equal(childOf(parentOf(path), nameOf(path)), path);
    assert.equal(childOf(ROOT, 'a'), 'a');
    for (const folder of [ROOT, parseBoardPath('lib'), parseBoardPath('lib/net'), path])
      assert.ok(isInside(path, folder));
    for (const folder of ['li', 'lib/ne', 'net', 'lib/net/wifi.py/x'])
      assert.ok(!isInside(path, parseBoardPath(folder)));
  });

  it('cannot lead out of its folder by a child', () => {
    assert.throws(
      () => childOf(parseBoardPath('lib'), '..'),
      (error) => isBackupError(error, 'bad-name'),
    );
  });
});

describe('A path shown to people', () => {
  it('hides nothing that a screen would obey or not show', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (text, bytes) => {
        for (const shown of [displayPath(text), displayPath(textFromBytes(bytes))]) {
          assert.doesNotMatch(shown, /(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('names what it escapes', () => {
    assert.equal(displayPath('a\x1b[31m\r\nb'), 'a\\u001b[31m\\u000d\\u000ab');
    assert.equal(displayPath('photo\u202egnp.py'), 'photo\\u202egnp.py');
    assert.equal(displayPath('a\u200bb\u2028\ufeff'), 'a\\u200bb\\u2028\\ufeff');
    assert.equal(displayPath(textFromBytes(Buffer.of(0x61, 0xff, 0x80))), 'a\\xff\\x80');
  });

  it('leaves alone what people write', () => {
    for (const text of ['lib/wifi.py', 'Größe.txt', '日本語', 'naïve café', '👩‍🔬.py', 'back\\slash', '"quoted"'])
      assert.equal(displayPath(text), text);
  });
});

function accepted(text: string): BoardPath | undefined {
  try {
    return parseBoardPath(text);
  } catch (error) {
    assert.ok(isBackupError(error, 'bad-name'));
    return undefined;
  }
}
