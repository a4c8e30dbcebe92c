// What a board has now, for whoever wants to look: its files, what has changed since its last backup, and what is in a file.
// Only looks (P34).

import { type Program, withBoard } from '../board/connect.js';
import type { BoardIdentity } from '../board/identity.js';
import { collected } from '../chunks.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { latestAmong } from '../latest.js';
import { ROOT } from '../paths.js';
import { type ComparedFile, type ComparedTree, compareTrees, type TreeDifference } from '../plan/compareTrees.js';
import type { Scope } from '../plan/scope.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import { type BoardAddress, connecting, type JobContext, trackPhases } from './job.js';
import { readableManifest } from './readableManifest.js';
import { readVerified } from './readVerified.js';
import { treeOnBoard } from './treeOnBoard.js';

export interface BoardLook {
  board: BoardIdentity;
  program: Readonly<Program>;
  /** Hashes are known only if the board was compared, and can hash. */
  tree: ComparedTree;
  /** Absent if the board has no backup that can be read. */
  since?: { backup: BackupSummary; difference: TreeDifference };
}

/** @param scope what is listed; the last backup may have looked elsewhere, which is not taken for a change */
export async function lookAtBoard(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  scope: Scope,
): Promise<BoardLook> {
  await store.unlock();
  return withBoard(connecting(context, address), async (connected) => {
    const { identity: board, program, files } = connected;
    const last = await lastBackup(context, store, board.id);
    const expected = last?.tree.entries.filter((entry) => entry.type === 'file') ?? [];
    // If the board cannot hash, every file would have to travel: sizes must do.
    const tree = await treeOnBoard(context, connected, scope, expected, last && files.hashesOnBoard ? [ROOT] : []);
    if (!last) return { board, program, tree };
    return { board, program, tree, since: { backup: last.backup, difference: compareTrees(last.tree, tree) } };
  });
}

/** A file as it was when it was read. */
export interface ReadFile {
  bytes: Uint8Array;
  sha256: ContentHash;
}

/**
 * @param boardId of the board that is meant: another one may be there by now
 * @throws BackupError `board-path-missing` if the file is gone, `wrong-board`
 */
export async function readFromBoard(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  boardId: string,
  file: Pick<ComparedFile, 'path' | 'size'>,
): Promise<ReadFile> {
  return withBoard(connecting(context, address), async (connected) => {
    if (connected.identity.id !== boardId) throw anotherBoard(address.url);
    const phases = trackPhases(context);
    phases.begin('read', { files: 1, bytes: file.size });
    phases.file(file.path);
    await using content = await readVerified(context, connected, store.root, file, (bytes) => phases.add({ bytes }));
    return { bytes: await collected(content.spool.chunks()), sha256: content.sha256 };
  });
}

function anotherBoard(url: string): BackupError {
  return new BackupError('wrong-board', t('Another board is now on {0}.', url), {
    path: url,
    hint: t('Read the files of the board again.'),
  });
}

async function lastBackup(
  context: JobContext,
  store: Store,
  boardId: string,
): Promise<{ backup: BackupSummary; tree: ComparedTree } | undefined> {
  const readable: Array<{ backup: BackupSummary; tree: ComparedTree; origin: BackupSummary['origin'] }> = [];
  for (const backup of await store.backupsOf(boardId)) {
    const tree = await readableManifest(context, store, backup);
    if (tree) readable.push({ backup, tree, origin: backup.origin });
    if (tree && backup.origin !== 'safety') break;
  }
  return latestAmong(readable);
}
