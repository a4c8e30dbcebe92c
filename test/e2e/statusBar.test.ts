// The item in the status bar as someone uses it with the mouse: what it says, its tooltip, and the links in it.

import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { type SimulatedPort, startSimulatedPort } from '../support/simulatedPort.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('The status bar in VS Code', function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), 'mpbackup-e2e-'));
  const boards = join(folder, 'boards');
  let slow: SimulatedPort | undefined;

  const vscode = vscodeForTests(async () => {
    await addSimulatedBoard(boards, 'greenhouse');
    // Noise does not pack: reading it takes minutes.
    const others = join(folder, 'others');
    await addSimulatedBoard(others, 'slow', { 'main.py': 'print(1)\n', 'photo.jpg': randomBytes(100_000) });
    slow = await startSimulatedPort({ folder: others, name: 'slow', bytesPerSecond: 600 });
    return {
      'micropythonBackup.storeFolder': join(folder, 'store'),
      'micropythonBackup.simulatedBoardsFolder': boards,
      'micropythonBackup.extraPorts': [slow.path],
    };
  });

  after(async () => {
    await slow?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('a click asks for the board, backs it up, and is about that board from then on', async () => {
    const { window } = vscode();
    await window.statusBarItem('2 boards: no backup yet').click();
    await window.pick('greenhouse');
    await window.statusBarItem('Backup done').waitFor();
    await window.notification('Backed up greenhouse').waitFor();
    await window.screenshot('status-done-light');
    await window.statusBarItem('greenhouse: just now').waitFor();
  });

  it('"Don\'t Show Again" hides the message, and a command brings it back', async () => {
    const { window } = vscode();
    await window.notificationButton('Backed up greenhouse', "Don't Show Again");
    await window.notification('Backed up greenhouse').waitFor({ state: 'detached' });
    await window.command('MicroPython Backup: Show Hidden Messages Again');
    await window.notification('1 hidden message will be shown again.').waitFor();
  });

  it('a link in the tooltip chooses another board', async () => {
    const { window } = vscode();
    const tooltip = await window.tooltipOf(window.statusBarItem('greenhouse'), 'Last backup');
    await window.screenshot('status-tooltip-light');
    await tooltip.getByRole('link', { name: 'Choose Board…' }).click();
    await window.pick('Board');
    await window.statusBarItem('Board: no backup yet').waitFor();
  });

  it('tells how far a running job is, and a second click leads to it', async () => {
    const { window } = vscode();
    await window.statusBarItem('Board: no backup yet').click();
    await window.notification('Reading').waitFor();
    await window.tooltipOf(window.statusBarItem('Backup'), 'Backing up Board');
    await window.screenshot('status-running-light');
    await window.statusBarItem('Backup').click();
    await window.page.locator('.quick-input-widget', { hasText: 'Show Progress' }).waitFor();
    await window.screenshot('status-busy-light');
    await window.page.keyboard.press('Escape');
  });

  it('a link in the tooltip cancels the job', async () => {
    const { window } = vscode();
    const tooltip = await window.tooltipOf(window.statusBarItem('Backup'), 'Backing up Board');
    await tooltip.getByRole('link', { name: 'Cancel' }).click();
    await window.notification('cancelled').waitFor();
    await window.statusBarItem('Board: no backup yet').waitFor();
  });

  it('a board that is lost in the middle is told of, with what to do next', async () => {
    const { window } = vscode();
    await window.statusBarItem('Board: no backup yet').click();
    await window.notification('Reading').waitFor();
    await slow?.stop();
    await window.notification('Wait for Board').waitFor();
    await window.screenshot('status-failed-light');
  });
});
