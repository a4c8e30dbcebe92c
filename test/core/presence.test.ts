// When a connection began and a session ended, as windows open and close and boards come and go.

import assert from 'node:assert/strict';
import { GAP_MS, type Presences, presencesAfter } from '../../src/ui/schedule/presence.js';

const MINUTE = 60_000;

/** @param looks what was there at each minute; undefined while no window was open */
function seenAt(...looks: ReadonlyArray<readonly string[] | undefined>): Presences {
  let presences: Presences = {};
  looks.forEach((there, minute) => {
    if (there) presences = presencesAfter(presences, there, minute * MINUTE);
  });
  return presences;
}

describe('The presence of a board', () => {
  it('begins when it is first seen, with no session before it', () => {
    assert.deepEqual(seenAt([], ['a']), { a: { isThere: true, seenAt: MINUTE, connectedAt: MINUTE } });
  });

  it('goes on while it is seen, and over a window that is opened anew soon', () => {
    assert.equal(seenAt(['a'], ['a'], undefined, undefined, ['a']).a?.connectedAt, 0);
    assert.equal(GAP_MS, 3 * MINUTE);
  });

  it('is another connection after it was unplugged, and the session ended when it was last seen', () => {
    const expected = { isThere: true, seenAt: 3 * MINUTE, connectedAt: 3 * MINUTE, sessionEndedAt: MINUTE };
    assert.deepEqual(seenAt(['a'], ['a'], [], ['a']).a, expected);
  });

  it('is another connection after no window was open for long', () => {
    const { a } = seenAt(['a'], undefined, undefined, undefined, ['a']);
    assert.deepEqual([a?.connectedAt, a?.sessionEndedAt], [4 * MINUTE, 0]);
  });

  it('goes on where the window was at work for long, such as at a backup over a slow line', () => {
    const before = presencesAfter({}, ['a'], 0);
    assert.equal(presencesAfter(before, ['a'], 11 * MINUTE, 10 * MINUTE).a?.connectedAt, 0);
    assert.equal(presencesAfter(before, ['a'], 14 * MINUTE, 10 * MINUTE).a?.connectedAt, 14 * MINUTE);
  });

  it('goes on where the clock steps back', () => {
    const before = presencesAfter({}, ['a'], 60 * MINUTE);
    assert.equal(presencesAfter(before, ['a'], 0).a?.connectedAt, 60 * MINUTE);
  });

  it('of a board that is away is kept, and is not there', () => {
    assert.deepEqual(seenAt(['a'], []).a, { isThere: false, seenAt: 0, connectedAt: 0 });
  });
});
