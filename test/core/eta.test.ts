import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Amount, estimate } from '../../src/core/plan/eta.js';

const amount = fc.record({ files: fc.nat(1000), bytes: fc.nat(1_000_000_000) });

describe('How long a job will take', () => {
  it('is not guessed before anything is known', () => {
    assert.equal(estimate({ files: 0, bytes: 0 }, { files: 10, bytes: 1000 }, 60), undefined);
    assert.equal(estimate({ files: 1, bytes: 100 }, { files: 10, bytes: 1000 }, 0.4), undefined);
  });

  it('is as long again where half is done', () => {
    assert.deepEqual(estimate({ files: 5, bytes: 500 }, { files: 10, bytes: 1000 }, 8), {
      bytesPerSecond: 62.5,
      secondsLeft: 8,
    });
  });

  it('counts files without bytes too', () => {
    assert.equal(estimate({ files: 10, bytes: 0 }, { files: 40, bytes: 0 }, 1)?.secondsLeft, 3);
  });

  it('is a number that makes sense, whatever is done, even more than was announced', () => {
    fc.assert(
      fc.property(amount, amount, fc.double({ min: 0.5, max: 1e6, noNaN: true }), (done, total, seconds) => {
        const found = estimate(done, total, seconds);
        if (!found) return;
        assert.ok(Number.isFinite(found.secondsLeft) && found.secondsLeft >= 0);
        assert.ok(Number.isFinite(found.bytesPerSecond) && found.bytesPerSecond >= 0);
      }),
    );
  });

  it('ends at nothing, and never grows while a steady job goes on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 1, max: 100_000 }), (files, size) => {
        const total: Amount = { files, bytes: files * size };
        let last = Number.POSITIVE_INFINITY;
        for (let number = 1; number <= files; number++) {
          const left = estimate({ files: number, bytes: number * size }, total, number)?.secondsLeft ?? Number.NaN;
          assert.ok(left <= last + 1e-6);
          last = left;
        }
        assert.equal(last, 0);
      }),
    );
  });
});
