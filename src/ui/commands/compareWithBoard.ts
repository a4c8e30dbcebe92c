import { type CompareResult, compare } from '../../core/jobs/compare.js';
import { describeDifference, sentencesOnSides, sumOfDifference } from '../../core/jobs/compareText.js';
import { sentencesOnProgram } from '../../core/jobs/programText.js';
import type { BoardPath } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { bytes, count } from '../../core/text.js';
import { type Approach, addressOf, remediesFor } from '../approach.js';
import { comparedUri } from '../files/backupUri.js';
import { openChanges } from '../files/openFiles.js';
import { COMPARE_SHARES } from '../jobBar.js';
import { showInformation } from '../messages.js';
import { nameBackup, nameBackups } from '../nameBackups.js';
import { backupMeant } from '../pickBackup.js';
import { type ConnectedBoardChoice, pickBoard } from '../pickBoard.js';
import type { JobWords } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

/** Bytes of a board that are read to be shown: some 90 seconds over a slow line. */
const MOST_SHOWN = 1_000_000;

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
  const result = await runStoreJob(services, words, (context, store) => {
    const address = addressOf(services, board.url, 'comparison', approach);
    return compare(context, { store, backup }, { board: address }, { read: MOST_SHOWN });
  });
  if (result) await show(services, backup, board, result);
}

async function show(
  services: Services,
  backup: BackupSummary,
  board: ConnectedBoardChoice,
  result: CompareResult,
): Promise<void> {
  const { comparedBoards, env, pages } = services;
  const { difference, contents = { files: new Map(), notRead: [] }, right } = result;
  const onBoard = comparedBoards.keep(Buffer.from(env.random(6)).toString('hex'), contents);
  const title = `${nameBackup(backup)} and the board ${board.name}`;
  const shown = await openChanges(title, difference, (path) => comparedUri(backup, path), onBoard);
  const text = [...sentencesOnSides(result), '', describeDifference(difference)].join('\n');
  const showText = () => pages.show(`Backup and ${board.name}`, text);
  // Where there is nothing to be seen side by side, it is told.
  if (shown === 0) return showText();
  const sentences = [
    ...sumOfDifference(difference),
    ...notShown(contents.notRead),
    ...(right.kind === 'board' ? sentencesOnProgram(right.program) : []),
  ];
  void showInformation(sentences.join(' '), 'Show List').then((list) => list && showText());
}

function notShown(paths: readonly BoardPath[]): string[] {
  if (paths.length === 0) return [];
  const [are, they] = paths.length === 1 ? ['is', 'it is'] : ['are', 'they are'];
  const most = `${bytes(MOST_SHOWN)} of a board are shown at most`;
  return [`${count(paths.length, 'file')} ${are} not shown: ${they} too long (${most}), or could not be read.`];
}
