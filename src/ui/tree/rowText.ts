// What rows have in common: tooltips in Markdown, and the icon of what is not as it should be.

import * as vscode from 'vscode';

export function markdown(lines: ReadonlyArray<string | false | undefined>): vscode.MarkdownString {
  return new vscode.MarkdownString(lines.filter(Boolean).join('  \n'));
}

export function warningIcon(): vscode.ThemeIcon {
  return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
}
