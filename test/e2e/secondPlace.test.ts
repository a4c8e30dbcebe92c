// A second place and encryption, as somebody meets them who wants their backups safe: a folder is chosen, each backup goes there by
// itself, a passphrase closes them, and on a computer that does not know it, entering it opens them again.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
    await window.answer('Second Place', place);
    await window.notification('Copied 1 archive').waitFor();
    await window.pictures('place-set');
    assert.equal((await archivesIn(place)).length, 1);
  });
});
