// Opens the files that a board has now in editors, read-only. A file travels only if no backup has its content, and once: an
// editor that is looked at again stops no program.

import * as vscode from 'vscode';
import { collected } from '../../core/chunks.js';
import { isBackupError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath, ROOT } from '../../core/paths.js';
import type { ComparedFile } from '../../core/plan/compareTrees.js';
import { boardNamed } from '../../core/plan/knownBoards.js';
import { namesIn, ReadOnlyFiles, statOf } from '../files/readOnlyFiles.js';
import { READ_SHARES } from '../jobBar.js';
import { type ConnectedBoardChoice, isConnected } from '../pickBoard.js';
import type { JobWords } from '../runJob.js';
import type { Services } from '../services.js';
import { splitBoardUri } from './boardUri.js';
import type { LiveBoards, LiveState } from './liveBoards.js';

interface Place {
  board: ConnectedBoardChoice;
  path: BoardPath;
  state: Extract<LiveState, { kind: 'read' }>;
}

/** What an editor shows of a file. */
interface Shown {
  /** Names the content, as far as it is known. */
  version: string;
  /** Of the file, for VS Code: when this content was first seen. Milliseconds since 1970. */
  since: number;
  bytes?: Promise<Uint8Array>;
}

/** An editor that is restored in a new window does not stop a program just to fill itself. */
function unknown(): Uint8Array {
  const sentence = t(
    'The files of this board are not known now. Open "Files on the board" in the view of MicroPython Backup.',
  );
  return Buffer.from(`${sentence}\n`);
}

export class LiveFiles extends ReadOnlyFiles implements vscode.Disposable {
  /** By the URI of the file. */
  private readonly shown = new Map<string, Shown>();
  private readonly listener: vscode.Disposable;

  /** @param services are made after the file systems are */
  constructor(
    private readonly services: () => Services,
    live: LiveBoards,
  ) {
    super();
    this.listener = live.onDidChange(() => this.tellWhatChanged());
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const place = this.place(uri);
    const { since } = this.showing(uri, place);
    if (place) return statOf(uri, place.path, entryAt(place), since);
    return statOf(uri, ROOT, { type: 'file', path: ROOT, size: unknown().length }, since);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const place = this.place(uri);
    return place ? namesIn(place.path, place.state.look.tree.entries) : [];
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const place = this.place(uri);
    if (!place) return unknown();
    const shown = this.showing(uri, place);
    shown.bytes ??= this.read(uri, place);
    try {
      return await shown.bytes;
    } catch (error) {
      delete shown.bytes;
      throw error;
    }
  }

  dispose(): void {
    this.listener.dispose();
  }

  private async read(uri: vscode.Uri, place: Place): Promise<Uint8Array> {
    const { board, path, state } = place;
    const file = entryAt(place);
    if (file?.type !== 'file') throw vscode.FileSystemError.FileNotFound(uri);
    const services = this.services();
    const stored = await storedContent(services, file);
    if (stored) return stored;
    const words: JobWords = {
      title: t('Reading {0} from {1}', displayPath(path), board.name),
      noun: t('Reading files'),
      shares: READ_SHARES,
      boards: [board.key, board.url],
    };
    const { readFromBoard } = await import('../../core/jobs/lookAtBoard.js');
    const { addressOf } = await import('../approach.js');
    const { runJob } = await import('../runJob.js');
    const content = await runJob(services, words, async (context) => {
      const address = addressOf(services, board.url, 'look', {});
      return readFromBoard(context, address, await services.boards.openStore(), state.look.board.id, file);
    });
    // The user has been told why.
    if (!content) throw vscode.FileSystemError.Unavailable(uri);
    // It is shown as it is now, and the rows are not: they have to be read again.
    if (file.sha256 !== null && content.sha256 !== file.sha256) services.live.outdated(board.url);
    return content.bytes;
  }

  /** @returns undefined if nothing is known of the board now */
  private place(uri: vscode.Uri): Place | undefined {
    const { boards, live } = this.services();
    const named = splitBoardUri(uri);
    if (!named) throw vscode.FileSystemError.FileNotFound(uri);
    const board = boardNamed(boards.list.filter(isConnected), named.key);
    const state = live.stateOf(board?.url);
    return board && state.kind === 'read' ? { board, path: named.path, state } : undefined;
  }

  private showing(uri: vscode.Uri, place: Place | undefined): Shown {
    const key = uri.toString();
    const version = versionOf(place);
    const shown = this.shown.get(key);
    if (shown?.version === version) return shown;
    const now: Shown = { version, since: Date.now() };
    this.shown.set(key, now);
    return now;
  }

  /** Editors that are open show what is known by now. While it is read, they keep what they have. */
  private tellWhatChanged(): void {
    const uris = [...this.shown.keys()].map((key) => vscode.Uri.parse(key));
    const changed = uris.filter((uri) => {
      const place = this.place(uri);
      return place && versionOf(place) !== this.shown.get(uri.toString())?.version;
    });
    this.tellChanged(changed);
  }
}

function entryAt({ path, state }: Place) {
  return state.look.tree.entries.find((entry) => entry.path === path);
}

/** If the board cannot hash, each look may have found something else. */
function versionOf(place: Place | undefined): string {
  if (!place) return 'unknown';
  const entry = entryAt(place);
  if (entry?.type !== 'file') return entry?.type ?? 'gone';
  return `${entry.size} ${entry.sha256 ?? place.state.at}`;
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
