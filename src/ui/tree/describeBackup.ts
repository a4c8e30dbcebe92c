// How the row of a backup looks: what it is, what was noted on it, and whether it is sound.

import * as vscode from 'vscode';
import type { BackupOrigin } from '../../core/archive/manifest.js';
import { t } from '../../core/l10n.js';
import { ROOT } from '../../core/paths.js';
import { type BackupSummary, isDamaged } from '../../core/store/summary.js';
import { count, moment } from '../../core/text.js';
import { backupUri } from '../files/backupUri.js';
import { originWords } from '../originWords.js';
import { warningIcon } from './rowText.js';

/** @param isChoosing whether its files have check boxes */
export function backupRow(backup: BackupSummary, now: number, isChoosing: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(moment(backup.createdAt, now), vscode.TreeItemCollapsibleState.Collapsed);
  item.description = descriptionOf(backup);
  item.iconPath = iconOf(backup);
  item.resourceUri = backupUri(backup, ROOT);
  item.contextValue = `${backup.pinned ? 'backup.pinned' : 'backup'}${isChoosing ? ';choosing' : ''}`;
  return item;
}

/** What it is for comes first where a narrow side bar would cut it off. */
function descriptionOf(backup: BackupSummary): string {
  const { label, origin, set, errors, pinned } = backup;
  const parts = [
    ...(isDamaged(backup) ? [t('damaged')] : []),
    ...(label ? [label] : []),
    ...(set !== undefined ? [set] : []),
    ...(origin === 'safety' ? [originWords(origin)] : []),
    contents(backup),
    ...(origin === 'safety' || origin === 'manual' ? [] : [originWords(origin)]),
    ...(pinned ? [t('pinned')] : []),
    ...(errors > 0 ? [t('{0} could not be read', count(errors, 'file'))] : []),
  ];
  return parts.join(', ');
}

/** Of an incremental one, why it was taken; the others show what they are. */
const ORIGIN_ICONS: Record<BackupOrigin, string> = {
  manual: 'history',
  quick: 'zap',
  connect: 'plug',
  session: 'sign-out',
  daily: 'calendar',
  weekly: 'calendar',
  monthly: 'calendar',
  safety: 'shield',
};

function iconOf(backup: BackupSummary): vscode.ThemeIcon {
  if (isDamaged(backup) || backup.errors > 0) return warningIcon();
  if (backup.pinned) return new vscode.ThemeIcon('pinned');
  if (backup.origin === 'safety') return new vscode.ThemeIcon('shield');
  if (backup.kind === 'full') return new vscode.ThemeIcon('package');
  return new vscode.ThemeIcon(backup.kind === 'differential' ? 'diff-multiple' : ORIGIN_ICONS[backup.origin]);
}

function contents(backup: BackupSummary): string {
  if (backup.kind === 'full') return t('full, {0}', count(backup.files, 'file'));
  return backup.stored === 0 ? t('nothing new') : t('{0} of {1}', backup.stored, count(backup.files, 'file'));
}
