// What is done with backups from the menus of their rows, as someone does it with the mouse: note, pin, delete, bring back.

import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { damageArchive } from '../support/damage.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('Backups and their menus in VS Code', function () {
  this.timeout(90_000);
  const vscode = vscodeForTests();

  const menuItem = (name: string) => vscode().window.menuItem(name);
  const archives = async () =>
    (await readdir(vscode().store, { recursive: true })).filter((name) => name.endsWith('.blb')).sort();
  /** The row of the backup whose description says this. */
  const backup = (description: string | RegExp) =>
    vscode().window.page.getByRole('treeitem').filter({ hasText: description });

  it('two backups are there', async () => {
    const { window, boards } = vscode();
    await addSimulatedBoard(boards, 'greenhouse');
    // Not packed, so that the test finds it in the archive.
    await writeFile(join(boards, 'greenhouse', 'note.txt'), 'first note\n');
    await window.showView('MicroPython Backup');
    await window.treeRow('greenhouse').waitFor();
    await window.command('MicroPython Backup: Backup Device');
    await window.notification('Backed up greenhouse').waitFor();
    await writeFile(join(boards, 'greenhouse', 'note.txt'), 'second note\n');
    await window.command('MicroPython Backup: Backup Device');
    await backup('1 of 12 files').waitFor();
    await window.command('Notifications: Clear All Notifications');
    assert.equal((await archives()).length, 2);
  });

  it('"Rename Backup…" gives a backup a label, which shows in its row', async () => {
    const { window } = vscode();
    await window.contextMenu(backup('1 of 12 files'), 'Rename Backup…');
    await window.answer('Rename Backup', 'before the trip');
    await backup('before the trip, 1 of 12 files').waitFor();
  });

  it('"Pin Backup" pins it, and then the menu offers "Unpin Backup"', async () => {
    const { window } = vscode();
    await window.contextMenu(backup('before the trip'), 'Pin Backup');
    await backup(/before the trip.*pinned/).waitFor();
    const open = async () => {
      await backup('before the trip').click({ button: 'right' });
      await menuItem('Unpin Backup').waitFor();
    };
    await open();
    assert.equal(await menuItem('Pin Backup').count(), 0);
    await window.pictures('backup-menu', open);
    await window.page.keyboard.press('Escape');
  });

  it('a right click on a board offers each kind of backup, one on a chain what can be done with all of it', async () => {
    const { window } = vscode();
    await window.treeRow('greenhouse').click({ button: 'right' });
    for (const name of ['Backup Device', 'Quick Backup', 'Full Backup', 'Differential Backup'])
      await menuItem(name).waitFor();
    await window.screenshot('board-menu-light');
    await window.page.keyboard.press('Escape');
    await backup(/^\d+ backups? since/).click({ button: 'right' });
    for (const name of ['Export Chain…', 'Delete Chain…']) await menuItem(name).waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('P20 "Delete Backup…" asks first, and takes the backup out of the tree', async () => {
    const { window } = vscode();
    const open = async () => {
      await window.contextMenu(backup('full, 12 files'), 'Delete Backup…');
      await window.dialog('Delete the backup of greenhouse').waitFor();
    };
    await open();
    await window.pictures('delete', open);
    await window.dialogButton('Delete the backup of greenhouse', 'Cancel');
    assert.equal((await archives()).length, 2);
    await open();
    await window.dialogButton('Delete the backup of greenhouse', 'Delete');
    await window.notification('Deleted the backup of greenhouse').waitFor();
    await backup('full, 12 files').waitFor({ state: 'detached' });
    assert.ok((await archives()).some((name) => name.startsWith('trash')));
  });

  it('P20 "Restore Deleted Backup…" from the menu of the view brings it back', async () => {
    const { window } = vscode();
    await window.command('Notifications: Clear All Notifications');
    await window.viewAction('Views and More Actions...');
    await menuItem('Restore Deleted Backup…').waitFor();
    await window.screenshot('view-menu-light');
    await menuItem('Restore Deleted Backup…').hover();
    await window.page.keyboard.press('Enter');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'greenhouse' }).click();
    await window.screenshot('trash-light');
    await window.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    await window.notification('Brought back the backup of greenhouse').waitFor();
    await backup('full, 12 files').waitFor();
  });

  it('two backups open as their changes, a backup and its board too, and as text where there are none', async () => {
    const { window, boards } = vscode();
    await window.command('Notifications: Clear All Notifications');
    await window.contextMenu(backup('before the trip'), 'Compare with Board…');
    await window.page.locator('.view-lines', { hasText: 'No differences' }).waitFor();
    await writeFile(join(boards, 'greenhouse', 'note.txt'), 'note on the board\n');
    await window.contextMenu(backup('before the trip'), 'Compare with Board…');
    await window.notification('1 changed').waitFor();
    await window.page.locator('.view-lines', { hasText: 'note on the board' }).waitFor();
    await window.screenshot('compare-board-light');
    await window.command('Notifications: Clear All Notifications');
    await window.command('View: Close All Editors');
    await window.contextMenu(backup('before the trip'), 'Compare with Another Backup…');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'full' }).click();
    await window.notification('1 changed').waitFor();
    await window.page.locator('.view-lines', { hasText: 'first note' }).waitFor();
    await window.page.locator('.view-lines', { hasText: 'second note' }).waitFor();
    await window.screenshot('compare-backups-light');
  });

  it('after "Reload Window" a file of a backup is shown again, and a comparison says that the board has to be compared again', async () => {
    const { window } = vscode();
    await window.command('Notifications: Clear All Notifications');
    await window.command('View: Close All Editors');
    await window.expand(backup('before the trip'));
    await window.treeRow('main.py').dblclick();
    const text = window.page.locator('.view-lines', { hasText: 'import' });
    await text.waitFor();
    await window.contextMenu(backup('before the trip'), 'Compare with Board…');
    await window.page.locator('.view-lines', { hasText: 'note on the board' }).waitFor();
    await window.reload();
    await window.page.locator('.view-lines', { hasText: 'in another session' }).waitFor();
    await window.screenshot('compare-board-restored-light');
    await window.page.getByRole('tab', { name: /^main\.py/ }).click();
    await text.waitFor();
  });

  it('P13 damage that "Verify Backups" finds shows in the tree', async () => {
    const { window, store } = vscode();
    const [oldest = ''] = (await archives()).filter((name) => !name.startsWith('trash'));
    await damageArchive(join(store, oldest), 'first note');
    await window.command('MicroPython Backup: Verify Backups');
    await window.notification('Damage was found').waitFor();
    await backup(/^.*damaged, full, 12 files/).waitFor();
    await window.command('View: Close All Editors');
    await window.command('Notifications: Clear All Notifications');
    await window.pictures('kept');
  });
});
