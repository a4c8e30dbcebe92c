// Undoing and finishing a restore as the user sees it.

import { sentencesOnProgram } from '../core/jobs/programText.js';
import { finishRestore, type SettleResult, undoRestore } from '../core/jobs/settleRestore.js';
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
  undo: { title: 'Undo restore', doing: 'Undoing the last restore', did: 'Undid the restore', settle: undoRestore },
  finish: {
    title: 'Finish restore',
    doing: 'Finishing the restore',
    did: 'Finished the restore',
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
    ...{ title: `${doing} on ${board.name}`, noun: settling === 'undo' ? 'Undo' : 'Restore', shares: RESTORE_SHARES },
    boards: [board.key, board.url],
    remedies: (error) =>
      remediesFor(services, error, approach, (more) => void runSettle(services, settling, board, restore, more)),
  };
  const result = await whileWriting(services, board.url, async () => {
    const done = await runJob(services, words, (context) =>
      restoreView.whileDeciding(`${title} on ${displayPath(board.name)}`, false, async (decide) => {
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
  const answer = await showInformation(sentence, 'Show Report', ...(safety ? ['Show What Was Replaced'] : []));
  if (answer === 'Show Report') await showReport(services, result.restore.id);
  else if (answer && safety) await services.revealBackup(safety.id);
}

function outcome({ restored, deleted, seconds }: SettleResult, did: string, board: string): string {
  const parts = [
    ...(restored.length > 0 ? [`${count(restored.length, 'file')} written and verified`] : []),
    ...(deleted.length > 0 ? [`${count(deleted.length, 'file')} removed`] : []),
  ];
  return `${did} on ${board} in ${duration(seconds)}: ${parts.join(', ') || 'nothing had to be changed'}.`;
}
