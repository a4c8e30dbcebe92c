import assert from 'node:assert/strict';
import { showError, showInformation, showWarning } from '../../src/ui/messages.js';
import { whileUserAnswers } from './userAtWork.js';

const NAME = '[Continue](command:workbench.action.files.newUntitledFile)';

describe('A message', () => {
  it('makes no link of a name, and asks what it is told to', async () => {
    const answers: unknown[] = [];
    const said = await whileUserAnswers({ Continue: 'Yes' }, async () => {
      answers.push(await showInformation(`Restored ${NAME}.`, 'Yes'));
      answers.push(await showWarning(`Delete ${NAME}?`, { modal: true, detail: 'For good.' }, 'Yes', 'No'));
      answers.push(await showError(`Lost ${NAME}.`));
    });
    const shown = '[Continue] (command:workbench.action.files.newUntitledFile)';
    assert.deepEqual(said, [
      { text: `Restored ${shown}.`, detail: '', choices: ['Yes'] },
      { text: `Delete ${shown}?`, detail: 'For good.', choices: ['Yes', 'No'] },
      { text: `Lost ${shown}.`, detail: '', choices: [] },
    ]);
    assert.deepEqual(answers, ['Yes', 'Yes', undefined]);
  });
});
