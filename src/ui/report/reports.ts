// The reports that are open: one panel for each board, redrawn when what it shows has changed. What they show is loaded with the
// first of them.

import * as vscode from 'vscode';
import { describeCauses, isBackupError, messageOf } from '../../core/errors.js';
import { html, htmlPage } from '../../core/html.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { sentenceOf } from '../failures.js';
import type { Services, ShownReports } from '../services.js';
import { SECTION } from '../settings.js';

const REPORT_VIEW = `${SECTION}.report`;

/** Which board the report with a title is of. A page without scripts keeps no state of its own; its title comes back with it. */
const OF_TITLES = 'reportsByTitle';

interface Open {
  panel: vscode.WebviewPanel;
  /** What was drawn last. */
  drawn: string | undefined;
  /** What is being drawn: one after the other. */
  drawing: Promise<void>;
}

export class Reports implements ShownReports, vscode.WebviewPanelSerializer, vscode.Disposable {
  /** By the ids of boards. */
  private readonly open = new Map<string, Open>();
  private readonly listener: vscode.Disposable;

  constructor(private readonly services: () => Services) {
    this.listener = vscode.window.registerWebviewPanelSerializer(REPORT_VIEW, this);
  }

  /** Opens the report of a board, or shows the one that is open. Resolves once it is drawn. */
  async show(id: string, name: string): Promise<void> {
    const there = this.open.get(id);
    if (there) {
      there.panel.reveal();
      return this.draw(id, there);
    }
    const title = this.titleFor(id, name);
    const panel = vscode.window.createWebviewPanel(REPORT_VIEW, title, vscode.ViewColumn.Active);
    await this.adopt(panel, id);
  }

  /** A window that comes back brings its panels along. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    const id = this.ofTitles()[panel.title];
    if (id === undefined || this.open.has(id)) {
      panel.dispose();
      return;
    }
    // It is the one that is open from now on, and is drawn once there is something to tell.
    await this.adopt(panel, id, this.services().boards.looked());
  }

  /** To be called when boards or backups have changed: what nobody sees is drawn once somebody looks. */
  async follow(): Promise<void> {
    for (const [id, open] of this.open) if (open.panel.visible) await this.draw(id, open);
  }

  dispose(): void {
    this.listener.dispose();
    for (const { panel } of [...this.open.values()]) panel.dispose();
  }

  /** @param ready is waited for before anything is drawn. Never rejects */
  private async adopt(panel: vscode.WebviewPanel, id: string, ready: Promise<void> = Promise.resolve()): Promise<void> {
    const open: Open = { panel, drawn: undefined, drawing: ready };
    this.open.set(id, open);
    panel.onDidDispose(() => {
      if (this.open.get(id) === open) this.open.delete(id);
    });
    panel.onDidChangeViewState(() => {
      if (panel.visible) void this.draw(id, open);
    });
    await this.draw(id, open);
  }

  private draw(id: string, open: Open): Promise<void> {
    open.drawing = open.drawing.then(async () => {
      try {
        const { commandsOf, drawReport, stateOf } = await import('./drawReport.js');
        const state = await stateOf(this.services(), id);
        if (this.open.get(id) !== open || open.drawn === state) return;
        open.panel.webview.options = { enableScripts: false, enableCommandUris: commandsOf(), localResourceRoots: [] };
        open.panel.webview.html = await drawReport(this.services(), id);
        open.drawn = state;
      } catch (error) {
        this.services().log.error(describeCauses(error));
        if (this.open.get(id) === open) open.panel.webview.html = troublePage(error);
        open.drawn = undefined;
      }
    });
    return open.drawing;
  }

  /** Boards may have the same name; their reports have not. */
  private titleFor(id: string, name: string): string {
    const titles = this.ofTitles();
    const plain = t('Report of {0}', displayPath(name));
    const other = titles[plain];
    const title = other === undefined || other === id ? plain : t('Report of {0} ({1})', displayPath(name), id);
    void this.services().workspaceMemory.update(OF_TITLES, { ...titles, [title]: id });
    return title;
  }

  private ofTitles(): Record<string, string> {
    return this.services().workspaceMemory.get(OF_TITLES, {});
  }
}

/** For what keeps a page from being drawn at all: a blank one would say nothing. */
function troublePage(error: unknown): string {
  const sentence = isBackupError(error)
    ? sentenceOf(error)
    : t(
        '{0} failed unexpectedly: {1}. The log has the details; please report them.',
        t('Drawing the report'),
        messageOf(error),
      );
  const [title, heading] = [t('Report'), t('The report could not be made')];
  return htmlPage({ title, body: html`<main><h1>${heading}</h1><p>${sentence}</p></main>`, style: '' });
}
