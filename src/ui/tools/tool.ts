// What all tools of language models share.

import * as vscode from 'vscode';
import { cancelled } from '../../core/errors.js';
import { toldError } from '../api/told.js';

/** What the model gave: checked by VS Code against the schema in package.json, and by us where it matters. */
export type Input = Record<string, unknown>;

export interface Tool {
  prepare(input: Input, token: vscode.CancellationToken): Promise<vscode.PreparedToolInvocation>;
  invoke(input: Input, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult>;
}

/** @throws ApiError: the model is told the sentence */
export async function answered(work: () => Promise<unknown>): Promise<vscode.LanguageModelToolResult> {
  try {
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(await work()))]);
  } catch (error) {
    throw toldError(error);
  }
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

/** Runs `work` with a signal that is aborted with the token, where there is one. @throws BackupError `cancelled` where it was by then */
export async function withSignal<T>(
  token: vscode.CancellationToken | undefined | null,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (token?.isCancellationRequested) throw cancelled();
  const abort = new AbortController();
  const listening = token?.onCancellationRequested(() => abort.abort());
  try {
    return await work(abort.signal);
  } finally {
    listening?.dispose();
  }
}

export function textIn(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @returns as many as a model wants, and no more than `most` */
export function limitIn(input: Input, usual: number, most: number): number {
  const { limit } = input;
  return typeof limit === 'number' && Number.isSafeInteger(limit) && limit > 0 ? Math.min(limit, most) : usual;
}
