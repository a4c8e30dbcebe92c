// Archives in an editor: `.blb` and `.blb.age`, wherever they lie. Read-only; what shows them is loaded with the first one.

import * as vscode from 'vscode';
import type { Services } from '../services.js';
import { ARCHIVE_EDITOR } from './archiveLinks.js';
import type { ArchiveView } from './archiveView.js';
import type { ShownArchive, ShownArchives } from './shownArchive.js';

export class ArchiveEditors implements vscode.CustomReadonlyEditorProvider, ShownArchives, vscode.Disposable {
  private readonly views = new Set<ArchiveView>();
  private readonly registered: vscode.Disposable;

  /** @param services are made after this is */
  constructor(private readonly services: () => Services) {
    this.registered = vscode.window.registerCustomEditorProvider(ARCHIVE_EDITOR, this, {
      supportsMultipleEditorsPerDocument: true,
      webviewOptions: { enableFindWidget: true },
    });
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose() {} };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { ArchiveView } = await import('./archiveView.js');
    const view = new ArchiveView(this.services(), uri, panel);
    this.views.add(view);
    panel.onDidDispose(() => {
      this.views.delete(view);
      view.dispose();
    });
    await view.refresh();
  }

  viewOf(uri: string): ShownArchive | undefined {
    const views = [...this.views].filter((view) => view.uri.toString() === uri);
    return views.find(({ isInFront }) => isInFront) ?? views[0];
  }

  dispose(): void {
    this.registered.dispose();
    for (const view of this.views) view.dispose();
  }
}
