import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { moment } from '../../src/core/text.js';
import { hashOf } from '../support/builders.js';
import { beginWithBoards, foldersOfTests, unplug, whileUserAnswers, whileUserRestores } from './userAtWork.js';

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

  const onBoard = (board: string, path = 'notes.txt') => readFile(join(foldersOfTests().boards, board, path), 'utf8');

  const restores = async () => (await (await openStore(realEnv(), foldersOfTests().store)).restores()).records;

  it('writes nothing where its preview is cancelled, and says what else was selected', async () => {
    const { newer, older, main } = rows();
    const said = await whileUserRestores({}, 'cancelRestore', () => restoreFile(older, [newer, older, main]));
    assert.equal(said[0]?.text, '1 selected item of other backups is not restored.');
    assert.equal(said[1]?.text, 'Restoring 2 items to alpha was cancelled.');
    assert.deepEqual([await onBoard('alpha'), await restores()], ['second\n', []]);
  });

  it('restores the clicked row alone where it is not one of the selected', async () => {
    const { newer, older } = rows();
    const said = await whileUserRestores({}, 'cancelRestore', () => restoreFile(older, [newer]));
    assert.equal(said[0]?.text, 'Restoring notes.txt to alpha was cancelled.');
  });

  it('puts the older file onto the board, says so, and takes it back where the user wants', async () => {
    const { older } = rows();
    const answers = { 'Restored 1 file': 'Undo' };
    const said = await whileUserRestores(answers, 'confirmRestore', () => restoreFile(older));
    assert.match(said[0]?.text ?? '', /^Restored 1 file to alpha in .*verified on the board\./);
    assert.deepEqual(said[0]?.choices, ['Undo', 'Show Restore Report', 'Show What Was Replaced']);
    assert.match(said[1]?.text ?? '', /^Undid the restore on alpha in .*: 1 file written and verified\./);
    assert.equal(await onBoard('alpha'), 'second\n');
    assert.deepEqual(
      (await restores()).map(({ state }) => state),
      ['undone'],
    );
  });

  it('is told in a report that can be read later', async () => {
    const { older } = rows();
    await whileUserRestores({}, 'confirmRestore', () => restoreFile(older));
    assert.equal(await onBoard('alpha'), 'first\n');
    const [newest] = await restores();
    assert.ok(newest);
    const label = `alpha, ${moment(newest.at, Date.now())}`;
    await whileUserAnswers({ 'Which restore': label }, () =>
      vscode.commands.executeCommand('micropythonBackup.showRestoreReport'),
    );
    const page = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(page, /1 restored, 0 already the same, 0 deleted, 0 left out\./);
  });

  it('can be undone by the command, and no more often than there was something restored', async () => {
    const undo = () => vscode.commands.executeCommand('micropythonBackup.undoLastRestore');
    const said = await whileUserRestores({}, 'confirmRestore', undo);
    assert.match(said[0]?.text ?? '', /^Undid the restore on alpha/);
    assert.equal(await onBoard('alpha'), 'second\n');
    const [again] = await whileUserAnswers({}, undo);
    assert.equal(again?.text, 'There is no restore that could be undone.');
  });

  it('into a folder leaves the file that is there alone', async () => {
    const { older } = rows();
    const command = () => vscode.commands.executeCommand('micropythonBackup.restoreInto', older, [older]);
    await whileUserRestores({ 'Restore into': 'old' }, 'confirmRestore', command);
    assert.deepEqual([await onBoard('alpha'), await onBoard('alpha', 'old/notes.txt')], ['second\n', 'first\n']);
  });

  it('offers to finish or undo what was interrupted, once, when the board is there', async () => {
    const { older } = rows();
    const store = await openStore(realEnv(), foldersOfTests().store);
    const { board } = older.backup;
    const sha256 = hashOf(Buffer.from('second\n'));
    const journal = await store.beginRestore({
      board: { id: board.id, name: board.name },
      backup: { id: older.backup.id, createdAt: older.backup.createdAt },
      ...{ safety: null, mode: 'stage-one' },
      items: [{ path: parseBoardPath('notes.txt'), before: { size: 7, sha256 }, after: null }],
    });
    await journal.started('after');
    await journal.stopped('port-lost');
    const said = await whileUserRestores({ 'was not finished': 'Finish' }, 'confirmRestore', async () => {
      await vscode.commands.executeCommand('micropythonBackup.refresh');
      await until(async () => (await store.restores()).records[0]?.state === 'done');
    });
    assert.match(said[0]?.text ?? '', /^The restore of .* to alpha was not finished/);
    await assert.rejects(onBoard('alpha'), { code: 'ENOENT' });
    const again = await whileUserAnswers({}, () => vscode.commands.executeCommand('micropythonBackup.refresh'));
    assert.ok(!again.some(({ text }) => text.includes('was not finished')), 'it is offered once');
  });

  it('says what became of a folder without files', async () => {
    const { boards, store } = foldersOfTests();
    await mkdir(join(boards, 'alpha', 'empty'));
    await whileUserAnswers({}, () => vscode.commands.executeCommand('micropythonBackup.backupDevice', 'sim:alpha'));
    const [newest] = (await (await openStore(realEnv(), store)).list()).backups;
    assert.ok(newest);
    const said = await whileUserRestores({}, 'confirmRestore', () =>
      restoreFile({ ...rowOf(newest, 'empty'), kind: 'folder' }),
    );
    assert.match(said[0]?.text ?? '', /^Nothing of empty had to be restored to alpha\./);
  });

  it('of a board that is gone goes to another one after a preview that says so, and as a whole with a check list', async () => {
    const { older } = rows();
    await unplug('alpha');
    await addSimulatedBoard(foldersOfTests().boards, 'beta');
    const answers = { 'alpha is not connected': 'Choose Another Board', 'Which board do you want to restore': 'beta' };
    const said = await whileUserRestores(answers, 'confirmRestore', () => restoreFile(older));
    assert.equal(said[0]?.text, 'alpha is not connected. Plug it in and try again.');
    assert.ok(said.some(({ text }) => /^Restored 1 file to beta in /.test(text)));
    assert.equal(await onBoard('beta'), 'first\n');
    const shown = () => vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.doesNotMatch(shown(), /as in the backup: each was hashed there/, 'one file says nothing of the others');
    const whole = { kind: 'backup', backup: older.backup };
    await whileUserRestores(answers, 'confirmRestore', () =>
      vscode.commands.executeCommand('micropythonBackup.restoreBackup', whole),
    );
    assert.match(shown(), /\[x\] \d+ files on the board are as in the backup: each was hashed there/);
  });
});

describe('Commands about restores', () => {
  before(() => beginWithBoards());

  it('say what is missing where there is no board, no backup and no restore', async () => {
    const sentences: Record<string, RegExp> = {
      undoLastRestore: /^There is no restore that could be undone\.$/,
      finishRestore: /^No restore was interrupted\.$/,
      showRestoreReport: /^Nothing has been restored yet\.$/,
      confirmRestore: /^No restore is open\.$/,
      cancelRestore: /^No restore is open\.$/,
      settleConflict: /^Conflicts are settled in the preview of a restore\.$/,
      replaceBoard: /^No board has a backup yet/,
      copyBoard: /^No board was found/,
      mirrorBackup: /^There is no backup yet\.$/,
      restoreInto: /^There is no backup yet\.$/,
      restoreToAnotherBoard: /^There is no backup yet\.$/,
    };
    for (const [name, sentence] of Object.entries(sentences)) {
      const said = await whileUserAnswers({}, () => vscode.commands.executeCommand(`micropythonBackup.${name}`));
      assert.match(said[0]?.text ?? '', sentence, name);
    }
  });

  it('copy a board to another, and put a new one in the place of one that is gone', async () => {
    const { boards } = foldersOfTests();
    await addSimulatedBoard(boards, 'one', { 'main.py': 'one', 'secrets.py': 'password' });
    await addSimulatedBoard(boards, 'two', { 'main.py': 'two' });
    await vscode.commands.executeCommand('micropythonBackup.refresh');
    const read = (board: string, path: string) => readFile(join(boards, board, path), 'utf8');
    const copy = { 'Which board do you want to copy': 'one', 'Which board do you want to make': 'two' };
    await whileUserRestores(copy, 'confirmRestore', () =>
      vscode.commands.executeCommand('micropythonBackup.copyBoard'),
    );
    assert.equal(await read('two', 'main.py'), 'one');
    await assert.rejects(read('two', 'secrets.py'), { code: 'ENOENT' });
    await unplug('one');
    const [latest] = (await (await openStore(realEnv(), foldersOfTests().store)).list()).backups.filter(
      ({ board }) => board.name === 'one',
    );
    assert.ok(latest);
    const replace = {
      'Which board do you want to replace': 'one',
      'Which backup of one': `one, ${moment(latest.createdAt, Date.now())}`,
      'takes the place of one': 'two',
    };
    await whileUserRestores(replace, 'confirmRestore', () =>
      vscode.commands.executeCommand('micropythonBackup.replaceBoard'),
    );
    assert.equal(await read('two', 'secrets.py'), 'password');
  });
});

/** Asks again until it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}
