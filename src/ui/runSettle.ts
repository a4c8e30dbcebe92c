// Undoing and finishing a restore as the user sees it.

import { sentencesOnProgram } from '../core/jobs/programText.js';
import { finishRestore, type SettleResult, undoRestore } from '../core/jobs/settleRestore.js';
import { type Message, msg, t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import { count, duration } from '../core/text.js';
import { type Approach, addressOf, remediesFor } from './approach.js';
import { RESTORE_SHARES } from './jobBar.js';
import { whileWriting } from './live/whileWriting.js';
import { showInformation } from './messages.js';
import type { ConnectedBoardChoice } from './pickBoard.js';
import { type JobWords, runJob } from './runJob.js';
import type { Services } from './services.js';
import { showReport } from './showReport.js';

export type Settling = 'undo' | 'finish';

const WORDS = {
  undo: {
    title: msg('Undo restore on {0}'),
    doing: msg('Undoing the last restore on {0}'),
    did: msg('Undid the restore on {0} in {1}: {2}.'),
    settle: undoRestore,
  },
  finish: {
    title: msg('Finish restore on {0}'),
    doing: msg('Finishing the restore on {0}'),
    did: msg('Finished the restore on {0} in {1}: {2}.'),
    settle: finishRestore,
  },
};

/** @param restore id of its record; the last one of the board if none is named */
export async function runSettle(
  services: Services,
  settling: Settling,
  board: ConnectedBoardChoice,
  restore?: string,
  approach: Approach = {},
): Promise<void> {
  const { boards, restoreView } = services;
  const { title, doing, did, settle } = WORDS[settling];
  const words: JobWords = {
    title: t(doing, board.name),
    noun: settling === 'undo' ? t('Undo') : t('Restore'),
    shares: RESTORE_SHARES,
    boards: [board.key, board.url],
    remedies: (error) =>
      remediesFor(services, error, approach, (more) => runSettle(services, settling, board, restore, more)),
  };
  const result = await whileWriting(services, board.url, async () => {
    const done = await runJob(services, words, (context) =>
      restoreView.whileDeciding(t(title, displayPath(board.name)), false, async (decide) => {
        const address = addressOf(services, board.url, settling, approach);
        const options = { decide, ...(restore !== undefined && { restore }) };
        const told = { ...context, onWillWrite: services.others.beforeWriting(context.signal) };
        return settle(told, address, await boards.openStore(), options);
      }),
    );
    if (done) await boards.learn(board.url, done.board.id);
    return done;
  });
  if (!result) return;
  const { safety } = result;
  const sentence = [outcome(result, did, board.name), ...sentencesOnProgram(result.program), ...result.limits].join(
    ' ',
  );
  const report = t('Show Restore Report');
  const answer = await showInformation(sentence, report, ...(safety ? [t('Show What Was Replaced')] : []));
  if (answer === report) await showReport(services, result.restore.id);
  else if (answer && safety) await services.revealBackup(safety.id);
}

function outcome({ restored, deleted, seconds }: SettleResult, did: Message, board: string): string {
  const parts = [
    ...(restored.length > 0 ? [t('{0} written and verified', count(restored.length, 'file'))] : []),
    ...(deleted.length > 0 ? [t('{0} removed', count(deleted.length, 'file'))] : []),
  ];
  return t(did, board, duration(seconds), parts.join(', ') || t('nothing had to be changed'));
}
