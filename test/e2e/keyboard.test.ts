// Everything that has a screen is used by keys alone: by who cannot use a mouse, or does not want to.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { type SimulatedPort, startSimulatedPort } from '../support/simulatedPort.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('VS Code without a mouse', function () {
  this.timeout(90_000);
  let folder: string;
  let slow: SimulatedPort;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-e2e-'));
    // Noise does not pack: reading it takes minutes.
    await addSimulatedBoard(folder, 'slow', { 'main.py': 'print(1)\n', 'photo.jpg': randomBytes(1_000_000) });
    slow = await startSimulatedPort({ folder, name: 'slow', bytesPerSecond: 3_000 });
  });
  after(async () => {
    await slow.stop();
    await rm(folder, { recursive: true });
  });

  const vscode = vscodeForTests();

  const ours = (title: string) => vscode().window.commandByKeys(`MicroPython Backup: ${title}`);
  const press = async (...keys: string[]) => {
    for (const key of keys) await vscode().window.page.keyboard.press(key);
  };
  const row = (hasText: string | RegExp) => vscode().window.page.getByRole('treeitem').filter({ hasText });
  const tab = (hasText: string) => vscode().window.page.locator('.tab.active', { hasText });
  const text = (hasText: string) => vscode().window.page.locator('.view-lines', { hasText }).first();

  /** Into the tree, and from its top down to each of these rows in turn, which are opened on the way. */
  const goTo = async (...[row, ...below]: ReturnType<typeof text>[]) => {
    const { window } = vscode();
    // Without rows, something else than the tree would take the focus.
    await row?.waitFor();
    await ours('Focus on Boards View');
    await window.page.getByRole('tree', { name: 'Boards' }).and(window.page.locator(':focus')).waitFor();
    await press('Home');
    for (let at = row; at; at = below.shift()) {
      await window.walkTo(at);
      if (below.length > 0) await press('ArrowRight');
    }
  };

  it('the tree is opened, walked through, and backs up a board', async () => {
    const { window, boards } = vscode();
    await window.page.evaluate(`addEventListener('pointerdown', () => { window.hadMouse = true }, true)`);
    await addSimulatedBoard(boards, 'desk');
    await ours('Focus on Boards View');
    await ours('Refresh');
    await goTo(window.treeRow('Back Up This Board'));
    await press('Enter');
    await row('full, 11 files').waitFor();
  });

  it('a message is reached, and its button leads to the backup', async () => {
    const { window } = vscode();
    await window.commandByKeys('Notifications: Show Notifications');
    const message = window.page.locator('.notifications-center .monaco-list-row', { hasText: 'Backed up desk' });
    await window.walkTo(message);
    await window.walkTo(message.getByRole('button', { name: 'Show Backup', exact: true }), 'Tab');
    await press('Enter');
    await window.treeRow('README.txt').waitFor();
    await press('Escape');
  });

  it('the status bar makes a quick backup', async () => {
    const { window, boards } = vscode();
    await writeFile(join(boards, 'desk', 'README.txt'), 'second version\n');
    await window.commandByKeys('View: Focus Status Bar');
    // What it says right after a backup changes by itself.
    await window.walkTo(window.statusBarItem(/Backup done|desk: /), 'ArrowRight');
    await press('Enter');
    await row('1 of 11 files, quick').waitFor();
  });

  it('a file of a backup is opened, compared with the one before, and looked up in its history', async () => {
    const { window } = vscode();
    const file = row(/^README\.txt.*15 B/);
    await goTo(row('1 of 11 files, quick'), file);
    await press('Enter');
    await tab('README.txt').waitFor();
    await text('second version').waitFor();
    await goTo(row('1 of 11 files, quick'), file);
    await window.contextMenuByKeys('Compare with Previous Backup');
    await tab('↔').waitFor();
    await goTo(row('1 of 11 files, quick'), file);
    await window.contextMenuByKeys('Show History of File…');
    const versions = window.page.locator('.quick-input-list .monaco-list-row');
    await window.walkTo(versions.filter({ hasText: 'added' }));
    await press('Enter');
    await versions.first().waitFor({ state: 'hidden' });
    await text('Weather station').waitFor();
    await window.commandByKeys('View: Close All Editors');
  });

  it('the files on the board are read, opened, and compared with the last backup', async () => {
    const { window, boards } = vscode();
    await writeFile(join(boards, 'desk', 'main.py'), 'print("changed")\n');
    const files = window.treeRow('Files on the board');
    const file = row(/^main\.py.*17 B/);
    await window.until(row('1 changed'), async () => {
      await goTo(files);
      await window.contextMenuByKeys('Read Files of Board');
    });
    await window.until(text('print("changed")'), async () => {
      await goTo(files, file);
      await press('Enter');
    });
    await window.until(tab('↔ on the board'), async () => {
      await goTo(files, file);
      await window.contextMenuByKeys('Compare with Last Backup');
    });
    await window.commandByKeys('View: Close All Editors');
  });

  it('P29 files are ticked, and restored after a look at what will be written', async () => {
    const { window, boards } = vscode();
    const backup = row('full, 11 files');
    await goTo(backup);
    await window.contextMenuByKeys('Choose Files to Restore…');
    const file = row(/^main\.py/).last();
    await goTo(backup, file);
    await window.walkTo(file.getByRole('checkbox'), 'Tab');
    await press('Space');
    await file.locator('[role=checkbox][aria-checked=true]').waitFor();
    await ours('Restore Ticked Files…');
    await window.walkTo(row('Write 1 file'));
    await press('Enter');
    await row('Write 1 file').waitFor({ state: 'detached' });
    await window.notification('Restored 1 file to desk').waitFor();
    assert.match(await readFile(join(boards, 'desk', 'main.py'), 'utf8'), /import/);
  });

  it('P35 all boards are backed up, and one of these jobs is cancelled', async () => {
    const { window } = vscode();
    await ours('Add Port…');
    await window.answer('Add Port', slow.path);
    await window.treeRow('Board').waitFor();
    await ours('Back Up All Boards');
    await window.notification('Reading').waitFor();
    await ours('Cancel Running Job…');
    await window.pickByKeys('Backing up Board');
    await window.notification('Board: cancelled').waitFor();
  });

  it('all of that was done without a mouse', async () => {
    assert.equal(await vscode().window.page.evaluate('window.hadMouse ?? false'), false);
  });
});
