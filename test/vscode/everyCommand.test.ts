// All commands of the table, those that come later too: each is there, and says what is missing where it cannot do its work.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { realEnv } from '../../src/core/env.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { chainsOf } from '../../src/core/plan/chains.js';
import { openStore } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { commands } from '../../src/ui/commands/table.js';
import { takeBackup } from '../support/builders.js';
import { whileUnknownUser } from './unknownUser.js';
import { beginWithBoards, foldersOfTests, whileUserAnswers } from './userAtWork.js';

const names = commands.map(({ name }) => name);
const idOf = (name: string) => `micropythonBackup.${name}`;

/** They do the same with and without a board, and there is nothing to say about it. */
const SILENT = ['refresh', 'showLog', 'showInTree', 'openWalkthrough'];

/** What belongs to the preview of a restore: in a test that holds one open, they would end it. */
const OF_PREVIEW = ['confirmRestore', 'cancelRestore', 'settleConflict'];

function assertGentle(name: string, { texts, unhandled }: { texts: string[]; unhandled: unknown[] }): void {
  assert.deepEqual(unhandled, [], name);
  for (const text of texts) {
    assert.doesNotMatch(text, /unexpectedly|undefined|\[object|\n\s+at /, name);
    assert.match(text, /\S/, name);
  }
}

describe('Every command', function () {
  this.timeout(120_000);
  before(() => vscode.extensions.getExtension('micropython-backup.micropython-backup')?.activate());
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // Some commands change settings, which are those of the tests that come after these.
    const configuration = vscode.workspace.getConfiguration('micropythonBackup');
    for (const name of ['schedule', 'boardSchedules', 'extraPorts'])
      await configuration.update(name, undefined, vscode.ConfigurationTarget.Global);
  });

  it('is registered', async () => {
    const known = await vscode.commands.getCommands(true);
    assert.deepEqual(
      names.filter((name) => !known.includes(idOf(name))),
      [],
    );
  });

  it('is tried below in a folder that nobody trusts', () => {
    // The desktop's runner of tests trusts all folders.
    if (vscode.env.appHost !== 'desktop') assert.equal(vscode.workspace.isTrusted, false);
  });

  it('says what is missing where there is neither a board nor a backup, and whatever it asks can be dismissed', async () => {
    await beginWithBoards();
    const silent: string[] = [];
    for (const name of names) {
      const heard = await whileUnknownUser({}, idOf(name));
      assertGentle(name, heard);
      if (heard.texts.length === 0) silent.push(name);
    }
    // One that is new here either says nothing where it should, or belongs to those above.
    assert.deepEqual(
      silent.filter((name) => !SILENT.includes(name)),
      [],
    );
  });

  it('says so where it is called on a row of what has gone since', async () => {
    await beginWithBoards();
    const { store: folder } = foldersOfTests();
    const backup = await takeBackup(await openStore(realEnv(), folder), { 'main.py': 'print(1)\n' });
    await rm(folder, { recursive: true });
    const [chain] = chainsOf([backup]);
    const board = { key: 'sim:gone', url: 'sim:gone', name: 'gone', id: backup.board.id };
    const boardRow = { kind: 'board', board, backupsListed: true, portIsNamed: false };
    const chainRow = { kind: 'chain', parent: boardRow, chain };
    const backupRow = { kind: 'backup', parent: chainRow, backup };
    const fileRow = { kind: 'file', parent: backupRow, backup, path: parseBoardPath('main.py') };
    const liveRow = { kind: 'live', parent: boardRow, state: { kind: 'unread', isOutdated: false } };
    const liveFileRow = {
      kind: 'liveFile',
      parent: liveRow,
      board,
      path: parseBoardPath('main.py'),
      size: 9,
      isMissing: false,
    };
    const hintRow = { kind: 'hint', parent: boardRow, hint: 'more', text: 'Show 3 more of 3' };
    for (const row of [boardRow, chainRow, backupRow, fileRow, liveRow, liveFileRow, hintRow]) {
      for (const name of names) {
        const heard = await whileUnknownUser({ takesFirst: true }, idOf(name), row, [row]);
        assertGentle(`${name} on ${row.kind}`, heard);
      }
    }
  });

  it('waits for its turn or says so where the board is busy, and can be cancelled', async () => {
    await beginWithBoards('alpha');
    await whileUserAnswers({}, () => vscode.commands.executeCommand(idOf('backupDevice')));
    const { backups } = await (await openStore(realEnv(), foldersOfTests().store)).list();
    const [backup] = backups;
    assert.ok(backup);
    // Somebody reads the preview of a restore: the board is kept until they have decided.
    await rm(`${foldersOfTests().boards}/alpha/main.py`);
    const { restore } = await untilDecided(backup);
    const cancelled: string[] = [];
    for (const name of names.filter((name) => !OF_PREVIEW.includes(name))) {
      const heard = await whileUnknownUser({ takesFirst: true, cancelsAtBoard: true }, idOf(name));
      assertGentle(name, heard);
      if (heard.texts.some((text) => text.endsWith('was cancelled.'))) cancelled.push(name);
    }
    assert.ok(cancelled.includes('backupDevice') && cancelled.includes('compareWithBoard'), cancelled.join());
    await vscode.commands.executeCommand(idOf('cancelRestore'));
    await restore;
    // The board is as free as before.
    const said = await whileUserAnswers({}, () => vscode.commands.executeCommand(idOf('fullBackup')));
    assert.match(said[0]?.text ?? '', /^Backed up alpha/);
  });
});

/** Begins a restore. Resolves when its preview is open: then the board is kept. */
async function untilDecided(backup: BackupSummary): Promise<{ restore: Thenable<unknown> }> {
  const { withProgress } = vscode.window;
  try {
    return await new Promise((resolve) => {
      const watched: typeof withProgress = (options, task) =>
        withProgress(options, (progress, token) => {
          const report: typeof progress.report = (value) => {
            progress.report(value);
            if (value.message?.startsWith('Waiting for your choice')) resolve({ restore });
          };
          return task({ report }, token);
        });
      Reflect.set(vscode.window, 'withProgress', watched);
      const restore = vscode.commands.executeCommand(idOf('restoreBackup'), { kind: 'backup', backup });
    });
  } finally {
    Reflect.set(vscode.window, 'withProgress', withProgress);
  }
}
