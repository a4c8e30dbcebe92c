// How the row of a backup looks: what it is, what was noted on it, and whether it is sound.

import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { BackupSummary } from '../../core/store/summary.js';
import { age, bytes, count, moment } from '../../core/text.js';
import { escaped, markdown, warningIcon } from './rowText.js';

/** The name of the backup that a restore takes of what it replaces. */
const BEFORE_RESTORE = 'before a restore';

export function backupItem(backup: BackupSummary, now: number): vscode.TreeItem {
  const item = new vscode.TreeItem(moment(backup.createdAt, now), vscode.TreeItemCollapsibleState.Collapsed);
  item.description = descriptionOf(backup);
  item.tooltip = markdown(tooltipOf(backup, now));
  item.iconPath = iconOf(backup);
  item.contextValue = backup.pinned ? 'backup.pinned' : 'backup';
  return item;
}

export function isDamaged({ verified }: BackupSummary): boolean {
  return verified?.isSound === false;
}

/** What it is for comes first where a narrow side bar would cut it off. */
function descriptionOf(backup: BackupSummary): string {
  const { label, origin, errors, pinned } = backup;
  const parts = [
    ...(isDamaged(backup) ? ['damaged'] : []),
    ...(label ? [label] : []),
    ...(origin === 'safety' ? [BEFORE_RESTORE] : []),
    contents(backup),
    ...(origin === 'safety' || origin === 'manual' ? [] : [origin]),
    ...(pinned ? ['pinned'] : []),
    ...(errors > 0 ? [`${count(errors, 'file')} could not be read`] : []),
  ];
  return parts.join(', ');
}

function tooltipOf(backup: BackupSummary, now: number): Array<string | false> {
  const { label, note, tags, pinned, checkedAt, verified } = backup;
  return [
    `**${escaped(backup.board.name)}, ${moment(backup.createdAt, now)}**`,
    label !== null && label !== '' && `"${escaped(label)}"`,
    // Its lines stay lines.
    note !== '' && note.split(/\r?\n/).map(escaped).join('  \n'),
    tags.length > 0 && tags.map((tag) => escaped(`#${tag}`)).join(' '),
    `${backup.kind} backup, ${backup.origin === 'safety' ? BEFORE_RESTORE : backup.origin}`,
    `${count(backup.files, 'file')}, ${bytes(backup.bytes)}; ${backup.stored} stored in it, ${bytes(backup.storedBytes)} on disk`,
    pinned && 'Pinned: neither deleted nor pruned',
    checkedAt !== undefined && `The board was just so ${age(checkedAt, now)}`,
    verified !== undefined &&
      (verified.isSound ? `Verified ${age(verified.at, now)}: sound` : `Damage found ${age(verified.at, now)}`),
    `Archive: ${escaped(basename(backup.archive))}`,
    `Id: ${backup.id.slice(0, 12)}`,
  ];
}

function iconOf(backup: BackupSummary): vscode.ThemeIcon {
  if (isDamaged(backup) || backup.errors > 0) return warningIcon();
  if (backup.pinned) return new vscode.ThemeIcon('pinned');
  if (backup.origin === 'safety') return new vscode.ThemeIcon('shield');
  return new vscode.ThemeIcon(backup.kind === 'full' ? 'package' : 'history');
}

function contents(backup: BackupSummary): string {
  if (backup.kind === 'full') return `full, ${count(backup.files, 'file')}`;
  return backup.stored === 0 ? 'nothing new' : `${backup.stored} of ${count(backup.files, 'file')}`;
}
