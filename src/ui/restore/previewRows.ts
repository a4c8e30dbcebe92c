// The rows of the preview of a restore, as data: what is done to each file, by folder. Knows nothing of VS Code.

import type { RestorePreview } from '../../core/jobs/restorePreview.js';
import { changesOf } from '../../core/jobs/restoreText.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, comparePaths, isInside, parentOf, ROOT } from '../../core/paths.js';
import type { Decisions, PlanProblem, RestorePlan } from '../../core/plan/planToward.js';
import type { ConflictChoice, RestoreItem } from '../../core/plan/restoreItem.js';
import { bytes, count } from '../../core/text.js';
import { capitalized } from '../nameBackups.js';

export type PreviewRow =
  /** The row that carries the plan out. */
  | { kind: 'run' }
  | { kind: 'problem'; problem: PlanProblem }
  | { kind: 'folder'; path: BoardPath }
  | { kind: 'item'; item: RestoreItem };

/** What somebody has decided so far. */
export class PreviewChoices {
  private readonly unticked = new Set<BoardPath>();
  private readonly settled = new Map<BoardPath, ConflictChoice>();
  /** What is to be seen: files that stay as they are only count, and folders show themselves by what is in them. */
  private readonly shown: readonly RestoreItem[];
  /** Made once for all rows, until something else is decided. */
  private current: RestorePlan | undefined;

  /**
   * @param asksEach every conflict has to be settled by the user
   * @param decided before, about a preview that is void by now
   */
  constructor(
    readonly preview: RestorePreview,
    private readonly asksEach: boolean,
    decided?: Decisions,
  ) {
    this.shown = shownOf(preview.plan);
    for (const path of decided?.leftOut ?? []) this.unticked.add(path);
    for (const [path, choice] of decided?.conflicts ?? []) this.settled.set(path, choice);
  }

  /** With all that was decided: what will be carried out. */
  get plan(): RestorePlan {
    this.current ??= this.preview.planWith(this.decisions);
    return this.current;
  }

  get decisions(): Decisions {
    return { leftOut: new Set(this.unticked), conflicts: new Map(this.settled) };
  }

  /** Conflicts that still wait for an answer. */
  get open(): RestoreItem[] {
    if (!this.asksEach) return [];
    return this.shown.filter((item) => this.isOpen(item));
  }

  isOpen({ action, path }: RestoreItem): boolean {
    return this.asksEach && action === 'conflict' && !this.settled.has(path) && !this.unticked.has(path);
  }

  tick(row: PreviewRow, isTicked: boolean): void {
    this.current = undefined;
    for (const { path } of this.itemsOf(row)) {
      if (isTicked) this.unticked.delete(path);
      else this.unticked.add(path);
    }
  }

  /** @returns undefined for rows that cannot be ticked */
  isTicked(row: PreviewRow): boolean | undefined {
    const items = this.itemsOf(row);
    return items.length === 0 ? undefined : items.some(({ path }) => !this.unticked.has(path));
  }

  settle(path: BoardPath, choice: ConflictChoice): void {
    this.current = undefined;
    this.settled.set(path, choice);
    this.unticked.delete(path);
  }

  /** Rows below `folder`, folders first. */
  rowsIn(folder: BoardPath): PreviewRow[] {
    const inside = this.shown.filter(({ path }) => path !== folder && isInside(path, folder));
    const folders = new Set<BoardPath>();
    for (const { path } of inside) {
      for (let at = parentOf(path); at !== folder && at !== ROOT; at = parentOf(at))
        if (parentOf(at) === folder) folders.add(at);
    }
    return [
      ...[...folders].sort(comparePaths).map((path): PreviewRow => ({ kind: 'folder', path })),
      ...inside
        .filter(({ path }) => parentOf(path) === folder && !folders.has(path))
        .map((item): PreviewRow => ({ kind: 'item', item })),
    ];
  }

  top(): PreviewRow[] {
    const problems = this.plan.problems.map((problem): PreviewRow => ({ kind: 'problem', problem }));
    return [{ kind: 'run' }, ...problems, ...this.rowsIn(ROOT)];
  }

  /** The row that the item of a path stands on, as it is decided now. */
  itemAt(path: BoardPath): RestoreItem | undefined {
    return this.plan.items.find((item) => item.path === path);
  }

  /** `Restore 3 files (12 kB)`, or why that cannot be done. */
  get sentence(): { text: string; canRun: boolean } {
    const { open, plan } = this;
    if (open.length > 0) return { text: t('Settle {0} first', count(open.length, 'conflict')), canRun: false };
    if (plan.problems.length > 0) return { text: t('Cannot be carried out as planned'), canRun: false };
    if (plan.steps.length === 0) return { text: t('Nothing is ticked'), canRun: false };
    const { files, bytes: size, deleted } = changesOf(plan);
    const parts = [
      // What is lost comes first if a narrow side bar would cut it off.
      ...(deleted > 0 ? [t('delete {0}', count(deleted, 'file'))] : []),
      ...(files > 0 ? [t('write {0} ({1})', count(files, 'file'), bytes(size))] : []),
    ];
    return { text: capitalized(parts.join(', ') || t('make folders')), canRun: true };
  }

  private itemsOf(row: PreviewRow): RestoreItem[] {
    const canBeTicked = ({ action }: RestoreItem) => action !== 'skip' && action !== 'same';
    if (row.kind === 'item') return canBeTicked(row.item) ? [row.item] : [];
    if (row.kind !== 'folder') return [];
    return this.shown.filter((item) => canBeTicked(item) && isInside(item.path, row.path));
  }
}

function shownOf({ items }: RestorePlan): RestoreItem[] {
  const changing = items.filter(({ action }) => action !== 'same');
  const holding = new Set<BoardPath>();
  for (const { type, path } of changing) {
    if (type === 'file') for (let at = parentOf(path); at !== ROOT; at = parentOf(at)) holding.add(at);
  }
  return changing.filter(({ type, path }) => type === 'file' || !holding.has(path));
}
