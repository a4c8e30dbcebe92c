import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { archives, beginWithBoards, unplug, whileUserAnswers } from './userAtWork.js';

const backUp = (target?: unknown) => vscode.commands.executeCommand('micropythonBackup.backupDevice', target);
const quickBackup = (target?: unknown) => vscode.commands.executeCommand('micropythonBackup.quickBackup', target);

describe('A backup from VS Code', () => {
  it('is of the only board that is connected, without a question', async () => {
    await beginWithBoards('alpha');
    const said = await whileUserAnswers({}, () => backUp());
    assert.match(said[0]?.text ?? '', /^Backed up alpha: /);
    assert.equal(await archives(), 1);
  });

  it('is made once where it is asked for twice', async () => {
    await beginWithBoards('alpha');
    const said = await whileUserAnswers({}, () => Promise.all([backUp('sim:alpha'), backUp('sim:alpha')]));
    assert.deepEqual(said.map(({ text }) => text.replace(/:.*/, '')).sort(), ['Backed up alpha', 'alpha is busy']);
    assert.equal(await archives(), 1);
  });

  it('asks which board, where several are connected', async () => {
    await beginWithBoards('alpha', 'beta');
    const said = await whileUserAnswers({ 'Which board': 'beta' }, () => backUp());
    assert.deepEqual(said[0]?.choices, ['alpha', 'beta']);
    assert.match(said[1]?.text ?? '', /^Backed up beta: /);
  });

  it('is never of another board than the one whose row was clicked', async () => {
    await beginWithBoards('alpha');
    const gone = { kind: 'board', board: { key: 'sim:gone', url: 'sim:gone', name: 'gone' } };
    const said = await whileUserAnswers({}, () => backUp(gone));
    assert.deepEqual(said[0], {
      text: 'gone is not connected. Plug it in and try again.',
      detail: '',
      choices: ['Choose Another Board'],
    });
    assert.equal(await archives(), 0);
  });
});

describe('The quick backup', () => {
  it('remembers its board, and takes no other while that one is away', async () => {
    await beginWithBoards('alpha', 'beta');
    await whileUserAnswers({}, () => quickBackup('sim:alpha'));
    assert.equal(await archives(), 1);
    await unplug('alpha');
    const said = await whileUserAnswers({}, () => quickBackup());
    assert.deepEqual(
      said.map(({ text }) => text),
      ['alpha is not connected. Plug it in and try again.'],
    );
    assert.equal(await archives(), 1);
  });

  it('is for another board from then on, once the user has chosen that', async () => {
    await beginWithBoards('alpha', 'beta');
    await whileUserAnswers({}, () => quickBackup('sim:alpha'));
    await unplug('alpha');
    const answers = { 'not connected': 'Choose Another Board', 'Which board': 'beta' };
    const said = await whileUserAnswers(answers, () => quickBackup());
    assert.match(said.at(-1)?.text ?? '', /^Backed up beta: /);
    const again = await whileUserAnswers({}, () => quickBackup());
    assert.match(again[0]?.text ?? '', /^Nothing has changed on beta /);
  });
});

describe('The board of the quick backup', () => {
  const choose = (answer: string) =>
    whileUserAnswers({ 'Which board is the quick backup of this workspace for?': answer }, () =>
      vscode.commands.executeCommand('micropythonBackup.chooseQuickBoard'),
    );

  it('is chosen among those that are connected and those that are known, and taken without a question', async () => {
    await beginWithBoards('alpha', 'beta');
    const [said] = await choose('beta');
    assert.deepEqual(said?.choices, ['alpha', 'beta', 'Ask Each Time']);
    const texts = (await whileUserAnswers({}, () => quickBackup())).map(({ text }) => text);
    assert.equal(texts.length, 1);
    assert.match(texts[0] ?? '', /^Backed up beta: /);
  });

  it('is asked for each time where the user wants it so, and not remembered then', async () => {
    await choose('Ask Each Time');
    const answers = { 'Which board is the quick backup for?': 'alpha' };
    const question = { text: 'Which board is the quick backup for?', detail: '', choices: ['alpha', 'beta'] };
    for (let time = 0; time < 2; time++) {
      const [said] = await whileUserAnswers(answers, () => quickBackup());
      assert.deepEqual(said, question);
    }
  });
});
