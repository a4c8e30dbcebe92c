// What a store shows: its backups, those in its trash, and what each archive holds.

import { join } from 'node:path';
import type { Annotation } from './annotations.js';
import { generationOf } from './boardFolder.js';
import type { Catalogue } from './catalogue.js';
import type { IndexRow } from './indexFile.js';
import type { Notes } from './notes.js';
import {
  type ArchiveHolding,
  annotated,
  type BackupSummary,
  newestFirst,
  type StoreListing,
  type TrashedBackup,
} from './summary.js';
import { setAsideAt } from './trash.js';

/** Archives by where they are. */
export interface Holdings {
  staying: ArchiveHolding[];
  trashed: ArchiveHolding[];
}

export interface Listing {
  list(): Promise<StoreListing>;
  trash(): Promise<TrashedBackup[]>;
  holdings(): Promise<Holdings>;
}

export function createListing(root: string, catalogue: Catalogue, notes: Notes): Listing {
  /** A backup that stands in two archives (a crash between writing and deleting) is one backup, in its newest generation. */
  function summariesOf(rows: readonly IndexRow[], annotations: ReadonlyMap<string, Annotation>): BackupSummary[] {
    const byId = new Map<string, BackupSummary>();
    for (const { archive, summary } of rows) {
      const other = byId.get(summary.id);
      if (other && generationOf(other.archive) >= generationOf(archive)) continue;
      byId.set(summary.id, annotated(summary, join(root, archive), annotations.get(summary.id)));
    }
    return newestFirst([...byId.values()]);
  }

  function holdingOf({ archive, size, summary, contents }: IndexRow): ArchiveHolding {
    return { archive: join(root, archive), size, id: summary.id, boardId: summary.board.id, contents };
  }

  return {
    async list() {
      const { rows, unreadable } = await catalogue.refresh();
      const { of, unclear } = await notes.on(rows);
      return { backups: summariesOf(rows, of), unreadable: [...unreadable], unclearNotes: unclear };
    },
    async trash() {
      const { rows, trashed } = await catalogue.refresh();
      const inStore = new Set(rows.map(({ summary }) => summary.id));
      const { of } = await notes.on([...rows, ...trashed]);
      const deleted = summariesOf(trashed, of).filter(({ id }) => !inStore.has(id));
      return deleted.map((backup) => {
        const deletedAt = setAsideAt(backup.archive);
        return { ...backup, ...(deletedAt !== undefined && { deletedAt }) };
      });
    },
    async holdings() {
      const { rows, trashed } = await catalogue.refresh();
      return { staying: rows.map(holdingOf), trashed: trashed.map(holdingOf) };
    },
  };
}
