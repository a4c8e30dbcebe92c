// What all our file systems have in common: nothing in them is ever written.

import * as vscode from 'vscode';
import { type BoardPath, displayPath, nameOf, parentOf, ROOT } from '../../core/paths.js';

/** A file or a folder of a tree. */
type Entry = { path: BoardPath } & ({ type: 'folder' } | { type: 'file'; size: number });

/**
 * @param entry what is at `path`; the root has none
 * @param time milliseconds since 1970
 * @throws FileSystemError if there is nothing
 */
export function statOf(uri: vscode.Uri, path: BoardPath, entry: Entry | undefined, time: number): vscode.FileStat {
  const common = { ctime: time, mtime: time, permissions: vscode.FilePermission.Readonly };
  if (entry?.type === 'file') return { type: vscode.FileType.File, size: entry.size, ...common };
  if (entry || path === ROOT) return { type: vscode.FileType.Directory, size: 0, ...common };
  throw vscode.FileSystemError.FileNotFound(uri);
}

/** What is in a folder, as VS Code wants it. */
export function namesIn(folder: BoardPath, entries: readonly Entry[]): [string, vscode.FileType][] {
  return entries
    .filter(({ path }) => path !== ROOT && parentOf(path) === folder)
    .map(({ path, type }): [string, vscode.FileType] => [
      displayPath(nameOf(path)),
      type === 'file' ? vscode.FileType.File : vscode.FileType.Directory,
    ]);
}

export abstract class ReadOnlyFiles implements vscode.FileSystemProvider {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;

  abstract stat(uri: vscode.Uri): Promise<vscode.FileStat>;
  abstract readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]>;
  abstract readFile(uri: vscode.Uri): Promise<Uint8Array>;

  /** Has editors of these files ask for them again. */
  protected tellChanged(uris: readonly vscode.Uri[]): void {
    if (uris.length > 0) this.changed.fire(uris.map((uri) => ({ type: vscode.FileChangeType.Changed, uri })));
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
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
}

/** Files that are opened one by one: there are no folders to list. */
export abstract class SingleReadOnlyFiles extends ReadOnlyFiles {
  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { length } = await this.readFile(uri);
    const permissions = vscode.FilePermission.Readonly;
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: length, permissions };
  }

  async readDirectory(): Promise<[string, vscode.FileType][]> {
    return [];
  }
}
