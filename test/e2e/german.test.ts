// The interface in German, in a VS Code that is set to it. Its own words stay English here: there is no language pack for it.

import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

describe('VS Code in German', function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), 'mpbackup-e2e-'));
  const boards = join(folder, 'boards');
  const vscode = vscodeForTests(
    () => ({ 'micropythonBackup.simulatedBoardsFolder': boards, 'micropythonBackup.conflicts': 'ask' }),
    { language: 'de' },
  );

  after(() => rm(folder, { recursive: true, force: true }));

  it('says in German where to begin', async () => {
    const { window } = vscode();
    await window.showView('MicroPython Backup');
    await window.page.getByRole('button', { name: 'Ohne Board ausprobieren' }).waitFor();
    await window.screenshot('german-welcome-light');
  });

  it('backs up with a German command, and tells so in German', async () => {
    const { window } = vscode();
    await addSimulatedBoard(boards, 'gewaechshaus');
    await window.findCommand('MicroPython Backup: Sicherungen prüfen');
    await window.page.keyboard.press('Control+A');
    await window.page.keyboard.type('>MicroPython Backup: ');
    await window.page.locator('.quick-input-list', { hasText: 'Alle Boards sichern' }).waitFor();
    await window.screenshot('german-palette-light');
    await window.page.keyboard.press('Escape');
    await window.command('MicroPython Backup: Board sichern');
    await window.notification('gewaechshaus wurde gesichert').waitFor();
    await window.treeRow('Dateien auf dem Board').waitFor();
    await window.screenshot('german-backup-light');
  });

  it('restores with a preview in German', async () => {
    const { window } = vscode();
    await writeFile(join(boards, 'gewaechshaus/main.py'), 'print("neu")\n');
    await rm(join(boards, 'gewaechshaus/www'), { recursive: true });
    await window.command('MicroPython Backup: Ganze Sicherung wiederherstellen…');
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'gewaechshaus, Heute' }).click();
    await window.page.getByRole('treeitem').filter({ hasText: 'Zuerst 1 Konflikt klären' }).waitFor();
    await window.screenshot('german-restore-light');
    await window.viewAction('Wiederherstellung abbrechen');
    await window.notification('wurde abgebrochen').waitFor();
  });

  it('explains its settings in German', async () => {
    const { window } = vscode();
    await window.command('Preferences: Open Settings (UI)');
    await window.page.locator('.settings-editor .suggest-input-container').click();
    await window.page.keyboard.type('micropythonBackup');
    await window.page.locator('.settings-editor', { hasText: 'Muster der Dateien, die gesichert werden' }).waitFor();
    await window.screenshot('german-settings-light');
  });
});
