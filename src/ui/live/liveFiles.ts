// Opens the files that a board has now in editors, read-only. Each travels once, until the board is looked at again.

import * as vscode from 'vscode';
import { collected } from '../../core/chunks.js';
import { isBackupError } from '../../core/errors.js';
import { type BoardPath, displayPath, nameOf, parentOf, ROOT } from '../../core/paths.js';
import type { ComparedFile } from '../../core/plan/compareTrees.js';
import { boardNamed } from '../../core/plan/knownBoards.js';
import { ReadOnlyFiles } from '../files/readOnlyFiles.js';
import { READ_SHARES } from '../jobBar.js';
import { type ConnectedBoardChoice, isConnected } from '../pickBoard.js';
import type { JobWords } from '../runJob.js';
import type { Services } from '../services.js';
import { splitBoardUri } from './boardUri.js';
import type { LiveState } from './liveBoards.js';

interface Place {
  board: ConnectedBoardChoice;
  path: BoardPath;
  state: Extract<LiveState, { kind: 'read' }>;
}

export class LiveFiles extends ReadOnlyFiles {
  /** What was read, for as long as the look at its board is the last one. */
  private readonly contents = new WeakMap<Place['state'], Map<BoardPath, Promise<Uint8Array>>>();

  /** @param services are made after the file systems are */
  constructor(private readonly services: () => Services) {
    super();
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { path, state } = await this.place(uri);
    const common = { ctime: state.at, mtime: state.at, permissions: vscode.FilePermission.Readonly };
    if (path === ROOT) return { type: vscode.FileType.Directory, size: 0, ...common };
    const entry = state.look.tree.entries.find((entry) => entry.path === path);
    if (!entry) throw vscode.FileSystemError.FileNotFound(uri);
    if (entry.type === 'folder') return { type: vscode.FileType.Directory, size: 0, ...common };
    return { type: vscode.FileType.File, size: entry.size, ...common };
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const { path, state } = await this.place(uri);
    return state.look.tree.entries
      .filter((entry) => entry.path !== ROOT && parentOf(entry.path) === path)
      .map((entry): [string, vscode.FileType] => [
        displayPath(nameOf(entry.path)),
        entry.type === 'file' ? vscode.FileType.File : vscode.FileType.Directory,
      ]);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const place = await this.place(uri);
    const contents = this.contents.get(place.state) ?? new Map<BoardPath, Promise<Uint8Array>>();
    this.contents.set(place.state, contents);
    const reading = contents.get(place.path) ?? this.read(uri, place);
    contents.set(place.path, reading);
    reading.catch(() => contents.delete(place.path));
    return reading;
  }

  private async read(uri: vscode.Uri, { board, path, state }: Place): Promise<Uint8Array> {
    const file = state.look.tree.entries.find((entry) => entry.path === path);
    if (file?.type !== 'file') throw vscode.FileSystemError.FileNotFound(uri);
    const services = this.services();
    const stored = await storedContent(services, file);
    if (stored) return stored;
    const words: JobWords = {
      ...{ title: `Reading ${displayPath(path)} from ${board.name}`, noun: 'Reading files', shares: READ_SHARES },
      boards: [board.key, board.url],
    };
    const { readFromBoard } = await import('../../core/jobs/lookAtBoard.js');
    const { addressOf } = await import('../approach.js');
    const { runJob } = await import('../runJob.js');
    const content = await runJob(services, words, async (context) =>
      readFromBoard(context, addressOf(services, board.url, 'look', {}), await services.boards.openStore(), file),
    );
    // The user has been told why.
    if (!content) throw vscode.FileSystemError.Unavailable(uri);
    // It is shown as it is now, and the rows are not: they have to be read again.
    if (file.sha256 !== null && content.sha256 !== file.sha256) services.live.outdated(board.url);
    return content.bytes;
  }

  /** An editor that is restored in a new window does not stop a program just to fill itself. */
  private async place(uri: vscode.Uri): Promise<Place> {
    const { boards, live } = this.services();
    const named = splitBoardUri(uri);
    if (!named) throw vscode.FileSystemError.FileNotFound(uri);
    const board = boardNamed(boards.list.filter(isConnected), named.key);
    const state = live.stateOf(board?.url);
    if (!board || state.kind !== 'read')
      throw vscode.FileSystemError.Unavailable(
        'The files of this board are not known now. Open "Files on the board" in the view of MicroPython Backup.',
      );
    return { board, path: named.path, state };
  }
}

/** What the look saw is in a backup more often than not: no program is stopped for that. */
async function storedContent(
  { boards }: Services,
  { path, size, sha256 }: ComparedFile,
): Promise<Uint8Array | undefined> {
  if (sha256 === null) return undefined;
  try {
    return await collected((await boards.openStore()).readContent({ path, size, sha256 }));
  } catch (error) {
    // Nowhere, or damaged: the board has it.
    if (isBackupError(error)) return undefined;
    throw error;
  }
}
