// Which rows are below which, as data. Manifests are read by the caller. Knows nothing of VS Code.

import { isOfKey } from '../../core/archive/archiveErrors.js';
import type { ManifestEntry } from '../../core/archive/manifest.js';
import type { BackupError } from '../../core/errors.js';
import type { BoardLook } from '../../core/jobs/lookAtBoard.js';
import type { OffsiteState } from '../../core/jobs/offsitePlace.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, comparePaths, isInside, nameOf, parentOf, ROOT } from '../../core/paths.js';
import type { Chain } from '../../core/plan/chains.js';
import { changesSince } from '../../core/plan/changesSince.js';
import type { ComparedEntry } from '../../core/plan/compareTrees.js';
import type { HealthFinding } from '../../core/plan/healthFindings.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import type { RestoreRecord } from '../../core/store/restoreRecords.js';
import type { UnreadableArchive } from '../../core/store/summary.js';
import { count, figure } from '../../core/text.js';
import type { LiveState } from '../live/liveBoards.js';
import {
  type BackupNode,
  type BoardNode,
  type ChainNode,
  type FolderNode,
  type Hint,
  type LiveFolderNode,
  type LiveNode,
  type Node,
  nodeId,
} from './nodes.js';
import { isOwn } from './spoken.js';
import { boardsInOrder, fits, type TreeLook } from './treeLook.js';

/** Rows on one page: as many as can be drawn quickly. A row at the end shows more. */
export const PAGE = 100;

/** What the rows are made from. */
export interface TreeModel {
  troubles: readonly BackupError[];
  boards: readonly KnownBoard[];
  backupsListed: boolean;
  unreadable: readonly UnreadableArchive[];
  /** Whether the key is missing: one row says so, instead of each archive. */
  isLocked: boolean;
  secondPlace: { state: OffsiteState; isWorking: boolean } | undefined;
  look: TreeLook;
  /** All of a board, newest first. */
  chainsOf(boardId: string | undefined): readonly Chain[];
  restoreOf(boardId: string): RestoreRecord | undefined;
  portIsNamed(url: string | undefined): boolean;
  isDenied(url: string | undefined): boolean;
  findingOf(boardId: string): HealthFinding | undefined;
  workOn(board: KnownBoard): string | undefined;
  live(url: string | undefined): LiveState;
  /** How many pages of the rows below a row are shown; 1 at first. */
  pagesOf(id: string): number;
  /** Id of the backup whose files are being chosen. */
  choosing: string | undefined;
}

export function topRows(model: TreeModel): Node[] {
  return [
    ...model.troubles.map((error): Node => ({ kind: 'trouble', error })),
    ...boardsInOrder(model.boards, model.look).map((board) => boardRow(board, model)),
    ...model.unreadable
      .filter(({ error }) => !(model.isLocked && isOfKey(error)))
      .map((archive): Node => ({ kind: 'damage', archive })),
    ...(model.secondPlace ? [{ kind: 'secondPlace', ...model.secondPlace } satisfies Node] : []),
  ];
}

/** @returns undefined for a backup and its folders, whose rows come from its manifest: {@link rowsInFolder} */
export function rowsBelow(node: Node, model: TreeModel): Node[] | undefined {
  switch (node.kind) {
    case 'board':
      return rowsOfBoard(node, model);
    case 'chain':
      return paged(
        node,
        node.shown.map((backup): BackupNode => {
          return { kind: 'backup', parent: node, backup, isChoosing: model.choosing === backup.id };
        }),
        model,
      );
    case 'live':
      return liveRows(node);
    case 'liveFolder':
      return filesBelow(node, lookIn(node));
    case 'backup':
    case 'folder':
      return undefined;
    default:
      return [];
  }
}

/** @param isTicked of the check box of a path, if it has one */
export function rowsInFolder(
  parent: BackupNode | FolderNode,
  entries: readonly ManifestEntry[],
  isTicked: (path: BoardPath) => boolean | undefined,
): Node[] {
  const { backup } = parent;
  const folder = parent.kind === 'folder' ? parent.path : ROOT;
  const own = entries.filter((entry) => entry.type === 'file' && isOwn(backup, entry));
  return entries
    .filter(({ path }) => path !== ROOT && parentOf(path) === folder)
    .sort(foldersFirst)
    .map((entry): Node => {
      const { path } = entry;
      const common = { parent, backup, path, isTicked: isTicked(path) };
      if (entry.type === 'file') return { kind: 'file', ...common, file: entry };
      const holdsOwn = own.some((file) => isInside(file.path, path));
      return { kind: 'folder', ...common, holdsOwn };
    });
}

function boardRow(board: KnownBoard, model: TreeModel): BoardNode {
  return {
    kind: 'board',
    board,
    portIsNamed: model.portIsNamed(board.url),
    restore: board.id === undefined ? undefined : model.restoreOf(board.id),
    backupsListed: model.backupsListed,
    work: model.workOn(board),
    isDenied: model.isDenied(board.url),
    finding: board.id === undefined ? undefined : model.findingOf(board.id),
    backups: model.chainsOf(board.id).flatMap(({ backups }) => backups),
    isChanged: isChanged(model.live(board.url)),
  };
}

function isChanged(state: LiveState): boolean {
  const difference = state.kind === 'read' ? state.look.since?.difference : undefined;
  if (!difference) return false;
  const { changed, added, removed } = changesSince(difference);
  return changed + added + removed > 0;
}

function rowsOfBoard(node: BoardNode, model: TreeModel): Node[] {
  const { board } = node;
  const isThere = board.url !== undefined;
  const all = model.chainsOf(board.id);
  const chains = all.flatMap((chain) => chainRow(node, chain, model));
  const hidden = all.length > 0 && chains.length === 0;
  const backups = all.reduce((sum, chain) => sum + chain.backups.length, 0);
  return [
    ...(isThere ? [{ kind: 'live', parent: node, state: model.live(board.url) } satisfies LiveNode] : []),
    ...(isThere && !board.latest && model.backupsListed ? [hintRow(node, 'first', t('Back Up This Board'))] : []),
    ...(hidden ? [hintRow(node, 'filtered', t('{0} hidden by the filter', count(backups, 'backup')))] : []),
    ...paged(node, model.look.oldestFirst ? chains.reverse() : chains, model),
  ];
}

function chainRow(parent: BoardNode, chain: Chain, { look }: TreeModel): ChainNode[] {
  const shown = chain.backups.filter((backup) => fits(backup, look.criteria));
  if (look.oldestFirst) shown.reverse();
  return shown.length > 0 ? [{ kind: 'chain', parent, chain, shown }] : [];
}

function liveRows(node: LiveNode): Node[] {
  const { state } = node;
  if (state.kind === 'reading') return [hintRow(node, 'reading', t('Reading the files of the board'))];
  if (state.kind === 'unread') {
    return [hintRow(node, 'read', state.isOutdated ? t('Changed since: read the files again') : t('Read the files'))];
  }
  return filesBelow(node, state.look);
}

function filesBelow(parent: LiveNode | LiveFolderNode, look: BoardLook | undefined): Node[] {
  if (!look) return [];
  const { board } = parent.kind === 'live' ? parent.parent : parent;
  const folder = parent.kind === 'live' ? ROOT : parent.path;
  const paths = (entries: ReadonlyArray<{ path: BoardPath }> = []) => new Set(entries.map(({ path }) => path));
  const { added, removed, changed } = look.since?.difference ?? {};
  const [news, missing, others] = [paths(added), paths(removed), paths(changed)];
  const different = [...news, ...missing, ...others];
  return withMissing(look)
    .filter(({ path }) => path !== ROOT && parentOf(path) === folder)
    .sort(foldersFirst)
    .map((entry): Node => {
      const { path } = entry;
      const common = { parent, board, path };
      if (entry.type === 'folder') {
        const isChanged = different.some((file) => isInside(file, path));
        return { kind: 'liveFolder', ...common, isChanged };
      }
      const isNew = news.has(path);
      const isInBackup = look.since !== undefined && !isNew;
      const state = { isInBackup, isNew, isChanged: others.has(path), isMissing: missing.has(path) };
      return { kind: 'liveFile', ...common, size: entry.size, ...state };
    });
}

/** Also what was there at the last backup, with the folders that it was in: who looks for a file that is gone finds it. */
function withMissing({ tree, since }: BoardLook): ComparedEntry[] {
  const gone = (since?.difference.removed ?? []).filter(({ type }) => type === 'file');
  const entries = new Map(tree.entries.map((entry) => [entry.path, entry]));
  for (const file of gone) {
    if (entries.has(file.path)) continue;
    entries.set(file.path, file);
    for (let path = parentOf(file.path); path !== ROOT && !entries.has(path); path = parentOf(path))
      entries.set(path, { type: 'folder', path });
  }
  return [...entries.values()];
}

function lookIn(node: LiveFolderNode): BoardLook | undefined {
  let at: LiveNode | LiveFolderNode = node;
  while (at.kind === 'liveFolder') at = at.parent;
  return at.state.kind === 'read' ? at.state.look : undefined;
}

function paged(parent: Node, rows: Node[], { pagesOf }: TreeModel): Node[] {
  const shown = PAGE * pagesOf(nodeId(parent));
  if (rows.length <= shown) return rows;
  const next = Math.min(PAGE, rows.length - shown);
  const more = t('Show {0} more of {1}', next, figure(rows.length - shown));
  return [...rows.slice(0, shown), hintRow(parent, 'more', more)];
}

/** @param text a hint of what is beside it */
export function hintRow(parent: Node, hint: Hint, text: string): Node {
  return { kind: 'hint', parent, hint, text };
}

function foldersFirst(
  a: { type: 'file' | 'folder'; path: BoardPath },
  b: { type: 'file' | 'folder'; path: BoardPath },
): number {
  if (a.type !== b.type) return a.type === 'folder' ? -1 : 1;
  return nameOf(a.path).localeCompare(nameOf(b.path)) || comparePaths(a.path, b.path);
}
