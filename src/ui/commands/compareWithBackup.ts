import * as vscode from 'vscode';
import { type CompareResult, compare } from '../../core/jobs/compare.js';
import { describeDifference, sentencesOnSides, sumOfDifference } from '../../core/jobs/compareText.js';
import { fileHistory } from '../../core/jobs/fileHistory.js';
import { endsOf } from '../../core/jobs/fileHistoryText.js';
import { displayPath } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { moment } from '../../core/text.js';
import { comparedUri } from '../files/backupUri.js';
import { type FileOfBackup, versionWords } from '../files/fileWords.js';
import { openChanges, openTwo } from '../files/openFiles.js';
import { COMPARE_SHARES } from '../jobBar.js';
import { showInformation } from '../messages.js';
import { nameBackup } from '../nameBackups.js';
import { backupMeant, backupsMeant, pickBackup } from '../pickBackup.js';
import { fileNamedBy } from '../pickFile.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { isNode } from '../targets.js';
import type { Command } from './command.js';

export const compareWithBackup: Command = {
  name: 'compareWithBackup',
  async run(services, target, selection) {
    const file = await fileNamedBy(services, target);
    if (file) return compareFile(services, file);
    const placeHolder = 'Which backup do you want to compare?';
    // Two that are selected are meant to be compared with each other.
    const selected = isNode(target) ? await backupsMeant(services, target, selection, { placeHolder }) : [];
    const [one, second] = selected.length === 2 ? selected : [await backupMeant(services, target, placeHolder)];
    if (!one) return;
    const other = second ?? (await pickOther(services, one));
    if (!other) return;
    const [before, after] = isOlder(one, other) ? [one, other] : [other, one];
    const words = { title: 'Comparing two backups', noun: 'Compare', shares: COMPARE_SHARES };
    const result = await runStoreJob(services, words, (context, store) =>
      compare(context, { store, backup: before }, { store, backup: after }),
    );
    if (!result) return;
    await openChanges(
      titleOf(before, after),
      result.difference,
      (path) => comparedUri(before, path),
      (path) => comparedUri(after, path),
    );
    void tell(services, result);
  },
};

/** With the newest version that is another one, or an older one. */
async function compareFile({ env, boards }: Services, file: FileOfBackup): Promise<void> {
  const { backup, path } = file;
  const { versions } = await fileHistory({ env }, await boards.openStore(), backup.board.id, path);
  const own = versions.find(({ backups }) => backups.some(({ id }) => id === backup.id))?.file;
  const others = versions.filter((version) => version.file && version.file.sha256 !== own?.sha256);
  if (others.length === 0) {
    void showInformation(`${displayPath(path)} is the same in all backups that have it.`);
    return;
  }
  const items = others.map((version) => ({ ...versionWords(version, Date.now()), other: endsOf(version).last }));
  const placeHolder = `Compare ${displayPath(path)} of ${nameBackup(backup)} with`;
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  if (picked) await openTwo(file, { backup: picked.other, path });
}

function pickOther(services: Services, one: BackupSummary): Promise<BackupSummary | undefined> {
  return pickBackup(services, {
    placeHolder: `Compare ${nameBackup(one)} with`,
    only: { fits: ({ id }) => id !== one.id, none: 'There is no other backup to compare with.' },
  });
}

/** Clocks step back, so the order of the backups of one board counts, where they are of one. */
function isOlder(one: BackupSummary, other: BackupSummary): boolean {
  if (one.board.id === other.board.id) return one.sequence < other.sequence;
  return one.createdAt < other.createdAt;
}

function titleOf(before: BackupSummary, after: BackupSummary): string {
  const isSame = before.board.id === after.board.id;
  const second = isSame ? moment(after.createdAt, Date.now()) : nameBackup(after);
  return `${nameBackup(before)} and ${second}`;
}

async function tell(services: Services, result: CompareResult): Promise<void> {
  const { difference } = result;
  const list = await showInformation(sumOfDifference(difference).join(' '), 'Show List');
  const text = [...sentencesOnSides(result), '', describeDifference(difference)].join('\n');
  if (list) await services.pages.show('Two Backups', text);
}
