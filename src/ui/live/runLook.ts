// Reads which files a board has, for the tree.

import { lookAtBoard } from '../../core/jobs/lookAtBoard.js';
import { t } from '../../core/l10n.js';
import { ROOT } from '../../core/paths.js';
import { type Approach, addressOf, remediesFor } from '../approach.js';
import { COMPARE_SHARES } from '../jobBar.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import { type JobWords, runJob } from '../runJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';

/** @returns false if the files could not be read: the user has been told */
export async function runLook(
  services: Services,
  board: ConnectedBoardChoice,
  approach: Approach = {},
): Promise<boolean> {
  const { boards, live, env } = services;
  const { url } = board;
  if (live.stateOf(url).kind === 'reading') return true;
  const reading = { kind: 'reading' } as const;
  live.set(url, reading);
  const { include, exclude } = readSettings();
  const words: JobWords = {
    title: t('Reading the files of {0}', board.name),
    noun: t('Reading files'),
    shares: COMPARE_SHARES,
    boards: [board.key, url],
    remedies: (error) => remediesFor(services, error, approach, (more) => runLook(services, board, more)),
  };
  const look = await runJob(services, words, async (context) => {
    const address = addressOf(services, url, 'look', approach);
    return lookAtBoard(context, address, await boards.openStore(), { root: ROOT, include, exclude });
  });
  if (look) {
    // The row of a board that nobody knew is that of a known one by now.
    await boards.learn(url, look.board.id);
    await boards.refreshBackups();
  }
  // What was known before is not put back: the board may be another one, or have been written to meanwhile.
  if (live.stateOf(url) !== reading) return false;
  live.set(url, look ? { kind: 'read', look, at: env.clock.now() } : { kind: 'unread', isOutdated: false });
  return look !== undefined;
}
