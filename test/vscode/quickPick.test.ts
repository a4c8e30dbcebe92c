import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { drawn, pickOne, pickSome } from '../../src/ui/quickPick.js';
import { whileUserAnswers } from './userAtWork.js';

const placeHolder = 'Which one?';

describe('A list to pick from', () => {
  it('makes no icon of a name, and gives back what was picked as it is', async () => {
    const items = [{ label: '$(bug) board', description: '$(x)', detail: 'a $(y) b', number: 1 }, { label: 'other' }];
    const answers: unknown[] = [];
    const said = await whileUserAnswers({ [placeHolder]: '\\$(bug) board' }, async () => {
      answers.push(await pickOne(items, { placeHolder }));
      answers.push(await pickOne(Promise.resolve(items), { placeHolder }));
      answers.push(await pickSome(items, { placeHolder }));
    });
    assert.deepEqual(
      said.map(({ choices }) => choices),
      Array(3).fill(['\\$(bug) board', 'other']),
    );
    const [first] = items;
    assert.ok(answers[0] === first && answers[1] === first);
    assert.deepEqual(answers[2], [first]);
    const dismissed = await whileUserAnswers({}, async () => {
      assert.equal(await pickOne(items, { placeHolder }), undefined);
      assert.equal(await pickSome(items, { placeHolder }), undefined);
    });
    assert.equal(dismissed.length, 2);
  });

  it('has the icons that we name', () => {
    const item = drawn({ icon: 'bell', label: 'Show Progress', description: '$(x)', detail: 'a $(y) b' });
    assert.ok(item.iconPath instanceof vscode.ThemeIcon && item.iconPath.id === 'bell');
    assert.deepEqual([item.label, item.description, item.detail], ['Show Progress', '\\$(x)', 'a \\$(y) b']);
  });
});
