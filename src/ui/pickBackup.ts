// Which backup does the user mean? The row that was clicked, the selected ones, or one that is picked from a list.

import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { type Chain, chainsOf } from '../core/plan/chains.js';
import { kindName } from '../core/plan/originText.js';
import type { BackupSummary } from '../core/store/summary.js';
import { count, day } from '../core/text.js';
import { unawaited } from './failures.js';
import { showInformation } from './messages.js';
import { nameBackup } from './nameBackups.js';
import { pickOne } from './quickPick.js';
import type { Services } from './services.js';
import { isNode, selectedRows } from './targets.js';

export interface Wanted {
  placeHolder: string;
  /** Which backups are offered, and what is said if there is none of them. */
  only?: { fits: (backup: BackupSummary) => boolean; none: string };
}

/** @returns undefined if there is none or none was chosen: the user has been told */
export async function backupMeant(
  services: Services,
  target: unknown,
  placeHolder: string,
): Promise<BackupSummary | undefined> {
  if (isNode(target) && 'backup' in target) return target.backup;
  return pickBackup(services, { placeHolder });
}

/** @returns the selected backups; empty if there is none or none was chosen: the user has been told */
export async function backupsMeant(
  services: Services,
  target: unknown,
  selection: unknown,
  wanted: Wanted,
): Promise<BackupSummary[]> {
  if (isNode(target) && target.kind === 'backup')
    return selectedRows(target, selection).flatMap((row) => (row.kind === 'backup' ? [row.backup] : []));
  const picked = await pickBackup(services, wanted);
  return picked ? [picked] : [];
}

/** @returns all backups of the chain; empty if there is none or none was chosen: the user has been told */
export async function chainMeant(
  services: Services,
  target: unknown,
  placeHolder: string,
): Promise<readonly BackupSummary[]> {
  if (isNode(target) && target.kind === 'chain') return target.chain.backups;
  const backups = await listed(services);
  const boards = new Set(backups.map(({ board }) => board.id));
  const chains = [...boards].flatMap((id) => chainsOf(backups.filter(({ board }) => board.id === id)));
  if (chains.length === 0) return [];
  const items = chains.map((chain) => ({ ...chainItem(chain), chain }));
  return (await pickOne(items, { placeHolder }))?.chain.backups ?? [];
}

export async function pickBackup(
  services: Services,
  { placeHolder, only }: Wanted,
): Promise<BackupSummary | undefined> {
  const all = await listed(services);
  const backups = only ? all.filter(only.fits) : all;
  if (backups.length === 0) {
    if (only && all.length > 0) void showInformation(only.none);
    return undefined;
  }
  const items = backups.map((backup) => ({ ...backupItem(backup), backup }));
  return (await pickOne(items, { placeHolder, matchOnDescription: true }))?.backup;
}

/** How a backup looks in a list to pick from. */
export function backupItem(backup: BackupSummary): vscode.QuickPickItem {
  const { label, set, kind, files, pinned } = backup;
  const parts = [
    ...(label ? [label] : []),
    ...(set !== undefined ? [set] : []),
    kindName(kind),
    count(files, 'file'),
    ...(pinned ? [t('pinned')] : []),
  ];
  return { label: nameBackup(backup), description: parts.join(', ') };
}

function chainItem({ backups }: Chain): vscode.QuickPickItem {
  const first = backups.at(-1);
  return {
    label: first ? t('{0}, since {1}', first.board.name, day(first.createdAt, Date.now())) : '',
    description: [...(first?.set !== undefined ? [first.set] : []), count(backups.length, 'backup')].join(', '),
  };
}

/** @returns all backups; if there is none, the user has been told */
async function listed(services: Services): Promise<readonly BackupSummary[]> {
  const { boards } = services;
  await boards.refreshBackups();
  if (boards.storeTrouble) throw boards.storeTrouble;
  const { backups } = boards.listing;
  if (backups.length === 0) unawaited(services, offerFirstBackup());
  return backups;
}

/**
 * @param sentence what is missing, and why
 * @param url of the board that is meant, if one is
 */
export async function offerFirstBackup(sentence = t('There is no backup yet.'), url?: string): Promise<void> {
  const answer = await showInformation(sentence, t('Back Up a Board'));
  if (answer) await vscode.commands.executeCommand('micropythonBackup.backupDevice', url);
}
