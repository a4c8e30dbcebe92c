// What is kept and what is removed: by example in test/fixtures/retention, by law over many random histories.
//
// A golden file shows a history, a policy and the plan, for people to read. After a change that is meant, write them anew with
// MPBACKUP_WRITE_GOLDEN=1, and read the difference before you commit it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { BackupOrigin } from '../../src/core/archive/manifest.js';
import { type BackupError, isBackupError } from '../../src/core/errors.js';
import { keptForRestores, neededToSettle } from '../../src/core/plan/neededByRestores.js';
import { planRetention, type RetentionPlan } from '../../src/core/plan/retention.js';
import type { RetentionItem } from '../../src/core/plan/retentionItem.js';
import { describePolicy, type RetentionPolicy, USUAL_POLICY } from '../../src/core/plan/retentionPolicy.js';
import type { RestoreRecord, RestoreState } from '../../src/core/store/restoreRecords.js';
import { bytes } from '../../src/core/text.js';
import { type ContentHash, parseContentHash } from '../../src/core/tree.js';
import { MORNING } from '../support/builders.js';
import { keptAlways, retentionModel } from '../support/retentionModel.js';

const FOLDER = 'test/fixtures/retention';
const DAY = 24 * 60 * 60 * 1000;
const SETS = ['light', 'everything'];
const ORIGINS = Object.keys(USUAL_POLICY.origins) as BackupOrigin[];

interface Example {
  title: string;
  policy: RetentionPolicy;
  /** Oldest first: origin, age in days, then what is special: `quick 3`, `manual 400 pinned`, `daily 2 damaged`, `quick 1 has A B`, `quick 1 of:light`. */
  history: string[];
}

/** By the name of its golden file. Content A takes 1 MB, B 2 MB, and so on; besides it an archive takes 10 kB. */
const EXAMPLES: Record<string, Example> = {
  'usual-policy': {
    title: 'The usual policy over more than a year of work and schedules',
    policy: USUAL_POLICY,
    history: moreThanAYear(),
  },
  'last-three': {
    title: 'The three newest of any origin',
    policy: { last: 3 },
    history: ['manual 9', 'quick 8', 'daily 7', 'connect 6', 'quick 5', 'daily 4'],
  },
  'last-and-origins': {
    title: 'Two rules: a backup stays that either of them keeps',
    policy: { last: 2, origins: { daily: 2, manual: 1 } },
    history: ['manual 9', 'manual 8', 'daily 7', 'daily 6', 'daily 5', 'quick 4', 'quick 3', 'quick 2'],
  },
  'origin-not-named': {
    title: 'Origins that no rule names, or that one names with 0',
    policy: { origins: { manual: 'all', quick: 0 } },
    history: ['connect 90', 'manual 80', 'quick 70', 'manual 60', 'session 50', 'quick 40'],
  },
  pinned: {
    title: 'Pinned backups stay, whatever the rules and limits say',
    policy: { last: 2, maxCount: 1, maxAgeDays: 30 },
    history: ['manual 400 pinned', 'quick 300', 'quick 200 pinned damaged', 'quick 3', 'quick 2', 'quick 1'],
  },
  damaged: {
    title: 'Backups whose last verification failed do not count, and stay where they are no older than what counts',
    policy: { origins: { quick: 2, daily: 1 } },
    history: [
      'quick 9 damaged',
      'quick 8',
      'quick 7 damaged',
      'daily 6',
      'daily 5 damaged',
      'quick 4',
      'quick 3 damaged',
    ],
  },
  'all-damaged': {
    title: 'Where no backup is sound, the newest is the best there is',
    policy: { origins: { daily: 7 }, maxAgeDays: 1 },
    history: ['daily 5 damaged', 'quick 4 damaged', 'quick 3 damaged', 'safety 2 damaged'],
  },
  'only-damaged-are-new': {
    title: 'The newest sound backup stays, however old',
    policy: { maxAgeDays: 30 },
    history: ['quick 500', 'quick 400', 'quick 300 damaged', 'quick 20 damaged', 'quick 10 damaged'],
  },
  'safety-backups': {
    title: 'The way back from the last restore stays, and is not taken for the last good backup',
    policy: { maxAgeDays: 30 },
    history: ['manual 90', 'manual 80', 'safety 70', 'safety 60'],
  },
  'shared-content': {
    title: 'A limit of bytes: removing a backup frees only what no other needs',
    policy: { maxBytes: 7_100_000 },
    history: [
      'quick 9 has A B',
      'quick 8 has A B',
      'quick 7 has B C',
      'quick 6 pinned has B',
      'quick 5 has A D',
      'quick 4 has A D',
    ],
  },
  'cannot-fit': {
    title: 'Limits that cannot be met: what always stays takes more',
    policy: { maxCount: 1, maxBytes: 1 },
    history: ['manual 5 pinned has A', 'safety 4 has B', 'quick 3 has C', 'quick 2 has D', 'safety 1 damaged has E'],
  },
  'rules-and-limits': {
    title: 'Rules first, then limits take the oldest of what the rules keep',
    policy: { origins: { daily: 4, quick: 'all' }, maxCount: 4, maxAgeDays: 30 },
    history: ['quick 60', 'daily 50', 'quick 40', 'daily 9', 'quick 8', 'daily 7', 'daily 6', 'quick 5', 'daily 4'],
  },
  sets: {
    title: 'Each backup set is counted by itself, and the newest sound one of each stays',
    policy: { origins: { daily: 2, weekly: 1 } },
    history: [
      'daily 200 of:once',
      'weekly 99 of:everything',
      'weekly 92 of:everything',
      'daily 9',
      'daily 8 of:light',
      'daily 7',
      'daily 6 of:light damaged',
      'quick 5 of:light',
      'daily 4 of:light',
      'daily 3',
      'daily 2 of:light damaged',
    ],
  },
  'sets-and-limits': {
    title: 'Limits are of the board: the oldest of any set go first',
    policy: { last: 2, maxCount: 4, maxAgeDays: 30 },
    history: [
      'weekly 60 of:everything has A B',
      'weekly 50 of:everything has A B',
      'quick 9 of:light has A',
      'safety 8 has A B',
      'quick 7 has A C',
      'quick 6 of:light has A',
      'quick 5 has A C',
      'quick 4 of:light has A',
    ],
  },
  'clock-stepped-back': {
    title: 'The clock said 1970 for a while, and two backups fell into one second',
    policy: { origins: { quick: 5 }, maxAgeDays: 90 },
    history: [
      'quick 20413',
      'quick 12',
      'manual 9 pinned',
      'quick 20413',
      'quick 20413',
      'quick 2',
      'quick 2',
      'quick 20412',
    ],
  },
  'clock-was-never-set': {
    title: 'The clock of the first backups said 1970, and nothing earlier is there to prove it wrong',
    policy: { maxAgeDays: 90 },
    history: ['quick 20413', 'quick 20412', 'quick 80', 'quick 20411', 'quick 2'],
  },
  'clock-stepped-forward': {
    title: 'The clock ran years ahead for a while',
    policy: { maxAgeDays: 90 },
    history: ['quick 300', 'quick -3000', 'quick 200', 'quick -2000', 'quick 10', 'quick -1000', 'quick 1'],
  },
};

let planned = 0;

function plan(
  items: readonly RetentionItem[],
  policy: RetentionPolicy,
  needed?: ReadonlyMap<string, string>,
): RetentionPlan {
  planned++;
  return planRetention(items, policy, MORNING, needed);
}

describe('Which backups are kept', () => {
  after(() => console.log(`      ${planned.toLocaleString('en-US')} plans made`));

  for (const [name, example] of Object.entries(EXAMPLES)) {
    it(`P22 P23 ${name.startsWith('clock') ? 'P46 ' : ''}${example.title}`, () => {
      const path = join(FOLDER, `${name}.txt`);
      const shown = asText(example);
      if (process.env.MPBACKUP_WRITE_GOLDEN) writeFileSync(path, shown);
      assert.equal(shown, readFileSync(path, 'utf8').replaceAll('\r\n', '\n'));
    });
  }

  it('P22 has an example for each golden file', () => {
    assert.deepEqual(
      readdirSync(FOLDER).sort(),
      Object.keys(EXAMPLES)
        .map((name) => `${name}.txt`)
        .sort(),
    );
  });

  it('P22 P23 is the same by a second, simpler implementation', () => {
    always(histories(), policies(), (items, policy) => {
      const { keep, remove, bytesBefore, bytesAfter } = plan(items, policy);
      const model = retentionModel(items, policy, MORNING);
      assert.deepEqual(ids(keep), model.keep);
      assert.deepEqual(ids(remove), model.remove);
      assert.deepEqual({ bytesBefore, bytesAfter }, { bytesBefore: model.bytesBefore, bytesAfter: model.bytesAfter });
    });
  });

  it('P22 is said for each backup, newest first, with a sentence that says why', () => {
    always(histories(), policies(), (items, policy) => {
      const { keep, remove } = plan(items, policy);
      assert.deepEqual([...ids(keep), ...ids(remove)].sort(), ids(items).sort());
      const sequences = new Map(items.map(({ id, sequence }) => [id, sequence]));
      for (const list of [ids(keep), ids(remove)].map((list) => list.map((id) => sequences.get(id) ?? 0)))
        assert.deepEqual(
          list,
          list.toSorted((one, other) => other - one),
        );
      for (const { reasons } of keep) assert.ok(reasons.length > 0);
      for (const reason of [...keep.flatMap(({ reasons }) => reasons), ...remove.map(({ reason }) => reason)])
        assert.match(reason, /^[A-Z][^.]+\.$/);
    });
  });

  it('P22 is decided once: what a plan keeps, the next plan keeps', () => {
    always(histories(), policies(), (items, policy) => {
      const kept = new Set(ids(plan(items, policy).keep));
      const again = plan(
        items.filter(({ id }) => kept.has(id)),
        policy,
      );
      assert.deepEqual(again.remove, []);
      assert.equal(again.bytesAfter, plan(items, policy).bytesAfter);
    });
  });

  it('P22 does not depend on the order in which backups are found', () => {
    const shuffled = histories().chain((items) =>
      fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
    );
    always(shuffled, policies(), ([items, others], policy) => {
      assert.deepEqual(plan(others, policy), plan(items, policy));
    });
  });

  it('P22 P46 does not depend on what the clock said, except for a limit of age', () => {
    always(histories(), policies(), (items, { maxAgeDays: _, ...policy }) => {
      if (Object.keys(policy).length === 0) return;
      const numbered = items.map((item, index) => ({ ...item, sequence: 100 + index }));
      const atOnce = numbered.map((item) => ({ ...item, createdAt: new Date(MORNING).toISOString() }));
      assert.deepEqual(plan(atOnce, policy), plan(numbered, policy));
    });
  });

  it('P22 never removes a pinned backup, the newest sound one of a set or the newest safety backup', () => {
    always(histories(), policies(), (items, policy) => {
      const removed = new Set(ids(plan(items, policy).remove));
      const newestFirst = items.toSorted((one, other) => other.sequence - one.sequence);
      // Where two have one number, either of them is the newest.
      const stays = (which: RetentionItem[]) =>
        which.length === 0 || which.some(({ id, sequence }) => sequence === which[0]?.sequence && !removed.has(id));
      assert.ok(items.every(({ id, pinned }) => !pinned || !removed.has(id)));
      for (const set of [undefined, ...SETS]) {
        const sound = newestFirst.filter((item) => item.isSound && item.set === set);
        const noSafety = sound.filter(({ origin }) => origin !== 'safety');
        assert.ok(stays(noSafety.length > 0 ? noSafety : sound));
      }
      assert.ok(stays(newestFirst.filter(({ origin }) => origin === 'safety')));
      assert.ok(items.length === 0 || removed.size < items.length);
    });
  });

  it('P22 never removes what a restore needs, says so, and decides of the others as the model does', () => {
    const withNeeded = histories().chain((items) => fc.tuple(fc.constant(items), fc.shuffledSubarray(ids(items))));
    always(withNeeded, policies(), ([items, needed], policy) => {
      const why = 'A restore needs it.';
      const { keep, remove } = plan(items, policy, new Map(needed.map((id) => [id, why])));
      const told = keep.filter(({ reasons }) => reasons.includes(why));
      assert.deepEqual(ids(told).sort(), needed.toSorted());
      const model = retentionModel(items, policy, MORNING, needed);
      assert.deepEqual([ids(keep), ids(remove)], [model.keep, model.remove]);
    });
  });

  it('P22 meets every limit, unless what always stays is all that is left', () => {
    always(histories(), policies(), (items, policy) => {
      const { keep, bytesAfter } = plan(items, policy);
      const staying = keptAlways(items).map(({ id }) => id);
      if (ids(keep).every((id) => staying.includes(id))) return;
      const kept = items.filter(({ id }) => ids(keep).includes(id));
      assert.ok(kept.filter(({ isSound }) => isSound).length <= (policy.maxCount ?? Infinity));
      assert.ok(bytesAfter <= (policy.maxBytes ?? Infinity));
    });
  });

  it('P22 is never more under a rule that keeps fewer', () => {
    // Under limits besides, it can be: where fewer are kept, there is room for an older one.
    always(histories(), policies().map(withoutLimits).filter(isMeant), (items, policy) => {
      for (const smaller of smallerRules(policy).filter(isMeant)) assertNoMore(items, policy, smaller);
    });
  });

  it('P22 is never more under a limit that allows less', () => {
    always(histories(), policies(), (items, policy) => {
      for (const limit of ['maxCount', 'maxBytes', 'maxAgeDays'] as const) {
        const smaller = { ...policy, [limit]: Math.ceil((policy[limit] ?? 20) / 2) };
        assertNoMore(items, policy, smaller);
      }
    });
  });

  it('P23 counts no backup whose last verification failed: as many sound ones are kept as the rule says', () => {
    always(histories(), fc.integer({ min: 1, max: 6 }), (items, last) => {
      const { keep, remove } = plan(items, { last });
      const sound = (list: Array<{ id: string }>) =>
        items.filter(({ id, isSound }) => isSound && ids(list).includes(id));
      assert.ok(sound(keep).length >= last || sound(remove).length === 0);
    });
  });

  it('P23 lets no backup go because another one was found damaged', () => {
    always(histories(), policies().map(withoutLimits).filter(isMeant), (items, policy) => {
      const kept = ids(plan(items, policy).keep);
      for (const damaged of items) {
        const then = ids(
          plan(
            items.map((item) => (item === damaged ? { ...item, isSound: false } : item)),
            policy,
          ).keep,
        );
        assert.deepEqual(
          kept.filter((id) => id !== damaged.id && !then.includes(id)),
          [],
        );
      }
    });
  });
});

describe('A policy of what to keep', () => {
  const refused: ReadonlyArray<readonly [string, RetentionPolicy, RegExp]> = [
    ['is empty', {}, /does not say which backups to keep/],
    ['has an empty list of origins', { origins: {} }, /does not say which backups to keep/],
    ['keeps none of any origin', { origins: { quick: 0, daily: 0 } }, /keeps no backup/],
    ['keeps none, and has a limit', { origins: { quick: 0 }, maxCount: 10 }, /keeps no backup/],
    ['keeps the last 0', { last: 0 }, /has 0 for last/],
    ['keeps fewer than none', { last: 3, origins: { quick: -1 } }, /has -1 for quick/],
    ['keeps half a backup', { last: 0.5 }, /has 0.5 for last/],
    ['has a limit of no backup', { maxCount: 0 }, /has 0 for maxCount/],
    ['has a limit of no bytes', { maxBytes: 0 }, /has 0 for maxBytes/],
    ['has a limit of no days', { last: 3, maxAgeDays: 0 }, /has 0 for maxAgeDays/],
    ['has a number that is none', { maxAgeDays: Number.NaN }, /has NaN for maxAgeDays/],
    ['has a number without end', { maxBytes: Infinity }, /has Infinity for maxBytes/],
    ['names an origin that does not exist', JSON.parse('{"origins":{"nightly":3}}'), /"nightly"/],
    ['names an origin that every object has', JSON.parse('{"origins":{"__proto__":3}}'), /"__proto__"/],
  ];
  for (const [what, policy, message] of refused) {
    it(`P22 is refused with a sentence and a hint if it ${what}`, () => {
      assert.throws(
        () => planRetention(aHistory(['quick 1']), policy, MORNING),
        (error: BackupError) =>
          isBackupError(error, 'bad-argument') && message.test(error.message) && /^[A-Z].*\.$/.test(error.hint ?? ''),
      );
    });
  }

  it('is told in one line', () => {
    const lines: ReadonlyArray<readonly [RetentionPolicy, string]> = [
      [USUAL_POLICY, 'Keep: manual all, quick 10, connect 10, session 5, daily 7, weekly 4, monthly 12, safety 10.'],
      [{ last: 3 }, 'Keep: last 3.'],
      [{ origins: { daily: 0, manual: 'all' }, last: 1 }, 'Keep: last 1, manual all, daily 0.'],
      [{ maxAgeDays: 90 }, 'Keep: all. At most: 90 days.'],
      [{ maxAgeDays: 1, maxBytes: 5_000_000, maxCount: 1 }, 'Keep: all. At most: 1 backup, 5.0 MB, 1 day.'],
      [{ last: 20, maxCount: 1200 }, 'Keep: last 20. At most: 1,200 backups.'],
    ];
    assert.deepEqual(
      lines.map(([policy]) => describePolicy(policy)),
      lines.map(([, line]) => line),
    );
  });
});

describe('What restores need', () => {
  let number = 0;
  const aRestore = (state: RestoreState, boardId: string, backup: string, safety: string | null): RestoreRecord => ({
    ...{
      id: `${number++}`,
      sequence: number,
      at: new Date(MORNING).toISOString(),
      state,
      toward: 'after',
      starts: 1,
      mode: 'stage-all',
      items: [],
    },
    board: { id: boardId, name: boardId },
    backup: { id: backup, createdAt: new Date(MORNING).toISOString() },
    safety,
  });
  const newestFirst = [
    aRestore('dropped', 'one', 'a', 'b'),
    aRestore('undone', 'one', 'c', 'd'),
    aRestore('unfinished', 'one', 'e', 'f'),
    aRestore('done', 'one', 'g', 'h'),
    aRestore('done', 'one', 'i', 'j'),
    aRestore('unfinished', 'one', 'k', null),
    aRestore('running', 'two', 'l', 'm'),
    aRestore('done', 'two', 'n', 'o'),
  ];

  it('P22 is both backups of each that has not come to its end, and the way back from the last one of each board', () => {
    assert.deepEqual([...neededToSettle(newestFirst).keys()].sort(), ['e', 'f', 'k', 'l', 'm']);
    assert.deepEqual([...keptForRestores(newestFirst).keys()].sort(), ['e', 'f', 'h', 'k', 'l', 'm', 'o']);
  });

  it('P22 is told in a sentence each, and that of the unfinished one comes first', () => {
    const kept = keptForRestores([aRestore('unfinished', 'one', 'a', 'b'), aRestore('done', 'one', 'c', 'b')]);
    for (const reason of kept.values())
      assert.match(reason, /^The restore of [-: 0-9]+ is not finished, and needs it\.$/);
    assert.deepEqual([...kept.keys()].sort(), ['a', 'b']);
  });
});

function always<One, Other>(
  one: fc.Arbitrary<One>,
  other: fc.Arbitrary<Other>,
  check: (one: One, other: Other) => void,
) {
  fc.assert(fc.property(one, other, check), { numRuns: 1000 });
}

/** Backups of one board in any order; clocks step, and two computers may have given one number. */
function histories(): fc.Arbitrary<RetentionItem[]> {
  const days = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }) }, fc.constantFrom(-400, -1, 20_413));
  const content = fc.uniqueArray(fc.constantFrom(...'ABCDEF'), { maxLength: 4 });
  const item = fc.record({
    sequence: fc.integer({ min: 1, max: 30 }),
    createdAt: days.map((age) => new Date(MORNING - age * DAY).toISOString()),
    origin: fc.constantFrom(...ORIGINS.slice(0, 3), 'safety' as const),
    pinned: fc.integer({ max: 9, min: 0 }).map((number) => number === 0),
    isSound: fc.integer({ max: 3, min: 0 }).map((number) => number > 0),
    overhead: fc.integer({ min: 1, max: 3 }),
    contents: content.map((letters) => contentsOf(letters, 10)),
    set: fc.constantFrom(undefined, undefined, ...SETS),
  });
  return fc.array(item, { maxLength: 16 }).map((items) =>
    items.map(({ set, ...one }, index) => ({
      ...{ ...one, id: `backup ${String.fromCharCode(97 + index)}` },
      ...(set !== undefined && { set }),
    })),
  );
}

function policies(): fc.Arbitrary<RetentionPolicy> {
  const keep = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 4 }) }, fc.constant('all' as const));
  const origins = fc.record({ manual: keep, quick: keep, connect: keep, safety: keep }, { requiredKeys: [] });
  return fc
    .record(
      {
        last: fc.integer({ min: 1, max: 6 }),
        origins,
        maxCount: fc.integer({ min: 1, max: 8 }),
        maxBytes: fc.integer({ min: 1, max: 250 }),
        maxAgeDays: fc.integer({ min: 1, max: 60 }),
      },
      { requiredKeys: [] },
    )
    .filter(isMeant);
}

/** Whether a policy says something that can be: others are refused. */
function isMeant({ last, origins = {}, ...limits }: RetentionPolicy): boolean {
  const rules = [...(last === undefined ? [] : [last]), ...Object.values(origins)];
  return last !== 0 && (rules.length === 0 ? Object.keys(limits).length > 0 : rules.some((keep) => keep !== 0));
}

function withoutLimits({ last, origins }: RetentionPolicy): RetentionPolicy {
  return { ...(last !== undefined && { last }), ...(origins && { origins }) };
}

/** Each rule of a policy made to keep fewer. */
function smallerRules({ last, origins = {} }: RetentionPolicy): RetentionPolicy[] {
  const lasts = last === undefined ? [] : [{ origins }, { origins, last: last - 1 }];
  const others = Object.entries(origins).map(([origin, keep]) => ({
    ...(last !== undefined && { last }),
    origins: { ...origins, [origin]: keep === 'all' ? 3 : Math.max(keep - 1, 0) },
  }));
  return [...lasts, ...others];
}

function assertNoMore(items: readonly RetentionItem[], policy: RetentionPolicy, smaller: RetentionPolicy): void {
  const kept = ids(plan(items, policy).keep);
  assert.deepEqual(
    ids(plan(items, smaller).keep).filter((id) => !kept.includes(id)),
    [],
  );
}

function ids(list: ReadonlyArray<{ id: string }>): string[] {
  return list.map(({ id }) => id);
}

function moreThanAYear(): string[] {
  const every = (origin: BackupOrigin, days: number, times: number, first = 0): Array<[BackupOrigin, number]> =>
    Array.from({ length: times }, (_, index) => [origin, first + index * days]);
  return [
    ...every('monthly', 30, 15),
    ...every('weekly', 7, 6),
    ...every('daily', 1, 9),
    ...every('connect', 5, 12, 1),
    ...every('session', 5, 7, 1),
    ...every('quick', 3, 13, 1),
    ...every('manual', 150, 3, 20),
    ...every('safety', 90, 2, 33),
  ]
    .toSorted(([, one], [, other]) => other - one)
    .map(([origin, days]) => `${origin} ${days}`);
}

function aHistory(lines: readonly string[]): RetentionItem[] {
  return lines.map((line, index) => {
    const [origin, days, ...words] = line.split(' ');
    const set = words.find((word) => word.startsWith('of:'))?.slice(3);
    return {
      ...(set !== undefined && { set }),
      id: `${index + 1}`,
      sequence: index + 1,
      createdAt: new Date(MORNING - Number(days) * DAY).toISOString(),
      origin: ORIGINS.find((one) => one === origin) ?? assert.fail(`${origin} is no origin`),
      pinned: words.includes('pinned'),
      isSound: !words.includes('damaged'),
      overhead: 10_000,
      contents: contentsOf(
        words.filter((word) => /^[A-Z]$/.test(word)),
        1_000_000,
      ),
    };
  });
}

/** Content A takes `unit` bytes, B twice as much, and so on. */
function contentsOf(letters: readonly string[], unit: number): Map<ContentHash, number> {
  return new Map(
    letters.map((letter) => [
      parseContentHash(letter.toLowerCase().repeat(64)) ?? assert.fail(`${letter} is no digit`),
      unit * (letter.charCodeAt(0) - 64),
    ]),
  );
}

function asText({ title, policy, history }: Example): string {
  const items = aHistory(history);
  const { keep, remove, bytesBefore, bytesAfter } = plan(items, policy);
  const decisions = [
    ...keep.map(({ id, reasons }) => ({ id, text: `keep    ${reasons.join(' ')}` })),
    ...remove.map(({ id, reason }) => ({ id, text: `remove  ${reason}` })),
  ].toSorted((one, other) => Number(other.id) - Number(one.id));
  const rows = decisions.map(({ id, text }) => {
    const { createdAt, origin } = items[Number(id) - 1] ?? assert.fail(`There is no backup ${id}`);
    const special = history[Number(id) - 1]?.split(' ').slice(2).join(' ') ?? '';
    return [`#${id}`, createdAt.slice(0, 16).replace('T', ' '), origin, special, text];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .filter((cell) => cell !== '')
      .join('  '),
  );
  const before = `Before: ${items.length} backups, ${bytes(bytesBefore)}.`;
  const after = `After: ${keep.length} backups, ${bytes(bytesAfter)}.`;
  return `${[title, '', describePolicy(policy), `${before} ${after}`, '', ...lines].join('\n')}\n`;
}
