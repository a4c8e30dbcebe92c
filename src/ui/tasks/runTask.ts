// What a task does: it is loaded when the first one runs.

import { describeCauses, isBackupError, messageOf } from '../../core/errors.js';
import { describeProgress } from '../../core/jobs/progressText.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { bytes, count, duration, moment } from '../../core/text.js';
import { backUpQuietly } from '../backUpQuietly.js';
import { wishOf } from '../boardMeant.js';
import { sentenceOf } from '../failures.js';
import { QUICK_BOARD } from '../quickBoard.js';
import type { Services } from '../services.js';
import type { BackupInOrder } from '../takeBackup.js';
import { type BackupTask, boardOfTask } from './taskDefinition.js';
import type { TaskOutput } from './taskOutput.js';

/** Whoever reads along needs no more than five lines a second. */
const SHOW_EVERY_MS = 200;

/** @returns the code that the task ends with. Never rejects */
export async function runTask(
  services: Services,
  task: BackupTask,
  { signal, line, progress }: TaskOutput,
): Promise<0 | 1> {
  const { boards, env, workspaceMemory, log } = services;
  try {
    await boards.refresh();
    const board = boardOfTask(services, task, workspaceMemory.get<string>(QUICK_BOARD));
    line(t('Backing up {0}.', displayPath(board.name)));
    let shownAt = Number.NEGATIVE_INFINITY;
    const result = await backUpQuietly(services, board, wishOf(task), {
      signal,
      onProgress(step) {
        if (env.clock.ticks() - shownAt < SHOW_EVERY_MS) return;
        shownAt = env.clock.ticks();
        progress(describeProgress(step));
      },
    });
    for (const sentence of outcome(result)) line(sentence);
    return result.errors.length === 0 ? 0 : 1;
  } catch (error) {
    if (isBackupError(error, 'cancelled')) line(t('The backup was cancelled.'));
    else {
      log.error(`A task: ${describeCauses(error)}`);
      line(isBackupError(error) ? sentenceOf(error) : t('The backup failed unexpectedly: {0}.', messageOf(error)));
    }
    return 1;
  }
}

/** A file that could not be read is a reason not to go on with what would lose it. */
function outcome({ backup, unchanged, read, seconds, errors, warnings }: BackupInOrder): string[] {
  const name = displayPath(backup.board.name);
  const done = unchanged
    ? t('Nothing has changed on {0} since the backup of {1}.', name, moment(backup.createdAt, Date.now()))
    : t(
        'Backed up {0}: {1}, {2}; {3} read in {4}, all verified.',
        name,
        count(backup.files, 'file'),
        bytes(backup.bytes),
        String(read),
        duration(seconds),
      );
  const lost = errors.map(({ path }) => t('{0} could not be read.', displayPath(path)));
  return [done, ...lost, ...warnings.map(displayPath), t('The backup has the id {0}.', backup.id.slice(0, 8))];
}
