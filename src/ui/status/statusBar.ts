// The one item in the status bar: how old the last backup is, or how far the running job; a click is a quick backup.

import * as vscode from 'vscode';
import type { Progress } from '../../core/jobs/job.js';
import { describeProgress, percent } from '../../core/jobs/progressText.js';
import { age, moment } from '../../core/text.js';
import type { Boards } from '../boards.js';

/** The age in the item is told in minutes at the finest. */
const REDRAW_EVERY_MS = 60_000;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('micropythonBackup.status', vscode.StatusBarAlignment.Left);
  private readonly timer = setInterval(() => this.redraw(), REDRAW_EVERY_MS);
  private readonly listener: vscode.Disposable;
  private running = 0;

  constructor(
    private readonly boards: Boards,
    /** The board of the quick backup, if one was chosen. */
    private readonly chosenBoard: () => string | undefined,
  ) {
    this.item.name = 'MicroPython Backup';
    this.item.command = 'micropythonBackup.quickBackup';
    this.listener = boards.onDidChange(() => this.redraw());
    this.redraw();
    this.item.show();
  }

  /** A job is under way. */
  working(title: string, progress: Progress): void {
    this.running ||= 1;
    const done = percent(progress);
    this.item.text = done === undefined ? '$(sync~spin) Backup' : `$(sync~spin) Backup ${Math.floor(done)}%`;
    this.item.tooltip = `${title}\n${describeProgress(progress)}`;
  }

  idle(): void {
    this.running = 0;
    this.redraw();
  }

  dispose(): void {
    clearInterval(this.timer);
    this.listener.dispose();
    this.item.dispose();
  }

  private redraw(): void {
    if (this.running > 0) return;
    const { list } = this.boards;
    const board = list.find(({ key }) => key === this.chosenBoard()) ?? list.find(({ latest }) => latest);
    const latest = board?.latest;
    if (!latest) {
      this.item.text = '$(cloud-download) Back up board';
      this.item.tooltip = 'No backup yet. Click to back up a MicroPython board.';
      return;
    }
    const now = Date.now();
    this.item.text = `$(cloud-download) ${board.name}: ${age(latest.createdAt, now)}`;
    this.item.tooltip = `Last backup of ${board.name}: ${moment(latest.createdAt, now)}. Click for a quick backup.`;
  }
}
