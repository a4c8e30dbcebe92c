// How the view looks when not all is well, or when there is much of it; and that it can be used without a mouse.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { writeBackups } from '../bench/manyBackups.js';
import { hashOf } from '../support/builders.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

const NOBODY = 'socket://127.0.0.1:9';

describe('The view when not all is well', function () {
  this.timeout(90_000);

  const vscode = vscodeForTests(() => ({ 'micropythonBackup.extraPorts': [NOBODY] }));

  const rowWith = (text: string) => vscode().window.page.getByRole('treeitem').filter({ hasText: text });

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

  it('P25 marks a board whose restore was not finished, and offers both ways out', async () => {
    const { window, boards, store } = vscode();
    await addSimulatedBoard(boards, 'greenhouse');
    await window.command('MicroPython Backup: Refresh');
    await window.rowAction(window.treeRow('greenhouse'), 'Backup Device');
    await window.notification('Backed up greenhouse').waitFor();
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

describe('The view without a mouse', function () {
  this.timeout(90_000);

  const vscode = vscodeForTests();

  it('is opened, walked through and worked with by keys alone', async () => {
    const { window, boards } = vscode();
    await addSimulatedBoard(boards, 'desk');
    const { keyboard } = window.page;
    await window.command('MicroPython Backup: Focus on Boards View');
    await window.command('MicroPython Backup: Refresh');
    await window.treeRow('Back Up This Board').waitFor();
    await window.command('MicroPython Backup: Focus on Boards View');
    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'Enter']) await keyboard.press(key);
    await window.notification('Backed up desk').waitFor();
    await window.command('MicroPython Backup: Focus on Boards View');
    // Down to the backup, open it, and down to its last file: README.txt.
    await keyboard.press('End');
    await keyboard.press('ArrowRight');
    await window.treeRow('README.txt').waitFor();
    await keyboard.press('End');
    await keyboard.press('Shift+F10');
    await window.page.getByRole('menuitem', { name: 'Restore File…', exact: true }).waitFor();
    await keyboard.press('Escape');
    await keyboard.press('Enter');
    await window.page.locator('.tab', { hasText: 'README.txt' }).waitFor();
    await window.page.locator('.view-lines').first().waitFor();
  });
});
