// Files of backups, as someone looks at them: in the editors of their kind, beside each other, and over all backups.

import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import { realEnv } from '../../src/core/env.js';
import { openStore } from '../../src/core/store/store.js';
import { takeBackup, takeIncremental } from '../support/builders.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

const SIDE = 64;

describe('Files of backups in VS Code', function () {
  this.timeout(90_000);
  const vscode = vscodeForTests();

  const text = (hasText: string) => vscode().window.page.locator('.view-lines', { hasText });
  /** A row of the tree whose words are these. */
  const row = (hasText: string | RegExp) => vscode().window.page.getByRole('treeitem').filter({ hasText });

  it('three backups are there', async () => {
    const { window, store: folder } = vscode();
    const store = await openStore(realEnv(), folder);
    const others: [string, Uint8Array][] = [
      ['data.bin', Buffer.alloc(2_000_000, Buffer.from([0, 255, 13, 10, 128]))],
      ['empty.txt', Buffer.alloc(0)],
      ['logo.png', redSquare()],
    ];
    const withWifi = (line: string) => new Map([...others, ['wifi.py', Buffer.from(`import network\n${line}\n`)]]);
    await takeBackup(store, withWifi('retries = 1'));
    await takeIncremental(store, withWifi('retries = 1'));
    await takeIncremental(store, withWifi('retries = 2'));
    await window.showView('MicroPython Backup');
    await row('Kitchen sensor').first().waitFor();
    await window.expand(row('1 of 4 files'));
    await window.treeRow('logo.png').waitFor();
  });

  it('an image is drawn', async () => {
    const { window } = vscode();
    await window.treeRow('logo.png').click();
    const image = window.page.frameLocator('iframe.webview').frameLocator('iframe').locator('img');
    await image.waitFor();
    assert.equal(await image.evaluate((drawn) => ('naturalWidth' in drawn ? drawn.naturalWidth : 0)), SIDE);
    await window.screenshot('old-image-light');
  });

  it('a binary of 2 MB is said to be one, and an empty file is empty', async () => {
    const { window } = vscode();
    await window.treeRow('data.bin').click();
    await window.page.locator('.editor-container', { hasText: 'binary' }).first().waitFor();
    await window.screenshot('old-binary-light');
    await window.treeRow('empty.txt').click();
    await window.page.getByRole('tab', { name: /^empty\.txt/ }).waitFor();
    await window.treeRow('wifi.py').click();
    await text('retries = 2').waitFor();
  });

  it('"Show History of File…" lists the versions, each of which opens as what changed in it', async () => {
    const { window } = vscode();
    const versions = window.page.locator('.quick-input-list .monaco-list-row');
    const open = async () => {
      await window.contextMenu(window.treeRow('wifi.py'), 'Show History of File…');
      await versions.filter({ hasText: 'The same in 2 backups' }).waitFor();
    };
    await open();
    assert.equal(await versions.count(), 2);
    await window.pictures('file-history', open);
    await versions.filter({ hasText: 'changed' }).click();
    await text('retries = 1').waitFor();
    await window.screenshot('file-version-light');
    await window.command('View: Close All Editors');
  });

  it('an editor with such a file has its history in its title, and each version compares itself with the newest', async () => {
    const { window } = vscode();
    await window.treeRow('wifi.py').click();
    await text('retries = 2').waitFor();
    await window.page.locator('.editor-actions').getByRole('button', { name: 'Show History of File…' }).click();
    const oldest = window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'added' });
    await oldest.hover();
    await window.screenshot('file-history-buttons-light');
    await oldest.getByRole('button', { name: 'Compare with Newest' }).click();
    await text('retries = 1').waitFor();
    await window.command('View: Close All Editors');
  });

  it('two that are selected are compared with each other, the older one on the left', async () => {
    const { window } = vscode();
    await window.expand(row('full, 4 files'));
    const files = window.treeRow('wifi.py');
    await files.nth(1).waitFor();
    await files.first().click();
    await files.nth(1).click({ modifiers: ['Control'] });
    await files.nth(1).click({ button: 'right' });
    await window.menuItem('Compare Selected').waitFor();
    await window.screenshot('file-menu-light');
    await window.page.keyboard.press('Escape');
    await window.contextMenu(files.nth(1), 'Compare Selected');
    await text('retries = 1').waitFor();
    await window.screenshot('files-compared-light');
  });
});

/** A PNG, made by hand. */
function redSquare(): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  // 8 bits for each of red, green and blue.
  header.set([8, 2], 8);
  const line = Buffer.concat([Buffer.of(0), Buffer.alloc(3 * SIDE, Buffer.of(200, 30, 30))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: SIDE }, () => line)));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
