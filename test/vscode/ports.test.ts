import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { addExtraPort, readSettings } from '../../src/ui/settings.js';
import { describe as itemOf } from '../../src/ui/tree/describe.js';
import { whileUserAnswers } from './userAtWork.js';

const removePort = (target?: unknown) => vscode.commands.executeCommand('micropythonBackup.removePort', target);

describe('A port that was added', () => {
  const board = { key: 'ws://192.0.2.1', url: 'ws://192.0.2.1', name: 'Board' };
  const state = {
    backupsListed: true,
    restore: undefined,
    work: undefined,
    isDenied: false,
    finding: undefined,
    backups: [],
    isChanged: false,
  };
  const row = { kind: 'board', board, portIsNamed: true, ...state } as const;

  it('can be removed: from its row, or by its name', async () => {
    await addExtraPort('ws://192.0.2.1');
    await addExtraPort('ws://192.0.2.2');
    await removePort(row);
    assert.deepEqual(readSettings().extraPorts, ['ws://192.0.2.2']);
    const said = await whileUserAnswers({ 'Which port': 'ws://192.0.2.2' }, () => removePort());
    assert.deepEqual(said[0]?.choices, ['ws://192.0.2.2']);
    assert.deepEqual(readSettings().extraPorts, []);
  });

  it('is told apart from those that were found, which cannot be removed', async () => {
    assert.equal(itemOf(row, 0).contextValue, 'board.connected.named');
    assert.equal(itemOf({ ...row, portIsNamed: false }, 0).contextValue, 'board.connected');
    const said = await whileUserAnswers({}, () => removePort());
    assert.match(said[0]?.text ?? '', /^No port was added\./);
  });
});
