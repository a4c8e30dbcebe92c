// The terminal of a task: how far the backup is, what came of it, and an end with 0 or 1. Ctrl+C and closing it cancel the backup.

import * as vscode from 'vscode';
import type { Services } from '../services.js';
import type { BackupTask } from './taskDefinition.js';

const CTRL_C = '\x03';

export class BackupTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.closed.event;
  private readonly abort = new AbortController();

  constructor(
    private readonly services: Services,
    private readonly task: BackupTask,
  ) {}

  open(): void {
    void this.run();
  }

  close(): void {
    this.abort.abort();
  }

  handleInput(keys: string): void {
    if (keys.includes(CTRL_C)) this.abort.abort();
  }

  /** Never rejects. */
  private async run(): Promise<void> {
    const { runTask } = await import('./runTask.js');
    const code = await runTask(this.services, this.task, {
      signal: this.abort.signal,
      line: (text) => this.written.fire(`\r\x1b[K${text}\r\n`),
      progress: (text) => this.written.fire(`\r\x1b[K${text}`),
    });
    this.closed.fire(code);
  }
}
