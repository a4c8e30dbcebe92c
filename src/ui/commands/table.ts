// All commands. A test holds this table to package.json.

import * as vscode from 'vscode';
import { showFailure } from '../failures.js';
import type { Services } from '../services.js';
import { SECTION } from '../settings.js';
import { addPort } from './addPort.js';
import { addSimulatedBoardCommand } from './addSimulatedBoard.js';
import { backupDevice } from './backupDevice.js';
import type { Command } from './command.js';
import { openStoreFolder } from './openStoreFolder.js';
import { quickBackup } from './quickBackup.js';
import { refresh } from './refresh.js';
import { removePort } from './removePort.js';
import { restoreBackup } from './restoreBackup.js';
import { restoreFile } from './restoreFile.js';
import { showLog } from './showLog.js';
import { verifyBackups } from './verifyBackups.js';

export const commands: readonly Command[] = [
  backupDevice,
  quickBackup,
  restoreFile,
  restoreBackup,
  verifyBackups,
  addSimulatedBoardCommand,
  addPort,
  removePort,
  refresh,
  openStoreFolder,
  showLog,
];

export function registerCommands(services: Services): vscode.Disposable[] {
  return commands.map(({ name, run }) =>
    vscode.commands.registerCommand(`${SECTION}.${name}`, async (target: unknown, selection: unknown) => {
      try {
        await run(services, target, selection);
      } catch (error) {
        await showFailure(services, 'MicroPython Backup', error);
      }
    }),
  );
}
