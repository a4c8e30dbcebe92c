// Reads content back by its hash, from whichever archive has it sound (P16, P18): the place is only a hint.

import { basename } from 'node:path';
import { innerName } from '../archive/archiveName.js';
import type { ManifestFile } from '../archive/manifest.js';
import { proven } from '../archive/verified.js';
import { openZip, type ZipReader } from '../archive/zipReader.js';
import type { Env } from '../env.js';
import { BackupError, isBackupError, messageOf } from '../errors.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { Catalogue, Snapshot } from './catalogue.js';
import type { ContentPlace } from './summary.js';

/** What has to be known of a file to read it back. */
export type ContentReference = Pick<ManifestFile, 'path' | 'size' | 'sha256'> & {
  /** File name of the archive that probably has it. */
  archive?: string | undefined;
};

/** Directories of archives that are kept in memory, since one restore reads hundreds of files from a few archives. */
const KEPT = 4;

/** @param except absolute paths of archives that are not asked */
export type ReadContentOf = (file: ContentReference, except?: ReadonlySet<string>) => AsyncIterable<Uint8Array>;

export function createContents(env: Env, catalogue: Catalogue): ReadContentOf {
  const kept = new Map<string, ZipReader>();

  async function directoryOf(archive: string): Promise<ZipReader> {
    const zip = kept.get(archive) ?? (await openZip(env, archive));
    // The last used goes to the end, the first of the map is forgotten.
    kept.delete(archive);
    kept.set(archive, zip);
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return zip;
  }

  async function provenAt(place: ContentPlace, file: ContentReference): Promise<AsyncIterable<Uint8Array>> {
    const zip = await directoryOf(place.archive);
    return proven(() => zip.read(place.stored), file, place.archive);
  }

  return async function* readContent(file, except) {
    const failures: BackupError[] = [];
    // What failed is read a second time (P11), after a new look: archives may have been moved or brought back since.
    // And the index is not believed a second time.
    for (const look of [catalogue.current, catalogue.reread]) {
      for (const place of placesOf(await look(), file)) {
        if (except?.has(place.archive)) continue;
        let chunks: AsyncIterable<Uint8Array>;
        try {
          chunks = await provenAt(place, file);
        } catch (error) {
          if (!isBackupError(error)) throw error;
          env.log.warn(`${displayPath(file.path)} could not be read from ${place.archive}: ${messageOf(error)}`);
          kept.delete(place.archive);
          failures.push(error);
          continue;
        }
        return yield* chunks;
      }
    }
    throw contentMissing(file, failures);
  };
}

/** @returns the archive that the manifest names first, then any other, and the trash at last */
function placesOf({ places, trashedPlaces }: Snapshot, file: ContentReference): ContentPlace[] {
  return [places, trashedPlaces].flatMap((of) => hintedFirst(of.get(file.sha256) ?? [], file));
}

function hintedFirst(places: readonly ContentPlace[], file: ContentReference): ContentPlace[] {
  return [...places].sort((one, other) => Number(isHinted(other, file)) - Number(isHinted(one, file)));
}

function isHinted(place: ContentPlace, file: ContentReference): boolean {
  return innerName(basename(place.archive)) === file.archive;
}

export function contentMissing(
  file: Pick<ContentReference, 'path' | 'archive'>,
  failures: readonly BackupError[],
): BackupError {
  const what = t(
    failures.length === 0
      ? 'The content of {0} is in no archive of these backups.'
      : 'The content of {0} cannot be read from any archive of these backups.',
    displayPath(file.path),
  );
  const where = file.archive === undefined ? [] : [t('It was stored in {0}.', file.archive)];
  return new BackupError('content-missing', [what, ...where].join(' '), {
    path: file.path,
    hint: t('Repair the backups, with the board if it still has the file; or import a copy of them from elsewhere.'),
    // The system's own error if there is one (P04).
    cause: failures[0]?.cause ?? failures[0],
  });
}
