// What is noted on the backups of a store: each folder of a board has its own file, so that whoever takes the folder along takes
// the notes along.

import { basename, dirname, join } from 'node:path';
import type { Env } from '../env.js';
import { isBackupError, messageOf } from '../errors.js';
import { type Annotation, annotate, compactAnnotations, readAnnotations } from './annotations.js';
import type { Catalogue } from './catalogue.js';
import { isTrashed } from './findArchives.js';
import type { IndexRow } from './indexFile.js';
import type { BackupSummary } from './summary.js';

/** What is noted on some backups. */
export interface Noted {
  /** By id. */
  of: ReadonlyMap<string, Annotation>;
  /** Folders whose notes cannot all be read. */
  unclear: string[];
}

export interface Notes {
  /** Of the backups that stand in these archives. */
  on(rows: readonly IndexRow[]): Promise<Noted>;
  add(backups: readonly BackupSummary[], annotation: Annotation): Promise<void>;
  /** Makes files smaller where that pays. For who holds the store alone. */
  compact(): Promise<void>;
}

export function createNotes(env: Env, root: string, catalogue: Catalogue): Notes {
  /** The folders of boards; of what is in the trash, those that it was in. */
  function foldersOf(rows: readonly IndexRow[]): Set<string> {
    const folderOf = (archive: string) => (isTrashed(archive) ? basename(dirname(archive)) : dirname(archive));
    return new Set(rows.map(({ archive }) => join(root, folderOf(archive))));
  }

  return {
    async on(rows) {
      const of = new Map<string, Annotation>();
      const unclear: string[] = [];
      for (const folder of foldersOf(rows)) {
        try {
          const found = await readAnnotations(env, folder);
          for (const [id, annotation] of found.of) of.set(id, { ...of.get(id), ...annotation });
          if (found.damaged > 0) unclear.push(folder);
        } catch (error) {
          if (!isBackupError(error)) throw error;
          env.log.warn(`What was noted in ${folder} cannot be read: ${messageOf(error)}`);
          unclear.push(folder);
        }
      }
      return { of, unclear };
    },
    async add(backups, annotation) {
      const at = new Date(env.clock.now()).toISOString();
      for (const folder of new Set(backups.map(({ archive }) => dirname(archive)))) {
        const ids = backups.filter(({ archive }) => dirname(archive) === folder).map(({ id }) => id);
        await annotate(env, folder, { at, backups: ids, ...annotation });
      }
    },
    async compact() {
      for (const folder of foldersOf((await catalogue.current()).rows)) await compactAnnotations(env, folder);
    },
  };
}
