// What other extensions have to do with our jobs: who is told of what, and which boards are left alone for them. All that of this
// is there from the start; what they call is loaded when they do.

import * as vscode from 'vscode';
import type { DidBackupEvent, WillWriteEvent } from '../../../api/micropython-backup.js';
import type { Env } from '../../core/env.js';
import type { WillWrite } from '../../core/jobs/job.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { toldBackup } from './told.js';
import { waitForOthers } from './waiting.js';

export class Others implements vscode.Disposable {
  private readonly willWrite = new vscode.EventEmitter<WillWriteEvent>();
  private readonly didBackup = new vscode.EventEmitter<DidBackupEvent>();
  readonly onWillWrite = this.willWrite.event;
  readonly onDidBackup = this.didBackup.event;
  /** Keys and URLs of boards whose ports others have, one entry for each that was released. */
  private readonly released = new Set<readonly string[]>();

  constructor(private readonly env: Pick<Env, 'clock' | 'log'>) {}

  /** What a job that writes to boards is given along. */
  beforeWriting(signal: AbortSignal | undefined): (write: WillWrite) => Promise<void> {
    return async ({ board: { id, name }, url, purpose, written, deleted, bytes }) => {
      const about = { board: { id, name, url }, purpose, written: [...written], deleted: [...deleted], bytes };
      const tell = (waitUntil: WillWriteEvent['waitUntil']) => this.willWrite.fire({ ...about, waitUntil });
      const isInTime = await waitForOthers(this.env.clock, tell, signal);
      if (!isInTime)
        this.env.log.warn(`${url}: an extension that was told of the ${purpose} took too long: it goes on`);
    };
  }

  backedUp(backup: BackupSummary, isUnchanged: boolean): void {
    this.didBackup.fire({ backup: toldBackup(backup), isUnchanged });
  }

  /** @param names key and URL of the board */
  release(...names: readonly string[]): vscode.Disposable {
    this.released.add(names);
    return new vscode.Disposable(() => this.released.delete(names));
  }

  /** Whether another extension has the port of a board. */
  isReleased(...names: readonly string[]): boolean {
    return [...this.released].some((taken) => taken.some((name) => names.includes(name)));
  }

  dispose(): void {
    this.willWrite.dispose();
    this.didBackup.dispose();
  }
}
