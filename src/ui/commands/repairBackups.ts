import * as vscode from 'vscode';
import { type RepairResult, repair } from '../../core/jobs/repair.js';
import { describeRepair, detailsOfRepair } from '../../core/jobs/repairText.js';
import { t } from '../../core/l10n.js';
import { type Approach, addressOf, remediesFor } from '../approach.js';
import { unawaited } from '../failures.js';
import { REPAIR_SHARES } from '../jobBar.js';
import { showInformation, showWarning } from '../messages.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import type { JobWords } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

export const repairBackups: Command = {
  name: 'repairBackups',
  async run(services) {
    const detail = t(
      'Every byte is read. What is sound in damaged archives is written into new ones; the damaged ones go to the folder quarantine.',
    );
    const question = t('Repair damaged backups?');
    if (await showWarning(question, { modal: true, detail }, t('Repair'))) await run(services, []);
  },
};

/** @param asked boards that were asked for what is lost; the last of them in this run */
async function run(services: Services, asked: readonly ConnectedBoardChoice[], approach: Approach = {}): Promise<void> {
  const board = asked.at(-1);
  const words: JobWords<RepairResult> = {
    title: board ? t('Repairing backups with {0}', board.name) : t('Repairing backups'),
    noun: t('Repair'),
    shares: REPAIR_SHARES,
    boards: board ? [board.key, board.url] : [],
    isWhole: isSound,
    remedies: (error) => (board ? remediesFor(services, error, approach, (more) => run(services, asked, more)) : {}),
  };
  const result = await runStoreJob(services, words, (context, store) =>
    repair(context, store, board && addressOf(services, board.url, 'repair', approach)),
  );
  if (!result) return;
  // What is lost may be on a board that was plugged in since.
  await services.boards.refresh();
  unawaited(services, tell(services, result, asked));
}

async function tell(services: Services, result: RepairResult, asked: readonly ConnectedBoardChoice[]): Promise<void> {
  const { log } = services;
  for (const sentence of detailsOfRepair(result)) log.warn(sentence);
  const sentence = describeRepair(result);
  if (isSound(result)) {
    // What was put into quarantine lies there.
    const folder = result.quarantined.length > 0 ? [t('Open Backup Folder')] : [];
    const open = await showInformation(sentence, ...folder);
    if (open) await vscode.commands.executeCommand('micropythonBackup.openStoreFolder');
    return;
  }
  const next = boardsOf(services, result).find(({ key }) => asked.every((board) => board.key !== key));
  const read = next && t('Read From {0}', next.name);
  const showLog = t('Show Log');
  const answer = await showWarning(sentence, ...(read ? [read] : []), showLog);
  if (answer === showLog) log.show();
  else if (answer && next) await run(services, [...asked, next]);
}

function isSound({ lost, gone, unread }: RepairResult): boolean {
  return lost.length + gone.length + unread.length === 0;
}

/** Boards of backups that lost something, as far as they are connected. */
function boardsOf({ boards }: Services, { lost }: RepairResult): ConnectedBoardChoice[] {
  const backups = new Set(lost.flatMap((file) => file.backups));
  const ids = new Set(boards.listing.backups.flatMap(({ id, board }) => (backups.has(id) ? [board.id] : [])));
  return boards.list.flatMap((board) => {
    const { id, url } = board;
    return id !== undefined && url !== undefined && ids.has(id) ? [{ ...board, url }] : [];
  });
}
