// All commands. A test holds this table to package.json.

import * as vscode from 'vscode';
import { showFailure } from '../failures.js';
import type { Services } from '../services.js';
import { SECTION } from '../settings.js';
import { addPort } from './addPort.js';
import { addSimulatedBoardCommand } from './addSimulatedBoard.js';
import { backupAll } from './backupAll.js';
import { backupDevice } from './backupDevice.js';
import { cancelRestore } from './cancelRestore.js';
import type { Command } from './command.js';
import { compareWithBackup } from './compareWithBackup.js';
import { compareWithBoard } from './compareWithBoard.js';
import { confirmRestore } from './confirmRestore.js';
import { copyBoard } from './copyBoard.js';
import { deleteBackup } from './deleteBackup.js';
import { deleteChain } from './deleteChain.js';
import { differentialBackup } from './differentialBackup.js';
import { emptyTrash } from './emptyTrash.js';
import { exportBackup } from './exportBackup.js';
import { exportChain } from './exportChain.js';
import { finishRestore } from './finishRestore.js';
import { fullBackup } from './fullBackup.js';
import { importBackups } from './importBackups.js';
import { makeFull } from './makeFull.js';
import { mirrorBackup } from './mirrorBackup.js';
import { openStoreFolder } from './openStoreFolder.js';
import { pinBackup } from './pinBackup.js';
import { pruneBackups } from './pruneBackups.js';
import { quickBackup } from './quickBackup.js';
import { refresh } from './refresh.js';
import { removePort } from './removePort.js';
import { renameBackup } from './renameBackup.js';
import { repairBackups } from './repairBackups.js';
import { replaceBoard } from './replaceBoard.js';
import { restoreBackup } from './restoreBackup.js';
import { restoreDeletedBackup } from './restoreDeletedBackup.js';
import { restoreFile } from './restoreFile.js';
import { restoreInto } from './restoreInto.js';
import { restoreToAnotherBoard } from './restoreToAnotherBoard.js';
import { settleConflict } from './settleConflict.js';
import { showLog } from './showLog.js';
import { showRestoreReport } from './showRestoreReport.js';
import { undoLastRestore } from './undoLastRestore.js';
import { unpinBackup } from './unpinBackup.js';
import { verifyBackup } from './verifyBackup.js';
import { verifyBackups } from './verifyBackups.js';

export const commands: readonly Command[] = [
  backupDevice,
  backupAll,
  quickBackup,
  fullBackup,
  differentialBackup,
  restoreFile,
  restoreBackup,
  restoreInto,
  mirrorBackup,
  restoreToAnotherBoard,
  replaceBoard,
  copyBoard,
  undoLastRestore,
  finishRestore,
  showRestoreReport,
  confirmRestore,
  cancelRestore,
  settleConflict,
  compareWithBoard,
  compareWithBackup,
  renameBackup,
  pinBackup,
  unpinBackup,
  verifyBackup,
  makeFull,
  exportBackup,
  exportChain,
  deleteBackup,
  deleteChain,
  verifyBackups,
  repairBackups,
  pruneBackups,
  restoreDeletedBackup,
  emptyTrash,
  importBackups,
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
