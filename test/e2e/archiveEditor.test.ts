// Archives that are opened as files: by the keyboard alone, in each kind of theme, whole, damaged and encrypted. Nothing is loaded from
// anywhere but VS Code itself.

import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { changeKey } from '../../src/core/jobs/changeKey.js';
import { openStore } from '../../src/core/store/store.js';
import { takeBackup } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { having, PASSPHRASE, secretOf } from '../support/encryptedStores.js';
import { writeYearOfBackups, type YearOfBackups } from '../support/yearOfBackups.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('An archive that is opened as a file', function () {
  this.timeout(120_000);
  const vscode = vscodeForTests();
  const remote: string[] = [];
  let year: YearOfBackups;

  /** The page of the editor that is in front. */
  const page = (): FrameLocator =>
    vscode().window.page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');
  const open = async (name: string) => {
    const { window } = vscode();
    await window.page.keyboard.press('Control+p');
    const input = window.page.locator('.quick-input-widget input.input');
    await input.fill(name);
    await window.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).waitFor();
    await input.press('Enter');
  };
  /** Presses Tab until the link with this name has the focus. */
  const tabTo = async (name: string | RegExp) => {
    const link = page().getByRole('link', { name }).first();
    await link.waitFor();
    for (let steps = 0; !(await link.evaluate((at) => at === at.ownerDocument.activeElement)); steps += 1) {
      assert.ok(steps < 60, `Tab does not lead to ${name}`);
      await vscode().window.page.keyboard.press('Tab');
    }
  };

  before(async () => {
    const { window, store, workspace } = vscode();
    const home = new URL(window.page.url()).origin;
    window.page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      // VS Code itself asks for the newest versions of extensions, from its own page.
      const isOfPage = request.frame() !== window.page.mainFrame();
      if (isOfPage && /^(https?|wss?):/.test(protocol) && origin !== home) remote.push(request.url());
    });
    year = await writeYearOfBackups(store, Date.now());
    const latest = year.backups.at(-1);
    assert.ok(latest);
    await copyFile(latest.archive, join(workspace, 'from a friend.blb'));
    await writeFile(join(workspace, 'download.blb'), '<html>404 Not Found</html>');
    const damaged = join(workspace, 'damaged.blb');
    await copyFile(latest.archive, damaged);
    await damageArchive(damaged, 'PK\x03\x04');
    const secret = await openStore(having(secretOf(PASSPHRASE)), join(workspace, 'secret'));
    await mkdir(join(workspace, 'secret'));
    await changeKey({ env: having(secretOf(PASSPHRASE)) }, secret, PASSPHRASE);
    const { archive } = await takeBackup(secret, { 'main.py': 'print(1)\n', 'lib/wifi.py': 'key = "x"\n' });
    await copyFile(archive, join(workspace, 'secret.blb.age'));
  });

  it('shows what it is, and opens its files, by the keyboard alone', async () => {
    const { window } = vscode();
    await open('from a friend.blb');
    await page().getByRole('heading', { name: 'Backup of greenhouse' }).waitFor();
    await window.pictures('archive');
    await tabTo('Open File…');
    await window.page.keyboard.press('Enter');
    const rows = window.page.locator('.quick-input-list .monaco-list-row:visible');
    await rows.filter({ hasText: 'boot.py' }).waitFor();
    await window.page.keyboard.press('Escape');
    await tabTo('main.py');
    await window.screenshot('archive-files-light');
    await window.page.keyboard.press('Enter');
    await window.page.locator('.view-lines', { hasText: 'main.py' }).first().waitFor();
  });

  it('links to the others of its chain, which open in turn', async () => {
    const { window } = vscode();
    await open('from a friend.blb');
    await tabTo(/\d:\d\d/);
    await window.page.keyboard.press('Enter');
    await window.page.getByRole('tab', { name: /^backup_/ }).waitFor();
    await page().getByText('Full backup').waitFor();
    await window.screenshot('archive-of-chain-light');
  });

  it('says what a file is that is no archive, and which part of one is damaged', async () => {
    const { window } = vscode();
    await open('download.blb');
    await page().getByRole('heading', { name: 'This is not an archive' }).waitFor();
    await window.pictures('archive-foreign');
    await open('damaged.blb');
    await page().getByText('Damaged.').first().waitFor();
    await window.pictures('archive-damaged');
  });

  it('asks for the key of an encrypted one', async () => {
    const { window } = vscode();
    await open('secret.blb.age');
    await page().getByRole('heading', { name: 'This archive is encrypted' }).waitFor();
    await window.pictures('archive-encrypted');
    await tabTo('Enter Key…');
    await window.page.keyboard.press('Enter');
    await window.answer('Passphrase', secretOf(PASSPHRASE));
    await page().getByRole('heading', { name: 'Backup of Kitchen sensor' }).waitFor();
    await window.screenshot('archive-decrypted-light');
  });

  it('loads nothing from anywhere', () => {
    assert.deepEqual(remote, []);
  });
});
