// All messages go through here. VS Code makes links of `[text](command:…)` in them, and names of files and boards come from
// anywhere: none of them may run a command, or hide what it is called.

import * as vscode from 'vscode';

/** The same text, in which VS Code finds no link. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

type Options<Item extends string> = [vscode.MessageOptions, ...Item[]] | Item[];

export function showInformation<Item extends string>(text: string, ...rest: Options<Item>): Thenable<Item | undefined> {
  return vscode.window.showInformationMessage(withoutLinks(text), ...(rest as Item[]));
}

export function showWarning<Item extends string>(text: string, ...rest: Options<Item>): Thenable<Item | undefined> {
  return vscode.window.showWarningMessage(withoutLinks(text), ...(rest as Item[]));
}

export function showError<Item extends string>(text: string, ...rest: Options<Item>): Thenable<Item | undefined> {
  return vscode.window.showErrorMessage(withoutLinks(text), ...(rest as Item[]));
}
