// The words of host and agent: what a command holds, and what its checks notice.

import assert from 'node:assert/strict';
import { checkOf, encodeCommand, parseHead, pathWord, wordsThatFit } from '../../src/core/board/agent/frames.js';

/** Every board holds 127 bytes while it is busy; two may be acknowledgements that it has not taken yet. */
const LONGEST = 127 - 2;

describe('A command to the agent', () => {
  it('takes as many words as fit, in their order, and never more than a board holds', () => {
    const lengths = [1, 2, 7, 30, 59, 60, 61, 110, 117, 118];
    for (const fixed of [[], ['-', '0'], ['P', '1000000']]) {
      for (const first of lengths) {
        for (const then of lengths) {
          const words = ['a'.repeat(first), ...Array.from({ length: 60 }, (_, at) => String(at).padStart(then, 'b'))];
          const fit = wordsThatFit(words, fixed);
          assert.ok(fit.length > 0);
          assert.deepEqual(fit, words.slice(0, fit.length));
          const length = (taken: readonly string[]) => encodeCommand('r', [...fixed, ...taken]).length;
          const most = `${first} and ${then} beside ${fixed.length}: ${fit.length}`;
          if (fit.length > 1) assert.ok(length(fit) <= LONGEST, most);
          // One more would not be far from the limit: room is not given away.
          if (fit.length < words.length) assert.ok(length(words.slice(0, fit.length + 1)) > 115, most);
        }
      }
    }
  });

  it('takes one word even where it is too long, and all where they are few', () => {
    assert.deepEqual(wordsThatFit(['a'.repeat(500), 'b'], []), ['a'.repeat(500)]);
    assert.deepEqual(wordsThatFit(['a', 'b', 'c'], ['x']), ['a', 'b', 'c']);
    assert.deepEqual(wordsThatFit([], ['x']), []);
  });

  it('P44 is one line without control characters, whatever a path is made of', () => {
    const names = ['a b', 'new\nline', "it's", '\x03', 'Ünïcödé', '🐍', 'x41', 'every "thing"', '\x7f'];
    for (const name of names) assert.match(encodeCommand('r', [pathWord(name)]).toString('latin1'), /^[\x20-\x7e]+\n$/);
    assert.equal(pathWord('lib/main.py'), '/lib/main.py');
    assert.equal(pathWord('a b'), `x${Buffer.from('/a b').toString('hex')}`);
  });
});

describe('The check of a frame', () => {
  const data = Uint8Array.from({ length: 300 }, (_, at) => (at * 31) & 0xff);
  const head = Buffer.from('d\x05\x2c\x01', 'latin1');

  it('P32 notices each changed bit, of the data and of the head', () => {
    const right = checkOf(data, head);
    for (const part of [data, head]) {
      for (let bit = 0; bit < 8 * part.length; bit++) {
        const changed = Buffer.from(part);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.notEqual(part === data ? checkOf(changed, head) : checkOf(data, changed), right, `bit ${bit}`);
      }
    }
  });

  it('P32 notices bytes that changed places', () => {
    const right = checkOf(data, head);
    for (let at = 1; at < data.length; at++) {
      const changed = Buffer.from(data);
      [changed[at - 1], changed[at]] = [changed[at] ?? 0, changed[at - 1] ?? 0];
      assert.notEqual(checkOf(changed, head), right, `at ${at}`);
    }
  });

  it('P33 a length that no frame has is none: nobody waits for so many bytes', () => {
    const withLength = (length: number) => parseHead(Buffer.of(0x64, 0, length & 0xff, length >> 8, 0, 0));
    // A block, and the hash behind the last one of a file; or a path in folders that lie fifty deep, each with the longest name.
    for (const length of [4_096 + 8, 50 * 256]) assert.equal(withLength(length)?.length, length);
    assert.equal(withLength(16_385), undefined);
  });
});
