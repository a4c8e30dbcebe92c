// Opens the files of backups in editors, read-only: what was backed up never changes.

import * as vscode from 'vscode';
import { isOfKey } from '../../core/archive/archiveErrors.js';
import { collected } from '../../core/chunks.js';
import { BackupError } from '../../core/errors.js';
import type { OutsideArchive } from '../../core/jobs/archiveOutside.js';
import { t } from '../../core/l10n.js';
import type { BoardPath } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';
import type { Boards } from '../boards.js';
import { type Remedies, sentenceOf, showFailure } from '../failures.js';
import { splitBackupUri } from './backupUri.js';
import type { FileOfBackup } from './fileWords.js';
import { namesIn, ReadOnlyFiles, statOf } from './readOnlyFiles.js';

/** A backup as far as a file of it is to be read. */
type Loaded = OutsideArchive & { path: BoardPath };

export class BackupFiles extends ReadOnlyFiles {
  /** Sentences that were shown, by file: VS Code asks several times, and shows none of them itself. */
  private readonly told = new Map<string, string>();
  /** Files that could not be opened for want of a key. */
  private readonly locked = new Map<string, vscode.Uri>();

  constructor(
    private readonly boards: Boards,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    boards.onDidChange(() => this.retryLocked());
  }

  /** Editors that wait for a key have what they show once it is there. */
  private retryLocked(): void {
    if (this.locked.size === 0 || this.boards.isLocked) return;
    const uris = [...this.locked.values()];
    this.locked.clear();
    for (const uri of uris) this.told.delete(uri.toString());
    this.tellChanged(uris);
    void reopen(uris);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { path, manifest } = await this.load(uri);
    const entry = manifest.entries.find((entry) => entry.path === path);
    const time = entry?.type === 'file' && entry.mtime ? entry.mtime * 1000 : Date.parse(manifest.createdAt);
    return statOf(uri, path, entry, time);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const { path, manifest } = await this.load(uri);
    return namesIn(path, manifest.entries);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { path, manifest, read } = await this.load(uri);
    const entry = manifest.entries.find((entry) => entry.path === path);
    if (entry?.type !== 'file') throw vscode.FileSystemError.FileNotFound(uri);
    const bytes = await this.telling(uri, async () => collected(await read(entry)));
    this.told.delete(uri.toString());
    return bytes;
  }

  private async load(uri: vscode.Uri): Promise<Loaded> {
    const { archive, path } = splitBackupUri(uri);
    if (archive) return { path, ...(await this.telling(uri, () => this.loadOutside(archive))) };
    const found = await this.telling(uri, async () => {
      const found = await findFile(this.boards, uri);
      // What is locked is in no list.
      if (!found && this.boards.isLocked) throw this.boards.storeTrouble;
      return found;
    });
    if (!found) throw vscode.FileSystemError.FileNotFound(uri);
    const { backup } = found;
    const store = await this.telling(uri, () => this.boards.openStore());
    const manifest = await this.telling(uri, () => store.readManifest(backup));
    return { path, manifest, read: async (file) => store.readContent(file) };
  }

  private async loadOutside(archive: vscode.Uri): Promise<OutsideArchive> {
    const { openOutsideAt } = await import('../archiveEditor/openOutsideAt.js');
    return openOutsideAt(this.boards, archive);
  }

  /** The editor says no more than that there was an error: what happened, and what to do, is a message. */
  private async telling<Result>(uri: vscode.Uri, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BackupError)) throw error;
      if (isOfKey(error)) this.locked.set(uri.toString(), uri);
      const sentence = sentenceOf(error);
      if (this.told.get(uri.toString()) !== sentence) {
        this.told.set(uri.toString(), sentence);
        void showFailure({ log: this.log }, t('Opening a file of a backup'), error, remediesFor(error));
      }
      throw vscode.FileSystemError.Unavailable(sentence);
    }
  }
}

/** An editor that says that it could not open a file does not look again by itself. Those behind others do, when they come to the front. */
async function reopen(uris: readonly vscode.Uri[]): Promise<void> {
  const wanted = new Set(uris.map((uri) => uri.toString()));
  for (const { activeTab, viewColumn } of vscode.window.tabGroups.all) {
    if (!(activeTab?.input instanceof vscode.TabInputText) || !wanted.has(activeTab.input.uri.toString())) continue;
    const options = { viewColumn, preview: activeTab.isPreview, preserveFocus: true };
    await vscode.commands.executeCommand('vscode.open', activeTab.input.uri, options);
  }
}

/** @returns undefined if the backup is gone. @throws BackupError `bad-name` */
export async function findFile(boards: Boards, uri: vscode.Uri): Promise<FileOfBackup | undefined> {
  const { idPrefix, path } = splitBackupUri(uri);
  const backup = idPrefix === undefined ? undefined : await findBackup(boards, idPrefix);
  return backup && { backup, path };
}

/** An editor that is restored asks before anybody has listed the backups. */
async function findBackup(boards: Boards, idPrefix: string): Promise<BackupSummary | undefined> {
  const listed = () => boards.listing.backups.find(({ id }) => id.startsWith(idPrefix));
  if (!listed()) await boards.refreshBackups();
  return listed();
}

/** What is damaged may be whole elsewhere. */
function remediesFor({ code }: BackupError): Remedies {
  if (code !== 'archive-damaged' && code !== 'content-missing') return {};
  return { [t('Repair Backups…')]: () => void vscode.commands.executeCommand('micropythonBackup.repairBackups') };
}
