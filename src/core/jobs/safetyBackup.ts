// Before anything on a board is replaced or deleted, a backup has it, proven (P26).

import { isFile, type ManifestFile } from '../archive/manifest.js';
import type { ConnectedBoard } from '../board/connect.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath, ROOT } from '../paths.js';
import type { BoardState } from '../plan/restoreItem.js';
import { type Scope, scopeWith } from '../plan/scope.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { backupConnected } from './backup.js';
import type { JobContext } from './job.js';

/** What was on the board before, as far as it may be lost. */
export interface Safety {
  backup: BackupSummary;
  files: ReadonlyMap<BoardPath, ManifestFile>;
}

export interface ToSave {
  /** Files that will be replaced or deleted. */
  paths: readonly BoardPath[];
  /** What the backups of this board usually leave out stays out, if it is none of `paths`. */
  scope: Scope;
  state: BoardState;
  /** Takes all of the board, and proves all of it. */
  isWhole: boolean;
}

const WHOLE_BOARD: Scope = { root: ROOT, include: [], exclude: [] };

/**
 * @returns undefined if there is nothing to save
 * @throws BackupError `board-error` if one of the files cannot be saved, `file-changed` if one is not what was seen
 */
export async function takeSafetyBackup(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { paths, scope, state, isWhole }: ToSave,
): Promise<Safety | undefined> {
  if (paths.length === 0 && !isWhole) return undefined;
  const covering = isWhole ? WHOLE_BOARD : scopeWith(paths, scope);
  const options = { kind: 'auto', origin: 'safety', scope: covering } as const;
  const { backup, errors } = await backupConnected(context, board, store, options);
  const { entries } = await store.readManifest(backup);
  const saved = new Map(entries.filter(isFile).map((file) => [file.path, file]));
  for (const path of paths) {
    if (!saved.has(path)) throw notSaved(path, errors.find((error) => error.path === path)?.message);
  }
  const concerned = new Set(paths);
  for (const [path, file] of saved) {
    if (!isWhole && !concerned.has(path)) continue;
    const now = state.present.get(path);
    if (now && now !== 'folder' && now.sha256 !== null && now.sha256 !== file.sha256) throw changedMeanwhile(path);
    // Some of it may lie in an older archive, which nobody has looked at for long: whole, or this throws.
    for await (const _ of store.readContent(file));
  }
  return { backup, files: saved };
}

function notSaved(path: BoardPath, why: string | undefined): BackupError {
  return new BackupError(
    'board-error',
    why
      ? t('{0} on the board cannot be saved before it is replaced: {1} Nothing was written.', displayPath(path), why)
      : t('{0} on the board cannot be saved before it is replaced. Nothing was written.', displayPath(path)),
    { path, hint: t('Restore without this file, or remove it from the board first.') },
  );
}

function changedMeanwhile(path: BoardPath): BackupError {
  return new BackupError(
    'file-changed',
    t('{0} has changed on the board in the meantime. Nothing was written.', displayPath(path)),
    { path, hint: t('Start again, and what is on the board now is compared.') },
  );
}
