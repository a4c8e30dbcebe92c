import assert from 'node:assert/strict';
import { BackupError } from '../../src/core/errors.js';
import type { Phase } from '../../src/core/jobs/job.js';
import type { KnownBoard } from '../../src/core/plan/knownBoards.js';
import { spaceFinding } from '../../src/core/plan/storeFindings.js';
import type { RestoreRecord } from '../../src/core/store/restoreRecords.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { moment } from '../../src/core/text.js';
import { ASK } from '../../src/ui/quickBoard.js';
import type { RunningJob } from '../../src/ui/runningJobs.js';
import type { StatusFacts } from '../../src/ui/status/statusFacts.js';
import { statusView } from '../../src/ui/status/statusText.js';
import { TOOLTIP_COMMANDS } from '../../src/ui/status/statusTooltip.js';
import { aBoard, MORNING } from '../support/builders.js';

const HOUR = 3_600_000;
const iso = (hours: number) => new Date(MORNING + hours * HOUR).toISOString();
const NOW = MORNING + 5 * HOUR;

const backup: BackupSummary = {
  ...{ id: 'ab12', board: aBoard(), kind: 'differential', origin: 'quick', sequence: 2, createdAt: iso(2) },
  ...{ label: null, parent: 'cd34', files: 11, bytes: 3400, stored: 1, storedBytes: 200, errors: 0 },
  ...{ archive: '/store/backup.blb', note: '', tags: [], pinned: false },
};
const board: KnownBoard = {
  ...{ key: 'uid:1', id: backup.board.id, url: '/dev/ttyACM0', name: 'Kitchen sensor' },
  ...{ machine: 'Raspberry Pi Pico W', latest: backup },
};
const away = ({ url: _, ...rest }: KnownBoard): KnownBoard => rest;
const bare: KnownBoard = { key: '/dev/ttyACM1', url: '/dev/ttyACM1', name: 'Board' };

const job = (overrides: Partial<RunningJob> = {}): RunningJob => ({
  ...{ id: 7, title: 'Backing up Kitchen sensor', noun: 'Backup', boards: ['uid:1'], isCancelled: false },
  ...overrides,
});
const at = (percent: number, phase: Phase = 'read') => ({
  ...{ step: { phase, done: { files: 1, bytes: 5 }, secondsLeft: 12 }, percent },
});

const view = (facts: Partial<StatusFacts>) =>
  statusView({ list: [board], backups: [], restores: [], jobs: [], now: NOW, ...facts });
const textOf = (facts: Partial<StatusFacts>) => view(facts).text;
const linesOf = (facts: Partial<StatusFacts>) => view(facts).tooltip.split(/ {2}\n|\n\n/);

describe('What the status bar says', () => {
  it('is how old the last backup of the board is that a click would back up', () => {
    assert.equal(textOf({}), '$(cloud-download) Kitchen sensor: 3 h ago');
    assert.equal(textOf({ list: [board, bare], remembered: 'uid:1' }), '$(cloud-download) Kitchen sensor: 3 h ago');
    assert.equal(textOf({ remembered: ASK }), '$(cloud-download) Kitchen sensor: 3 h ago');
    assert.equal(textOf({ remembered: 'uid:gone' }), '$(cloud-download) Back up board');
    assert.equal(textOf({ list: [] }), '$(cloud-download) Back up board');
  });

  it('is the age of the backup of many boards that is the oldest, where a click asks which one is meant', () => {
    const older = { ...board, key: 'uid:2', url: '/dev/ttyACM2', latest: { ...backup, createdAt: iso(1) } };
    assert.equal(textOf({ list: [board, older] }), '$(cloud-download) 2 boards: 4 h ago');
    assert.equal(textOf({ list: [older, board], remembered: ASK }), '$(cloud-download) 2 boards: 4 h ago');
    // Nothing had changed on it since: it is as good as backed up then.
    const checked = { ...older, latest: { ...older.latest, checkedAt: iso(4) } };
    assert.equal(textOf({ list: [board, checked] }), '$(cloud-download) 2 boards: 3 h ago');
    assert.equal(textOf({ list: [board, older, bare] }), '$(cloud-download) 3 boards: 1 without a backup');
    assert.equal(textOf({ list: [bare, { ...bare, key: 'b' }] }), '$(cloud-download) 2 boards: no backup yet');
    assert.equal(textOf({ list: [board, away(older)] }), '$(cloud-download) Kitchen sensor: 3 h ago');
  });

  it('finds a board that was chosen at its port, before it was known', () => {
    assert.match(textOf({ list: [board, bare], remembered: '/dev/ttyACM0' }), /Kitchen sensor/);
  });

  it('counts that nothing has changed like a backup', () => {
    const checked = { ...board, latest: { ...backup, checkedAt: iso(5) } };
    assert.equal(textOf({ list: [checked] }), '$(cloud-download) Kitchen sensor: just now');
  });

  it('tells of a board that is away, and of one without a backup', () => {
    assert.equal(textOf({ list: [away(board)], remembered: 'uid:1' }), '$(debug-disconnect) Kitchen sensor: 3 h ago');
    assert.equal(textOf({ list: [bare] }), '$(cloud-download) Board: no backup yet');
    assert.equal(view({ list: [bare] }).isWarning, false);
  });

  it('warns where a person is needed, and the click leads on', () => {
    const storeTrouble = new BackupError('store-failed', 'The folder cannot be read.');
    const store = view({ storeTrouble });
    assert.deepEqual([store.text, store.isWarning], ['$(warning) Backups cannot be read', true]);

    const locked = view({ storeTrouble: new BackupError('key-missing', 'The backups are encrypted.') });
    assert.deepEqual([locked.text, locked.isWarning], ['$(warning) Backups are locked', true]);
    assert.deepEqual(locked.click, { command: 'micropythonBackup.enterKey' });
    assert.match(locked.tooltip, /Enter Key…/);

    const restore = { board: backup.board, at: iso(1), state: 'unfinished', id: 'r' } as unknown as RestoreRecord;
    const unfinished = view({ restores: [restore] });
    assert.deepEqual(
      [unfinished.text, unfinished.isWarning],
      ['$(warning) Kitchen sensor: restore not finished', true],
    );
    assert.deepEqual(unfinished.click, { command: 'micropythonBackup.finishRestore', board: 'uid:1' });
    const other = { ...restore, board: { ...restore.board, id: 'uid:2' } };
    assert.equal(view({ restores: [other] }).isWarning, false);

    const backups = [{ ...backup, verified: { at: iso(3), isSound: false } }];
    const damaged = view({ backups });
    assert.deepEqual([damaged.text, damaged.isWarning], ['$(warning) Kitchen sensor: damage found', true]);
    assert.deepEqual(damaged.click, { command: 'micropythonBackup.showHealth', board: 'uid:1' });
    const lacking = view({ backups: [{ ...backup, verified: { at: iso(3), isSound: false, lacksFiles: true } }] });
    assert.deepEqual([lacking.text, lacking.isWarning], ['$(warning) Kitchen sensor: files missing', true]);
    assert.deepEqual(lacking.click, damaged.click);
  });

  it('warns of a disk that is nearly full, whichever board is meant, and a click shows what helps', () => {
    const finding = spaceFinding({ free: 1e6, trashBytes: 5e6, isShort: true });
    assert.ok(finding);
    const health = { boards: [], findings: [finding] };
    for (const facts of [{ health }, { health, list: [] }]) {
      const { text, isWarning, click, tooltip } = view(facts);
      assert.deepEqual([text, isWarning], ['$(warning) Backups: disk nearly full', true]);
      assert.deepEqual(click, { command: 'micropythonBackup.showHealth' });
      assert.match(tooltip, /^\*\*Only 1\\\.0 MB are free/);
    }
    assert.equal(view({ health: { boards: [], findings: [{ ...finding, needsPerson: false }] } }).isWarning, false);
  });

  it('is what runs, in one word and percent, and a number where there is more than one', () => {
    assert.equal(textOf({ jobs: [job()] }), '$(sync~spin) Backup');
    assert.equal(textOf({ jobs: [job({ progress: at(42.7) })] }), '$(sync~spin) Backup 42%');
    assert.equal(textOf({ jobs: [job(), job({ id: 8 })] }), '$(sync~spin) 2 jobs');
    assert.equal(
      textOf({ jobs: [job({ progress: at(5, 'decide'), noun: 'Restore' })] }),
      '$(watch) Restore waits for you',
    );
    assert.equal(textOf({ jobs: [job({ isCancelled: true, progress: at(9) })] }), '$(sync~spin) Backup: cancelling');
  });

  it('warns of nothing while something runs, and not while it has just ended well', () => {
    const storeTrouble = new BackupError('store-failed', 'The folder cannot be read.');
    assert.equal(view({ jobs: [job()], storeTrouble }).isWarning, false);
    assert.equal(textOf({ done: job() }), '$(check) Backup done');
  });

  it('takes no name for an icon, and no more room than it needs', () => {
    const list = [{ ...board, name: '$(bug) of the very long corridor on the ground floor' }];
    const { text, label } = view({ list });
    assert.equal(text, '$(cloud-download) \\$(bug) …the ground floor: 3 h ago');
    assert.equal(label, 'MicroPython Backup: $(bug) …the ground floor: 3 h ago');
  });
});

describe('The tooltip of the status bar', () => {
  it('has the facts of the board and its last backup', () => {
    const latest = { ...backup, checkedAt: iso(3), verified: { at: iso(4), isSound: true } };
    const when = (hours: number) => moment(iso(hours), NOW);
    assert.deepEqual(linesOf({ list: [{ ...board, latest }] }), [
      '**Kitchen sensor**, Raspberry Pi Pico W',
      'Connected: /dev/ttyACM0',
      `Last backup: ${when(2)}, differential, quick`,
      `Nothing had changed: ${when(3)}`,
      '11 files, 3.4 kB',
      `Verified: ${when(4)}`,
      '---',
      '[Back Up Now](command:micropythonBackup.quickBackup?%5B%22uid%3A1%22%5D) · [Choose Board…](command:micropythonBackup.chooseQuickBoard) · [Show in Tree](command:micropythonBackup.showInTree?%5B%22ab12%22%5D) · [Show Log](command:micropythonBackup.showLog)',
    ]);
    assert.ok(linesOf({ list: [away(board)], remembered: 'uid:1' }).includes('Not connected'));
    assert.ok(linesOf({ list: [bare] }).includes('No backup yet'));
    assert.deepEqual(linesOf({ list: [board, bare] }).slice(0, 3), [
      '2 boards are connected. A click asks which one to back up.',
      '**Kitchen sensor**: last backup 3 h ago',
      '**Board**: no backup yet',
    ]);
    assert.match(view({ list: [] }).tooltip, /^No board is connected\. Plug one in/);
  });

  it('has each job with its own Cancel, and no second backup of a board that is at work', () => {
    const jobs = [job({ progress: at(42) }), job({ id: 8, title: 'Exporting 2 backups', boards: [] })];
    const { tooltip } = view({ jobs });
    assert.match(
      tooltip,
      /Backing up Kitchen sensor: Reading · 42% · 12 s left · \[Cancel\]\(command:\S+cancelJob\?%5B7%5D\)/,
    );
    assert.match(tooltip, /Exporting 2 backups · \[Cancel\]\(command:\S+\?%5B8%5D\)/);
    assert.doesNotMatch(tooltip, /Back Up Now/);
    assert.match(view({ jobs: [job({ boards: ['uid:2'] })] }).tooltip, /Back Up Now/);
    assert.doesNotMatch(view({ jobs: [job({ isCancelled: true })] }).tooltip, /\[Cancel\]/);
  });

  it('begins with what is wrong, and has the ways out', () => {
    const storeTrouble = new BackupError('store-failed', 'The folder cannot be read.', { hint: 'Choose a folder.' });
    assert.match(
      view({ storeTrouble }).tooltip,
      /^\*\*The folder cannot be read\\\.\*\* {2}\nChoose a folder\\\. {2}\n\[Choose Folder…\]/,
    );
    assert.doesNotMatch(view({ storeTrouble, list: [bare] }).tooltip, /No backup yet|Back Up Now/);
    const restores = [{ board: backup.board, at: iso(1), state: 'unfinished', id: 'r' } as unknown as RestoreRecord];
    assert.match(view({ restores }).tooltip, /was not finished.*\n\[Finish Restore…\]\(\S+\) · \[Undo Restore…\]/);
    const backups = [{ ...backup, verified: { at: iso(3), isSound: false } }];
    const lacking = [{ ...backup, verified: { at: iso(3), isSound: false, lacksFiles: true } }];
    assert.match(
      view({ backups: lacking }).tooltip,
      /^\*\*1 backup with missing files\*\* {2}\nImport the archives.*\n\[Repair Backups…\]/,
    );
    assert.match(view({ backups }).tooltip, /^\*\*1 backup damaged\*\* {2}\n\[Repair Backups…\]/);
  });

  it('takes names for text, and no link of theirs for ours', () => {
    const name = '[x](command:workbench.action.quit) **b**';
    const { tooltip } = view({ list: [{ ...board, name, key: 'a) b' }] });
    const links = [...tooltip.matchAll(/(?<!\\)\]\(command:([^?)]+)/g)].map(([, command]) => command);
    assert.ok(links.length >= 4);
    assert.deepEqual(
      links.filter((command) => !TOOLTIP_COMMANDS.includes(command ?? '')),
      [],
    );
    assert.match(tooltip, /%22a%29%20b%22/);
  });
});
