// All commands. A test holds this table to package.json.

import { SECTION } from '../settings.js';
import { addPort } from './addPort.js';
import { addSimulatedBoardCommand } from './addSimulatedBoard.js';
import { archiveAction } from './archiveAction.js';
import { backupAll } from './backupAll.js';
import { backupDevice } from './backupDevice.js';
import { backupFile } from './backupFile.js';
import { bringBack } from './bringBack.js';
import { cancelJob } from './cancelJob.js';
import { cancelRestore } from './cancelRestore.js';
import { changeKey } from './changeKey.js';
import { changeSecondPlace } from './changeSecondPlace.js';
import { checkSecondPlace } from './checkSecondPlace.js';
import { chooseFiles } from './chooseFiles.js';
import { chooseQuickBoard } from './chooseQuickBoard.js';
import { clearFilter } from './clearFilter.js';
import type { Command } from './command.js';
import { compareBoardFile } from './compareBoardFile.js';
import { compareSelected } from './compareSelected.js';
import { compareWithBackup } from './compareWithBackup.js';
import { compareWithBoard } from './compareWithBoard.js';
import { compareWithPrevious } from './compareWithPrevious.js';
import { compareWithWorkspace } from './compareWithWorkspace.js';
import { confirmRestore } from './confirmRestore.js';
import { copyBoard } from './copyBoard.js';
import { copyLink } from './copyLink.js';
import { copyToSecondPlace } from './copyToSecondPlace.js';
import { deleteBackup } from './deleteBackup.js';
import { deleteChain } from './deleteChain.js';
import { diagnoseConnection } from './diagnoseConnection.js';
import { differentialBackup } from './differentialBackup.js';
import { editSimulatedBoard } from './editSimulatedBoard.js';
import { emptyTrash } from './emptyTrash.js';
import { encryptBackups } from './encryptBackups.js';
import { enterKey } from './enterKey.js';
import { exportBackup } from './exportBackup.js';
import { exportChain } from './exportChain.js';
import { exportReport } from './exportReport.js';
import { fileHistory } from './fileHistory.js';
import { filterBackups } from './filterBackups.js';
import { finishRestore } from './finishRestore.js';
import { forgetKey } from './forgetKey.js';
import { forgetSecondPlace } from './forgetSecondPlace.js';
import { fullBackup } from './fullBackup.js';
import { importBackups } from './importBackups.js';
import { makeFull } from './makeFull.js';
import { mirrorBackup } from './mirrorBackup.js';
import { openBackupFile } from './openBackupFile.js';
import { openStoreFolder } from './openStoreFolder.js';
import { openWalkthrough } from './openWalkthrough.js';
import { pinBackup } from './pinBackup.js';
import { pruneBackups } from './pruneBackups.js';
import { quickBackup } from './quickBackup.js';
import { readBoardFiles } from './readBoardFiles.js';
import { refresh } from './refresh.js';
import { removePort } from './removePort.js';
import { renameBackup } from './renameBackup.js';
import { repairBackups } from './repairBackups.js';
import { replaceBoard } from './replaceBoard.js';
import { restoreBackup } from './restoreBackup.js';
import { restoreChosen } from './restoreChosen.js';
import { restoreDeletedBackup } from './restoreDeletedBackup.js';
import { restoreFile } from './restoreFile.js';
import { restoreInto } from './restoreInto.js';
import { restoreToAnotherBoard } from './restoreToAnotherBoard.js';
import { saveCopy } from './saveCopy.js';
import { saveKeyFile } from './saveKeyFile.js';
import { secondPlaceActions } from './secondPlaceActions.js';
import { settleConflict } from './settleConflict.js';
import { setUpSchedule } from './setUpSchedule.js';
import { setUpSecondPlace } from './setUpSecondPlace.js';
import { showChanges } from './showChanges.js';
import { showHealth } from './showHealth.js';
import { showHiddenMessages } from './showHiddenMessages.js';
import { showInTree } from './showInTree.js';
import { showLog } from './showLog.js';
import { showMore } from './showMore.js';
import { showReport } from './showReport.js';
import { showRestoreReport } from './showRestoreReport.js';
import { showSchedule } from './showSchedule.js';
import { sortBackups } from './sortBackups.js';
import { stopChoosing } from './stopChoosing.js';
import { stopEncrypting } from './stopEncrypting.js';
import { undoLastRestore } from './undoLastRestore.js';
import { unpinBackup } from './unpinBackup.js';
import { verifyBackup } from './verifyBackup.js';
import { verifyBackups } from './verifyBackups.js';

export const commands: readonly Command[] = [
  backupDevice,
  backupAll,
  quickBackup,
  chooseQuickBoard,
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
  chooseFiles,
  restoreChosen,
  stopChoosing,
  readBoardFiles,
  backupFile,
  compareBoardFile,
  compareWithBoard,
  showChanges,
  compareWithBackup,
  fileHistory,
  compareWithPrevious,
  compareWithWorkspace,
  compareSelected,
  saveCopy,
  renameBackup,
  copyLink,
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
  openBackupFile,
  archiveAction,
  setUpSecondPlace,
  changeSecondPlace,
  secondPlaceActions,
  copyToSecondPlace,
  checkSecondPlace,
  bringBack,
  forgetSecondPlace,
  encryptBackups,
  changeKey,
  enterKey,
  saveKeyFile,
  forgetKey,
  stopEncrypting,
  addSimulatedBoardCommand,
  editSimulatedBoard,
  addPort,
  removePort,
  cancelJob,
  setUpSchedule,
  showHealth,
  showReport,
  exportReport,
  showSchedule,
  showHiddenMessages,
  showInTree,
  refresh,
  filterBackups,
  clearFilter,
  sortBackups,
  showMore,
  openStoreFolder,
  diagnoseConnection,
  openWalkthrough,
  showLog,
];

/** @param id with the prefix, as package.json has it */
export function commandNamed(id: string): Command {
  const command = commands.find(({ name }) => id === `${SECTION}.${name}`);
  if (!command) throw new Error(`There is no command ${id}.`);
  return command;
}
