import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('In VS Code', () => {
  it('the extension activates', async () => {
    const extension = vscode.extensions.getExtension('micropython-backup.micropython-backup');
    assert.ok(extension, 'the extension is installed');
    await extension.activate();
    assert.ok(extension.isActive);
  });
});
