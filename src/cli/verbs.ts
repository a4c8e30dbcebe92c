// The table of verbs: the help, the dispatch and the tests read it.

import { backupVerb } from './backup.js';
import { boardsVerb } from './boards.js';
import { catVerb } from './cat.js';
import { compareVerb } from './compare.js';
import { deleteVerb } from './delete.js';
import { diagnoseVerb } from './diagnose.js';
import { exportVerb } from './export.js';
import { extractVerb } from './extract.js';
import { finishVerb } from './finish.js';
import { healthVerb } from './health.js';
import { historyVerb } from './history.js';
import { importVerb } from './import.js';
import { keyVerb } from './key.js';
import { labelVerb } from './label.js';
import { listVerb } from './list.js';
import { makeFullVerb } from './make-full.js';
import { offsiteVerb } from './offsite.js';
import { pinVerb } from './pin.js';
import { pruneVerb } from './prune.js';
import { repairVerb } from './repair.js';
import { reportVerb } from './report.js';
import { restoreVerb } from './restore.js';
import { restoresVerb } from './restores.js';
import { scheduleVerb } from './schedule.js';
import { showVerb } from './show.js';
import { simulateVerb } from './simulate.js';
import { testRestoreVerb } from './test-restore.js';
import { trashVerb } from './trash.js';
import { undeleteVerb } from './undelete.js';
import { undoVerb } from './undo.js';
import { unpinVerb } from './unpin.js';
import { upkeepVerb } from './upkeep.js';
import type { Verb } from './usage.js';
import { verifyVerb } from './verify.js';
import { versionsVerb } from './versions.js';

export const verbs: ReadonlyMap<string, Verb> = new Map([
  ['boards', boardsVerb],
  ['diagnose', diagnoseVerb],
  ['backup', backupVerb],
  ['list', listVerb],
  ['show', showVerb],
  ['cat', catVerb],
  ['versions', versionsVerb],
  ['compare', compareVerb],
  ['restore', restoreVerb],
  ['undo', undoVerb],
  ['finish', finishVerb],
  ['restores', restoresVerb],
  ['label', labelVerb],
  ['pin', pinVerb],
  ['unpin', unpinVerb],
  ['verify', verifyVerb],
  ['test-restore', testRestoreVerb],
  ['upkeep', upkeepVerb],
  ['health', healthVerb],
  ['report', reportVerb],
  ['repair', repairVerb],
  ['delete', deleteVerb],
  ['undelete', undeleteVerb],
  ['trash', trashVerb],
  ['prune', pruneVerb],
  ['make-full', makeFullVerb],
  ['export', exportVerb],
  ['extract', extractVerb],
  ['import', importVerb],
  ['history', historyVerb],
  ['schedule', scheduleVerb],
  ['offsite', offsiteVerb],
  ['key', keyVerb],
  ['simulate', simulateVerb],
]);
