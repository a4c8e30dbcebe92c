// The terminal of a task: how far the backup is, what came of it, and an end with 0 or 1. Ctrl+C and closing it cancel the backup.

import * as vscode from 'vscode';
import { describeCauses, messageOf } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
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
    // What boards and archives say cannot play tricks on the terminal, wherever it comes from.
    const line = (text: string) => this.written.fire(`\r\x1b[K${displayPath(text)}\r\n`);
    const progress = (text: string) => this.written.fire(`\r\x1b[K${displayPath(text)}`);
    try {
      const { runTask } = await import('./runTask.js');
      this.closed.fire(await runTask(this.services, this.task, { signal: this.abort.signal, line, progress }));
    } catch (error) {
      // The extension may have been updated meanwhile, and its files be gone: whatever waits for the task must not wait forever.
      this.services.log.error(`A task: ${describeCauses(error)}`);
      line(t('The backup failed unexpectedly: {0}.', messageOf(error)));
      this.closed.fire(1);
    }
  }
}
