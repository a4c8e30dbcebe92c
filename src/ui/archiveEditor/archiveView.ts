// One editor that shows an archive: its page, redrawn when the file, the backups or the keys have changed.

import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Damage } from '../../core/archive/verify.js';
import { BackupError, isBackupError, messageOf, throwIfCancelled } from '../../core/errors.js';
import { htmlPage } from '../../core/html.js';
import { archivePage } from '../../core/jobs/archivePage.js';
import { ARCHIVE_STYLE } from '../../core/jobs/archiveStyle.js';
import {
  type ArchiveDescription,
  type ClosedArchive,
  describeArchive,
  type Reading,
} from '../../core/jobs/describeArchive.js';
import type { JobContext } from '../../core/jobs/job.js';
import type { Services } from '../services.js';
import { archiveAt } from './archiveAt.js';
import { ARCHIVE_ACTION, hrefOf } from './archiveLinks.js';
import type { ShownArchive } from './shownArchive.js';
import { storeInUse } from './storeInUse.js';

/** What was found in all bytes of a file, and which file that was. */
interface Verified {
  size: number | undefined;
  modified: number | undefined;
  reading: Reading;
}

export class ArchiveView implements ShownArchive, vscode.Disposable {
  shown: ArchiveDescription | undefined;
  private markup = '';
  /** For which times are told: a page does not change because a minute has passed. */
  private now = Date.now();
  private verified: Verified | undefined;
  private readonly closed = new AbortController();
  private readonly listeners: vscode.Disposable[];
  /** One look after the other, else a slow one would overwrite what a newer one found. Never rejects. */
  private last: Promise<unknown> = Promise.resolve();
  private next: Promise<void> | undefined;
  private isStale = false;
  /** The backups in use as they were when this was looked at last. */
  private seen: string | undefined;

  constructor(
    private readonly services: Services,
    readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
  ) {
    panel.webview.options = {
      enableScripts: false,
      enableForms: false,
      enableCommandUris: [ARCHIVE_ACTION],
      localResourceRoots: [],
    };
    const changed = () => this.lookSoon();
    this.listeners = [
      ...watch(uri, changed),
      services.boards.onDidChange(() => void this.followBackups()),
      services.keys.onDidChange(changed),
      panel.onDidChangeViewState(() => {
        if (this.isStale) this.lookSoon();
      }),
    ];
  }

  get isInFront(): boolean {
    return this.panel.active;
  }

  refresh(): Promise<void> {
    this.next ??= this.inTurn(async () => {
      this.next = undefined;
      await this.look({ env: this.services.env, signal: this.closed.signal }).catch((error: unknown) => {
        if (!isBackupError(error, 'cancelled')) this.draw(this.failed(error));
      });
    });
    return this.next;
  }

  verify(context: JobContext): Promise<readonly Damage[] | undefined> {
    return this.inTurn(async () => {
      throwIfCancelled(context.signal);
      this.verified = undefined;
      const archive = await this.look(context, true);
      return archive.state === 'open' ? archive.reading?.damages : undefined;
    });
  }

  dispose(): void {
    this.closed.abort();
    for (const listener of this.listeners) listener.dispose();
  }

  /** Boards come and go, and rows are redrawn: that is no reason to bring a file here once more, or to list a foreign folder. */
  private async followBackups(): Promise<void> {
    // Why that is not known, the page says.
    const now = await this.backupsInUse().catch(() => undefined);
    if (now !== this.seen || now === undefined) this.lookSoon();
  }

  /** A text that is another one if there are other backups, or what has been done with them: the trash is in no list. */
  private async backupsInUse(): Promise<string> {
    const { listing, encryption, storeTrouble } = this.services.boards;
    const unreadable = listing.unreadable.map(({ path }) => path);
    const ran = await (await storeInUse(this.services.boards))?.history().catch(() => undefined);
    return JSON.stringify([listing.backups, unreadable, encryption, storeTrouble?.message, ran?.length, ran?.at(-1)]);
  }

  /** Nobody sees what is behind another editor. */
  private lookSoon(): void {
    if (this.closed.signal.aborted) return;
    this.isStale = !this.panel.visible;
    if (!this.isStale) void this.refresh();
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.last.then(work);
    this.last = done.catch(() => {});
    return done;
  }

  private async look(context: JobContext, verifies = false): Promise<ArchiveDescription> {
    this.seen = await this.backupsInUse();
    const { env, path, isLocal } = await archiveAt(context.env, this.uri);
    const info = await env.fs.info(path).catch(() => undefined);
    const { verified } = this;
    const isSame = verified && verified.size === info?.size && verified.modified === info?.modified;
    const own = await storeInUse(this.services.boards);
    const reading = isSame ? verified.reading : undefined;
    const archive = await describeArchive({ ...context, env }, path, { own, isLocal, verifies, reading });
    if (archive.state === 'open' && archive.reading) {
      const { size, modified, reading } = archive;
      this.verified = { size, modified, reading };
    }
    this.draw(archive);
    return archive;
  }

  private draw(archive: ArchiveDescription): void {
    if (this.closed.signal.aborted) return;
    this.shown = archive;
    const pageAt = (now: number) =>
      archivePage(archive, { now, hrefOf: (action) => hrefOf(ARCHIVE_ACTION, { uri: this.uri.toString(), action }) });
    // Whoever reads on is not taken back to the beginning for nothing.
    if (pageAt(this.now).body.markup === this.markup) return;
    this.now = Date.now();
    const page = pageAt(this.now);
    this.markup = page.body.markup;
    this.panel.webview.html = htmlPage({ ...page, style: ARCHIVE_STYLE });
  }

  private failed(error: unknown): ClosedArchive {
    this.services.log.error(`${this.uri.toString(true)} cannot be shown: ${messageOf(error)}`);
    const path = this.uri.scheme === 'file' ? this.uri.fsPath : this.uri.toString(true);
    const told = isBackupError(error) ? error : new BackupError('store-failed', messageOf(error), { cause: error });
    const name = basename(this.uri.path);
    return { state: 'closed', why: 'unreadable', error: told, path, name, isEncrypted: false, isOwn: false };
  }
}

/** @returns what has to be disposed of */
function watch(uri: vscode.Uri, changed: () => void): vscode.Disposable[] {
  const name = basename(uri.path).replace(/[*?[\]{}]/g, '[$&]');
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), name),
  );
  return [watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)];
}
