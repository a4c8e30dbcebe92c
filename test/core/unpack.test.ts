// Packed chunks of a board: one that the line has damaged is never taken for another, nor for an error that ends the job.

import assert from 'node:assert/strict';
import { LineFault } from '../../src/core/board/agent/agentLink.js';
import { CODE_LENGTHS, createUnpacker } from '../../src/core/board/agent/unpack.js';

/** The symbols of a chunk of literals and repetitions, as pack.py writes them. */
type Symbol = string | { length: 3 | 4 | 5; distance: 1 | 2 | 3 | 4 };

describe('A packed chunk', () => {
  it('is what its symbols say, and may repeat what came before it', () => {
    const unpacker = createUnpacker();
    assert.equal(text(unpacker.unpack(pack(['a', 'b', 'c', { length: 5, distance: 3 }]))), 'abcabcab');
    unpacker.pass(Buffer.from('xyz'));
    assert.equal(text(unpacker.unpack(pack([{ length: 3, distance: 3 }, '!']))), 'xyz!');
  });

  it('may repeat zeros that nothing came before: the ring of the board begins so', () => {
    assert.deepEqual([...createUnpacker().unpack(pack([{ length: 3, distance: 4 }]))], [0, 0, 0]);
  });

  it('may be any byte', () => {
    const all = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
    assert.equal(text(createUnpacker().unpack(pack(all))), all.join(''));
  });

  it('P32 that ends too early is a fault of the line', () => {
    const whole = pack([...'print("measured")']);
    for (let end = 0; end < whole.length - 1; end++)
      assert.throws(() => createUnpacker().unpack(whole.subarray(0, end)), LineFault, `${end} bytes`);
  });

  it('P32 with a changed bit is a fault of the line, or other bytes, which no hash agrees with', () => {
    const plain = 'print("measured")\n'.repeat(3);
    const whole = pack([...plain]);
    let faults = 0;
    // The first two bits are the header's, which the host knows itself.
    for (let bit = 2; bit < 8 * whole.length; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        const got = createUnpacker().unpack(damaged);
        assert.ok(got.length <= 2_048);
        // What is behind the end of the block stands for nothing.
        if (bit < 8 * (whole.length - 1)) assert.notEqual(text(got), plain, `bit ${bit}`);
      } catch (error) {
        assert.ok(error instanceof LineFault, String(error));
        faults += 1;
      }
    }
    assert.ok(faults > 0);
  });

  it('P44 that says more than a board can have packed at once is a fault of the line', () => {
    const endless = pack(Array.from({ length: 2_049 }, () => 'a'));
    assert.throws(() => createUnpacker().unpack(endless), LineFault);
  });

  it('P32 that was damaged is not remembered: it can come again', () => {
    const unpacker = createUnpacker();
    unpacker.unpack(pack(['a', 'b', 'c']));
    assert.throws(() => unpacker.unpack(pack([...'damaged']).subarray(0, 3)), LineFault);
    assert.equal(text(unpacker.unpack(pack([{ length: 3, distance: 3 }]))), 'abc');
  });
});

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** What pack.py makes of symbols, written anew from RFC 1951: the codes from their lengths, and the bits as they follow. */
function pack(symbols: readonly Symbol[]): Buffer {
  const [literals, distances] = [codesOf(CODE_LENGTHS.slice(0, 286)), codesOf(CODE_LENGTHS.slice(286))];
  // The header of the block ends with two bits in the first byte.
  let bits = '00';
  for (const symbol of symbols) {
    if (typeof symbol === 'string') bits += literals[symbol.charCodeAt(0)];
    // Lengths from 3 and distances from 1 on have a code each, and no further bits.
    else bits += `${literals[257 + symbol.length - 3]}${distances[symbol.distance - 1]}`;
  }
  bits += literals[256];
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt([...byte].reverse().join(''), 2)));
}

/** The code of each symbol, first bit first (RFC 1951, 3.2.2). */
function codesOf(lengths: string): string[] {
  const codes: string[] = [];
  let code = 0;
  for (let length = 1; length <= 15; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths.charCodeAt(symbol) - 96 !== length) continue;
      codes[symbol] = code.toString(2).padStart(length, '0');
      code += 1;
    }
    code <<= 1;
  }
  return codes;
}
