// The report of a board in a real VS Code, with a year of backups: opened and used by keys alone, in each kind of theme, and as a file
// in a plain browser. It loads nothing from anywhere.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FrameLocator, Page } from 'playwright-core';
import { readTree, takeBackup } from '../support/builders.js';
import { writeYearOfBackups, type YearOfBackups } from '../support/yearOfBackups.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('The report of a board', function () {
  this.timeout(120_000);
  let folder: string;
  let year: YearOfBackups;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-e2e-'));
    year = await writeYearOfBackups(join(folder, 'year'), Date.now());
  });

  const vscode = vscodeForTests(() => ({
    'micropythonBackup.storeFolder': join(folder, 'year'),
    'micropythonBackup.schedule': { daily: '12:00' },
  }));
  // Once VS Code is closed: until then it may write there.
  after(() => rm(folder, { recursive: true }));
  let home: string;
  const requested: string[] = [];
  const inside = (page: Page): FrameLocator =>
    page.frameLocator('iframe.webview.ready').frameLocator('iframe[title^="Report of"]');

  it('is opened by keys alone, and says first what is the matter', async () => {
    const { window } = vscode();
    const { page } = window;
    home = new URL(page.url()).origin;
    // VS Code itself asks for themes.
    page.on('request', (request) => {
      if (request.serviceWorker() || request.frame() === page.mainFrame()) return;
      const { protocol, origin } = new URL(request.url());
      if (/^(https?|wss?):/.test(protocol)) requested.push(origin);
    });
    await window.commandByKeys('MicroPython Backup: Show Report');
    await inside(page).getByRole('heading', { level: 1, name: 'greenhouse' }).waitFor();
    const text = await inside(page).locator('body').textContent();
    assert.match(text ?? '', /Needs attention/);
    assert.match(text ?? '', /Damage was found in the backup of/);
    assert.match(text ?? '', /data\/readings\.csv/);
    await window.pictures('report');
  });

  it('is walked through with Tab: buttons, what helps, and the figures behind the pictures', async () => {
    const { page } = vscode().window;
    const frame = inside(page);
    const figures = frame.locator('summary').first();
    for (let steps = 0; !(await figures.evaluate((each) => each === each.ownerDocument.activeElement)); steps += 1) {
      assert.ok(steps < 40, 'Tab does not lead to the figures');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await frame.getByRole('columnheader', { name: 'Differential' }).waitFor();
    await page.keyboard.press('Enter');
  });

  it('is drawn anew when a backup comes, and is there again after the window was reloaded', async () => {
    const { window } = vscode();
    const { page } = window;
    const last = year.backups.at(-1);
    assert.ok(last);
    await takeBackup(year.store, await readTree(year.store, last), { board: year.board });
    await window.commandByKeys('MicroPython Backup: Refresh');
    await inside(page)
      .locator('p', { hasText: `${year.backups.length + 1} backups since` })
      .waitFor();
    await window.reload();
    await inside(page).getByRole('heading', { level: 1, name: 'greenhouse' }).waitFor();
  });

  it('P47 has loaded nothing from elsewhere', () => {
    assert.deepEqual([...new Set(requested)], [home]);
  });

  it('is saved as a file, which a plain browser shows without loading anything', async () => {
    const { window, workspace } = vscode();
    const file = join(workspace, 'report.html');
    await window.commandByKeys('MicroPython Backup: Export Report…');
    await window.saveAs('Export Report', file);
    await window.notification(`The report is saved: ${file}`).waitFor();
    const browser = window.page.context().browser();
    assert.ok(browser);
    for (const [colorScheme, width] of [
      ['light', 1000],
      ['dark', 1000],
      ['light', 400],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const address = pathToFileURL(file).href;
      await page.goto(address);
      await page.getByRole('heading', { level: 2, name: 'What changes most' }).waitFor();
      assert.deepEqual(requests, [address]);
      assert.equal(await page.locator('a, script, link, img').count(), 0);
      // Nothing stands out at the side, where nobody would scroll to.
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      await page.screenshot({
        path: join('out', 'screenshots', `report-file-${colorScheme}-${width}.png`),
        fullPage: true,
      });
      await page.close();
    }
  });
});
