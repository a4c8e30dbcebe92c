// Opens the files of backups in editors, read-only: what was backed up never changes.

import * as vscode from 'vscode';
import type { ManifestEntry } from '../../core/archive/manifest.js';
import { displayPath } from '../../core/paths.js';
import type { Boards } from '../boards.js';
import { splitBackupUri } from './backupUri.js';

export class BackupFiles implements vscode.FileSystemProvider {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;

  constructor(private readonly boards: Boards) {}

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { entries, createdAt } = await this.load(uri);
    const entry = find(entries, uri);
    const time = entry?.type === 'file' && entry.mtime ? entry.mtime * 1000 : Date.parse(createdAt);
    const common = { ctime: time, mtime: time, permissions: vscode.FilePermission.Readonly };
    if (entry?.type === 'file') return { type: vscode.FileType.File, size: entry.size, ...common };
    if (entry || splitBackupUri(uri).shownPath === '') return { type: vscode.FileType.Directory, size: 0, ...common };
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const { entries } = await this.load(uri);
    const { shownPath } = splitBackupUri(uri);
    const prefix = shownPath === '' ? '' : `${shownPath}/`;
    return entries.flatMap((entry): [string, vscode.FileType][] => {
      const shown = displayPath(entry.path);
      if (!shown.startsWith(prefix) || shown.slice(prefix.length).includes('/')) return [];
      return [[shown.slice(prefix.length), entry.type === 'file' ? vscode.FileType.File : vscode.FileType.Directory]];
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const entry = find((await this.load(uri)).entries, uri);
    if (entry?.type !== 'file') throw vscode.FileSystemError.FileNotFound(uri);
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await this.boards.openStore()).readContent(entry)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  private async load(uri: vscode.Uri) {
    const { idPrefix } = splitBackupUri(uri);
    const backup = this.boards.listing.backups.find(({ id }) => id.startsWith(idPrefix));
    if (!backup) throw vscode.FileSystemError.FileNotFound(uri);
    return (await this.boards.openStore()).readManifest(backup);
  }
}

function find(entries: readonly ManifestEntry[], uri: vscode.Uri): ManifestEntry | undefined {
  const { shownPath } = splitBackupUri(uri);
  return entries.find(({ path }) => displayPath(path) === shownPath);
}
