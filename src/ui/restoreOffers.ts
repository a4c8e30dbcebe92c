// A restore that was interrupted is told of when its board is there again: once in a window, with both ways out.

import type * as vscode from 'vscode';
import { unfinishedSentence } from '../core/jobs/restoreText.js';
import { t } from '../core/l10n.js';
import { unfinishedRestores } from '../core/plan/recordedPlan.js';
import type { RestoreRecord } from '../core/store/restoreRecords.js';
import { unawaited } from './failures.js';
import { showWarning } from './messages.js';
import { type ConnectedBoardChoice, isConnected } from './pickBoard.js';
import type { Services } from './services.js';

export function offerUnfinishedRestores(services: Services): vscode.Disposable {
  const told = new Set<string>();
  const look = () => {
    const { boards } = services;
    for (const record of unfinishedRestores(boards.restores)) {
      const board = boards.list.filter(isConnected).find(({ id }) => id === record.board.id);
      // One that stopped once more is another matter.
      const key = `${record.id} ${record.starts}`;
      if (!board || told.has(key)) continue;
      told.add(key);
      unawaited(services, offer(services, record, board));
    }
  };
  return services.boards.onDidChange(look);
}

async function offer(services: Services, record: RestoreRecord, board: ConnectedBoardChoice): Promise<void> {
  const finish = t('Finish');
  const answer = await showWarning(unfinishedSentence(record), finish, t('Undo'));
  if (answer === undefined) return;
  const { runSettle } = await import('./runSettle.js');
  await runSettle(services, answer === finish ? 'finish' : 'undo', board, record.id);
}
