// A second place and encryption, as somebody meets them who wants their backups safe: a folder is chosen, each backup goes there by
// itself, a passphrase closes them, and on a computer that does not know it, entering it opens them again.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

const PASSPHRASE = 'correct horse battery';

describe('A second place and encryption in VS Code', function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), 'mpbackup-e2e-'));
  const place = join(folder, 'usb-disk');

  const vscode = vscodeForTests();
  after(() => rm(folder, { recursive: true, force: true }));

  const row = (text: string | RegExp) => vscode().window.page.getByRole('treeitem').filter({ hasText: text });
  const archivesIn = async (where: string) =>
    (await readdir(where, { recursive: true })).filter((name) => /\.blb(\.age)?$/.test(name));
  const list = (text: string) => vscode().window.page.locator('.quick-input-list .monaco-list-row', { hasText: text });

  it('a folder is chosen, and gets the backups that are there', async () => {
    const { window, boards } = vscode();
    await mkdir(place);
    await addSimulatedBoard(boards, 'greenhouse', { 'main.py': 'print("hello")\n' });
    await window.showView('MicroPython Backup');
    await window.treeRow('greenhouse').waitFor();
    await window.command('MicroPython Backup: Backup Device');
    await window.notification('Backed up greenhouse').waitFor();
    await window.command('Notifications: Clear All Notifications');
    const open = async () => {
      await window.command('MicroPython Backup: Set Up Second Place…');
      await list('rclone Remote…').waitFor();
    };
    await open();
    await window.pictures('place-kind', open);
    await window.pick('Folder…');
    // The dialog begins with the home folder, and hears nothing while it looks for one.
    const input = window.page.locator('.quick-input-widget input.input');
    await window.page.waitForFunction(
      `document.querySelector('.quick-input-widget input.input').value === '${join(homedir(), '/')}'`,
    );
    await list('..').waitFor();
    await input.fill(place);
    await list('usb-disk').waitFor();
    await window.page.locator('.quick-input-widget').getByRole('button', { name: 'Use Folder' }).click();
    await window.notification('Copied 1 archive').waitFor();
    await window.pictures('place-set');
    assert.equal((await archivesIn(place)).length, 1);
  });

  it('each backup goes there by itself, and the row tells of one that could not', async () => {
    const { window, boards } = vscode();
    await row(/^Second place.*up to date/).waitFor();
    // Somebody has pulled the disk out.
    await rename(place, `${place}-away`);
    await writeFile(join(boards, 'greenhouse', 'main.py'), 'print("again")\n');
    await window.command('Notifications: Clear All Notifications');
    await window.command('MicroPython Backup: Backup Device');
    await row(/^Second place.*copying failed, 1 to copy/).waitFor();
    await window.command('Notifications: Clear All Notifications');
    await window.pictures('place-trouble');
    await rename(`${place}-away`, place);
    await window.rowAction(row(/^Second place/), 'Copy to Second Place');
    await window.notification('Copied 1 archive').waitFor();
    await row(/^Second place.*up to date/).waitFor();
    await window.command('Notifications: Clear All Notifications');
    await row(/^Second place/).click({ button: 'right' });
    await window.menuItem('Bring Back from Second Place…').waitFor();
    await window.screenshot('place-menu-light');
    await window.page.keyboard.press('Escape');
    assert.equal((await archivesIn(place)).length, 2);
  });

  it('a passphrase, typed twice, encrypts what is there, here and in the second place', async () => {
    const { window, store } = vscode();
    const open = async () => {
      await window.command('MicroPython Backup: Encrypt Backups…');
      await list('Passphrase…').waitFor();
    };
    await open();
    await window.pictures('encrypt-how', open);
    await window.pick('Passphrase…');
    await window.answer('New Passphrase', 'short');
    await window.page.locator('.quick-input-widget', { hasText: '8 characters' }).waitFor();
    await window.screenshot('encrypt-passphrase-light');
    await window.answer('New Passphrase', PASSPHRASE);
    await window.answer('New Passphrase, Again', PASSPHRASE);
    await window.dialog('Encrypt the backups?').waitFor();
    await window.screenshot('encrypt-question-light');
    await window.dialogButton('Encrypt the backups?', 'Encrypt');
    await window.notification('are encrypted').waitFor();
    await row(/^Second place.*up to date/).waitFor();
    await window.pictures('encrypted');
    const isEncrypted = (name: string) => name.endsWith('.age');
    for (const where of [store, place]) {
      const found = await archivesIn(where);
      assert.deepEqual([found.length, found.every(isEncrypted)], [2, true], `${where}: ${found}`);
    }
  });

  it('a file of an encrypted backup opens like any other', async () => {
    const { window } = vscode();
    await window.command('Notifications: Clear All Notifications');
    await window.expand(row('full, 1 file').last());
    await window.treeRow('main.py').last().click();
    await window.page.locator('.view-lines', { hasText: 'print("hello")' }).waitFor();
  });

  it('where the key is not known, nothing opens, and entering it opens the file that was open', async () => {
    const { window } = vscode();
    await window.command('MicroPython Backup: Forget Key on This Computer');
    await window.dialogButton('Forget the key on this computer?', 'Forget Key');
    await window.notification('The key is forgotten').waitFor();
    // The view comes back by itself; a click on its icon meanwhile would close it.
    await window.reload();
    await row('Enter Key…').waitFor();
    await window.statusBarItem('Backups are locked').waitFor();
    await window.pictures('locked');
    assert.equal(await window.page.locator('.view-lines', { hasText: 'print("hello")' }).count(), 0);
    await row('Enter Key…').click();
    await window.answer('Passphrase', 'wrong horse battery');
    await window.page.locator('.quick-input-widget', { hasText: 'does not open the backups' }).waitFor();
    await window.screenshot('enter-key-light');
    await window.answer('Passphrase', PASSPHRASE);
    await window.page.locator('.view-lines', { hasText: 'print("hello")' }).waitFor();
    await row('Enter Key…').waitFor({ state: 'detached' });
    await window.screenshot('unlocked-light');
  });
});
