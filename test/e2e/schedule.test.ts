// Backups that nobody has to think of, as somebody meets them who comes back after some days: a backup is taken by itself, a test
// restore finds damage, and the badge leads to the remedy.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard, sampleProject, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { damageArchive } from '../support/damage.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

const DAY_MS = 86_400_000;

/** Not compressed, so that it is found in an archive. */
const NOTE = 'q8#Zx!';

/** VS Code has started for 10 seconds when the schedule is looked at. */
const FIRST_LOOK = { timeout: 60_000 };

describe('The schedule in VS Code', function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), 'mpbackup-e2e-'));
  const boards = join(folder, 'boards');
  const storeFolder = join(folder, 'store');

  const vscode = vscodeForTests(async () => {
    const flash = await addSimulatedBoard(boards, 'greenhouse', { ...sampleProject, 'note.txt': NOTE });
    const taken = await backUpThreeDaysAgo();
    await damageArchive(taken.archive, NOTE);
    await writeFile(join(flash, 'main.py'), 'print("changed")\n');
    return {
      'micropythonBackup.storeFolder': storeFolder,
      'micropythonBackup.simulatedBoardsFolder': boards,
      // As usual, whatever other tests have.
      ...{ 'micropythonBackup.schedule': undefined, 'micropythonBackup.testRestore': undefined },
      // The test restore alone shall find it.
      'micropythonBackup.checkSeconds': 0,
    };
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function backUpThreeDaysAgo() {
    const real = realEnv();
    const env = { ...real, clock: { ...real.clock, now: () => Date.now() - 3 * DAY_MS } };
    const address = { url: 'sim:greenhouse', open: simulatedTransport(boards) };
    const scope = { root: ROOT, include: [], exclude: [] };
    const options = { kind: 'auto', origin: 'manual', scope } as const;
    return (await backup({ env }, address, await openStore(env, storeFolder), options)).backup;
  }

  const rowWith = (text: string | RegExp) => vscode().window.page.getByRole('treeitem').filter({ hasText: text });

  const boardRow = () => vscode().window.treeRow('greenhouse').first();

  const pickerRow = (text: string) =>
    vscode().window.page.locator('.quick-input-list .monaco-list-row', { hasText: text });

  it('backs up a board by itself, without a word but in the status bar', async () => {
    const { window } = vscode();
    await window.showView('MicroPython Backup');
    await window.statusBarItem('greenhouse: 3 days ago').waitFor();
    await window.statusBarItem(/Backup|Check/).waitFor(FIRST_LOOK);
    await rowWith(/1 of \d+ files, daily/).waitFor();
    await rowWith(/greenhouse.*backed up just now/)
      .first()
      .waitFor();
  });

  it('marks the board once a test restore has found a damaged backup, and is quiet about that too', async () => {
    const { window } = vscode();
    await window.statusBarItem('greenhouse: damage found').waitFor(FIRST_LOOK);
    await rowWith(/greenhouse.*damage found/)
      .first()
      .waitFor();
    await rowWith(/damaged, 1 of \d+ files, daily/).waitFor();
    const [test, ...others] = (await (await openStore(realEnv(), storeFolder)).history()).filter(
      ({ operation }) => operation === 'test-restore' || operation === 'verify',
    );
    assert.deepEqual([test?.operation, test?.code, others], ['test-restore', 'archive-damaged', []]);
    await window.command('Notifications: Show Notifications');
    await window.page.locator('.notifications-center', { hasText: 'No new notifications' }).waitFor();
    await window.command('Notifications: Hide Notifications');
    await boardRow().hover();
    await window.pictures('health-badge');
    await window.tooltipOf(window.statusBarItem('damage found'), 'Repair Backups…');
    await window.screenshot('health-tooltip-light');
  });

  it('P13 leads from the badge to the remedy in two clicks, after which nothing is left to do', async () => {
    const { window } = vscode();
    const open = async () => {
      await window.rowAction(boardRow(), 'Show Health…');
      await pickerRow('Damage was found in the backup of').waitFor();
    };
    await open();
    await window.pictures('health', open);
    await window.pick('Repair Backups…');
    await window.dialog('Repair damaged backups?').waitFor();
    await window.screenshot('health-repair-light');
    await window.dialogButton('Repair damaged backups?', 'Repair');
    // The note is in no other archive, but on the board.
    await window.notificationButton('1 file is lost', 'Read From greenhouse');
    await window.statusBarItem('greenhouse: just now').waitFor();
    await rowWith('damage').first().waitFor({ state: 'detached' });
    await window.screenshot('health-repaired-light');
  });

  it('is set up with a few ticks', async () => {
    const { window } = vscode();
    await window.command('Notifications: Clear All Notifications');
    const open = async () => {
      await window.contextMenu(boardRow(), 'Schedule Backups…');
      await pickerRow('Each Sunday at 12:00').getByRole('checkbox').click();
      // Its tooltip would cover the others.
      await window.page.mouse.move(0, 0);
    };
    await open();
    await window.pictures('schedule', open);
    await window.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    await window.notificationButton('greenhouse: daily 12:00, weekly sunday 12:00', 'Show Schedule');
    await window.page.locator('.view-lines', { hasText: 'weekly' }).waitFor();
    await window.pictures('schedule-page');
  });
});
