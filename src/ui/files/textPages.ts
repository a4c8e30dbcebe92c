// Texts that are shown in an editor to be read: the plan of a prune, the result of a comparison. Nothing asks to save them.

import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';

export const PAGE_SCHEME = 'mpbackup-text';

export class TextPages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private shown = 0;
  private readonly listener = vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString()));

  provideTextDocumentContent(uri: vscode.Uri): string {
    // VS Code restores its editors in a new window, where the text is gone.
    return this.texts.get(uri.toString()) ?? t('This text was made in another session. Run the command again.');
  }

  /** @param title what the tab says */
  async show(title: string, text: string): Promise<void> {
    this.shown += 1;
    const path = `/${title.replaceAll('/', ' ')}`;
    const uri = vscode.Uri.from({ scheme: PAGE_SCHEME, path, query: `${this.shown}` });
    this.texts.set(uri.toString(), `${text}\n`);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  dispose(): void {
    this.listener.dispose();
  }
}
