import { compare } from '../../core/jobs/compare.js';
import { describeDifference, sentencesOnSides } from '../../core/jobs/compareText.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { type Approach, addressOf, remediesFor } from '../approach.js';
import { COMPARE_SHARES } from '../jobBar.js';
import { nameBackups } from '../nameBackups.js';
import { backupMeant } from '../pickBackup.js';
import { type ConnectedBoardChoice, pickBoard } from '../pickBoard.js';
import type { JobWords } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

export const compareWithBoard: Command = {
  name: 'compareWithBoard',
  async run(services, target) {
    const { boards } = services;
    const backup = await backupMeant(services, target, 'Which backup do you want to compare with a board?');
    if (!backup) return;
    await boards.refresh();
    const own = boards.list.find(({ id, url }) => id === backup.board.id && url !== undefined);
    const board = await pickBoard(services, 'Which board do you want to compare with?', own);
    if (board) await run(services, backup, board);
  },
};

async function run(
  services: Services,
  backup: BackupSummary,
  board: ConnectedBoardChoice,
  approach: Approach = {},
): Promise<void> {
  const words: JobWords = {
    ...{ title: `Comparing ${nameBackups([backup])} with ${board.name}`, noun: 'Compare', shares: COMPARE_SHARES },
    boards: [board.key, board.url],
    remedies: (error) => remediesFor(services, error, approach, (more) => void run(services, backup, board, more)),
  };
  const result = await runStoreJob(services, words, (context, store) =>
    compare(context, { store, backup }, { board: addressOf(services, board.url, 'comparison', approach) }),
  );
  if (!result) return;
  const text = [...sentencesOnSides(result), '', describeDifference(result.difference)].join('\n');
  await services.pages.show(`Backup and ${board.name}`, text);
}
