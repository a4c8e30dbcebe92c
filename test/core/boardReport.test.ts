// The report of a board: what it tells, of a year and of next to nothing, and the page that shows it.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realEnv } from '../../src/core/env.js';
import { PAGE_STYLE } from '../../src/core/jobs/pageStyle.js';
import { readReport } from '../../src/core/jobs/readReport.js';
import { type ReportLinks, reportPage, reportText } from '../../src/core/jobs/reportPage.js';
import { share, timeScale, timeTicks, valueScale } from '../../src/core/jobs/reportScales.js';
import { type BoardReport, ChangeCounter, type ReportedBackup } from '../../src/core/plan/boardReport.js';
import { parseConfig } from '../../src/core/plan/scheduleRules.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { hashOf, inFolder, MORNING, takeBackup, testEnv } from '../support/builders.js';
import { aManifest, aManifestFile } from '../support/manifests.js';
import { writeYearOfBackups, type YearOfBackups } from '../support/yearOfBackups.js';

const DAY = 86_400_000;
const iso = (time: number) => new Date(time).toISOString();

function aReported(at: number, overrides: Partial<ReportedBackup> = {}): ReportedBackup {
  return {
    ...{ id: `${at}`, createdAt: iso(at), kind: 'incremental', origin: 'daily', set: null, label: null, pinned: false },
    ...{
      soundness: 'unknown',
      files: 3,
      bytes: 1000,
      added: 100,
      firmware: 'v1',
      seconds: 2,
      lineSeconds: 1,
      wireBytes: 4000,
    },
    ...overrides,
  };
}

function aReport(overrides: Partial<BoardReport> = {}): BoardReport {
  const health = { missed: 0, unverified: 0, successRate: null, meanSeconds: null };
  return {
    at: iso(MORNING),
    board: { id: 'b1', name: 'pico', machine: 'Pico', firmware: 'v1' },
    health: { ...health, lastGoodAt: iso(MORNING - DAY), nextDueAt: null },
    ...{ findings: [], schedules: [], failures: [], hasHistory: true, storeBytes: 100, secondPlace: null },
    backups: [aReported(MORNING - DAY)],
    changes: { top: [], changed: 0, unchanged: 3 },
    ...overrides,
  };
}

const pageOf = (overrides: Partial<BoardReport>, links?: ReportLinks) => reportPage(aReport(overrides), links);
const partsOf = (colour: string) => [0, 2, 4].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
/** The relative luminance of WCAG. */
const lightOf = (parts: number[]) =>
  parts.reduce((sum, part, at) => {
    const linear = part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    return sum + linear * ([0.2126, 0.7152, 0.0722][at] ?? 0);
  }, 0);
const matches = (text: string, pattern: RegExp) => text.match(new RegExp(pattern, 'g'))?.length ?? 0;

describe('What changes most', () => {
  const counted = (...backups: Array<Record<string, string>>) => {
    const counter = new ChangeCounter();
    for (const files of backups) counter.add(manifestOf(files));
    return counter.result();
  };
  const manifestOf = (files: Record<string, string>) =>
    aManifest({
      entries: Object.entries(files).map(([path, content]) => ({
        ...aManifestFile(path),
        sha256: hashOf(Buffer.from(content)),
      })),
    });

  it('is counted by content, from one backup to the next: also what went and came back', () => {
    const { top, changed, unchanged } = counted(
      { 'a.py': '1', 'b.py': '1', 'c.py': '1' },
      { 'a.py': '2', 'b.py': '1', 'c.py': '1' },
      { 'a.py': '2', 'c.py': '1' },
      { 'a.py': '3', 'b.py': '1', 'c.py': '1' },
    );
    assert.deepEqual(top, [
      { path: 'a.py', changes: 2 },
      { path: 'b.py', changes: 2 },
    ]);
    assert.deepEqual([changed, unchanged], [2, 1]);
  });

  it('counts what was added after the first backup, and goes', () => {
    const { top, changed, unchanged } = counted({ 'a.py': '1' }, { 'a.py': '1', 'b.py': '1' }, { 'a.py': '1' });
    assert.deepEqual(top, [{ path: 'b.py', changes: 2 }]);
    assert.deepEqual([changed, unchanged], [1, 1]);
  });

  it('counts nothing as added where no backup has looked before, or could not', () => {
    const counter = new ChangeCounter();
    counter.add(aManifest({ scope: { root: aManifestFile('lib').path, include: [], exclude: [] } }));
    const errors = [{ path: aManifestFile('log.txt').path, code: 'board-error', message: 'EIO' }];
    counter.add({ ...manifestOf({ 'a.py': '1' }), errors });
    counter.add(manifestOf({ 'a.py': '1', 'log.txt': '1', 'new.py': '1' }));
    const { top, unchanged } = counter.result();
    assert.deepEqual([top, unchanged], [[{ path: 'new.py', changes: 1 }], 2]);
  });

  it('counts nothing for backups that did not look there, or could not', () => {
    const counter = new ChangeCounter();
    counter.add(manifestOf({ 'a.py': '1', 'log.txt': '1' }));
    counter.add(aManifest({ scope: { root: aManifestFile('lib').path, include: [], exclude: [] } }));
    const errors = [{ path: aManifestFile('log.txt').path, code: 'board-error', message: 'EIO' }];
    counter.add({ ...manifestOf({ 'a.py': '1' }), errors });
    assert.deepEqual(counter.result(), { top: [], changed: 0, unchanged: 2 });
  });
});

describe('A report of a year', () => {
  let year: YearOfBackups;
  let report: BoardReport;
  let read: string[];
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-test-'));
    year = await writeYearOfBackups(folder, MORNING);
    const store = await openStore(testEnv(), folder);
    read = [];
    const counting: Store = {
      ...store,
      readManifest(backup) {
        read.push(backup.id);
        return store.readManifest(backup);
      },
    };
    const board = { id: year.board.id, name: year.board.name };
    report = await readReport({ env: testEnv() }, counting, { board, config: parseConfig({}) });
  });
  after(() => rm(folder, { recursive: true }));

  it('has all backups, oldest first, and reads each manifest once', () => {
    assert.deepEqual(
      report.backups.map(({ id }) => id),
      year.backups.map(({ id }) => id),
    );
    assert.deepEqual(new Set(read).size, year.backups.length);
    assert.equal(read.length, year.backups.length);
    assert.ok(report.failures.length > 5);
  });

  it('adds up to what the archives take, and knows how each backup was taken', () => {
    assert.equal(
      report.backups.reduce((sum, { added }) => sum + added, 0),
      report.storeBytes,
    );
    assert.ok(report.backups.every(({ seconds, wireBytes, added }) => seconds && wireBytes && added > 0));
    assert.deepEqual(report.changes.top[0]?.path, 'data/readings.csv');
    assert.equal(report.changes.top.length, 10);
  });

  it('puts first what needs somebody', () => {
    assert.deepEqual(
      report.findings.map(({ kind }) => kind),
      ['damaged'],
    );
    assert.equal(report.backups.find(({ soundness }) => soundness === 'damaged')?.id, year.damaged.id);
    assert.match(reportText(report), /^greenhouse: Needs attention\. .*\n! Damage was found/);
  });

  it('is drawn with a mark for each backup and each failure', () => {
    const page = reportPage(report);
    const [lanes = ''] = /<figure class="lanes">.*?<\/figure>/s.exec(page) ?? [];
    assert.equal(matches(lanes, /<title>/), report.backups.length + report.failures.length);
    assert.equal(matches(lanes, /class="damaged"/), 1);
    assert.equal(matches(lanes, /class="pinned"/), 1);
    assert.match(page, /<dd>daily 12:00; next \d{4}-\d\d-\d\d \d\d:\d\d</);
  });

  it('of a board without backups there is none', async () => {
    const asked = { board: { id: 'nobody', name: 'nobody' }, config: parseConfig({}) };
    await assert.rejects(readReport({ env: realEnv() }, year.store, asked), { code: 'backup-not-found' });
  });
});

describe('The page of a report', () => {
  it('takes every name as text, and loads and runs nothing', () => {
    const evil = `"><script>alert('1')</script>\u202e`;
    const page = pageOf({
      board: { id: evil, name: evil, machine: evil, firmware: evil },
      backups: [
        aReported(MORNING - 2 * DAY, { label: evil, firmware: 'v0', set: evil }),
        aReported(MORNING - DAY, { label: evil, firmware: evil }),
      ],
      failures: [{ at: iso(MORNING), code: evil, seconds: 1 }],
      changes: { top: [{ path: aManifestFile(evil).path, changes: 1 }], changed: 1, unchanged: 0 },
      schedules: [{ set: evil, rules: '<b>', nextDueAt: iso(MORNING) }],
      secondPlace: { place: evil, waiting: 1, lastCopyAt: iso(MORNING) },
      findings: [{ kind: 'growth', needsPerson: true, sentence: '<b>', hint: '<i>', remedy: 'compare' }],
    });
    assert.doesNotMatch(page, /<script|<[bi]>|\u202e| style="| on\w+="|url\(|https?:|<img|<link/);
  });

  it('says in words what the pictures show', () => {
    const page = pageOf({ backups: [aReported(MORNING - 30 * DAY), aReported(MORNING - DAY)] });
    const pictures = [...page.matchAll(/<svg role="img" aria-labelledby="(\S+) (\S+)"/g)];
    assert.equal(pictures.length, 5);
    for (const [, title, words] of pictures) {
      assert.match(page, new RegExp(`<title id="${title}">[^<]+</title>`));
      assert.match(page, new RegExp(`<desc id="${words}">[^<]+</desc>`));
    }
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.match(page, /2 backups since .* The longest break was 29 days/);
  });

  it('marks a backup that lacks files otherwise than one that is damaged', () => {
    const backups = (['damaged', 'lacking', 'sound'] as const).map((soundness, at) =>
      aReported(MORNING - (3 - at) * DAY, { soundness }),
    );
    const page = pageOf({ backups });
    const [lanes = ''] = /<figure class="lanes">.*?<\/figure>/s.exec(page) ?? [];
    assert.deepEqual([matches(lanes, /class="damaged"/), matches(lanes, /class="lacking"/)], [1, 1]);
    assert.match(lanes, /, files missing<\/title>/);
    assert.match(page, /Damaged: 1<.*With missing files: 1</s);
  });

  it('has buttons and links that help in VS Code alone', () => {
    const findings: BoardReport['findings'] = [
      { kind: 'damaged', needsPerson: true, sentence: 'Damage.', hint: 'Mend it.', remedy: 'repair' },
    ];
    const links: ReportLinks = {
      buttons: [{ title: 'Back Up Now', href: 'command:x?%5B1%5D', isPrimary: true }],
      remedy: () => ({ title: 'Repair', href: 'command:y' }),
      secondPlace: { title: 'Set Up', href: 'command:z' },
    };
    const page = pageOf({ findings }, links);
    assert.match(page, /<a class="button primary" href="command:x\?%5B1%5D">Back Up Now<\/a>/);
    assert.match(page, /Mend it\. <a href="command:y">Repair<\/a>/);
    assert.doesNotMatch(pageOf({ findings }), /<a /);
  });

  it('says so where there is one backup, no history, or nothing that is sound', () => {
    const page = pageOf({ hasHistory: false, health: { ...aReport().health, lastGoodAt: null } });
    assert.match(page, /There is one backup so far/);
    assert.match(page, /Failed backups are not known/);
    assert.match(page, /This is shown from the second backup on\./);
    assert.doesNotMatch(page, /<svg/);
    assert.match(page, /There is no sound backup\. None is scheduled\./);
    assert.doesNotMatch(page, /NaN|Infinity|undefined/);
  });

  it('says how long whole backups take where two are known, else how long the line was in use, and never 0 s', () => {
    const backups = [0.92, 0.94, null].map((seconds, at) => aReported(MORNING - (4 - at) * DAY, { seconds }));
    assert.match(pageOf({ backups }), /A backup usually takes 0\.9 s, from the connection to the checked archive\./);
    const lineSeconds = 0.02;
    const unknown = backups.map((backup) => ({ ...backup, seconds: null, lineSeconds }));
    const page = pageOf({ backups: unknown });
    assert.match(page, /Reading the board usually takes under 0\.1 s\./);
    assert.match(page, /Speed: usually 200 kB\/s/);
    assert.doesNotMatch(page, /\b0 s\b/);
  });

  it('shows what is known of imported backups also where one was taken here since', () => {
    const backups = Array.from({ length: 31 }, (_, at) =>
      aReported(MORNING - (31 - at) * DAY, { seconds: at === 30 ? 9 : null }),
    );
    const page = pageOf({ backups });
    assert.match(page, /Reading the board usually takes 1 s\. .* is known for only one\./);
    const [, pace = ''] = page.split('<h2 id="pace">');
    assert.equal(matches(pace, /<figure/), 2);
    assert.equal(matches(pace, /<td class="figure">1 s<\/td>/), 31);
    const oneOnly = [aReported(MORNING - DAY, { lineSeconds: null })];
    assert.match(pageOf({ backups: oneOnly }), /A backup usually takes 2 s/);
    const [unread, read] = [
      { seconds: null, lineSeconds: null },
      { seconds: 2, lineSeconds: null },
    ];
    const noLine = [aReported(MORNING - 2 * DAY, unread), aReported(MORNING - DAY, read)];
    assert.match(pageOf({ backups: noLine }), /A backup usually takes 2 s/);
  });

  it('writes times as VS Code does there, and whole in a file', () => {
    const links: ReportLinks = {
      ...{ buttons: [], remedy: () => undefined },
      secondPlace: { title: 'Set Up', href: 'command:z' },
    };
    const report = { backups: [aReported(MORNING - 1000)] };
    const shown = pageOf(report, links);
    assert.match(shown, /one backup so far, of today \d+:\d\d\./);
    assert.match(shown, /in one place only\. <a href="command:z">Set Up<\/a>/);
    assert.doesNotMatch(shown, /\d{4}-\d\d-\d\d| [AP]M\b/);
    const file = pageOf(report);
    assert.match(file, /one backup so far, of \d{4}-\d\d-\d\d \d\d:\d\d\./);
    assert.match(file, /in one place only\. In VS Code, .* mpbackup offsite set PLACE/);
    assert.doesNotMatch(file, /today/i);
  });

  it('can be read where all is well, in each kind of theme of VS Code', () => {
    const [, percent] = /--good: color-mix\(in srgb, var\(--green\) (\d+)%, var\(--text\)\);/.exec(PAGE_STYLE) ?? [];
    const part = Number(percent) / 100;
    for (const [ground, text, green] of [
      ['ffffff', '3b3b3b', '388a34'],
      ['ffffff', '616161', '388a34'],
      ['1f1f1f', 'cccccc', '89d185'],
      ['000000', 'ffffff', '89d185'],
      ['ffffff', '292929', '374e06'],
    ] as const) {
      const words = partsOf(green).map((value, at) => part * value + (1 - part) * (partsOf(text)[at] ?? 0));
      const [low = 0, high = 0] = [lightOf(words), lightOf(partsOf(ground))].sort((one, other) => one - other);
      assert.ok((high + 0.05) / (low + 0.05) >= 4.5, `${green} on ${ground}`);
    }
  });

  it('says so where nothing changed, and where no manifest could be read', () => {
    const unread = { firmware: null, seconds: null, lineSeconds: null, wireBytes: null };
    const backups = [aReported(MORNING - 2 * DAY, unread), aReported(MORNING - DAY, unread)];
    const page = pageOf({ backups });
    assert.match(page, /Nothing has changed between these backups\./);
    assert.match(page, /It is not known how long these backups took\./);
  });

  it('shows the figures of each backup where they are few, else of each month', () => {
    const some = (number: number) =>
      Array.from({ length: number }, (_, at) => aReported(MORNING - (number - at) * DAY));
    assert.equal(matches(pageOf({ backups: some(3) }), /<th scope="row">/), 3 * 3);
    const page = pageOf({ backups: some(800) });
    assert.equal(matches(page, /<th scope="row">2024-03</), 3);
    assert.ok(matches(page, /<th scope="row">/) <= 3 * 28);
    assert.doesNotMatch(page, /NaN|Infinity|undefined/);
  });

  it('does not press all others together for a few that took long', () => {
    const backups = Array.from({ length: 60 }, (_, at) =>
      aReported(MORNING - (60 - at) * DAY, { seconds: at === 30 ? 3600 : 2 }),
    );
    const page = pageOf({ backups });
    assert.equal(matches(page, /class="beyond"/), 1);
    assert.doesNotMatch(page, />\d+ min<\/text>/);
  });
});

describe('The scales of a report', () => {
  it('stay readable where a clock was ahead by ages', () => {
    const now = Date.UTC(2026, 0, 1);
    for (const end of [Date.UTC(2040, 0, 1), Date.UTC(9999, 0, 1), 8.64e15]) {
      const ticks = timeTicks(timeScale([now, end], now));
      assert.ok(ticks.length > 2 && ticks.length <= 14, `${ticks.length} ticks`);
    }
  });

  it('begin at zero, have few steps, and end above what is drawn', () => {
    for (const unit of ['seconds', 'bytes'] as const) {
      for (const most of [0, 0.07, 1, 9, 59, 61, 1001, 3_599, 90_000, 7_777_777]) {
        const { top, steps } = valueScale(most, unit);
        assert.equal(steps[0], 0);
        assert.ok(top >= most && top > 0, `${most} ${unit}: ${top}`);
        assert.ok(steps.length >= 2 && steps.length <= 5, `${most} ${unit}: ${steps}`);
        assert.equal(steps.at(-1), top);
      }
    }
  });

  it('name a few moments, whether a board has three backups or ten years of them', () => {
    for (const days of [0, 1, 11, 13, 40, 80, 366, 500, 1400, 4000, 20_000]) {
      const scale = timeScale([MORNING - days * DAY], MORNING);
      const ticks = timeTicks(scale);
      assert.ok(ticks.length >= 2, `${days}: ${ticks.length}`);
      if (days < 4001) assert.ok(ticks.length <= 17, `${days}: ${ticks.length}`);
      for (const { at } of ticks) assert.ok(share(scale.from, scale.to, at) >= 0 && at <= scale.to);
    }
  });

  it('tell the backups of one day apart, by the hour', () => {
    const times = Array.from({ length: 12 }, (_, at) => MORNING - at * 20 * 60_000);
    const scale = timeScale(times, MORNING);
    assert.equal(scale.from, times.at(-1));
    assert.ok(timeTicks(scale).every(({ label }) => /^\d+:00$|:30$/.test(label)));
    assert.ok(timeTicks(timeScale([MORNING - 30 * 3_600_000], MORNING)).some(({ label }) => !label.includes(':')));
  });

  it('reach as far as what a clock that was ahead has dated', () => {
    assert.equal(timeScale([MORNING - DAY, MORNING + DAY], MORNING).to, MORNING + DAY);
  });
});

describe('A report of a store that is small', () => {
  it('takes the time of the whole job from the history, where that is surely the one', () =>
    inFolder(async (folder) => {
      const clock = { ...testEnv().clock, now: () => now };
      let now = MORNING;
      const env = { ...testEnv(), clock };
      const store = await openStore(env, folder);
      const { board } = await takeBackup(store, { 'main.py': '1' });
      const ours = { operation: 'backup', ok: true, board: { id: board.id, name: board.name } } as const;
      now += 3000;
      await store.note({ ...ours, seconds: 4.5, backups: 1 });
      now += 60_000;
      await takeBackup(store, { 'main.py': '2' });
      now += 1000;
      await store.note({ ...ours, seconds: 2, backups: 0 });
      await store.note({ ...ours, seconds: 2, backups: 1, set: 'code' });
      now += 60_000;
      await store.note({ ...ours, seconds: 2, backups: 1 });
      const { backups } = await readReport({ env }, store, { board, config: parseConfig({}) });
      assert.deepEqual(
        backups.map(({ seconds }) => seconds),
        [4.5, null],
      );
      assert.ok(backups.every(({ lineSeconds }) => lineSeconds !== null));
    }));

  it('tells of one backup', () =>
    inFolder(async (folder) => {
      const store = await openStore(testEnv(), folder);
      const { board } = await takeBackup(store, { 'main.py': 'print(1)\n' });
      const report = await readReport({ env: testEnv() }, store, { board, config: parseConfig({}) });
      assert.deepEqual([report.backups.length, report.hasHistory, report.changes.unchanged], [1, false, 1]);
      assert.match(reportText(report), /All is well\./);
    }));
});
