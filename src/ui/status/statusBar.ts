// The one item in the status bar. What it says is decided in statusText.ts; here it is kept up to date.

import * as vscode from 'vscode';

import type { Boards } from '../boards.js';
import type { RunningJob, RunningJobs } from '../runningJobs.js';
import { type StatusView, statusView } from './statusText.js';
import { TOOLTIP_COMMANDS } from './statusTooltip.js';

/** The age in the item is told in minutes at the finest. */
const REDRAW_EVERY_MS = 60_000;

/** How long the check mark of a job that is done stays. */
const DONE_MS = 5_000;

/** A tooltip that somebody reads, to click a link in it, is not redrawn all the time. */
const TOOLTIP_EVERY_MS = 1_000;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('micropythonBackup.status', vscode.StatusBarAlignment.Left);
  private readonly timer = setInterval(() => this.redraw(), REDRAW_EVERY_MS);
  private readonly listeners: ReadonlyArray<{ dispose(): void }>;
  private lastDone: RunningJob | undefined;
  /** The same, as long as it is shown. */
  private done: RunningJob | undefined;
  private doneTimer: NodeJS.Timeout | undefined;
  private tooltip: { text: string; at: number; jobs: string } | undefined;
  private nextTooltip: NodeJS.Timeout | undefined;

  constructor(
    private readonly boards: Boards,
    private readonly jobs: RunningJobs,
    /** The board of the quick backup, as it is remembered. */
    private readonly remembered: () => string | undefined,
  ) {
    this.item.name = 'MicroPython Backup';
    this.listeners = [boards.onDidChange(() => this.redraw()), jobs.onDidChange(() => this.follow())];
    this.redraw();
    this.item.show();
  }

  /** What the item says now. */
  get shown(): StatusView {
    const { list, storeTrouble, listing, restores, health } = this.boards;
    return statusView({
      list,
      storeTrouble,
      restores,
      health,
      backups: listing.backups,
      remembered: this.remembered(),
      jobs: this.jobs.list,
      done: this.done,
      now: Date.now(),
    });
  }

  dispose(): void {
    clearInterval(this.timer);
    clearTimeout(this.doneTimer);
    clearTimeout(this.nextTooltip);
    for (const listener of this.listeners) listener.dispose();
    this.item.dispose();
  }

  private follow(): void {
    const { lastDone } = this.jobs;
    if (lastDone !== this.lastDone) {
      this.lastDone = lastDone;
      this.showDone(lastDone);
    }
    this.redraw();
  }

  private showDone(job: RunningJob | undefined): void {
    clearTimeout(this.doneTimer);
    this.done = job;
    if (!job) return;
    this.doneTimer = setTimeout(() => {
      this.done = undefined;
      this.redraw();
    }, DONE_MS);
  }

  private redraw(): void {
    const { text, label, tooltip, isWarning, click } = this.shown;
    const { command, board } = click;
    this.item.text = text;
    this.item.accessibilityInformation = { label, role: 'button' };
    this.item.command = board === undefined ? command : { command, title: '', arguments: [board] };
    this.item.backgroundColor = isWarning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.redrawTooltip(tooltip);
  }

  private redrawTooltip(text: string): void {
    clearTimeout(this.nextTooltip);
    this.nextTooltip = undefined;
    if (this.tooltip?.text === text) return;
    // That a job begins or ends, or is to end, is shown at once.
    const jobs = this.jobs.list.map(({ id, isCancelled }) => `${id} ${isCancelled}`).join();
    const wait =
      this.tooltip?.jobs === jobs && jobs !== '' ? this.tooltip.at + TOOLTIP_EVERY_MS - performance.now() : 0;
    if (wait > 0) {
      this.nextTooltip = setTimeout(() => this.redraw(), wait);
      return;
    }
    this.tooltip = { text, at: performance.now(), jobs };
    const markdown = new vscode.MarkdownString(text);
    markdown.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
    this.item.tooltip = markdown;
  }
}
