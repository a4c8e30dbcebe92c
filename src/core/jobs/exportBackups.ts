// Takes backups out of a store, so that they can travel: one archive that needs no other, or a plain folder. The store stays as
// it is.

import { basename, dirname } from 'node:path';
import { isFile, type ManifestFile } from '../archive/manifest.js';
import { isPortable } from '../archive/placement.js';
import type { CarriedBackup } from '../archive/reader.js';
import type { ContentPromise } from '../archive/verified.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath } from '../paths.js';
import { contentKey } from '../plan/mergePlan.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import { holding } from './holding.js';
import { type JobContext, trackPhases } from './job.js';
import { recorded } from './recorded.js';
import { refuseInside } from './refuseInside.js';

export interface ExportOptions {
  /** At least one; the first gives the export its manifest, the others are carried along. */
  backups: readonly BackupSummary[];
  /** Absolute path of what does not exist yet. */
  target: string;
  form: 'archive' | 'folder';
}

export interface ExportResult {
  target: string;
  backups: number;
  /** Pieces of content in it, and their bytes. */
  contents: number;
  bytes: number;
  seconds: number;
}

/** @throws BackupError `path-taken`, `content-missing` if something is lost, `store-…`; nothing is left of it then */
export function exportBackups(context: JobContext, store: Store, options: ExportOptions): Promise<ExportResult> {
  const account = ({ backups, bytes }: Omit<ExportResult, 'seconds'>) => ({ backups, bytes });
  return recorded(context, store, 'export', account, () =>
    holding(context, store, 'shared', 'exports backups', () => write(context, store, options)),
  );
}

async function write(
  context: JobContext,
  store: Store,
  { backups, target, form }: ExportOptions,
): Promise<Omit<ExportResult, 'seconds'>> {
  refuseInside(store.root, target);
  const read: CarriedBackup[] = [];
  for (const backup of backups) read.push(await store.readBackup(backup));
  const [main, ...carried] = read;
  if (!main) throw new BackupError('bad-argument', t('There is no backup to export.'));
  const hold = await contentsOf(store, read);
  const bytes = [...hold.values()].reduce((sum, { size }) => sum + size, 0);
  const phases = trackPhases(context);
  phases.begin('copy', { files: hold.size, bytes });
  const annotations = await store.annotations();
  const plan = {
    main,
    carried,
    hold,
    annotations: new Map([...annotations].filter(([id]) => read.some((backup) => backup.id === id))),
    signal: context.signal,
    onContent: (size: number) => phases.add({ files: 1, bytes: size }),
  };
  if (form === 'folder') await store.exportFolder(target, { ...plan, canHold: isPortable });
  else await store.exportArchive(dirname(target), basename(target), plan);
  return { target, backups: read.length, contents: hold.size, bytes };
}

/** All content that these backups need, each once. */
async function contentsOf(store: Store, backups: readonly CarriedBackup[]): Promise<Map<ContentHash, ContentPromise>> {
  const files = backups.flatMap(({ manifest }) => manifest.entries.filter(isFile));
  // What the disk did not read the first time, it may read the second time (P11).
  const lost = (await findLost(store, files)) && (await findLost(store, files));
  if (lost) throw isLost(lost.path, (await store.list()).unreadable[0]?.error);
  return new Map(files.map(({ sha256, size }) => [sha256, { sha256, size }]));
}

async function findLost(store: Store, files: readonly ManifestFile[]): Promise<ManifestFile | undefined> {
  const { staying, trashed } = await store.holdings();
  const held = new Set([...staying, ...trashed].flatMap(({ contents }) => contents.map(contentKey)));
  return files.find((file) => !held.has(contentKey(file)));
}

/** @param cause why an archive cannot be read that may have it */
function isLost(path: BoardPath, cause: BackupError | undefined): BackupError {
  return new BackupError(
    'content-missing',
    t('The content of {0} is in no archive of these backups. Nothing was exported.', displayPath(path)),
    { path, hint: t('Repair the backups first, or export another one.'), cause },
  );
}
