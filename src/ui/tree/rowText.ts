// What rows have in common: tooltips, and the icon of what is not as it should be.

import * as vscode from 'vscode';
import { displayPath } from '../../core/paths.js';

export function markdown(lines: ReadonlyArray<string | false | undefined>): vscode.MarkdownString {
  return new vscode.MarkdownString(lines.filter(Boolean).join('  \n'));
}

/** Names from a board, and notes, are text, not Markdown. */
export function escaped(text: string): string {
  return displayPath(text).replace(/[\\`*_{}[\]()#+\-.!<>|~&]/g, '\\$&');
}

export function warningIcon(): vscode.ThemeIcon {
  return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
}
