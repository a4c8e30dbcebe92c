import type { Uri } from 'vscode';
import { type CompareResult, compare } from '../../core/jobs/compare.js';
import { describeDifference, sentencesOnSides, sumOfDifference } from '../../core/jobs/compareText.js';
import { sentencesOnProgram } from '../../core/jobs/programText.js';
import type { BoardContents } from '../../core/jobs/readChanged.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath } from '../../core/paths.js';
import type { TreeDifference } from '../../core/plan/compareTrees.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { bytes, count, moment } from '../../core/text.js';
import { type Approach, addressOf, remediesFor } from '../approach.js';
import { unawaited } from '../failures.js';
import { comparedUri } from '../files/backupUri.js';
import type { FileOfBackup } from '../files/fileWords.js';
import { openBeside, openChanges } from '../files/openFiles.js';
import { COMPARE_SHARES } from '../jobBar.js';
import { noteCompared } from '../live/noteLooked.js';
import { showInformation } from '../messages.js';
import { nameBackup, nameBackups } from '../nameBackups.js';
import { backupMeant } from '../pickBackup.js';
import { type ConnectedBoardChoice, pickBoard } from '../pickBoard.js';
import { fileNamedBy } from '../pickFile.js';
import type { JobWords } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { noteComparison } from '../walkthrough/followSteps.js';
import type { Command } from './command.js';

/** Bytes of a board that are read to be shown: some 90 seconds over a slow line. */
const MOST_SHOWN = 1_000_000;

export const compareWithBoard: Command = {
  name: 'compareWithBoard',
  async run(services, target) {
    const file = await fileNamedBy(services, target);
    const backup =
      file?.backup ?? (await backupMeant(services, target, t('Which backup do you want to compare with a board?')));
    if (!backup) return;
    const { id, name } = backup.board;
    const board = await pickBoard(services, t('Which board do you want to compare with?'), { key: id, name });
    if (board) await run(services, { backup, path: file?.path }, board);
  },
};

/** All of a backup and a board, side by side. */
export function compareBackup(services: Services, backup: BackupSummary, board: ConnectedBoardChoice): Promise<void> {
  return run(services, { backup, path: undefined }, board);
}

/** A backup, or one file of it. */
interface Compared {
  backup: BackupSummary;
  path: BoardPath | undefined;
}

async function run(
  services: Services,
  compared: Compared,
  board: ConnectedBoardChoice,
  approach: Approach = {},
): Promise<void> {
  const { backup, path } = compared;
  const what = path === undefined ? nameBackups([backup]) : displayPath(path);
  const words: JobWords = {
    title: t('Comparing {0} with {1}', what, board.name),
    noun: t('Compare'),
    shares: COMPARE_SHARES,
    boards: [board.key, board.url],
    remedies: (error) => remediesFor(services, error, approach, (more) => run(services, compared, board, more)),
  };
  const result = await runStoreJob(services, words, (context, store) => {
    const address = addressOf(services, board.url, 'comparison', approach);
    // Whoever names one file wants to see it, however long it is.
    const options = path === undefined ? { read: MOST_SHOWN } : { paths: [path], read: Number.POSITIVE_INFINITY };
    return compare(context, { store, backup }, { board: address }, options);
  });
  if (!result) return;
  noteComparison();
  if (result.right.kind === 'board') await noteCompared(services, result.right, backup, path);
  if (path === undefined) await show(services, backup, board, result);
  else await showFile(services, { backup, path }, board, result);
}

async function showFile(
  services: Services,
  file: FileOfBackup,
  board: ConnectedBoardChoice,
  result: CompareResult,
): Promise<void> {
  const { backup, path } = file;
  const { difference, contents, right } = result;
  const onBoard = contents && keep(services, contents)(path);
  const where = right.board.id === backup.board.id ? t('the board') : displayPath(board.name);
  if (onBoard) await openBeside(file, onBoard, t('on {0}, {1}', where, momentOf(services)));
  const sentences = [
    ...(onBoard ? [] : [whyNothing(path, difference, where)]),
    ...(right.kind === 'board' ? sentencesOnProgram(right.program) : []),
  ];
  if (sentences.length > 0) void showInformation(sentences.join(' '));
}

/** Why there is nothing to be seen beside the file of the backup. */
function whyNothing(path: BoardPath, { same, removed }: TreeDifference, where: string): string {
  const name = displayPath(path);
  const isIt = (entry: { path: BoardPath }) => entry.path === path;
  if (same.some(isIt)) return t('{0} is the same on {1}.', name, where);
  if (removed.some(isIt)) return t('{0} is no longer on {1}: Restore File… brings it back.', name, where);
  return t('{0} could not be read on {1}, or was changed in the meantime. Try again.', name, where);
}

/** Editors keep showing what was there then, also after a restore. */
function momentOf({ env }: Services): string {
  const now = env.clock.now();
  return moment(new Date(now).toISOString(), now);
}

/** @returns names what was read from the board, for editors */
function keep({ comparedBoards, env }: Services, contents: BoardContents): (path: BoardPath) => Uri | undefined {
  return comparedBoards.keep(Buffer.from(env.random(6)).toString('hex'), contents);
}

async function show(
  services: Services,
  backup: BackupSummary,
  board: ConnectedBoardChoice,
  result: CompareResult,
): Promise<void> {
  const { pages } = services;
  const { difference, contents = { files: new Map(), notRead: [] }, right } = result;
  const onBoard = keep(services, contents);
  const title = t('{0} and the board {1}, {2}', nameBackup(backup), board.name, momentOf(services));
  const shown = await openChanges(title, difference, (path) => comparedUri(backup, path), onBoard);
  const text = [...sentencesOnSides(result), '', describeDifference(difference)].join('\n');
  const showText = () => pages.show(t('Backup and {0}', board.name), text);
  // If there is nothing to be seen side by side, it is told.
  if (shown === 0) return showText();
  const sentences = [
    ...sumOfDifference(difference),
    ...notShown(contents.notRead),
    ...(right.kind === 'board' ? sentencesOnProgram(right.program) : []),
  ];
  const asked = showInformation(sentences.join(' '), t('Show List'));
  unawaited(
    services,
    asked.then((list) => (list ? showText() : undefined)),
  );
}

function notShown(paths: readonly BoardPath[]): string[] {
  if (paths.length === 0) return [];
  const why =
    paths.length === 1
      ? t(
          '{0} is not shown: it is too long ({1} of a board are shown at most), or could not be read.',
          count(1, 'file'),
          bytes(MOST_SHOWN),
        )
      : t(
          '{0} are not shown: they are too long ({1} of a board are shown at most), or could not be read.',
          count(paths.length, 'file'),
          bytes(MOST_SHOWN),
        );
  return [why];
}
