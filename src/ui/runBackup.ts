// A backup as the user sees it: progress, then what came of it, with the next step as a button.

import { resumedSentence } from '../core/jobs/cutOff.js';
import { sentencesOnProgram } from '../core/jobs/programText.js';
import { prunedSentences } from '../core/jobs/pruneAfter.js';
import { t } from '../core/l10n.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, duration, moment } from '../core/text.js';
import { type Approach, remediesFor } from './approach.js';
import { unawaited } from './failures.js';
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
import { warnAfterBackups } from './warnAfterBackups.js';

/** @returns the newest backup of the board; undefined if the job failed or was cancelled: the user has been told */
export async function runBackup(
  services: Services,
  board: ConnectedBoardChoice,
  wish: BackupWish,
  approach: Approach = {},
): Promise<BackupSummary | undefined> {
  // A second one would wait for the first, stop the program once more, and find that nothing has changed.
  const running = services.jobs.on(board.key, board.url).filter(({ noun }) => noun === t(BACKUP));
  if (running.length > 0) {
    await showJobsOf(services, running, board.name);
    return undefined;
  }
  const words: JobWords<BackupInOrder> = {
    ...wordsFor(board),
    isWhole,
    remedies: (error) => remediesFor(services, error, approach, (more) => runBackup(services, board, wish, more)),
  };
  const result = await runJob(services, words, (context) => takeInOrder(services, context, board, wish, approach));
  if (!result) return undefined;
  await rememberBackup(services, board, result);
  unawaited(services, tell(services, result));
  warnAfterBackups(services, [result]);
  return result.backup;
}

async function tell(services: Services, result: BackupInOrder): Promise<void> {
  const { backup } = result;
  logDetails(services, result);
  const [showBackup, showLog] = [t('Show Backup'), t('Show Log')];
  const answer = isWhole(result)
    ? await services.recurring.show(kindOf(result), sentence(result), showBackup)
    : await showWarning(sentence(result), showBackup, showLog);
  if (answer === showBackup) await services.revealBackup(backup.id);
  if (answer === showLog) services.log.show();
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
    ? t('Nothing has changed on {0} since the backup of {1}.', name, moment(backup.createdAt, Date.now()))
    : t(
        'Backed up {0}: {1}, {2}; {3} read in {4}, all verified.',
        name,
        count(backup.files, 'file'),
        bytes(backup.bytes),
        read,
        duration(seconds),
      );
  const kept = resumed > 0 ? [resumedSentence(resumed, backup.files)] : [];
  const lost =
    errors.length === 0 ? [] : [t('{0} could not be read; the log names them.', count(errors.length, 'file'))];
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
