// What the window says of secrets in backups that are not encrypted: once, with a way out, and not at all to whoever does not want it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { openStore } from '../../src/core/store/store.js';
import { RecurringMessages } from '../../src/ui/recurring.js';
import type { Services } from '../../src/ui/services.js';
import { warnOfSecrets } from '../../src/ui/warnOfSecrets.js';
import { aBoard, inFolder, takeBackup, testEnv } from '../support/builders.js';
import { memory } from './newStore.js';
import { whileUserAnswers } from './userAtWork.js';

const FILES = { 'secrets.py': 'WIFI_PASSWORD = "rosebud-1941"\n' };

describe('Secrets in backups', () => {
  const recurring = new RecurringMessages(memory(), { info() {}, warn() {} });

  it('are told once of each board, with a way out, and not again to whoever does not want that', async () => {
    await inFolder(async (folder) => {
      const env = testEnv();
      const store = await openStore(env, join(folder, 'store'));
      const services = { env, recurring, boards: { openStore: async () => store } } as unknown as Services;
      const backUp = async (name: string) => {
        const backup = await takeBackup(store, FILES, { board: aBoard({ id: name, name }) });
        return [{ backup, unchanged: false }];
      };
      const shed = await backUp('Shed');
      const commands: string[] = [];
      const execute = vscode.commands.executeCommand;
      Reflect.set(vscode.commands, 'executeCommand', async (name: string) => void commands.push(name));
      try {
        const said = await whileUserAnswers({ Shed: 'Encrypt Backups…' }, () => warnOfSecrets(services, shed));
        assert.deepEqual(
          said.map(({ choices }) => choices),
          [['Encrypt Backups…', "Don't Show Again"]],
        );
        assert.match(said[0]?.text ?? '', /of Shed .* a Wi-Fi password \(secrets\.py, line 1\).* Encrypt the backups/);
        assert.ok(!said[0]?.text.includes('rosebud'));
        assert.deepEqual(commands, ['micropythonBackup.encryptBackups']);
      } finally {
        Reflect.set(vscode.commands, 'executeCommand', execute);
      }
      assert.deepEqual(await whileUserAnswers({}, () => warnOfSecrets(services, shed)), []);
      await backUp('Porch');
      const hidden = await whileUserAnswers({ Porch: "Don't Show Again" }, () => warnOfSecrets(services));
      assert.equal(hidden.length, 1);
      assert.deepEqual(await whileUserAnswers({}, async () => warnOfSecrets(services, await backUp('Cellar'))), []);
    });
  });
});
