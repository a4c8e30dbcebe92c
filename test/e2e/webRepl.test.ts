// A board in the network, as someone connects to it: its address, its password, and never the password again.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { type NetBoard, startWebReplBoard } from '../support/netBoards.js';
import { vscodeForTests } from './support/vscodeInBrowser.js';

const PASSWORD = 'secret123';

describe('A WebREPL in VS Code', function () {
  this.timeout(90_000);
  let folder: string;
  let far: NetBoard;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-webrepl-'));
    await addSimulatedBoard(folder, 'far');
    far = await startWebReplBoard(simulatedTransport(folder), 'sim:far', PASSWORD);
  });
  after(async () => {
    await far.stop();
    await powerOffSimulated(folder, 'far');
    await rm(folder, { recursive: true, force: true });
  });

  const vscode = vscodeForTests();
  const archives = async () =>
    (await readdir(vscode().store, { recursive: true }).catch(() => [])).filter((name) =>
      /\.(blb|partial)$/.test(name),
    );

  it('P47 asks for the password, hides it, and says when it was wrong', async () => {
    const { window } = vscode();
    await window.showView('MicroPython Backup');
    await window.command('MicroPython Backup: Add Port…');
    await window.answer('Add Port', far.url);
    await window.treeRow('Board').waitFor();
    await window.command('MicroPython Backup: Backup Device');
    await window.page.locator('.quick-input-widget input[type=password]').waitFor();
    await window.screenshot('webrepl-password-light');
    await window.answer('WebREPL', 'wrong');
    await window.notification('did not accept the password').waitFor();
    assert.deepEqual(await archives(), []);
  });

  it('asks again after a wrong one, and backs the board up with the right one', async () => {
    const { window } = vscode();
    await window.command('MicroPython Backup: Backup Device');
    await window.answer('WebREPL', PASSWORD);
    await window.notification('Backed up').waitFor();
    assert.equal((await archives()).length, 1);
  });

  it('does not ask again for one that was right', async () => {
    const { window } = vscode();
    await window.command('MicroPython Backup: Backup Device');
    await window.notification('Nothing has changed').waitFor();
  });
});
