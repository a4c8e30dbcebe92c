// What all tools of language models share.

import { homedir, tmpdir } from 'node:os';
import * as vscode from 'vscode';
import type { ApiError } from '../../../api/micropython-backup.js';
import { t } from '../../core/l10n.js';
import { told } from '../api/told.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import type { Input } from './input.js';
import { withoutPlaces } from './withoutPlaces.js';

export interface Tool {
  prepare(input: Input, token: vscode.CancellationToken): Promise<vscode.PreparedToolInvocation>;
  invoke(input: Input, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult>;
}

/** What fails is told to the model as a sentence. @throws ApiError */
export async function toldModel<T>(services: Services, work: () => Promise<T>): Promise<T> {
  try {
    return await told(work);
  } catch (error) {
    const { code, message } = error as ApiError;
    throw Object.assign(new Error(forModel(services)(message)), { code });
  }
}

/** @throws ApiError as {@link toldModel} does */
export function answered(services: Services, work: () => Promise<unknown>): Promise<vscode.LanguageModelToolResult> {
  return toldModel(services, async () => {
    const answer = new vscode.LanguageModelTextPart(JSON.stringify(await work()));
    return new vscode.LanguageModelToolResult([answer]);
  });
}

/** @returns makes a sentence of ours one that a model is told */
export function forModel({ boards }: Services): (sentence: string) => string {
  const { storeFolder, simulatedBoardsFolder } = readSettings();
  const open = vscode.workspace.workspaceFolders ?? [];
  const others = [storeFolder, simulatedBoardsFolder, tmpdir(), ...open.map(({ uri }) => uri.fsPath)];
  return (sentence) => withoutPlaces(sentence, boards.list, { home: homedir(), others });
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
