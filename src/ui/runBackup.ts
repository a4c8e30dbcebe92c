// A backup as the user sees it: progress, then what came of it, with the next step as a button.

import { resumedSentence } from '../core/jobs/cutOff.js';
import { sentencesOnProgram } from '../core/jobs/programText.js';
import { prunedSentences } from '../core/jobs/pruneAfter.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, duration, moment } from '../core/text.js';
import { type Approach, remediesFor } from './approach.js';
import { showWarning } from './messages.js';
import type { ConnectedBoardChoice } from './pickBoard.js';
import { showJobsOf } from './pickJob.js';
import type { RecurringKind } from './recurring.js';
import { type JobWords, runJob } from './runJob.js';
import type { Services } from './services.js';
import {
  BACKUP,
  type BackupInOrder,
  type BackupWish,
  isWhole,
  logDetails,
  rememberBackup,
  takeInOrder,
  wordsFor,
} from './takeBackup.js';
import { warnOfSecrets } from './warnOfSecrets.js';
import { warnWhenShort } from './warnWhenShort.js';

/** @returns the newest backup of the board; undefined where the job failed or was cancelled: the user has been told */
export async function runBackup(
  services: Services,
  board: ConnectedBoardChoice,
  wish: BackupWish,
  approach: Approach = {},
): Promise<BackupSummary | undefined> {
  // A second one would wait for the first, stop the program once more, and find that nothing has changed.
  const running = services.jobs.on(board.key, board.url).filter(({ noun }) => noun === BACKUP);
  if (running.length > 0) {
    await showJobsOf(services, running, board.name);
    return undefined;
  }
  const words: JobWords<BackupInOrder> = {
    ...{ ...wordsFor(board), isWhole },
    remedies: (error) => remediesFor(services, error, approach, (more) => void runBackup(services, board, wish, more)),
  };
  const result = await runJob(services, words, (context) => takeInOrder(services, context, board, wish, approach));
  if (!result) return undefined;
  await rememberBackup(services, board, result);
  void tell(services, result);
  void warnWhenShort(services);
  void warnOfSecrets(services, [result]);
  return result.backup;
}

async function tell(services: Services, result: BackupInOrder): Promise<void> {
  const { backup } = result;
  logDetails(services, result);
  const answer = isWhole(result)
    ? await services.recurring.show(kindOf(result), sentence(result), 'Show Backup')
    : await showWarning(sentence(result), 'Show Backup', 'Show Log');
  if (answer === 'Show Backup') await services.revealBackup(backup.id);
  if (answer === 'Show Log') services.log.show();
}

function kindOf(result: BackupInOrder): RecurringKind {
  if (result.unchanged) return 'nothingChanged';
  // Whoever hides what a board cannot do need not hide what others did.
  if (newLimits(result).length > 0) return 'backedUpWithLimits';
  return result.backup.origin === 'quick' ? 'quickBackedUp' : 'backedUp';
}

/** What the board cannot do is news once; the log has it each time. */
function newLimits({ backup, unchanged, limits }: BackupInOrder): readonly string[] {
  return backup.kind === 'full' && !unchanged ? limits : [];
}

function sentence(result: BackupInOrder): string {
  const { backup, read, resumed, unchanged, errors, warnings, program, seconds } = result;
  const { name } = backup.board;
  const done = unchanged
    ? `Nothing has changed on ${name} since the backup of ${moment(backup.createdAt, Date.now())}.`
    : `Backed up ${name}: ${count(backup.files, 'file')}, ${bytes(backup.bytes)}; ${read} read in ${duration(seconds)}, all verified.`;
  const kept = resumed > 0 ? [resumedSentence(resumed, backup.files)] : [];
  const lost = errors.length === 0 ? [] : [`${count(errors.length, 'file')} could not be read; the log names them.`];
  const why = result.reason === undefined ? [] : [result.reason];
  return [
    done,
    ...why,
    ...kept,
    ...sentencesOnProgram(program),
    ...newLimits(result),
    ...prunedSentences(result.pruned),
    ...lost,
    ...warnings,
  ].join(' ');
}
