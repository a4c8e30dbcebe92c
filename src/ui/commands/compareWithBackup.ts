import * as vscode from 'vscode';
import { type CompareResult, compare } from '../../core/jobs/compare.js';
import { describeDifference, sentencesOnSides, sumOfDifference } from '../../core/jobs/compareText.js';
import { fileHistory } from '../../core/jobs/fileHistory.js';
import { endsOf } from '../../core/jobs/fileHistoryText.js';
import type { JobContext } from '../../core/jobs/job.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import type { FileVersion } from '../../core/plan/fileVersions.js';
import type { Store } from '../../core/store/store.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { moment } from '../../core/text.js';
import { unawaited } from '../failures.js';
import { comparedUri } from '../files/backupUri.js';
import { type FileOfBackup, versionWords } from '../files/fileWords.js';
import { openChanges, openTwo } from '../files/openFiles.js';
import { COMPARE_SHARES } from '../jobBar.js';
import { showInformation } from '../messages.js';
import { nameBackup } from '../nameBackups.js';
import { backupMeant, backupsMeant, pickBackup } from '../pickBackup.js';
import { fileNamedBy } from '../pickFile.js';
import { pickOne } from '../quickPick.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { isNode } from '../targets.js';
import type { Command } from './command.js';

export const compareWithBackup: Command = {
  name: 'compareWithBackup',
  async run(services, target, selection) {
    const file = await fileNamedBy(services, target);
    if (file) return compareFile(services, file);
    const placeHolder = t('Which backup do you want to compare?');
    // Two that are selected are meant to be compared with each other.
    const selected = isNode(target) ? await backupsMeant(services, target, selection, { placeHolder }) : [];
    const [one, second] = selected.length === 2 ? selected : [await backupMeant(services, target, placeHolder)];
    if (!one) return;
    const other = second ?? (await pickOther(services, one));
    if (!other) return;
    const [before, after] = isOlder(one, other) ? [one, other] : [other, one];
    const words = { title: t('Comparing two backups'), noun: t('Compare'), shares: COMPARE_SHARES };
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
    unawaited(services, tell(services, result));
  },
};

/** With the newest version that is another one, or an older one. */
async function compareFile({ env, boards }: Services, file: FileOfBackup): Promise<void> {
  const { backup, path } = file;
  const closed = new AbortController();
  const none = new vscode.CancellationTokenSource();
  const store = await boards.openStore();
  const items = otherVersions({ env, signal: closed.signal }, store, file).then((versions) => {
    if (versions.length === 0) none.cancel();
    return versions.map((version) => ({ ...versionWords(version, Date.now()), other: endsOf(version).last }));
  });
  const placeHolder = t('Compare {0} of {1} with', displayPath(path), nameBackup(backup));
  try {
    // The list shows at once that it is being filled; closing it ends that.
    const picked = await pickOne(items, { placeHolder, matchOnDescription: true }, none.token);
    if (picked) await openTwo(file, { backup: picked.other, path });
    else if (none.token.isCancellationRequested)
      void showInformation(t('{0} is the same in all backups that have it.', displayPath(path)));
  } finally {
    closed.abort();
    none.dispose();
  }
}

/** @returns those whose content is not that of `file`, newest first */
async function otherVersions(
  context: JobContext,
  store: Store,
  { backup, path }: FileOfBackup,
): Promise<FileVersion[]> {
  const { versions } = await fileHistory(context, store, backup.board.id, path);
  const own = versions.find(({ backups }) => backups.some(({ id }) => id === backup.id))?.file;
  return versions.filter(({ file }) => file && file.sha256 !== own?.sha256);
}

function pickOther(services: Services, one: BackupSummary): Promise<BackupSummary | undefined> {
  return pickBackup(services, {
    placeHolder: t('Compare {0} with', nameBackup(one)),
    only: { fits: ({ id }) => id !== one.id, none: t('There is no other backup to compare with.') },
  });
}

/** Clocks step back, so the order of the backups of one board counts, if they are of one. */
function isOlder(one: BackupSummary, other: BackupSummary): boolean {
  if (one.board.id === other.board.id) return one.sequence < other.sequence;
  return one.createdAt < other.createdAt;
}

function titleOf(before: BackupSummary, after: BackupSummary): string {
  const isSame = before.board.id === after.board.id;
  const second = isSame ? moment(after.createdAt, Date.now()) : nameBackup(after);
  return t('{0} and {1}', nameBackup(before), second);
}

async function tell(services: Services, result: CompareResult): Promise<void> {
  const { difference } = result;
  const list = await showInformation(sumOfDifference(difference).join(' '), t('Show List'));
  const text = [...sentencesOnSides(result), '', describeDifference(difference)].join('\n');
  if (list) await services.pages.show(t('Two Backups'), text);
}
