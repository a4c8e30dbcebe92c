import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { BackupError } from '../../src/core/errors.js';
import { type Remedies, showFailure } from '../../src/ui/failures.js';
import { offerUnfinishedChange } from '../../src/ui/keys/unfinishedChange.js';
import { showError, showInformation, showWarning } from '../../src/ui/messages.js';
import { RunningJobs } from '../../src/ui/runningJobs.js';
import type { Services } from '../../src/ui/services.js';
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

describe('A way out that is chosen in a message, and fails', () => {
  const denied = new BackupError('store-denied', 'The folder cannot be read.', { hint: 'Look at its rights.' });
  const log = { error() {}, show() {} } as unknown as vscode.LogOutputChannel;

  it('is told of, where the message was one of a failure', async () => {
    const remedies: Remedies = { 'Try Again': () => Promise.reject(denied) };
    const said = await whileUserAnswers({ 'No board': 'Try Again' }, () =>
      showFailure({ log }, 'Backing up', new BackupError('port-lost', 'No board.'), remedies),
    );
    assert.deepEqual(
      said.map(({ text }) => text),
      ['No board.', 'The folder cannot be read. Look at its rights.'],
    );
  });

  it('is told of, where nobody waits for the answer', async () => {
    const changed = new vscode.EventEmitter<void>();
    const encryption = { state: 'ending', mode: 'passphrase', recipients: [], pending: 1 };
    const openStore = () => Promise.reject(denied);
    const boards = { onDidChange: changed.event, encryption, isLocked: false, openStore };
    const services = { boards, jobs: new RunningJobs(), log } as unknown as Services;
    const offering = offerUnfinishedChange(services);
    let heard = () => {};
    const isTold = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const answers = { 'was interrupted': 'Finish Now' };
    const said = await whileUserAnswers(
      answers,
      () => {
        changed.fire();
        return isTold;
      },
      ({ choices }) => choices.includes('Show Log') && heard(),
    );
    offering.dispose();
    assert.equal(said.at(-1)?.text, 'The folder cannot be read. Look at its rights.');
  });
});
