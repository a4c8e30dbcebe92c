// What all tools of language models share.

import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { told } from '../api/told.js';
import { readSettings } from '../settings.js';
import type { Input } from './input.js';

export interface Tool {
  prepare(input: Input, token: vscode.CancellationToken): Promise<vscode.PreparedToolInvocation>;
  invoke(input: Input, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult>;
}

/** @throws ApiError: the model is told the sentence */
export function answered(work: () => Promise<unknown>): Promise<vscode.LanguageModelToolResult> {
  return told(async () => {
    const answer = new vscode.LanguageModelTextPart(JSON.stringify(await work()));
    return new vscode.LanguageModelToolResult([answer]);
  });
}

/** Names in it come from boards and models: none of them is Markdown. */
export function asText(lines: readonly string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  lines.forEach((line, at) => {
    if (at > 0) text.appendMarkdown('\n\n');
    text.appendText(line);
  });
  return text;
}

/** What becomes of a program, as the settings say. */
export function programSentence(): string {
  switch (readSettings().programAfterwards) {
    case 'leaveStopped':
      return t('A program that runs there is stopped, and left stopped.');
    case 'ask':
      return t(
        'A program that runs there is stopped for it. You are asked then whether to restart it; without an answer, it is restarted.',
      );
    case 'restart':
      return t('A program that runs there is stopped for it, and restarted afterwards.');
  }
}
