import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describeProgress } from '../../src/core/jobs/progressText.js';
import { createCountdown, createRate, learnPace, secondsFor } from '../../src/core/plan/eta.js';
import { reportsOf, type Trace, tell } from '../support/etaTraces.js';

const seconds = fc.double({ min: 0.01, max: 1e5, noNaN: true });

describe('What work costs', () => {
  it('is not guessed before anything is known', () => {
    const pace = learnPace();
    assert.equal(pace.cost(), undefined);
    pace.note({ files: 0, bytes: 0 }, 60);
    assert.equal(pace.cost(), undefined);
  });

  it('is a rate of files where there are no bytes', () => {
    const pace = learnPace();
    for (let files = 1; files <= 10; files++) pace.note({ files, bytes: 0 }, files / 10);
    assert.ok(Math.abs((pace.cost()?.perFile ?? 0) - 0.1) < 1e-9);
  });

  it('is told apart, for files and for bytes, once large and small files have come by', () => {
    const [perFile, perByte] = [0.05, 1e-4];
    const pace = learnPace();
    const sizes = [100_000, 50_000, 20_000, ...Array.from({ length: 200 }, (_, at) => 500 - 2 * at)];
    let [files, bytes, at] = [0, 0, 0];
    for (const size of sizes) {
      files += 1;
      bytes += size;
      at += perFile + perByte * size;
      pace.note({ files, bytes }, at);
    }
    const cost = pace.cost();
    assert.ok(cost && Math.abs(cost.perFile / perFile - 1) < 0.1, JSON.stringify(cost));
    assert.ok(Math.abs(cost.perByte / perByte - 1) < 0.1, JSON.stringify(cost));
  });

  it('begins with what an earlier part of the job has cost', () => {
    const earlier = { perFile: 0.02, perByte: 2e-4 };
    const pace = learnPace(earlier);
    assert.deepEqual(pace.cost(), earlier);
    pace.note({ files: 0, bytes: 100 }, 0.1);
    pace.note({ files: 0, bytes: 200 }, 0.11);
    assert.ok((pace.cost()?.perByte ?? 0) > 1e-4);
  });

  it('is a number that makes sense, whatever is done, even where it is taken back', () => {
    const step = fc.record({ files: fc.nat(3), bytes: fc.integer({ min: -50_000, max: 1_000_000 }), took: seconds });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const pace = learnPace();
        let [files, bytes, at] = [0, 0, 0];
        for (const { files: more, bytes: moreBytes, took } of steps) {
          files += more;
          bytes = Math.max(0, bytes + moreBytes);
          at += took;
          pace.note({ files, bytes }, at);
          const { perFile, perByte } = pace.cost() ?? { perFile: 0, perByte: 0 };
          assert.ok(Number.isFinite(perFile) && perFile >= 0);
          assert.ok(Number.isFinite(perByte) && perByte >= 0);
        }
      }),
    );
  });

  it('makes no work last longer while a steady job goes on, and the end is nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 1, max: 100_000 }), (files, size) => {
        const pace = learnPace();
        let last = Number.POSITIVE_INFINITY;
        for (let done = 1; done <= files; done++) {
          pace.note({ files: done, bytes: done * size }, done);
          const cost = pace.cost();
          assert.ok(cost);
          const left = secondsFor({ files: files - done, bytes: (files - done) * size }, cost);
          assert.ok(left <= last + 1e-6 && Math.abs(left - (files - done)) < 1e-6);
          last = left;
        }
        assert.equal(last, 0);
      }),
    );
  });
});

describe('A figure that is shown', () => {
  it('counts down where the end stays, and moves gently where it does not', () => {
    const shown = createCountdown();
    assert.equal(shown(60, 0), 60);
    assert.equal(shown(50, 10), 50);
    const moved = shown(100, 10.1);
    assert.ok(moved > 49 && moved < 55, String(moved));
    let last = moved;
    for (let now = 10.2; now < 30; now += 0.1) last = shown(110.1 - now, now);
    assert.ok(Math.abs(last - (110.1 - 29.9)) < 1, String(last));
  });

  it('is nothing at the end', () => {
    const shown = createCountdown();
    shown(60, 0);
    assert.equal(shown(0, 1), 0);
  });

  it('is the rate of the last seconds', () => {
    const rate = createRate();
    assert.equal(rate(0, 0), undefined);
    assert.equal(rate(1000, 1), undefined);
    assert.equal(rate(2000, 2), 1000);
    for (let now = 3; now <= 100; now++) rate(1000 * now, now);
    let last: number | undefined;
    for (let now = 101; now <= 110; now++) last = rate(100_000 + 10 * (now - 100), now);
    assert.equal(last, 10);
  });

  it('is in whole seconds', () => {
    const progress = { phase: 'read', done: { files: 1, bytes: 10 }, total: { files: 2, bytes: 20 } } as const;
    const left = (secondsLeft: number) => / · ([^·]* left)$/.exec(describeProgress({ ...progress, secondsLeft }))?.[1];
    assert.deepEqual([0, 0.2, 3.4, 59.7, 150].map(left), [
      '0 s left',
      '1 s left',
      '4 s left',
      '1 min left',
      '2 min 30 s left',
    ]);
  });
});

/** As `npm run bench -- eta` recorded them, on simulated boards behind pseudo-terminals. */
const traces: Trace[] = JSON.parse(readFileSync(join(ASSETS_FOLDER, '..', 'test', 'fixtures', 'eta.json'), 'utf8'));

describe('The time that a job has left', () => {
  /** The estimate is no further off than this, up or down, after 10, 25 and 50 % of the time. */
  const FACTORS = [2, 1.75, 1.6];

  for (const trace of traces) {
    it(`is known early: ${trace.name}`, () => {
      for (const [number, { told, left, at }] of tell(trace, [0.1, 0.25, 0.5]).entries()) {
        // Before the first bytes have come, nothing is told.
        if (at < 1.5) continue;
        assert.ok(told !== undefined, `nothing after ${at} s`);
        const factor = FACTORS[number] ?? 1;
        assert.ok(told < left * factor && told > left / factor, `${told} s told after ${at} s, and it was ${left} s`);
      }
    });
  }

  it('does not jump', () => {
    for (const trace of traces) {
      let last: { end: number; at: number } | undefined;
      for (const { at, progress } of reportsOf(trace.parts)) {
        if (progress.secondsLeft === undefined) continue;
        const end = at / 1000 + progress.secondsLeft;
        // From one report to the next it moves by no more than a part of what is left.
        if (last && at - last.at < 300)
          assert.ok(Math.abs(end - last.end) <= 0.5 + 0.25 * progress.secondsLeft, `${trace.name} at ${at} ms`);
        last = { end, at };
      }
    }
  });
});
