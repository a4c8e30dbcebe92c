// What others build on, in the packaged extension: a task that backs up before another one, a language model that has to ask before it
// restores, and a link that shows a backup. The extension in test/vscode/otherExtension is installed beside ours.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated } from '../../src/core/board/transport/simulated.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

const FLASH = 'Other Extension: Flash After a Backup';
const RESTORE = 'Other Extension: Restore as a Language Model';

describe('Beside another extension', function () {
  this.timeout(90_000);
  const vscode = vscodeForTests(() => ({ 'chat.disableAIFeatures': false }), {
    beside: [join('test', 'vscode', 'otherExtension')],
  });
  const onBoard = (path: string) => join(vscode().boards, 'greenhouse', path);
  const flashed = () => readFile(join(vscode().workspace, 'flashed.txt'), 'utf8').catch(() => '');

  it('a task backs up before another one, which does not run where the backup fails', async () => {
    const { window, workspace, store, boards } = vscode();
    const tasks = [
      { label: 'backup', type: 'micropython-backup', note: 'before flashing' },
      { label: 'flash', type: 'shell', command: `find ${store} -name '*.blb' >> flashed.txt`, dependsOn: 'backup' },
    ];
    await mkdir(join(workspace, '.vscode'));
    await writeFile(join(workspace, '.vscode', 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks }));
    await window.command(FLASH);
    await window.notification('The task backup ended with 1.').waitFor();
    await addSimulatedBoard(boards, 'greenhouse', { 'main.py': 'print(1)\n' });
    await window.command(FLASH);
    await window.notification('The task flash ended with 0.').waitFor();
    await window.screenshot('task before another');
    // Once, and when the backup was there.
    assert.match(await flashed(), /^\S+\.blb\n$/);
  });

  it('a language model has to ask before it restores, and restores only what was agreed to', async () => {
    const { window } = vscode();
    await powerOffSimulated(vscode().boards, 'greenhouse');
    await writeFile(onBoard('main.py'), 'print(2)\n');
    await window.command(RESTORE);
    await window.dialog('Restore to greenhouse?').waitFor();
    await window.screenshot('tool asks before it restores');
    await window.page.keyboard.press('Escape');
    await window.notification('The tool was refused').waitFor();
    assert.equal(await readFile(onBoard('main.py'), 'utf8'), 'print(2)\n');
    await window.command(RESTORE);
    await window.dialogButton('Restore to greenhouse?', 'Yes');
    await window.dialog('Restore 1 file to greenhouse?').waitFor();
    await window.screenshot('tool asks with what would be written');
    await window.dialogButton('Restore 1 file to greenhouse?', 'Restore');
    await window.notification('The tool has restored.').waitFor();
    assert.equal(await readFile(onBoard('main.py'), 'utf8'), 'print(1)\n');
  });

  it('a link shows the backup that it leads to', async () => {
    const { window } = vscode();
    await window.command('Other Extension: Open a Link');
    const row = window.page.locator('[role=treeitem][aria-selected=true]').filter({ hasText: 'before flashing' });
    await row.waitFor();
    await window.screenshot('link to a backup');
  });
});
