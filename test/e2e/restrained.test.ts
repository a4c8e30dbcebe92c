// What still works where not everything does: in a folder that the user does not trust, and on a machine that the driver of
// serial ports does not fit. One VS Code for both.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { type SimulatedPort, startSimulatedPort } from '../support/simulatedPort.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

const BACKUP = 'MicroPython Backup: Backup Device';
const SENTENCE = 'Serial ports cannot be used on this machine';

describe('In a folder that nobody trusts, and without a driver for serial ports', function () {
  this.timeout(90_000);
  let folder: string;
  let port: SimulatedPort;
  let elsewhere: string;
  const distrusted: Record<string, unknown> = {};

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'restrained-'));
    elsewhere = join(folder, 'elsewhere');
    distrusted['micropythonBackup.storeFolder'] = elsewhere;
    port = await startSimulatedPort({ folder, name: 'wired' });
  });
  after(async () => {
    await port.stop();
    await rm(folder, { recursive: true });
  });
  const vscode = vscodeForTests(() => ({ 'micropythonBackup.extraPorts': [port.path] }), { distrusted });

  it('a backup goes to the folder of the user and not to that of the workspace', async () => {
    const { window, boards, store, workspace } = vscode();
    await takeDriverAway(workspace);
    await addSimulatedBoard(boards, 'greenhouse');
    await window.showView('MicroPython Backup');
    await window.treeRow('greenhouse').waitFor();
    await window.command(BACKUP);
    await window.pick('greenhouse');
    await window.notification('Backed up greenhouse').waitFor();
    await window.screenshot('restricted mode');
    assert.equal((await archivesIn(store)).length, 1);
    assert.equal(existsSync(elsewhere), false);
    await window.notificationButton('Backed up greenhouse', 'Show Backup');
  });

  it('files of it are browsed, compared with the board, and restored', async () => {
    const { window, boards } = vscode();
    await window.treeRow('main.py').dblclick();
    await window.page.locator('.view-lines', { hasText: 'import' }).waitFor();
    const onBoard = join(boards, 'greenhouse', 'main.py');
    const text = await readFile(onBoard, 'utf8');
    await rm(onBoard);
    await window.contextMenu(window.treeRow('main.py'), 'Restore File…');
    await window.page.getByRole('treeitem').filter({ hasText: 'Write 1 file' }).click();
    await window.notification('Restored 1 file').waitFor();
    assert.equal(await readFile(onBoard, 'utf8'), text);
  });

  it('a serial port says in one sentence what is wrong', async () => {
    const { window } = vscode();
    await window.command('Notifications: Clear All Notifications');
    await window.command(BACKUP);
    await window.pick('Board');
    await window.notification(SENTENCE).waitFor();
    assert.equal(await window.notification(SENTENCE).count(), 1);
    await window.screenshot('no serial driver');
  });
});

/** As on a machine for which the extension has none. */
async function takeDriverAway(workspace: string): Promise<void> {
  const installed = join(dirname(workspace), 'extensions');
  const [name] = (await readdir(installed)).filter((name) => name.startsWith('micropython-backup.'));
  assert.ok(name);
  await rm(join(installed, name, 'prebuilds'), { recursive: true });
}

async function archivesIn(store: string): Promise<string[]> {
  return (await readdir(store, { recursive: true })).filter((name) => name.endsWith('.blb'));
}
