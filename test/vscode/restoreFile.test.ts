import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { moment } from '../../src/core/text.js';
import { beginWithBoards, foldersOfTests, type Said, unplug, whileUserAnswers } from './userAtWork.js';

const restoreFile = (target: unknown, selection?: unknown) =>
  vscode.commands.executeCommand('micropythonBackup.restoreFile', target, selection);

const rowOf = (backup: BackupSummary, path: string) => ({ kind: 'file', backup, path: parseBoardPath(path) });

describe('"Restore File"', () => {
  let backups: BackupSummary[];

  before(async () => {
    await beginWithBoards('alpha');
    const { store, boards } = foldersOfTests();
    for (const text of ['first\n', 'second\n']) {
      await writeFile(join(boards, 'alpha', 'notes.txt'), text);
      await whileUserAnswers({}, () => vscode.commands.executeCommand('micropythonBackup.backupDevice', 'sim:alpha'));
    }
    backups = (await (await openStore(realEnv(), store)).list()).backups;
    assert.equal(backups.length, 2);
  });

  const rows = () => {
    const [newer, older] = backups;
    assert.ok(newer && older);
    return { newer: rowOf(newer, 'notes.txt'), older: rowOf(older, 'notes.txt'), main: rowOf(older, 'main.py') };
  };

  const asked = (said: Said[]) => {
    const [question] = said;
    assert.ok(question);
    return question;
  };

  it('restores from the backup whose row was clicked, and says what else was selected', async () => {
    const { newer, older, main } = rows();
    const question = asked(await whileUserAnswers({}, () => restoreFile(older, [newer, older, main])));
    assert.equal(question.text, 'Restore 2 items to alpha?');
    const lines = question.detail.split('\n');
    assert.equal(lines[0], `Backup: ${moment(older.backup.createdAt, Date.now())}, ${older.backup.kind}.`);
    assert.equal(lines[1], '1 selected item of other backups is not restored.');
  });

  it('restores the clicked row alone where it is not one of the selected', async () => {
    const { newer, older } = rows();
    const question = asked(await whileUserAnswers({}, () => restoreFile(older, [newer])));
    assert.equal(question.text, 'Restore notes.txt to alpha?');
    assert.doesNotMatch(question.detail, /selected/);
  });

  it('puts the older file onto the board, and says so', async () => {
    const { older } = rows();
    const said = await whileUserAnswers({ 'Restore notes.txt': 'Restore' }, () => restoreFile(older));
    assert.match(said[1]?.text ?? '', /^Restored 1 file to alpha in /);
  });

  it('says what became of a folder without files', async () => {
    const { boards, store } = foldersOfTests();
    await mkdir(join(boards, 'alpha', 'empty'));
    await whileUserAnswers({}, () => vscode.commands.executeCommand('micropythonBackup.backupDevice', 'sim:alpha'));
    const [newest] = (await (await openStore(realEnv(), store)).list()).backups;
    assert.ok(newest);
    const said = await whileUserAnswers({ 'Restore empty': 'Restore' }, () =>
      restoreFile({ ...rowOf(newest, 'empty'), kind: 'folder' }),
    );
    assert.match(said[1]?.text ?? '', /^Restored empty to alpha: there were only folders, and no files\./);
  });

  it('names a board that is gone, and restores to no other without saying so', async () => {
    const { older } = rows();
    await unplug('alpha');
    await addSimulatedBoard(foldersOfTests().boards, 'beta');
    const question = asked(await whileUserAnswers({}, () => restoreFile(older)));
    assert.equal(question.text, 'Restore notes.txt to beta?');
    assert.match(question.detail, /That backup is of alpha\. This may be another board\./);
  });
});
