// A backup always has the whole board, and only what has changed travels: so a file is saved by a backup like any other, and the
// message says what became of the file.

import { prunedSentences } from '../../core/jobs/pruneAfter.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath } from '../../core/paths.js';
import { moment } from '../../core/text.js';
import { remediesFor } from '../approach.js';
import { unawaited } from '../failures.js';
import { showHistory } from '../files/historyPick.js';
import { showInformation, showWarning } from '../messages.js';
import { type ConnectedBoardChoice, pickBoard } from '../pickBoard.js';
import { runJob } from '../runJob.js';
import type { Services } from '../services.js';
import { type BackupInOrder, isWhole, logDetails, rememberBackup, takeInOrder, wordsFor } from '../takeBackup.js';
import { boardNamedBy, isNode } from '../targets.js';
import { warnAfterBackups } from '../warnAfterBackups.js';
import type { Command } from './command.js';

export const backupFile: Command = {
  name: 'backupFile',
  async run(services, target) {
    if (!isNode(target) || target.kind !== 'liveFile') {
      void showInformation(t('Choose a file below "Files on the board".'));
      return;
    }
    const board = await pickBoard(services, t('Which board has the file?'), boardNamedBy(target));
    if (board) await run(services, board, target.path);
  },
};

async function run(services: Services, board: ConnectedBoardChoice, path: BoardPath, approach = {}): Promise<void> {
  const words = {
    ...wordsFor(board),
    isWhole,
    remedies: (error: unknown) => remediesFor(services, error, approach, (more) => run(services, board, path, more)),
  };
  const wish = { kind: 'auto', origin: 'manual' } as const;
  const result = await runJob(services, words, (context) => takeInOrder(services, context, board, wish, approach));
  if (!result) return;
  await rememberBackup(services, board, result);
  warnAfterBackups(services, [result]);
  logDetails(services, result);
  unawaited(services, tell(services, result, path));
}

async function tell(services: Services, { backup, errors, pruned }: BackupInOrder, path: BoardPath): Promise<void> {
  const name = displayPath(path);
  const { entries } = await (await services.boards.openStore()).readManifest(backup);
  if (!entries.some((entry) => entry.path === path)) {
    const error = errors.find((error) => error.path === path)?.message ?? t('It is no longer on the board.');
    void showWarning(t('{0} could not be saved. {1}', name, error));
    return;
  }
  const saved = t('{0} is saved, in the backup of {1}.', name, moment(backup.createdAt, Date.now()));
  const sentence = [saved, ...prunedSentences(pruned)].join(' ');
  const answer = await showInformation(sentence, t('Show History'));
  if (answer) await showHistory(services, { backup, path });
}
