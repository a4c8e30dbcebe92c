// The main job as someone does it with the mouse and the keyboard: the packaged extension in a real VS Code.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { type SimulatedPort, startSimulatedPort } from '../support/simulatedPort.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';
import type { Theme } from './support/vscodeWindow.js';

const BACKUP = 'MicroPython Backup: Backup Device';

describe('The main job in VS Code', function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), 'mpbackup-e2e-'));
  const boards = join(folder, 'boards');
  const store = join(folder, 'store');
  const flash = join(boards, 'greenhouse');
  let slow: SimulatedPort | undefined;

  const vscode = vscodeForTests(async () => {
    await addSimulatedBoard(boards, 'greenhouse');
    return { 'micropythonBackup.storeFolder': store, 'micropythonBackup.simulatedBoardsFolder': boards };
  });

  after(async () => {
    await slow?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const inAllThemes = async (name: string) => {
    for (const theme of ['dark', 'hc', 'light'] satisfies Theme[]) {
      await vscode().window.setTheme(theme);
      await vscode().window.screenshot(`${name}-${theme}`);
    }
  };

  const archives = async () => {
    const found = await readdir(store, { recursive: true });
    return found.filter((name) => /\.(blb|partial)$/.test(name));
  };

  it('"Backup Device" from the palette backs up the board, and says so', async () => {
    const { window } = vscode();
    await window.showView('MicroPython Backup');
    await window.treeRow('greenhouse').waitFor();
    await window.command(BACKUP);
    await window.notification('Backed up greenhouse').waitFor();
    assert.equal((await archives()).length, 1);
  });

  it('the new backup is in the tree, with its folders and files', async () => {
    const { window } = vscode();
    await window.notificationButton('Backed up greenhouse', 'Show Backup');
    await window.treeRow('lib').waitFor();
    await window.expand(window.treeRow('lib'));
    await window.treeRow('wifi.py').waitFor();
  });

  it('a click on a file of the backup opens it, read-only', async () => {
    const { window } = vscode();
    await window.treeRow('wifi.py').click();
    await window.page.locator('.tab', { hasText: 'wifi.py' }).waitFor();
    await window.page.locator('.view-lines', { hasText: 'network' }).waitFor();
    await inAllThemes('tree');
  });

  it('"Restore File" from the context menu puts the file back on the board', async () => {
    const { window } = vscode();
    const original = await readFile(join(flash, 'lib/wifi.py'), 'utf8');
    await writeFile(join(flash, 'lib/wifi.py'), 'broken(\n');
    await window.contextMenu(window.treeRow('wifi.py'), 'Restore File');
    await window.dialog('Restore lib/wifi.py to greenhouse?').waitFor();
    await window.screenshot('restore-light');
    await window.dialogButton('Restore lib/wifi.py', 'Restore');
    await window.notification('Restored 1 file to greenhouse').waitFor();
    assert.equal(await readFile(join(flash, 'lib/wifi.py'), 'utf8'), original);
    await inAllThemes('restored');
  });

  it('the status bar makes a quick backup', async () => {
    const { window } = vscode();
    const before = (await archives()).length;
    await writeFile(join(flash, 'notes.txt'), 'a new file\n');
    await window.statusBarItem('greenhouse').click();
    await window.notification('Backed up greenhouse: 12 files').waitFor();
    assert.equal((await archives()).length, before + 1);
  });

  it('P35 Cancel stops a backup at once, and leaves no partial archive', async () => {
    const { window } = vscode();
    const others = join(folder, 'others');
    // Noise does not pack: reading it takes minutes.
    await addSimulatedBoard(others, 'slow', { 'main.py': 'print(1)\n', 'photo.jpg': randomBytes(100_000) });
    slow = await startSimulatedPort({ folder: others, name: 'slow', bytesPerSecond: 600 });
    const before = await archives();
    await window.command('MicroPython Backup: Add Port…');
    await window.answer('Add Port', slow.path);
    await window.treeRow('Board').waitFor();
    await window.command(BACKUP);
    await window.pick('Board');
    await window.notification('Reading').waitFor();
    await inAllThemes('progress');
    await window.notificationButton('Backing up Board', 'Cancel');
    await window.notification('cancelled').waitFor();
    assert.deepEqual(await archives(), before);
    await window.screenshot('cancelled-light');
  });

  it('a board that is unplugged leaves the tree', async () => {
    const { window } = vscode();
    await slow?.stop();
    await window.treeRow('Board').waitFor({ state: 'detached' });
  });
});
