// Reads which files a board has, for the tree.

import { lookAtBoard } from '../../core/jobs/lookAtBoard.js';
import { ROOT } from '../../core/paths.js';
import { type Approach, addressOf, remediesFor } from '../approach.js';
import { COMPARE_SHARES } from '../jobBar.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import { type JobWords, runJob } from '../runJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';

export async function runLook(services: Services, board: ConnectedBoardChoice, approach: Approach = {}): Promise<void> {
  const { boards, live, env } = services;
  const before = live.stateOf(board.url);
  if (before.kind === 'reading') return;
  live.set(board.url, { kind: 'reading' });
  const { include, exclude } = readSettings();
  const words: JobWords = {
    ...{ title: `Reading the files of ${board.name}`, noun: 'Reading files', shares: COMPARE_SHARES },
    ...{ boards: [board.key, board.url], place: 'view' },
    remedies: (error) => remediesFor(services, error, approach, (more) => void runLook(services, board, more)),
  };
  const look = await runJob(services, words, async (context) => {
    const address = addressOf(services, board.url, 'look', approach);
    return lookAtBoard(context, address, await boards.openStore(), { root: ROOT, include, exclude });
  });
  live.set(board.url, look ? { kind: 'read', look, at: env.clock.now() } : before);
  if (look) await boards.learn(board.url, look.board.id);
}
