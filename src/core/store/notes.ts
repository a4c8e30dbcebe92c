// What is noted on the backups of a store: each folder of a board has its own file, so that whoever takes the folder along takes
// the notes along.

import { basename, dirname, join, relative } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import type { ManifestBoard } from '../archive/manifest.js';
import type { Env } from '../env.js';
import { BackupError, isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import { count } from '../text.js';
import {
  type Annotation,
  type AnnotationChange,
  annotate,
  compactAnnotations,
  foldChanges,
  readAnnotations,
} from './annotations.js';
import { folderWithin } from './boardFolder.js';
import type { Catalogue } from './catalogue.js';
import { makeFolderDurably } from './durable.js';
import { isTrashed } from './findArchives.js';
import type { IndexRow } from './indexFile.js';
import type { BackupSummary, UnreadableArchive } from './summary.js';

/** What is noted on some backups. */
export interface Noted {
  /** By id. */
  of: ReadonlyMap<string, Annotation>;
  /** Folders whose notes cannot all be read. */
  unclear: UnreadableArchive[];
}

export interface Notes {
  /** Of the backups that stand in these archives. */
  on(rows: readonly IndexRow[]): Promise<Noted>;
  add(backups: readonly BackupSummary[], annotation: Annotation): Promise<void>;
  /** Makes files smaller if that pays. Needs the exclusive lock. */
  compact(): Promise<void>;
}

export function createNotes(env: Env, root: string, catalogue: Catalogue): Notes {
  /** The folder of the board that the archive is in, or was in before it was moved to the trash. */
  function folderOf(archive: string, board: ManifestBoard): string {
    return join(root, isTrashed(archive) ? basename(dirname(archive)) : folderWithin(archive, board));
  }

  function foldersOf(rows: readonly IndexRow[]): Set<string> {
    return new Set(rows.map(({ archive, summary }) => folderOf(archive, summary.board)));
  }

  return {
    async on(rows) {
      const changes: AnnotationChange[] = [];
      const unclear: UnreadableArchive[] = [];
      for (const folder of foldersOf(rows)) {
        try {
          const found = await readAnnotations(env, folder);
          changes.push(...found.changes);
          if (found.damaged > 0) unclear.push({ path: folder, error: damagedNotes(folder, found.damaged) });
        } catch (error) {
          if (!isBackupError(error)) throw error;
          unclear.push({ path: folder, error });
        }
      }
      // Folders may have been copied, with what was noted by then: within one, the order of the lines decides, else the time.
      const folders = foldersOf(rows).size;
      const inOrder =
        folders > 1 ? changes.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)) : changes;
      return { of: foldChanges(inOrder), unclear };
    },
    async add(backups, annotation) {
      const at = new Date(env.clock.now()).toISOString();
      const placed = backups.map(({ archive, board, id }) => ({
        folder: folderOf(relative(root, archive), board),
        id,
      }));
      for (const folder of new Set(placed.map((each) => each.folder))) {
        const ids = placed.filter((each) => each.folder === folder).map(({ id }) => id);
        await makeFolderDurably(env, folder).catch((error: unknown) => {
          throw diskError(error, folder);
        });
        await annotate(env, folder, { at, backups: ids, ...annotation });
      }
    },
    async compact() {
      for (const folder of foldersOf((await catalogue.current()).rows)) await compactAnnotations(env, folder);
    },
  };
}

function damagedNotes(folder: string, lines: number): BackupError {
  return new BackupError(
    'store-failed',
    t('{0} of annotations.jsonl in {1} cannot be read: a pin may have been among them.', count(lines, 'line'), folder),
    { path: folder, hint: t('Remove those lines, and pin again what must stay.') },
  );
}
