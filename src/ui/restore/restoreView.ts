// The preview of a restore: a view that is there as long as somebody decides. One at a time.

import * as vscode from 'vscode';
import { BackupError } from '../../core/errors.js';
import type { Decide, RestorePreview } from '../../core/jobs/restorePreview.js';
import { howSentences, sumSentence } from '../../core/jobs/restoreText.js';
import { t } from '../../core/l10n.js';
import { parentOf, ROOT } from '../../core/paths.js';
import type { Decisions } from '../../core/plan/planToward.js';
import type { ConflictChoice } from '../../core/plan/restoreItem.js';
import { SECTION } from '../settings.js';
import type { Comparisons } from './comparison.js';
import { describeRow } from './describeRow.js';
import { PreviewChoices, type PreviewRow } from './previewRows.js';

const OPEN = `${SECTION}.restorePreviewIsOpen`;

/** What is being decided on. */
interface Open {
  title: string;
  choices: PreviewChoices;
  decided(decisions: Decisions | undefined): void;
}

export class RestoreView implements vscode.TreeDataProvider<PreviewRow>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<PreviewRow>;
  private open: Open | undefined;
  /** Taken from the beginning of a job on, so that no two of them come to be decided on at once. */
  private isTaken = false;
  /** If the board has changed since, the user need not say it all again. */
  private decidedBefore: Decisions | undefined;

  constructor(private readonly comparisons: Comparisons) {
    this.view = vscode.window.createTreeView(`${SECTION}.restore`, {
      treeDataProvider: this,
      manageCheckboxStateManually: true,
      showCollapseAll: false,
    });
    this.view.onDidChangeCheckboxState(({ items }) => {
      for (const [row, state] of items) this.open?.choices.tick(row, state === vscode.TreeItemCheckboxState.Checked);
      this.redraw();
    });
  }

  /**
   * Has a job with a preview run: no other one meanwhile.
   *
   * @param title what the view says it is about: `Restore to demo`
   * @param asksEach every conflict has to be settled by the user
   * @throws BackupError `board-busy` if another one is under way
   */
  async whileDeciding<T>(title: string, asksEach: boolean, job: (decide: Decide) => Promise<T>): Promise<T> {
    if (this.isTaken) {
      await this.focus();
      throw new BackupError('board-busy', t('Another restore is under way.'), {
        hint: t('Wait for it, or cancel it.'),
      });
    }
    this.isTaken = true;
    this.decidedBefore = undefined;
    try {
      return await job((preview) => this.decide(title, preview, asksEach));
    } finally {
      this.isTaken = false;
      await this.close(undefined);
    }
  }

  /** @returns false if there is no preview, or it cannot be carried out as it is */
  async confirm(): Promise<boolean> {
    if (!this.open?.choices.sentence.canRun) return false;
    await this.close(this.open.choices.decisions);
    return true;
  }

  /** @returns false if there is no preview */
  async cancel(): Promise<boolean> {
    if (!this.open) return false;
    await this.close(undefined);
    return true;
  }

  settle(row: PreviewRow, choice: ConflictChoice): void {
    if (row.kind === 'item') this.open?.choices.settle(row.item.path, choice);
    this.redraw();
  }

  get isOpen(): boolean {
    return this.open !== undefined;
  }

  getTreeItem(row: PreviewRow): vscode.TreeItem {
    // A row that is drawn is one of a preview that is open.
    return this.open ? describeRow(row, this.open.choices) : new vscode.TreeItem('');
  }

  getChildren(row?: PreviewRow): PreviewRow[] {
    if (!this.open) return [];
    if (!row) return this.open.choices.top();
    return row.kind === 'folder' ? this.open.choices.rowsIn(row.path) : [];
  }

  getParent(row: PreviewRow): PreviewRow | undefined {
    const path = row.kind === 'folder' ? row.path : row.kind === 'item' ? row.item.path : ROOT;
    const parent = parentOf(path);
    return parent === ROOT ? undefined : { kind: 'folder', path: parent };
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }

  private async decide(title: string, preview: RestorePreview, asksEach: boolean): Promise<Decisions | undefined> {
    const choices = new PreviewChoices(preview, asksEach, this.decidedBefore);
    // If there is nothing to decide, nobody is asked.
    if (preview.plan.steps.length === 0 && preview.plan.problems.length === 0 && choices.open.length === 0)
      return choices.decisions;
    this.comparisons.show(preview);
    const decided = new Promise<Decisions | undefined>((resolve) => {
      this.open = { title, choices, decided: resolve };
    });
    await vscode.commands.executeCommand('setContext', OPEN, true);
    this.redraw();
    await this.focus();
    return decided;
  }

  private async close(decisions: Decisions | undefined): Promise<void> {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    this.decidedBefore = decisions;
    open.decided(decisions);
    this.redraw();
    await vscode.commands.executeCommand('setContext', OPEN, false);
    await this.comparisons.end();
  }

  private async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${SECTION}.restore.focus`);
  }

  private redraw(): void {
    this.view.title = this.open?.title ?? t('Restore');
    this.view.message = this.open ? messageOf(this.open.choices) : '';
    this.changed.fire(undefined);
  }
}

function messageOf({ preview, plan }: PreviewChoices): string {
  return [
    ...(preview.isAgain ? [t('The board has changed since the last preview: look again.')] : []),
    ...preview.warnings,
    sumSentence(plan),
    preview.included,
    // The usual way is told by the row that begins it.
    ...(plan.mode === 'stage-all' ? [] : howSentences(plan)),
  ].join(' ');
}
