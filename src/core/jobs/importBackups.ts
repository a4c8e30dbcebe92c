// Takes in backups from elsewhere: an export, archives from another computer, a whole store. What comes is checked first and then
// written anew; nothing foreign is adopted as it is (P43, P44).

import { isFile, type ManifestFile } from '../archive/manifest.js';
import type { CarriedBackup } from '../archive/reader.js';
import type { ContentPromise } from '../archive/verified.js';
import { throwIfCancelled } from '../errors.js';
import type { BoardPath } from '../paths.js';
import { contentKey } from '../plan/mergePlan.js';
import { type ImportSource, openSources, type Sources } from '../store/importSource.js';
import type { ReadContent, Store, StoreLock } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { holding } from './holding.js';
import { type JobContext, trackPhases } from './job.js';
import { outdatedGenerations } from './mergeContent.js';
import { recorded } from './recorded.js';

/** A file of a backup that came without its content, which the store does not have either. */
export interface MissingFile {
  id: string;
  path: BoardPath;
}

export interface ImportResult {
  imported: BackupSummary[];
  /** Backups that the store has already, and of those the ones that got back content that they had lost. */
  present: number;
  healed: number;
  missing: MissingFile[];
  /** Archives that were not taken in, each with the reason. */
  refused: Sources['refused'];
  seconds: number;
}

/**
 * @param from absolute path of an archive or a folder
 * @throws BackupError `archive-damaged`, `archive-unsupported`, `store-not-found`, `store-…`
 */
export function importBackups(context: JobContext, store: Store, from: string): Promise<ImportResult> {
  const account = ({ imported }: { imported: BackupSummary[] }) => ({ backups: imported.length });
  return recorded(context, store, 'import', account, async () => {
    trackPhases(context).begin('check');
    const { sources, refused } = await openSources(context.env, from, context.signal);
    const [first] = refused;
    if (sources.length === 0 && first) throw first.error;
    return holding(context, store, 'exclusive', 'imports backups', async (lock) => ({
      ...(await takeIn(context, store, lock, sources)),
      refused,
    }));
  });
}

/** One backup, and where it comes from. */
interface Arriving {
  backup: CarriedBackup;
  source: ImportSource;
}

async function takeIn(
  context: JobContext,
  store: Store,
  lock: StoreLock,
  sources: readonly ImportSource[],
): Promise<Omit<ImportResult, 'seconds' | 'refused'>> {
  const known = new Map((await store.list()).backups.map((backup) => [backup.id, backup]));
  const arriving = arrivalsOf(sources);
  const fresh = arriving.filter(({ backup }) => !known.has(backup.id));
  const held = await heldByBoard(store);
  const read = readerOf(store, sources);
  const has = (content: ContentPromise) =>
    sources.some(({ contents }) => contents.get(content.sha256) === content.size);

  await checkSpace(store, fresh, has);
  const phases = trackPhases(context);
  phases.begin('copy', { files: fresh.length, bytes: 0 });
  const missing: MissingFile[] = [];
  for (const { backup } of fresh) {
    throwIfCancelled(context.signal);
    const files = backup.manifest.entries.filter(isFile);
    const keyOf = (file: ManifestFile) => `${backup.manifest.board.id} ${contentKey(file)}`;
    const isOwn = (file: ManifestFile) => file.archive === backup.manifest.archive;
    const isHere = (file: ManifestFile) => has(file) || held.has(keyOf(file));
    const gone = files.filter((file) => !isHere(file));
    missing.push(...gone.map(({ path }) => ({ id: backup.id, path })));
    await store.adopt(
      {
        backup,
        // The oldest that needs it gets it; what the store has already stays where it is.
        hold: files.filter((file) => !isOwn(file) && has(file) && !held.has(keyOf(file))),
        lost: new Set(gone.filter(isOwn).map(({ sha256 }) => sha256)),
        signal: context.signal,
      },
      read,
    );
    for (const file of files) if (isHere(file)) held.add(keyOf(file));
    phases.add({ files: 1 });
  }

  const here = arriving.flatMap(({ backup }) => known.get(backup.id) ?? []);
  const healed = await heal(context, store, here, has, read);
  if (healed > 0) {
    await lock.check();
    await store.setAside('trash', outdatedGenerations((await store.holdings()).staying));
  }
  const { backups } = await store.list();
  const imported = backups.filter(({ id }) => fresh.some(({ backup }) => backup.id === id));
  for (const backup of imported) {
    const annotation = sources.find(({ annotations }) => annotations.has(backup.id))?.annotations.get(backup.id);
    if (annotation) await store.annotate([backup], annotation);
  }
  return { imported, present: here.length, healed, missing };
}

/** Each backup once, the oldest first: later ones find in the store what those before brought. */
function arrivalsOf(sources: readonly ImportSource[]): Arriving[] {
  const byId = new Map<string, Arriving>();
  for (const source of sources) {
    for (const backup of source.backups) if (!byId.has(backup.id)) byId.set(backup.id, { backup, source });
  }
  return [...byId.values()].sort(
    ({ backup: one }, { backup: other }) => one.manifest.sequence - other.manifest.sequence,
  );
}

function readerOf(store: Store, sources: readonly ImportSource[]): ReadContent {
  return async function* read(content) {
    const source = sources.find(({ contents }) => contents.get(content.sha256) === content.size);
    yield* source ? source.read(content) : store.readContent({ ...content, archive: '' });
  };
}

async function checkSpace(
  store: Store,
  fresh: readonly Arriving[],
  has: (content: ContentPromise) => boolean,
): Promise<void> {
  const files = fresh.flatMap(({ backup }) => backup.manifest.entries.filter(isFile));
  const contents = new Map(files.filter(has).map((file) => [file.sha256, file.size]));
  const bytes = [...contents.values()].reduce((sum, size) => sum + size, 0);
  await store.checkSpace({ bytes, largest: 0, entries: files.length });
}

/** What the archives of each board hold: they stand for themselves. */
async function heldByBoard(store: Store): Promise<Set<string>> {
  const { staying } = await store.holdings();
  return new Set(
    staying.flatMap(({ boardId, contents }) => contents.map((content) => `${boardId} ${contentKey(content)}`)),
  );
}

/** P18: what backups of the store have lost, and the import has, is put back. @returns how many got something */
async function heal(
  context: JobContext,
  store: Store,
  present: readonly BackupSummary[],
  has: (content: ContentPromise) => boolean,
  read: ReadContent,
): Promise<number> {
  let healed = 0;
  for (const backup of present) {
    throwIfCancelled(context.signal);
    const held = await heldByBoard(store);
    const files = (await store.readManifest(backup)).entries.filter(isFile);
    const add = files.filter((file) => has(file) && !held.has(`${backup.board.id} ${contentKey(file)}`));
    if (add.length === 0) continue;
    await store.rewrite(backup, { add, signal: context.signal, read });
    healed += 1;
  }
  return healed;
}
