// The one item in the status bar: how old the last backup is, or how far the running job; a click is a quick backup.

import * as vscode from 'vscode';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { age, moment } from '../../core/text.js';
import type { Boards } from '../boards.js';
import type { JobProgress } from '../jobBar.js';

/** The age in the item is told in minutes at the finest. */
const REDRAW_EVERY_MS = 60_000;

/** What the item says. */
export interface StatusText {
  text: string;
  tooltip: string;
}

/** A job while it is under way. */
export interface JobInStatusBar {
  update(progress: JobProgress): void;
  end(): void;
}

interface ShownJob {
  title: string;
  noun: string;
  progress?: JobProgress;
}

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('micropythonBackup.status', vscode.StatusBarAlignment.Left);
  private readonly timer = setInterval(() => this.redraw(), REDRAW_EVERY_MS);
  private readonly listener: vscode.Disposable;
  private readonly jobs = new Set<ShownJob>();

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

  /** What the item says now. */
  get shown(): StatusText {
    return this.jobs.size > 0 ? textOfJobs([...this.jobs]) : textOfBoards(this.boards, this.chosenBoard(), Date.now());
  }

  begin(title: string, noun: string): JobInStatusBar {
    const job: ShownJob = { title, noun };
    this.jobs.add(job);
    this.redraw();
    return {
      update: (progress) => {
        job.progress = progress;
        this.redraw();
      },
      end: () => {
        this.jobs.delete(job);
        this.redraw();
      },
    };
  }

  dispose(): void {
    clearInterval(this.timer);
    this.listener.dispose();
    this.item.dispose();
  }

  private redraw(): void {
    const { text, tooltip } = this.shown;
    this.item.text = text;
    this.item.tooltip = tooltip;
  }
}

/** The job that began last is in the item; the tooltip has all. */
function textOfJobs(jobs: readonly ShownJob[]): StatusText {
  const last = jobs.at(-1);
  const percent = last?.progress ? ` ${Math.floor(last.progress.percent)}%` : '';
  const lines = jobs.map(({ title, progress }) => (progress ? `${title}\n${progress.message}` : title));
  return { text: `$(sync~spin) ${last?.noun}${percent}`, tooltip: lines.join('\n\n') };
}

/** The board that a click would back up is the one that the item tells about. */
function textOfBoards({ list, storeTrouble }: Boards, chosen: string | undefined, now: number): StatusText {
  const text = '$(cloud-download) Back up board';
  if (storeTrouble) return { text, tooltip: `${storeTrouble.message} Click to back up a MicroPython board.` };
  const connected = list.filter(({ url }) => url !== undefined);
  const board = chosen === undefined ? onlyOne(connected) : list.find(({ key }) => key === chosen);
  if (board?.latest) {
    const state = board.url === undefined ? 'It is not connected.' : 'Click for a quick backup.';
    const { createdAt, checkedAt } = board.latest;
    const checked = checkedAt === undefined ? '' : ` Nothing had changed ${age(checkedAt, now)}.`;
    return {
      text: `$(cloud-download) ${board.name}: ${age(createdAt, now)}`,
      tooltip: `Last backup of ${board.name}: ${moment(createdAt, now)}.${checked} ${state}`,
    };
  }
  if (board) return { text, tooltip: `${board.name} has no backup yet. Click to back it up.` };
  return { text, tooltip: 'Click to back up a MicroPython board.' };
}

function onlyOne(boards: readonly KnownBoard[]): KnownBoard | undefined {
  return boards.length === 1 ? boards[0] : undefined;
}
