// How the view looks when not all is well, or when there is much of it.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { writeBackups } from '../bench/manyBackups.js';
import { hashOf } from '../support/builders.js';
import { type SimulatedPort, startSimulatedPort } from '../support/simulatedPort.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

const NOBODY = 'socket://127.0.0.1:9';

describe('The view when not all is well', function () {
  this.timeout(90_000);

  const slow: SimulatedPort[] = [];
  let folder: string;

  const vscode = vscodeForTests(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-e2e-'));
    for (const name of ['shelf', 'porch']) {
      // Noise does not pack: reading it takes minutes.
      await addSimulatedBoard(folder, name, { 'main.py': 'print(1)\n', 'photo.jpg': randomBytes(1_000_000) });
      slow.push(await startSimulatedPort({ folder, name, bytesPerSecond: 3_000 }));
    }
    return { 'micropythonBackup.extraPorts': [NOBODY] };
  });

  after(async () => {
    for (const port of slow) await port.stop();
    await rm(folder, { recursive: true });
  });

  const rowWith = (text: string | RegExp) => vscode().window.page.getByRole('treeitem').filter({ hasText: text });

  it('shows a page of many backups, and the next one when it is asked for', async () => {
    const { window, store } = vscode();
    await writeBackups(store, { backups: 250, files: 30, fullEvery: 250 });
    await window.showView('MicroPython Backup');
    await window.command('MicroPython Backup: Refresh');
    await rowWith('full + 249').waitFor();
    await window.pictures('many-backups');
    await window.command('MicroPython Backup: Focus on Boards View');
    await window.page.keyboard.press('End');
    await rowWith('Show 100 more of 150').click();
    await rowWith('Show 100 more of 150').waitFor({ state: 'detached' });
    await window.page.keyboard.press('End');
    await rowWith('Show 50 more of 50').waitFor();
    await window.command('MicroPython Backup: Sort By…');
    await window.pick('Oldest backups first');
    await window.command('MicroPython Backup: Focus on Boards View');
    await window.page.keyboard.press('Home');
    await rowWith('full, 30 files').waitFor();
  });

  it('P13 shows where damage was found, in each row that leads to it', async () => {
    const { window, store } = vscode();
    const opened = await openStore(realEnv(), store);
    const { backups } = await opened.list();
    const [newest] = backups;
    assert.ok(newest);
    await opened.annotate([newest], { verified: { at: newest.createdAt, isSound: false } });
    await window.command('MicroPython Backup: Refresh');
    await rowWith('damaged, full + 249').waitFor();
    await window.command('MicroPython Backup: Filter Backups…');
    await window.pick('Damaged or incomplete');
    await window.page.keyboard.press('Enter');
    await rowWith('249 hidden').waitFor();
    await window.pictures('damaged');
    await window.command('MicroPython Backup: Clear Filter');
  });

  it('says what went wrong when a backup failed, and what to do', async () => {
    const { window } = vscode();
    await rowWith(NOBODY).first().waitFor();
    await window.rowAction(rowWith(NOBODY).first(), 'Backup Device');
    await window.notification('Nothing accepts connections').waitFor();
    await window.pictures('failed');
  });

  it('P35 backs up all boards with a progress and a Cancel for each, and tells in one message what became of them', async () => {
    const { window, boards } = vscode();
    const [shelf, porch] = slow.map(({ path }) => path);
    await window.command('Notifications: Clear All Notifications');
    for (const port of [shelf, porch]) {
      await window.command('MicroPython Backup: Add Port…');
      await window.answer('Add Port', port ?? '');
      await rowWith(port ?? '').waitFor();
    }
    for (const name of ['greenhouse', 'desk']) await addSimulatedBoard(boards, name);
    await window.command('MicroPython Backup: Refresh');
    await window.treeRow('desk').waitFor();
    await window.viewAction('Back Up All Boards');
    // VS Code shows three at a time: these are the first by their names, beside the one that fails at once.
    for (const port of [shelf, porch]) {
      const progress = window.notification(`Backing up Board (${port})`);
      await progress.filter({ hasText: 'Reading' }).waitFor();
      await progress.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    }
    await rowWith(/desk.*backed up just now/).waitFor();
    await window.pictures('back-up-all');
    await window.notificationButton(`Backing up Board (${shelf})`, 'Cancel');
    await window.notification(`Backing up Board (${shelf})`).waitFor({ state: 'detached' });
    await slow[1]?.stop();
    const sum = window.notification('Backed up 2 of 5 boards: 2 changed.');
    await sum.filter({ hasText: `Board (${shelf}): cancelled.` }).waitFor();
    await sum.filter({ hasText: `Board (${porch}): ` }).waitFor();
    await sum.filter({ hasText: `Board (${NOBODY}): Nothing accepts connections` }).waitFor();
    await window.pictures('backed-up-all');
    await window.notificationButton('Backed up 2 of 5 boards', 'Try Again');
    // Only those that failed. Of messages that come so soon after others, VS Code shows some in its list only.
    await window.command('Notifications: Show Notifications');
    const again = window.page.locator('.notifications-center .notification-list-item', { hasText: 'none of 2 boards' });
    await again.getByRole('button', { name: 'Show Log', exact: true }).click();
    await window.page.locator('.view-lines', { hasText: NOBODY }).waitFor();
    await window.command('View: Hide Panel');
  });

  it('P25 marks a board whose restore was not finished, and offers both ways out', async () => {
    const { window, boards, store } = vscode();
    const opened = await openStore(realEnv(), store);
    const backup = (await opened.list()).backups.find(({ board }) => board.name === 'greenhouse');
    assert.ok(backup);
    const bytes = await readFile(join(boards, 'greenhouse', 'main.py'));
    const journal = await opened.beginRestore({
      board: { id: backup.board.id, name: backup.board.name },
      backup: { id: backup.id, createdAt: backup.createdAt },
      ...{ safety: null, mode: 'stage-one' },
      items: [{ path: parseBoardPath('main.py'), before: { size: bytes.length, sha256: hashOf(bytes) }, after: null }],
    });
    await journal.started('after');
    await journal.stopped('port-lost');
    await window.command('MicroPython Backup: Refresh');
    await window.notification('was not finished').waitFor();
    await rowWith('restore not finished').waitFor();
    await window.pictures('unfinished-restore');
  });
});
