// The files of one backup that are ticked to be restored, while somebody chooses them in the tree. Knows nothing of VS Code.

import type { ManifestEntry } from '../../core/archive/manifest.js';
import { type BoardPath, isInside } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';

export class Choosing {
  private readonly ticked = new Set<BoardPath>();

  constructor(
    readonly backup: BackupSummary,
    private readonly entries: readonly ManifestEntry[],
  ) {}

  get paths(): BoardPath[] {
    return [...this.ticked];
  }

  /** Of a folder: whether anything in it is ticked. */
  isTicked(path: BoardPath): boolean {
    return this.paths.some((ticked) => isInside(ticked, path));
  }

  /** A folder stands for all files in it, and for itself if it is empty. */
  tick(path: BoardPath, isTicked: boolean): void {
    const inside = this.entries.filter((entry) => isInside(entry.path, path));
    const files = inside.filter(({ type }) => type === 'file');
    for (const entry of files.length > 0 ? files : inside) {
      if (isTicked) this.ticked.add(entry.path);
      else this.ticked.delete(entry.path);
    }
  }
}
