import assert from 'node:assert/strict';
import { HEAD_LENGTH, PROOF, parseHead } from '../../src/core/board/agent/frames.js';

describe('The frames of the agent', () => {
  const headOf = (length: number) => {
    const head = Buffer.alloc(HEAD_LENGTH);
    head.writeUInt16LE(length, 2);
    return head;
  };

  it('P08 hold the last block of a file, however full, and its hash', () => {
    assert.equal(parseHead(headOf(4_095 + PROOF))?.length, 4_103);
  });

  it('P32 are damaged where they are longer than any', () => {
    assert.equal(parseHead(headOf(4_097 + PROOF)), undefined);
  });
});
