import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('The packaged extension, once installed', () => {
  const vscode = vscodeForTests();

  it('has its commands in the palette', async () => {
    await vscode().window.findCommand('MicroPython Backup: Refresh');
  });

  it('has its view in the activity bar', async () => {
    const { window } = vscode();
    await window.showView('MicroPython Backup');
    await window.screenshot('installed');
  });
});
