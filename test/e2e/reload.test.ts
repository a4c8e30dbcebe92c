// What is there again when a window comes back.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('After "Reload Window"', function () {
  this.timeout(90_000);
  const vscode = vscodeForTests();

  it('an editor with a file of a backup shows it again, and a comparison that the board has to be compared again', async () => {
    const { window, boards } = vscode();
    await addSimulatedBoard(boards, 'greenhouse');
    await window.showView('MicroPython Backup');
    await window.treeRow('greenhouse').waitFor();
    await window.command('MicroPython Backup: Backup Device');
    await window.notificationButton('Backed up greenhouse', 'Show Backup');
    await window.treeRow('main.py').dblclick();
    const text = window.page.locator('.view-lines', { hasText: 'import' });
    await text.waitFor();
    await writeFile(join(boards, 'greenhouse', 'new.txt'), 'new on the board\n');
    await window.command('Notifications: Clear All Notifications');
    await window.contextMenu(
      window.page.getByRole('treeitem').filter({ hasText: 'full, 11 files' }),
      'Compare with Board…',
    );
    await window.page.locator('.view-lines', { hasText: 'new on the board' }).waitFor();
    await window.reload();
    await window.page.locator('.view-lines', { hasText: 'in another session' }).waitFor();
    await window.screenshot('compare-board-restored-light');
    await window.page.getByRole('tab', { name: /^main\.py/ }).click();
    await text.waitFor();
  });
});
