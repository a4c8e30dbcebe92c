// The tree "Boards" as VS Code asks for it: rows are made when they are opened, and only those that look different are redrawn.

import * as vscode from 'vscode';
import { isBackupError, messageOf } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { BoardPath } from '../../core/paths.js';
import { type Chain, chainsOf } from '../../core/plan/chains.js';
import { lastRestore } from '../../core/plan/recordedPlan.js';
import type { BackupSummary } from '../../core/store/summary.js';
import type { Boards } from '../boards.js';
import { sentenceOf } from '../failures.js';
import { findingOf } from '../health/findings.js';
import type { LiveBoards } from '../live/liveBoards.js';
import { uncapitalized } from '../nameBackups.js';
import type { RunningJob, RunningJobs } from '../runningJobs.js';
import { SECOND_PLACE } from '../secondPlace/secondPlaceWords.js';
import { readSettings } from '../settings.js';
import { Choosing } from './choosing.js';
import { describe } from './describe.js';
import { type BackupNode, type FolderNode, type LiveNode, type Node, nodeId } from './nodes.js';
import { hintRow, PAGE, rowsBelow, rowsInFolder, type TreeModel, topRows } from './rows.js';
import { tooltipOf } from './tooltips.js';
import { type TreeLook, USUAL_LOOK } from './treeLook.js';

/** Rows show ages, in minutes at the finest. */
const REDRAW_EVERY_MS = 60_000;

/** What VS Code knows of a row. */
interface Drawn {
  look: string;
  /** Ids of the rows below it; undefined if it never asked for them. */
  below: string | undefined;
}

export class BoardsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node[] | undefined>();
  /** Fires with the rows that look different now; with undefined for all of them. */
  readonly onDidChangeTreeData = this.changed.event;
  private readonly listeners: Array<{ dispose(): void }>;
  private readonly timer = setInterval(() => this.update(), REDRAW_EVERY_MS);
  /** The same object each time for each row: VS Code identifies rows by their objects. */
  private readonly known = new Map<string, Node>();
  private readonly drawn = new WeakMap<Node, Drawn>();
  private top: string | undefined;
  /** Ids of the jobs that are under way. */
  private running = '';
  private readonly pages = new Map<string, number>();
  private chosenLook: TreeLook = USUAL_LOOK;
  private isChoosing: Choosing | undefined;
  /** By the id of the board, made from the last listing. */
  private chains: { listing: Boards['listing']; ofBoard: ReadonlyMap<string, Chain[]> } | undefined;

  constructor(
    private readonly boards: Boards,
    private readonly live: LiveBoards,
    private readonly jobs: RunningJobs,
  ) {
    const update = () => this.update();
    this.listeners = [boards.onDidChange(update), live.onDidChange(update), jobs.onDidChange(() => this.jobsChanged())];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = describe(node, Date.now());
    this.drawn.set(node, { below: this.drawn.get(node)?.below, look: lookOf(item) });
    return item;
  }

  /** Tooltips are made only when they are shown. */
  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    const tooltip = tooltipOf(node, Date.now());
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      // Before the first look, an empty tree would mean that there are no boards.
      await this.boards.looked();
      const rows = this.adopted(topRows(this.model()));
      this.top = idsOf(rows);
      return rows;
    }
    const rows = rowsBelow(node, this.model());
    if (!rows) return this.entries(node);
    this.drawn.set(node, { look: this.drawn.get(node)?.look ?? '', below: idsOf(rows) });
    return this.adopted(rows);
  }

  getParent(node: Node): Node | undefined {
    return 'parent' in node ? node.parent : undefined;
  }

  get look(): TreeLook {
    return this.chosenLook;
  }

  set look(look: TreeLook) {
    this.chosenLook = look;
    this.pages.clear();
    this.update();
  }

  /** The files of a backup that are ticked; undefined if none are being chosen. */
  get choosing(): Choosing | undefined {
    const isThere = this.boards.listing.backups.some(({ id }) => id === this.isChoosing?.backup.id);
    return isThere ? this.isChoosing : undefined;
  }

  /** Gives the files of a backup check boxes, or takes them away. */
  async choose(backup: BackupSummary | undefined): Promise<void> {
    const manifest = backup && (await (await this.boards.openStore()).readManifest(backup));
    this.isChoosing = backup && manifest && new Choosing(backup, manifest.entries);
    this.update();
  }

  tick(node: Node, isTicked: boolean): void {
    if (!this.isChoosing || (node.kind !== 'file' && node.kind !== 'folder')) return;
    this.isChoosing.tick(node.path, isTicked);
    // Folders above and files below change their boxes with it.
    const backup = this.known.get(`backup:${node.backup.id}`);
    if (backup) this.changed.fire([backup]);
  }

  /** Shows a further page of the rows below `node`. */
  showMore(node: Node): void {
    const id = nodeId(node);
    this.pages.set(id, (this.pages.get(id) ?? 1) + 1);
    this.update();
  }

  /** The row of a backup, to be revealed; undefined if it is gone, or a filter hides it. */
  backupNode(backupId: string): BackupNode | undefined {
    for (const board of this.rowsOf(undefined)) {
      const chain = this.unpaged(board, (row) => row.kind === 'chain' && row.shown.some(({ id }) => id === backupId));
      const backup = chain && this.unpaged(chain, (row) => row.kind === 'backup' && row.backup.id === backupId);
      if (backup?.kind === 'backup') return backup;
    }
    return undefined;
  }

  /** The row of the files of a connected board, to be revealed. */
  liveNode(url: string): LiveNode | undefined {
    const board = this.rowsOf(undefined).find((row) => row.kind === 'board' && row.board.url === url);
    return board && this.rowsOf(board).find((row) => row.kind === 'live');
  }

  /** Redraws the rows that look different now, and no others. */
  update(): void {
    // VS Code has not asked for rows yet.
    if (this.top === undefined) return;
    const rows = this.rowsOf(undefined);
    this.forgetGone(rows);
    const top = idsOf(rows);
    if (top !== this.top) {
      // VS Code does not ask while the view is hidden, so telling it once is enough.
      this.top = top;
      this.changed.fire(undefined);
      return;
    }
    const different: Node[] = [];
    const model = this.model();
    for (const row of rows) this.compare(row, model, different);
    if (different.length > 0) this.changed.fire(different);
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const listener of this.listeners) listener.dispose();
    this.changed.dispose();
  }

  /** A row below `node`, on whichever page it is: that one is shown from now on. */
  private unpaged(node: Node, isIt: (row: Node) => boolean): Node | undefined {
    const rows = rowsBelow(node, { ...this.model(), pagesOf: () => Number.POSITIVE_INFINITY }) ?? [];
    const at = rows.findIndex(isIt);
    if (at < 0) return undefined;
    const id = nodeId(node);
    const pages = Math.floor(at / PAGE) + 1;
    if (pages > (this.pages.get(id) ?? 1)) {
      this.pages.set(id, pages);
      this.update();
    }
    return this.rowsOf(node).find(isIt);
  }

  private compare(node: Node, model: TreeModel, different: Node[]): void {
    const drawn = this.drawn.get(node);
    // The row was never shown, or nothing below it.
    if (!drawn) return;
    const rows = drawn.below === undefined ? [] : this.adopted(rowsBelow(node, model) ?? []);
    const [look, below] = [lookOf(describe(node, Date.now())), drawn.below === undefined ? undefined : idsOf(rows)];
    if (look === drawn.look && below === drawn.below) {
      for (const row of rows) this.compare(row, model, different);
    } else {
      // The rows below are redrawn with it.
      this.drawn.set(node, { look, below });
      different.push(node);
    }
  }

  /** Only which jobs there are: rows do not show progress. */
  private jobsChanged(): void {
    const running = this.jobs.list.map(({ id }) => id).join();
    if (running === this.running) return;
    this.running = running;
    this.update();
  }

  private rowsOf(node: Node | undefined): Node[] {
    return this.adopted((node ? rowsBelow(node, this.model()) : topRows(this.model())) ?? []);
  }

  /** Rows that existed before stay the same objects, with new content. */
  private adopted(rows: readonly Node[]): Node[] {
    return rows.map((row) => {
      const id = nodeId(row);
      const known = this.known.get(id);
      if (known?.kind === row.kind) return Object.assign(known, row);
      this.known.set(id, row);
      return row;
    });
  }

  /** Forgets rows that are gone, as a window may be open for weeks. Those on another page, or hidden by the filter, stay. */
  private forgetGone(top: readonly Node[]): void {
    const tops = new Set(top.map(nodeId));
    const backups = new Set(this.boards.listing.backups.map(({ id }) => id));
    const isThere = (row: Node): boolean => {
      if (row.kind === 'chain') return backups.has(row.chain.backups.at(-1)?.id ?? '');
      if (row.kind === 'backup') return backups.has(row.backup.id);
      return 'parent' in row ? isThere(row.parent) : tops.has(nodeId(row));
    };
    for (const [id, row] of this.known) {
      if (isThere(row)) continue;
      this.known.delete(id);
      this.pages.delete(id);
    }
  }

  private async entries(node: Node): Promise<Node[]> {
    if (node.kind !== 'backup' && node.kind !== 'folder') return [];
    try {
      const { entries } = await (await this.boards.openStore()).readManifest(node.backup);
      return rowsInFolder(node, entries, this.tickOf(node));
    } catch (error) {
      // No message: VS Code asks for rows again and again.
      const text = isBackupError(error) ? sentenceOf(error) : messageOf(error);
      return [hintRow(node, 'unreadable', text)];
    }
  }

  private tickOf({ backup }: BackupNode | FolderNode): (path: BoardPath) => boolean | undefined {
    const { choosing } = this;
    return (path) => (choosing?.backup.id === backup.id ? choosing.isTicked(path) : undefined);
  }

  private model(): TreeModel {
    const { boards, live, jobs } = this;
    const { extraPorts } = readSettings();
    return {
      troubles: boards.troubles,
      boards: boards.list,
      backupsListed: boards.storeTrouble === undefined,
      unreadable: boards.listing.unreadable,
      isLocked: boards.isLocked,
      secondPlace: boards.secondPlace && {
        state: boards.secondPlace,
        isWorking: jobs.on(SECOND_PLACE).length > 0,
      },
      look: this.chosenLook,
      chainsOf: (boardId) => (boardId === undefined ? [] : (this.chainsOfBoards().get(boardId) ?? [])),
      restoreOf: (boardId) => lastRestore(boards.restores, boardId),
      portIsNamed: (url) => extraPorts.some((port) => port === url),
      isDenied: (url) => url !== undefined && boards.denied.has(url),
      findingOf: (boardId) => findingOf(boards.health, boardId),
      workOn: ({ key, url }) => workOf(jobs.on(key, url)),
      live: (url) => live.stateOf(url),
      pagesOf: (id) => this.pages.get(id) ?? 1,
      choosing: this.choosing?.backup.id,
    };
  }

  private chainsOfBoards(): ReadonlyMap<string, Chain[]> {
    const { listing } = this.boards;
    if (this.chains?.listing === listing) return this.chains.ofBoard;
    const byBoard = new Map<string, BackupSummary[]>();
    for (const backup of listing.backups) {
      const backups = byBoard.get(backup.board.id) ?? [];
      backups.push(backup);
      byBoard.set(backup.board.id, backups);
    }
    const ofBoard = new Map([...byBoard].map(([id, backups]) => [id, chainsOf(backups)]));
    this.chains = { listing, ofBoard };
    return ofBoard;
  }
}

/**
 * `busy: backup`: the job that began first has the board, the others wait for it. How far it is would have the row and all
 * below it drawn with each percent.
 */
function workOf([job]: readonly RunningJob[]): string | undefined {
  return job && t('busy: {0}', uncapitalized(job.noun));
}

function idsOf(rows: readonly Node[]): string {
  return rows.map(nodeId).join('\n');
}

/** Everything of a row that is visible, or spoken by a screen reader. */
function lookOf({
  label,
  description,
  iconPath,
  contextValue,
  collapsibleState,
  checkboxState,
  accessibilityInformation,
}: vscode.TreeItem): string {
  const seen = [label, description, iconPath, contextValue, collapsibleState, checkboxState];
  return JSON.stringify([...seen, accessibilityInformation?.label]);
}
