// The tree as people use it: the files on a board, what has changed on it, chosen and dragged files, filters, and many backups.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('The tree in VS Code', function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), 'mpbackup-e2e-'));
  const boards = join(folder, 'boards');
  const store = join(folder, 'store');
  const flash = join(boards, 'greenhouse');

  const vscode = vscodeForTests(async () => {
    return { 'micropythonBackup.storeFolder': store, 'micropythonBackup.simulatedBoardsFolder': boards };
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** A file below "Files on the board", which comes before the backups. */
  const liveRow = (name: string) => vscode().window.treeRow(name).first();

  const backupRow = (text: string) => vscode().window.page.getByRole('treeitem').filter({ hasText: text });

  const checkbox = (name: string) => vscode().window.treeRow(name).last().getByRole('checkbox');

  const refresh = () => vscode().window.command('MicroPython Backup: Refresh');

  it('says where to begin while there is no board', async () => {
    const { window } = vscode();
    await window.showView('MicroPython Backup');
    await window.page.getByRole('button', { name: 'Try It Without a Board' }).waitFor();
    await window.pictures('no-board');
  });

  it('offers the first backup of a board with one click', async () => {
    const { window } = vscode();
    await addSimulatedBoard(boards, 'greenhouse');
    await refresh();
    await window.treeRow('Back Up This Board').waitFor();
    await window.pictures('first-backup');
    await window.treeRow('Back Up This Board').click();
    await window.notification('Backed up greenhouse').waitFor();
    await window.treeRow('Back Up This Board').waitFor({ state: 'detached' });
  });

  it('shows the files on the board, read only when they are opened, with what has changed since the backup', async () => {
    const { window } = vscode();
    await writeFile(join(flash, 'main.py'), 'print("changed")\n');
    await writeFile(join(flash, 'extra.txt'), 'new\n');
    await rm(join(flash, 'www/style.css'));
    await window.expand(window.treeRow('Files on the board'));
    // As the backup has them, until they are read again.
    await window.page.getByRole('treeitem').filter({ hasText: 'as in the last backup, read' }).waitFor();
    await window.rowAction(window.treeRow('Files on the board'), 'Read Files of Board');
    await window.treeRow('extra.txt').waitFor();
    await window.page.getByRole('treeitem').filter({ hasText: '1 changed, 1 new, 1 missing' }).waitFor();
    await window.expand(liveRow('www'));
    await window.page
      .getByRole('treeitem')
      .filter({ hasText: /style\.css.*missing/ })
      .waitFor();
    await liveRow('main.py').click();
    await window.page.locator('.view-lines', { hasText: 'changed' }).waitFor();
    await window.pictures('live-files');
  });
  it('brings back a file that is missing on the board', async () => {
    const { window } = vscode();
    await window.rowAction(liveRow('style.css'), 'Restore File…');
    await window.page
      .getByRole('treeitem')
      .filter({ hasText: /^Write 1 file/ })
      .waitFor();
    await window.screenshot('missing-light');
    await window.viewAction('Cancel Restore');
    await window.notification('cancelled').waitFor();
    // Nothing was written: what is known of the board stays.
    await liveRow('extra.txt').waitFor();
  });

  it('compares a file on the board with the one in the last backup', async () => {
    const { window } = vscode();
    await window.rowAction(liveRow('main.py'), 'Compare with Last Backup');
    await window.page.locator('.tab', { hasText: '↔ on the board' }).waitFor();
    await window.page.locator('.view-lines', { hasText: 'machine' }).first().waitFor();
    await window.pictures('compare-live');
    await window.command('View: Close All Editors');
  });

  it('restores files that were ticked in a backup', async () => {
    const { window } = vscode();
    await window.contextMenu(backupRow('full, 11 files'), 'Choose Files to Restore…');
    await checkbox('main.py').click();
    await window.page.keyboard.press('Escape');
    await window.pictures('choose-files');
    await window.viewAction('Restore Ticked Files…');
    await window.treeRow('Write 1 file (939 B)').click();
    await window.notification('Restored 1 file to greenhouse').waitFor();
    // The boxes are gone, although nobody has read the message.
    await window.page
      .getByRole('tree', { name: 'Boards' })
      .getByRole('checkbox')
      .first()
      .waitFor({ state: 'detached' });
    assert.match(await readFile(join(flash, 'main.py'), 'utf8'), /import/);
    await window.treeRow('Changed since: read the files again').waitFor();
  });

  it('restores what is dragged onto a folder of the board', async () => {
    const { window } = vscode();
    await window.treeRow('Changed since: read the files again').click();
    await window.treeRow('extra.txt').waitFor();
    await window.expand(backupRow('full, 11 files'));
    const file = window.treeRow('boot.py').last();
    await window.drag(file, window.treeRow('lib').first(), window.treeRow('Write 1 file (108 B)'));
    await window.treeRow('lib').last().waitFor();
    await window.screenshot('dropped-light');
    await window.treeRow('Write 1 file (108 B)').click();
    await window.notification('Restored 1 file').nth(1).waitFor();
    await readFile(join(flash, 'lib/boot.py'));
  });

  it('opens a file of a backup that is dragged into an editor', async () => {
    const { window } = vscode();
    const tab = window.page.locator('.tab', { hasText: 'config.json' });
    await window.drag(window.treeRow('config.json').last(), window.page.locator('.editor-group-container'), tab);
  });

  it('shows only the backups that are wanted, and says so', async () => {
    const { window } = vscode();
    await window.contextMenu(backupRow('full, 11 files'), 'Pin Backup');
    await backupRow('pinned').waitFor();
    await window.viewAction('Filter Backups…');
    await window.pick('Pinned');
    await window.page.keyboard.press('Enter');
    await backupRow('before a restore').waitFor({ state: 'detached' });
    await window.pictures('filtered');
    await window.viewAction('Clear Filter');
    await backupRow('before a restore').first().waitFor();
  });
});
