// How the row of a backup looks: what it is, what was noted on it, and whether it is sound.

import * as vscode from 'vscode';
import type { BackupOrigin } from '../../core/archive/manifest.js';
import { backupWords } from '../../core/jobs/backupWords.js';
import { ROOT } from '../../core/paths.js';
import { isSound } from '../../core/plan/soundness.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { moment } from '../../core/text.js';
import { backupUri } from '../files/backupUri.js';
import { warningIcon } from './rowText.js';

/** @param isChoosing whether its files have check boxes */
export function backupRow(backup: BackupSummary, now: number, isChoosing: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(moment(backup.createdAt, now), vscode.TreeItemCollapsibleState.Collapsed);
  item.description = backupWords(backup).join(', ');
  item.iconPath = iconOf(backup);
  item.resourceUri = backupUri(backup, ROOT);
  item.contextValue = `${backup.pinned ? 'backup.pinned' : 'backup'}${isChoosing ? ';choosing' : ''}`;
  return item;
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
  if (!isSound(backup) || backup.errors > 0) return warningIcon();
  if (backup.pinned) return new vscode.ThemeIcon('pinned');
  if (backup.origin === 'safety') return new vscode.ThemeIcon('shield');
  if (backup.kind === 'full') return new vscode.ThemeIcon('package');
  return new vscode.ThemeIcon(backup.kind === 'differential' ? 'diff-multiple' : ORIGIN_ICONS[backup.origin]);
}
