// A restore as the user sees it: the preview, the progress, and the report after.

import { describeCheckList } from '../core/jobs/checkList.js';
import { sentencesOnProgram } from '../core/jobs/programText.js';
import { type RestoreOptions, type RestoreResult, restore } from '../core/jobs/restore.js';
import { t } from '../core/l10n.js';
import { type BoardPath, displayPath, ROOT } from '../core/paths.js';
import type { Mapping } from '../core/plan/restorePlan.js';
import type { BackupSummary } from '../core/store/summary.js';
import { count, duration } from '../core/text.js';
import { type Approach, addressOf, remediesFor } from './approach.js';
import { RESTORE_SHARES } from './jobBar.js';
import { whileWriting } from './live/whileWriting.js';
import { showInformation } from './messages.js';
import { type ConnectedBoardChoice, pickBoard } from './pickBoard.js';
import { type JobWords, runJob } from './runJob.js';
import { runSettle } from './runSettle.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';
import { showReport } from './showReport.js';
import { leftOutSentence } from './targets.js';

export interface WhatToRestore {
  /** Files and folders; the root for everything. */
  paths: readonly BoardPath[];
  /** How many rows were selected besides, and are not restored. */
  leftOut?: number;
  mapping?: Mapping;
  /** Deletes what the backup does not have. */
  mirrors?: boolean;
  /** Done once it has been carried out, before anybody has read the message that tells so. */
  onDone?: () => Promise<void>;
  /** Also files that belong to one board alone: the board takes the place of another one. */
  replacesBoard?: boolean;
}

/** Onto the board of the backup if it is connected, else onto one that the user picks. */
export async function runRestore(services: Services, backup: BackupSummary, what: WhatToRestore): Promise<void> {
  const { boards } = services;
  await boards.refresh();
  // Another board never gets them just because it is the one that is there.
  const own = boards.list.find(({ id }) => id === backup.board.id);
  const wanted = own ?? { key: backup.board.id, name: displayPath(backup.board.name) };
  const board = await pickBoard(services, t('Which board do you want to restore the files to?'), wanted);
  if (board) await restoreTo(services, board, backup, what);
}

export async function restoreTo(
  services: Services,
  board: ConnectedBoardChoice,
  backup: BackupSummary,
  what: WhatToRestore,
  approach: Approach = {},
): Promise<void> {
  const { boards, restoreView } = services;
  const { leftOut = 0, paths } = what;
  if (leftOut > 0) void showInformation(leftOutSentence(leftOut, 'restored'));
  const name = nameOfSelection(paths);
  const words: JobWords = {
    title: t('Restoring {0} to {1}', name, board.name),
    noun: t('Restore'),
    shares: RESTORE_SHARES,
    boards: [board.key, board.url],
    remedies: (error) =>
      remediesFor(services, error, approach, (more) => restoreTo(services, board, backup, what, more)),
  };
  const { conflicts } = readSettings();
  const result = await whileWriting(services, board.url, async () => {
    const done = await runJob(services, words, (context) =>
      restoreView.whileDeciding(t('Restore to {0}', displayPath(board.name)), conflicts === 'ask', async (decide) => {
        const address = addressOf(services, board.url, 'restore', approach);
        const told = { ...context, onWillWrite: services.others.beforeWriting(context.signal) };
        return restore(told, address, await boards.openStore(), { ...restoreOptions(board, backup, what), decide });
      }),
    );
    if (done) await boards.learn(board.url, done.board.id);
    return done;
  });
  if (!result) return;
  await what.onDone?.();
  // What a board has become as a whole is checked if it was to become like another one.
  const isWhole = paths.includes(ROOT) && what.mapping === undefined;
  if (isWhole && result.board.id !== backup.board.id)
    await services.pages.show(t('Check List'), describeCheckList(result));
  await tell(services, board, result, name);
}

/** As the settings say. */
export function restoreOptions(
  board: ConnectedBoardChoice,
  backup: BackupSummary,
  { paths, mapping, mirrors, replacesBoard }: WhatToRestore,
): RestoreOptions {
  const { conflicts, deviceFiles, mirrorLimit, safetyBackup } = readSettings();
  return {
    backup,
    paths,
    // The preview tells that it is another one, or may be.
    allowOtherBoard: board.id !== backup.board.id,
    deviceFiles: replacesBoard ? [] : deviceFiles,
    conflicts: conflicts === 'keepBoard' ? 'board' : conflicts === 'keepBoth' ? 'both' : 'backup',
    safety: safetyBackup === 'wholeBoard' ? 'whole' : 'changed',
    ...(mapping && { mapping }),
    ...(mirrors && { mirror: { most: mirrorLimit } }),
  };
}

async function tell(
  services: Services,
  board: ConnectedBoardChoice,
  result: RestoreResult,
  what: string,
): Promise<void> {
  const { backup, record, safety, limits, program } = result;
  const sentence = [outcome(result, what, board.name), ...sentencesOnProgram(program), ...limits].join(' ');
  const actions: Record<string, () => Promise<void>> = {
    ...(record !== undefined && { [t('Undo')]: () => runSettle(services, 'undo', board, record) }),
    ...(record !== undefined && { [t('Show Restore Report')]: () => showReport(services, record) }),
    ...(safety && { [t('Show What Was Replaced')]: () => services.revealBackup(safety.id) }),
    // If nothing was to be done, the way on is what it was meant to come from.
    ...(record === undefined && { [t('Show Backup')]: () => services.revealBackup(backup.id) }),
  };
  const answer = await showInformation(sentence, ...Object.keys(actions));
  if (answer !== undefined) await actions[answer]?.();
}

function outcome(result: RestoreResult, what: string, board: string): string {
  const { restored, unchanged, deleted, skipped, seconds } = result;
  const more = [
    ...(deleted.length > 0 ? [t('deleted {0}', count(deleted.length, 'file'))] : []),
    ...(skipped.length > 0 ? [t('left out {0}', count(skipped.length, 'file'))] : []),
  ];
  const rest = more.length > 0 ? `; ${more.join(', ')}` : '';
  if (restored.length > 0 || deleted.length > 0)
    return t(
      'Restored {0} to {1} in {2}, verified on the board{3}.',
      count(restored.length, 'file'),
      board,
      duration(seconds),
      rest,
    );
  if (unchanged.length === 0) return t('Nothing of {0} had to be restored to {1}{2}.', what, board, rest);
  const same = count(unchanged.length, 'file');
  return unchanged.length === 1
    ? t('{0} on {1} is already as in the backup{2}.', same, board, rest)
    : t('{0} on {1} are already as in the backup{2}.', same, board, rest);
}

function nameOfSelection(paths: readonly BoardPath[]): string {
  const [first] = paths;
  if (first === undefined || first === '') return t('all files');
  return paths.length === 1 ? displayPath(first) : count(paths.length, 'item');
}
