// What comes over a line, in whatever pieces it comes.

import assert from 'node:assert/strict';
import { Line } from '../../src/core/board/line.js';
import type { TransportEvents } from '../../src/core/board/transport/transport.js';

const WAIT = { idleMs: 1_000 };

describe('A line', () => {
  let line: Line;
  let events: TransportEvents;

  beforeEach(async () => {
    const opened = await Line.open(async (url, given) => {
      events = given;
      return { url, write: async () => {}, close: async () => {} };
    }, 'test:');
    line = opened.line;
  });

  const come = (...pieces: string[]) => {
    for (const piece of pieces) events.onData(Buffer.from(piece, 'latin1'));
  };

  describe('of a text stream', () => {
    beforeEach(() => {
      line.isText = true;
    });

    const sent = ['\n', 'a\nb', '\r', '\r\n', '\n\n', '\r\r\n\n\r', 'a\r\nb\r', '\n\r\n\r\r', '\xff\n\x00\r'];
    for (const data of sent) {
      it(`P32 gives ${JSON.stringify(data)} as it was sent, wherever it is cut`, () => {
        // What text streams of boards do to it; the byte behind each frame comes after it.
        const onWire = `${data.replaceAll('\n', '\r\n')}.`;
        for (let one = 0; one <= onWire.length; one++) {
          for (let two = one; two <= onWire.length; two++) {
            line.discard();
            come(onWire.slice(0, one), onWire.slice(one, two), onWire.slice(two));
            assert.equal(line.peek(), `${data}.`, `cut at ${one} and ${two}`);
          }
        }
      });
    }

    it('keeps a return back only until it is clear what follows it', () => {
      come('a\r');
      assert.equal(line.peek(), 'a');
      come('b');
      assert.equal(line.peek(), 'a\rb');
    });

    it('forgets half a line end with all else that is thrown away', () => {
      come('a\r');
      line.discard();
      come('\nb');
      assert.equal(line.peek(), '\nb');
    });

    it('counts what has crossed the wire, not what it stands for', () => {
      come('a\r\n', 'b\r', '\n');
      assert.equal(line.wire.received, 6);
    });
  });

  it('of bytes changes nothing', () => {
    come('a\r', '\nb\r\n');
    assert.equal(line.peek(), 'a\r\nb\r\n');
  });

  it('finds a marker that comes in pieces, and gives what stood before it', async () => {
    come('before', 'M', 'A');
    const found = line.readUntil('MARK', WAIT);
    come('R', 'Kafter');
    assert.equal(Buffer.from(await found).toString(), 'before');
    assert.equal(line.peek(), 'after');
  });
});
