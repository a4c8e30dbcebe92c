// What rows have in common: tooltips in Markdown, the icon of what is not as it should be, and what is encrypted.

import * as vscode from 'vscode';
import { isEncryptedName } from '../../core/archive/archiveName.js';
import type { BackupSummary } from '../../core/store/summary.js';

export function markdown(lines: ReadonlyArray<string | false | undefined>): vscode.MarkdownString {
  return new vscode.MarkdownString(lines.filter(Boolean).join('  \n'));
}

export function warningIcon(): vscode.ThemeIcon {
  return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
}

export function isEncrypted({ archive }: BackupSummary): boolean {
  return isEncryptedName(archive);
}
