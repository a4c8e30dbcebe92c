import * as vscode from 'vscode';
import { type CompareResult, compare } from '../../core/jobs/compare.js';
import { describeDifference, sentencesOnSides, sumOfDifference } from '../../core/jobs/compareText.js';
import type { BoardPath } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { moment } from '../../core/text.js';
import { comparedUri } from '../files/backupUri.js';
import { COMPARE_SHARES } from '../jobBar.js';
import { nameBackup } from '../nameBackups.js';
import { backupMeant, backupsMeant, pickBackup } from '../pickBackup.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { isNode } from '../targets.js';
import type { Command } from './command.js';

export const compareWithBackup: Command = {
  name: 'compareWithBackup',
  async run(services, target, selection) {
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
    await show(before, after, result);
    void tell(services, result);
  },
};

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

async function show(before: BackupSummary, after: BackupSummary, result: CompareResult): Promise<void> {
  const { added, removed, changed } = result.difference;
  const diff = (path: BoardPath, has: { left: boolean; right: boolean }) => [
    comparedUri(after, path),
    has.left ? comparedUri(before, path) : undefined,
    has.right ? comparedUri(after, path) : undefined,
  ];
  const changes = [
    ...changed.map(({ path }) => ({ path, diff: diff(path, { left: true, right: true }) })),
    ...removed.filter(isFile).map(({ path }) => ({ path, diff: diff(path, { left: true, right: false }) })),
    ...added.filter(isFile).map(({ path }) => ({ path, diff: diff(path, { left: false, right: true }) })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (changes.length > 0) {
    await vscode.commands.executeCommand(
      'vscode.changes',
      titleOf(before, after),
      changes.map((change) => change.diff),
    );
  }
}

function titleOf(before: BackupSummary, after: BackupSummary): string {
  const isSame = before.board.id === after.board.id;
  const second = isSame ? moment(after.createdAt, Date.now()) : nameBackup(after);
  return `${nameBackup(before)} and ${second}`;
}

async function tell(services: Services, result: CompareResult): Promise<void> {
  const { difference } = result;
  const list = await vscode.window.showInformationMessage(sumOfDifference(difference).join(' '), 'Show List');
  const text = [...sentencesOnSides(result), '', describeDifference(difference)].join('\n');
  if (list) await services.pages.show('Two Backups', text);
}

function isFile({ type }: { type: 'file' | 'folder' }): boolean {
  return type === 'file';
}
