// How a row of the preview looks.

import * as vscode from 'vscode';
import { howSentences, partsOf, skipSentence } from '../../core/jobs/restoreText.js';
import { t } from '../../core/l10n.js';
import { displayPath, nameOf } from '../../core/paths.js';
import type { RestoreAction, RestoreItem } from '../../core/plan/restoreItem.js';
import { bytes } from '../../core/text.js';
import { escaped } from '../markdownText.js';
import { markdown, warningIcon } from '../tree/rowText.js';
import { spokenBox } from '../tree/spoken.js';
import { comparisonOf } from './comparison.js';
import type { PreviewChoices, PreviewRow } from './previewRows.js';
import { spokenStep } from './spokenStep.js';

const { Expanded, None } = vscode.TreeItemCollapsibleState;

export function describeRow(row: PreviewRow, choices: PreviewChoices): vscode.TreeItem {
  const item = itemOf(row, choices);
  const label = `${item.label}`;
  item.accessibilityInformation = { label: spokenStep(row, label, `${item.description ?? ''}`) };
  const isTicked = choices.isTicked(row);
  if (isTicked !== undefined) {
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    item.checkboxState = {
      state: isTicked ? Checked : Unchecked,
      tooltip: isTicked ? t('Untick to leave this as it is on the board') : t('Tick to restore this too'),
      accessibilityInformation: { label: spokenBox(label, isTicked), role: 'checkbox' },
    };
  }
  return item;
}

function itemOf(row: PreviewRow, choices: PreviewChoices): vscode.TreeItem {
  switch (row.kind) {
    case 'run':
      return runItem(choices);
    case 'problem': {
      const item = new vscode.TreeItem(row.problem.message, None);
      item.id = `problem:${row.problem.message}`;
      item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
      item.tooltip = `${row.problem.message} ${row.problem.hint}`;
      return item;
    }
    case 'folder': {
      const item = new vscode.TreeItem(displayPath(nameOf(row.path)), Expanded);
      item.id = `folder:${row.path}`;
      item.iconPath = vscode.ThemeIcon.Folder;
      item.tooltip = displayPath(row.path);
      return item;
    }
    case 'item':
      return fileItem(choices.itemAt(row.item.path) ?? row.item, row.item, choices);
  }
}

function runItem(choices: PreviewChoices): vscode.TreeItem {
  const { text, canRun } = choices.sentence;
  const item = new vscode.TreeItem(text, None);
  item.id = 'run';
  item.description = canRun ? t('on {0}', displayPath(choices.preview.board.name)) : '';
  item.iconPath = canRun
    ? new vscode.ThemeIcon('play', new vscode.ThemeColor('charts.green'))
    : new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('disabledForeground'));
  const how = [t('Does this now. What is replaced or deleted is backed up first.'), ...howSentences(choices.plan)];
  item.tooltip = canRun ? how.join('\n') : text;
  if (canRun) item.command = { command: 'micropythonBackup.confirmRestore', title: t('Restore') };
  return item;
}

/** @param item as it is decided now. @param shown as it is without any decision */
function fileItem(item: RestoreItem, shown: RestoreItem, choices: PreviewChoices): vscode.TreeItem {
  const row = new vscode.TreeItem(displayPath(nameOf(item.path)), None);
  row.id = `item:${item.path}`;
  row.description = choices.isOpen(shown) ? t('conflict: which one?') : shortly(item);
  row.iconPath = iconOf(item.action === 'skip' ? shown.action : isLost(item) ? 'delete' : item.action);
  row.tooltip = markdown([`**${escaped(item.path)}**`, ...partsOf(item).map(escaped)]);
  row.contextValue = shown.action;
  const command = item.type === 'file' ? comparisonOf(shown) : undefined;
  if (command) row.command = command;
  return row;
}

function shortly(item: RestoreItem): string {
  const { action, type, wanted, present, settled, beside, skip } = item;
  const size = wanted !== null && wanted !== 'folder' ? bytes(wanted.size) : '';
  const there = present !== null && present !== 'folder' ? bytes(present.size) : '';
  switch (action) {
    case 'new':
      return type === 'folder' ? t('new folder') : t('new, {0}', size);
    case 'replace':
      return size === there ? t('replaced, {0}', size) : t('replaced, {0} to {1}', there, size);
    case 'delete':
      return type === 'folder' ? t('folder deleted') : t('deleted, {0}', there);
    case 'conflict':
      if (beside !== undefined) return t('edited: kept, the other as {0}', displayPath(nameOf(beside)));
      if (wanted === null) return settled === 'board' ? t('not backed up: kept') : t('not backed up: deleted');
      return settled === 'board' ? t('edited: kept') : t('edited: replaced');
    case 'skip':
      return skip === undefined || skip === 'left-out' ? t('stays as it is') : t('left out: {0}', skipSentence(skip));
    case 'blocked':
      return t('cannot be done');
    default:
      return t('the same');
  }
}

const ICONS: Record<RestoreAction, () => vscode.ThemeIcon> = {
  new: () => new vscode.ThemeIcon('diff-added', new vscode.ThemeColor('gitDecoration.addedResourceForeground')),
  replace: () =>
    new vscode.ThemeIcon('diff-modified', new vscode.ThemeColor('gitDecoration.modifiedResourceForeground')),
  delete: () => new vscode.ThemeIcon('diff-removed', new vscode.ThemeColor('gitDecoration.deletedResourceForeground')),
  conflict: warningIcon,
  skip: () => new vscode.ThemeIcon('debug-step-over', new vscode.ThemeColor('disabledForeground')),
  blocked: () => new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  same: () => new vscode.ThemeIcon('check'),
};

/** A file that is in no backup, and will be gone. */
function isLost({ action, wanted, settled }: RestoreItem): boolean {
  return action === 'conflict' && wanted === null && settled !== 'board';
}

function iconOf(action: RestoreAction): vscode.ThemeIcon {
  return ICONS[action]();
}
