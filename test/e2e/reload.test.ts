// What is there again when a window comes back.

import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('After "Reload Window"', function () {
  this.timeout(90_000);
  const vscode = vscodeForTests();

  it('an editor with a file of a backup shows it again', async () => {
    const { window, boards } = vscode();
    await addSimulatedBoard(boards, 'greenhouse');
    await window.showView('MicroPython Backup');
    await window.treeRow('greenhouse').waitFor();
    await window.command('MicroPython Backup: Backup Device');
    await window.notificationButton('Backed up greenhouse', 'Show Backup');
    await window.treeRow('main.py').dblclick();
    const text = window.page.locator('.view-lines', { hasText: 'import' });
    await text.waitFor();
    await window.reload();
    await text.waitFor();
  });
});
