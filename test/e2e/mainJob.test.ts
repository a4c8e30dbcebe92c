// The main job as someone does it with the mouse and the keyboard: the packaged extension in a real VS Code.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { type NetBoard, startWebReplBoard } from '../support/netBoards.js';
import { type SimulatedPort, startSimulatedPort } from '../support/simulatedPort.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

const BACKUP = 'MicroPython Backup: Backup Device';
/** Of a WebREPL. */
const PASSWORD = 'secret123';

describe('The main job in VS Code', function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), 'mpbackup-e2e-'));
  const boards = join(folder, 'boards');
  const store = join(folder, 'store');
  const flash = join(boards, 'greenhouse');
  let slow: SimulatedPort | undefined;

  const vscode = vscodeForTests(async () => {
    await addSimulatedBoard(boards, 'greenhouse');
    return { 'micropythonBackup.storeFolder': store, 'micropythonBackup.simulatedBoardsFolder': boards };
  });

  after(async () => {
    await slow?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The row of an edited file in the preview of a restore; the backup has one of this name, too. */
  const inPreview = (name: string) =>
    vscode()
      .window.page.getByRole('treeitem')
      .filter({ hasText: new RegExp(`${name}.*edited: replaced`) });

  const archives = async () => {
    const found = await readdir(store, { recursive: true });
    return found.filter((name) => /\.(blb|partial)$/.test(name));
  };

  it('"Backup Device" from the palette backs up the board, and says so', async () => {
    const { window } = vscode();
    await window.showView('MicroPython Backup');
    await window.treeRow('greenhouse').waitFor();
    await window.command(BACKUP);
    await window.notification('Backed up greenhouse').waitFor();
    assert.equal((await archives()).length, 1);
  });

  it('the new backup is in the tree, with its folders and files', async () => {
    const { window } = vscode();
    await window.notificationButton('Backed up greenhouse', 'Show Backup');
    await window.treeRow('lib').waitFor();
    await window.expand(window.treeRow('lib'));
    await window.treeRow('wifi.py').waitFor();
  });

  it('a click on a file of the backup opens it, read-only', async () => {
    const { window } = vscode();
    await window.treeRow('wifi.py').click();
    await window.page.locator('.tab', { hasText: 'wifi.py' }).waitFor();
    await window.page.locator('.view-lines', { hasText: 'network' }).waitFor();
    await window.pictures('tree');
  });

  it('"Restore File…" shows first what it will do, and the difference of each file', async () => {
    const { window } = vscode();
    await writeFile(join(flash, 'lib/wifi.py'), 'broken(\n');
    await writeFile(join(flash, 'lib/sensor.py'), 'mine()\n');
    await rm(join(flash, 'lib/store.py'));
    await window.contextMenu(window.treeRow('lib'), 'Restore File…');
    await window.treeRow('Write 3 files (1.6 kB)').waitFor();
    await inPreview('sensor.py').click();
    await window.page.locator('.tab', { hasText: 'sensor.py (on the board ↔ to be restored)' }).waitFor();
    await window.page.locator('.view-lines', { hasText: 'mine()' }).first().waitFor();
    await window.pictures('preview');
  });

  it('P29 leaves alone what is unticked, restores the rest, and reports it', async () => {
    const { window } = vscode();
    await inPreview('sensor.py').getByRole('checkbox').click();
    await window.treeRow('Write 2 files (1.2 kB)').click();
    await window.notification('Restored 2 files to greenhouse').waitFor();
    assert.equal(await readFile(join(flash, 'lib/sensor.py'), 'utf8'), 'mine()\n');
    assert.match(await readFile(join(flash, 'lib/wifi.py'), 'utf8'), /import network/);
    await readFile(join(flash, 'lib/store.py'));
    await window.pictures('restored');
    await window.notificationButton('Restored 2 files', 'Show Restore Report');
    await window.page.locator('.view-lines', { hasText: '2 restored' }).waitFor();
    await window.screenshot('report-light');
  });

  it('P25 "Undo Last Restore…" brings back what was there before', async () => {
    const { window } = vscode();
    await window.contextMenu(window.treeRow('greenhouse'), 'Undo Last Restore…');
    await window.treeRow('Delete 1 file, write 1 file (8 B)').waitFor();
    await window.screenshot('undo-light');
    await window.viewAction('Restore');
    await window.notification('Undid the restore on greenhouse').waitFor();
    assert.equal(await readFile(join(flash, 'lib/wifi.py'), 'utf8'), 'broken(\n');
    assert.deepEqual((await readdir(join(flash, 'lib'))).sort(), ['sensor.py', 'wifi.py']);
  });

  it('the status bar makes a quick backup', async () => {
    const { window } = vscode();
    const before = (await archives()).length;
    await writeFile(join(flash, 'notes.txt'), 'a new file\n');
    await window.statusBarItem('greenhouse').click();
    // The message may be one of too many to be shown.
    await window.page.getByRole('treeitem').filter({ hasText: '1 of 11 files, quick' }).waitFor();
    assert.equal((await archives()).length, before + 1);
  });

  it('P35 Cancel stops a backup at once, and leaves no partial archive', async () => {
    const { window } = vscode();
    const others = join(folder, 'others');
    // Noise does not pack: reading it takes minutes.
    await addSimulatedBoard(others, 'slow', { 'main.py': 'print(1)\n', 'photo.jpg': randomBytes(100_000) });
    slow = await startSimulatedPort({ folder: others, name: 'slow', bytesPerSecond: 600 });
    const before = await archives();
    await window.command('MicroPython Backup: Add Port…');
    await window.answer('Add Port', slow.path);
    await window.treeRow('Board').waitFor();
    await window.command(BACKUP);
    await window.pick('Board');
    await window.notification('Reading').waitFor();
    await window.pictures('progress');
    await window.notificationButton('Backing up Board', 'Cancel');
    await window.notification('cancelled').waitFor();
    assert.deepEqual(await archives(), before);
    await window.screenshot('cancelled-light');
  });

  it('"Diagnose Connection" says who has a port open, and what it says can be copied', async () => {
    const { window } = vscode();
    const path = slow?.path ?? '';
    const holder = spawn('sh', ['-c', `exec 3<>${path}; echo open; cat`], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    try {
      await window.command(BACKUP);
      await window.pick('Board');
      await window.notificationButton('is in use by', 'Diagnose Connection');
      await window.pick('Look at the Port Only');
      await window.page.locator('.view-lines', { hasText: `(process ${holder.pid})` }).waitFor();
      await window.pictures('diagnosis');
      await window.notificationButton('It is open in', 'Copy');
    } finally {
      holder.stdin.end();
      await once(holder, 'exit');
    }
    // By keyboard alone, where the port is free.
    await window.findCommand('MicroPython Backup: Diagnose Connection…');
    for (const text of ['Which connection', 'Should the board be asked']) {
      await window.page.keyboard.press('Enter');
      await window.page.getByPlaceholder(text).waitFor();
    }
    await window.page.keyboard.press('Escape');
    // The picker takes what was copied, in one line.
    await window.page.keyboard.press('F1');
    await window.page.keyboard.press('Control+V');
    await window.page.waitForFunction(
      `document.querySelector('.quick-input-widget input.input').value.includes('It is open in')`,
    );
    await window.page.keyboard.press('Escape');
  });

  it('a board that is unplugged leaves the tree', async () => {
    const { window } = vscode();
    await slow?.stop();
    await window.treeRow('Board').waitFor({ state: 'detached' });
  });

  describe('with a board in the network', () => {
    const elsewhere = join(folder, 'far');
    let far: NetBoard;

    before(async () => {
      await addSimulatedBoard(elsewhere, 'far');
      far = await startWebReplBoard(simulatedTransport(elsewhere), 'sim:far', PASSWORD);
    });
    after(async () => {
      await far.stop();
      await powerOffSimulated(elsewhere, 'far');
    });

    const backUp = async (name = 'Board') => {
      await vscode().window.command(BACKUP);
      await vscode().window.pick(name);
    };

    it('P47 asks for the password of its WebREPL, hides it, and says when it was wrong', async () => {
      const { window } = vscode();
      const before = await archives();
      await window.command('Notifications: Clear All Notifications');
      await window.command('MicroPython Backup: Add Port…');
      await window.answer('Add Port', far.url);
      await window.treeRow('Board').waitFor();
      await backUp();
      await window.page.locator('.quick-input-widget input[type=password]').waitFor();
      await window.screenshot('webrepl-password-light');
      await window.answer('WebREPL', 'wrong');
      await window.notification('did not accept the password').waitFor();
      assert.deepEqual(await archives(), before);
    });

    it('asks again after a wrong one, and backs the board up with the right one', async () => {
      const { window } = vscode();
      const before = (await archives()).length;
      await backUp();
      await window.answer('WebREPL', PASSWORD);
      await window.notification('Backed up').waitFor();
      assert.equal((await archives()).length, before + 1);
    });

    it('does not ask again for one that was right', async () => {
      // It is known by now.
      await backUp('Simulated board');
      await vscode().window.notification('Nothing has changed').waitFor();
    });
  });
});
