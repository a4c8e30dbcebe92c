import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeBriefly, describeProgress, percent } from '../../src/core/jobs/progressText.js';
import { parseBoardPath } from '../../src/core/paths.js';
import {
  age,
  bytes,
  count,
  day,
  duration,
  firmwareName,
  localTime,
  moment,
  moments,
  momentWithin,
  monthName,
  shortened,
} from '../../src/core/text.js';

describe('Figures as people read them', () => {
  const sizes: ReadonlyArray<readonly [number, string]> = [
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [999.5, '1.0 kB'],
    [1000, '1.0 kB'],
    [9949, '9.9 kB'],
    [9950, '10 kB'],
    [217_975, '218 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [3_400_000, '3.4 MB'],
    [1_073_741_824, '1.1 GB'],
    [2e12, '2.0 TB'],
    [5e15, '5000 TB'],
  ];
  for (const [number, text] of sizes) it(`${number} bytes are ${text}`, () => assert.equal(bytes(number), text));

  const durations: ReadonlyArray<readonly [number, string]> = [
    [0, '0 s'],
    [0.04, '0 s'],
    [0.4, '0.4 s'],
    [0.96, '1 s'],
    [1, '1 s'],
    [1.96, '2 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [3599, '59 min 59 s'],
    [3599.7, '1 h'],
    [7500, '2 h 5 min'],
    [90_000, '25 h'],
  ];
  for (const [seconds, text] of durations)
    it(`${seconds} seconds are ${text}`, () => assert.equal(duration(seconds), text));

  it('a size is never longer than eight characters, nor a duration than twelve', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 9e14, noNaN: true }),
        fc.double({ min: 0, max: 3e6, noNaN: true }),
        (size, seconds) => {
          assert.match(bytes(size), /^\d{1,3}(\.\d)? [kMGT]?B$/);
          assert.match(duration(seconds), /^(\d\.\d s|\d+ (s|min|h)|\d+ min \d+ s|\d+ h \d+ min)$/);
          assert.doesNotMatch(duration(seconds), /\b60 (s|min)/);
        },
      ),
    );
  });

  it('one is one, and thousands are told apart', () => {
    assert.equal(count(0, 'file'), '0 files');
    assert.equal(count(1, 'file'), '1 file');
    assert.equal(count(1200, 'file'), '1,200 files');
  });
});

describe('Times as people read them', () => {
  let zone: string | undefined;

  beforeEach(() => {
    zone = process.env.TZ;
    process.env.TZ = 'Europe/Berlin';
  });

  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  const now = Date.parse('2025-11-21T09:10:00Z');
  const shown = (iso: string, at = now) => moment(iso, at, 'en-GB');

  it('are as short as the day allows', () => {
    assert.equal(shown('2025-11-21T08:02:00Z'), 'Today 9:02');
    assert.equal(shown('2025-11-20T17:30:00Z'), 'Yesterday 18:30');
    assert.equal(shown('2025-11-12T08:10:00Z'), '12 Nov 9:10');
    assert.equal(shown('2024-11-12T08:10:00Z'), '12 Nov 2024 9:10');
    assert.equal(day('2024-11-12T08:10:00Z', now, 'en-GB'), '12 Nov 2024');
  });

  it('are by the clock of schedules in any language, and small within a sentence', () => {
    assert.equal(moment('2025-11-21T17:02:00Z', now, 'en-US'), 'Today 18:02');
    assert.equal(momentWithin('2025-11-21T17:02:00Z', now, 'en-US'), 'today 18:02');
    assert.equal(momentWithin('2025-11-20T17:30:00Z', now, 'en-US'), 'yesterday 18:30');
    assert.equal(momentWithin('2025-11-12T17:30:00Z', now, 'en-US'), 'Nov 12 18:30');
  });

  it('name months in one way, whether their year stands beside them or not', () => {
    assert.deepEqual(
      ['2025-12-12T08:10:00Z', '2026-01-12T08:10:00Z'].map((iso) => monthName(iso, 'de')),
      ['Dez', 'Jan 2026'],
    );
  });

  it('go by the days of the user, not of London', () => {
    assert.equal(shown('2025-11-20T23:30:00Z'), 'Today 0:30');
    assert.equal(shown('2025-11-20T22:30:00Z'), 'Yesterday 23:30');
  });

  it('are told in full by the clock of the user, so that they sort', () => {
    assert.equal(localTime('2026-11-21T01:57:33.120Z'), '2026-11-21 02:57');
    assert.equal(localTime('2025-12-31T23:05:00Z'), '2026-01-01 00:05');
    assert.equal(localTime('2026-07-01T22:30:00Z'), '2026-07-02 00:30');
  });

  it('P46 are right on the morning after the clocks changed', () => {
    // On Sunday, 30 March 2025, the clocks went forward: that day had 23 hours.
    const monday = Date.parse('2025-03-30T22:30:00Z');
    assert.equal(shown('2025-03-30T12:00:00Z', monday), 'Yesterday 14:00');
    assert.equal(shown('2025-03-29T22:45:00Z', monday), '29 Mar 23:45');
    // On Sunday, 26 October 2025, they went back: 25 hours.
    const lateOnSunday = Date.parse('2025-10-26T22:30:00Z');
    assert.equal(shown('2025-10-25T21:45:00Z', lateOnSunday), 'Yesterday 23:45');
  });

  it('are told as an age, and a clock that was set back makes none negative', () => {
    const ages: ReadonlyArray<readonly [string, string]> = [
      ['2025-11-21T09:09:30Z', 'just now'],
      ['2025-11-21T09:05:00Z', '5 min ago'],
      ['2025-11-21T08:10:01Z', '59 min ago'],
      ['2025-11-21T07:00:00Z', '2 h ago'],
      ['2025-11-19T09:20:00Z', '47 h ago'],
      ['2025-11-19T09:10:00Z', '2 days ago'],
      ['2026-01-01T00:00:00Z', 'just now'],
    ];
    for (const [iso, text] of ages) assert.equal(age(iso, now), text, iso);
  });
});

describe('Firmware', () => {
  for (const [told, name] of [
    ['3.4.0; MicroPython v1.27.0 on 2025-12-10', 'MicroPython 1.27.0 (2025-12-10)'],
    ['3.4.0; Adafruit CircuitPython 9.1.0 on 2024-07-10', 'Adafruit CircuitPython 9.1.0 (2024-07-10)'],
    ['3.4.0; MicroPython v1.26.0-preview.12.gabc on 2025-05-01', 'MicroPython 1.26.0-preview.12.gabc (2025-05-01)'],
    ['MicroPython v1.27.0', 'MicroPython 1.27.0'],
    ['something 1 of 2', 'something 1 of 2'],
    ['', ''],
  ] as const)
    it(`${told} is ${name}`, () => assert.equal(firmwareName(told), name));
});

describe('How far a job is', () => {
  it('is told with all that is known', () => {
    const progress = {
      phase: 'read',
      path: parseBoardPath('lib/wifi.py'),
      done: { files: 3, bytes: 4200 },
      total: { files: 50, bytes: 10_000 },
      bytesPerSecond: 9800,
      secondsLeft: 12,
    } as const;
    assert.equal(describeProgress(progress), 'Reading lib/wifi.py · 3 of 50 files · 42% · 9.8 kB/s · 12 s left');
  });

  it('is told with the little that is known', () => {
    assert.equal(describeProgress({ phase: 'connect', done: { files: 0, bytes: 0 } }), 'Connecting');
    const rewriting = { phase: 'rewrite', done: { files: 3, bytes: 42 }, total: { files: 12, bytes: 100 } } as const;
    assert.equal(describeProgress(rewriting), 'Rewriting · 3 of 12 archives · 42%');
    assert.equal(describeProgress({ phase: 'list', done: { files: 7, bytes: 0 } }), 'Listing files · 7 files');
  });

  it('is short also where the name of a file is long', () => {
    const path = parseBoardPath('lib/umqtt/robust/connection/keepalive.mpy');
    const progress = { phase: 'read', path, done: { files: 0, bytes: 0 }, total: { files: 2, bytes: 100 } } as const;
    assert.equal(describeProgress(progress), 'Reading lib/umqtt…ection/keepalive.mpy · 0 of 2 files · 0%');
    assert.equal([...shortened('😀'.repeat(40), 10)].length, 10);
  });

  it('is told of the whole job where that is known, and briefly where there is little room', () => {
    const progress = { phase: 'read', done: { files: 1, bytes: 50 }, total: { files: 2, bytes: 100 } } as const;
    assert.equal(describeProgress(progress, 31.9), 'Reading · 1 of 2 files · 31%');
    assert.equal(describeBriefly({ ...progress, secondsLeft: 12 }, 31.9), 'Reading · 31% · 12 s left');
  });

  it('shows no control characters of a name', () => {
    const path = parseBoardPath('a\x1b[2Jb');
    assert.doesNotMatch(describeProgress({ phase: 'read', path, done: { files: 0, bytes: 0 } }), /\x1b/);
  });

  it('is never more than a hundred percent, and none at all without a total', () => {
    assert.equal(percent({ phase: 'read', done: { files: 1, bytes: 300 }, total: { files: 1, bytes: 200 } }), 100);
    assert.equal(percent({ phase: 'check', done: { files: 1, bytes: 0 }, total: { files: 4, bytes: 0 } }), 25);
    assert.equal(percent({ phase: 'check', done: { files: 0, bytes: 0 }, total: { files: 0, bytes: 0 } }), undefined);
    assert.equal(percent({ phase: 'list', done: { files: 9, bytes: 0 } }), undefined);
  });
});

describe('Moments below each other', () => {
  it('have seconds where the minute is the same, and there alone', () => {
    const [one, other, later] = ['2026-11-21T12:10:07Z', '2026-11-21T12:10:41Z', '2026-11-21T12:12:00Z'] as const;
    const when = moments([one, other, later], Date.parse(later));
    assert.match(when(one), /^Today .*:10:07/);
    assert.match(when(other), /^Today .*:10:41/);
    assert.match(when(later), /^Today [^:]*:12\b(?!:)/);
  });
});
