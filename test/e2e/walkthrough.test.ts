// The first five minutes of somebody who has never seen this: by the buttons of the walkthrough, and by keys alone.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('The walkthrough', function () {
  this.timeout(90_000);
  // As it is where nobody has said anything of schedules yet.
  const vscode = vscodeForTests(() => ({ 'micropythonBackup.schedule': undefined }));

  const step = (title: string) => vscode().window.page.locator('.getting-started-step', { hasText: title });
  const row = (hasText: string) => vscode().window.page.getByRole('treeitem').filter({ hasText });
  const tab = (hasText: string) => vscode().window.page.locator('.tab.active', { hasText });
  const picker = (placeHolder: string) => vscode().window.page.getByPlaceholder(placeHolder);
  const inputTitled = (hasText: string) => vscode().window.page.locator('.quick-input-title', { hasText });
  const press = async (...keys: string[]) => {
    for (const key of keys) await vscode().window.page.keyboard.press(key);
  };

  const open = async (title: string) => {
    await vscode().window.commandByKeys('MicroPython Backup: Open Walkthrough');
    await step(title).waitFor();
  };
  const isDone = async (title: string) => {
    await open(title);
    await step(title).locator('.codicon-getting-started-step-checked').waitFor();
  };
  /** Goes to a step, and presses its button. */
  const pressButton = async (title: string, button: string, outcome: Locator) => {
    const { window } = vscode();
    await window.until(outcome, async () => {
      await open(title);
      await window.walkTo(step(title), 'Tab');
      if ((await step(title).getAttribute('aria-expanded')) !== 'true') await press('Enter');
      await window.walkTo(step(title).getByRole('button', { name: button, exact: true }), 'Tab');
      await press('Enter');
    });
  };

  it('is reached from the empty view, and a board is connected and backed up', async () => {
    const { window } = vscode();
    await window.page.setViewportSize({ width: 1440, height: 900 });
    await window.showView('MicroPython Backup');
    await window.until(step('Connect or simulate'), async () => {
      await window.page.locator('.welcome-view-content a', { hasText: 'Open the walkthrough' }).focus();
      await press('Enter');
    });
    await pressButton('Connect or simulate', 'Try It Without a Board', inputTitled('Add Simulated Board'));
    await window.answer('Add Simulated Board', 'demo');
    await window.treeRow('demo').waitFor();
    await isDone('Connect or simulate');
    await pressButton('Back up all', 'Back Up Now', row('full, 11 files'));
    await isDone('Back up all');
  });

  it('something is changed, and shown beside what was there', async () => {
    const { window, boards } = vscode();
    await pressButton('Change something', 'Edit a Simulated Board', tab('main.py'));
    await window.page.keyboard.type('# changed\n');
    await window.commandByKeys('File: Save');
    await isDone('Change something');
    assert.match(await readFile(join(boards, 'demo', 'main.py'), 'utf8'), /^# changed/);
    await pressButton('Compare board', 'Show Changes', tab('the board demo, Today'));
    await isDone('Compare board');
  });

  it('it is restored, by the key that does what the view shows', async () => {
    const { window, boards } = vscode();
    await pressButton('Restore what', 'Restore a Backup', picker('Which backup do you want to restore?'));
    await press('Enter');
    await row('Write 1 file').waitFor();
    await window.walkTo(row('Write 1 file'));
    await press('Control+Enter');
    await window.notification('Restored 1 file to demo').waitFor();
    assert.match(await readFile(join(boards, 'demo', 'main.py'), 'utf8'), /^# Weather/);
    await isDone('Restore what');
    await window.pictures('walkthrough');
  });

  it('a schedule is chosen; what was only looked at is not done', async () => {
    await pressButton('Back up automatically', 'Schedule Backups', picker('Tick when to back up'));
    await press('Enter');
    await isDone('Back up automatically');
    const where = picker('Where do you want to keep copies of all backups?');
    await pressButton('Keep a copy', 'Set Up Second Place', where);
    await press('Escape');
    await step('Keep a copy').locator('.codicon-getting-started-step-unchecked').waitFor();
  });

  it('keys rename and delete the backup that is selected', async () => {
    const { window } = vscode();
    const backup = row('full, 11 files');
    await press('Control+K', 'Shift+M');
    await window.page.getByRole('tree', { name: 'Boards' }).and(window.page.locator(':focus')).waitFor();
    await press('Home');
    await window.walkTo(backup);
    await press('Enter', 'F2');
    await window.answer('Rename Backup', 'the first');
    await row('the first, full, 11 files').waitFor();
    assert.match(
      (await backup.getAttribute('aria-label')) ?? '',
      /^Backup of .*, the first, full, 11 files, taken by hand$/,
    );
    await press('Delete');
    await window.dialog('Delete the backup of demo').waitFor();
    await press('Escape');
  });
});
