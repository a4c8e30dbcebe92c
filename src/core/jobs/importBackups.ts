// Takes in backups from elsewhere: an export, archives from another computer, a whole store. What comes is checked first and then
// rewritten; nothing foreign is adopted as it is (P43, P44).

import { isFile, type ManifestFile } from '../archive/manifest.js';
import type { CarriedBackup } from '../archive/reader.js';
import type { ContentPromise } from '../archive/verified.js';
import { BackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import { contentKey } from '../plan/mergePlan.js';
import { isSound } from '../plan/soundness.js';
import type { Annotation } from '../store/annotations.js';
import { wouldBecomePlain } from '../store/encryption.js';
import { type ImportSource, openSources, type Sources } from '../store/importSource.js';
import type { ReadContent, Store, StoreLock } from '../store/store.js';
import { annotated, type BackupSummary, summaryOf } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import { holding } from './holding.js';
import { isReadable } from './isReadable.js';
import { type JobContext, trackPhases } from './job.js';
import { outdatedGenerations } from './mergeContent.js';
import { noteSoundness } from './noteSoundness.js';
import { readableManifest } from './readableManifest.js';
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

export interface ImportOptions {
  /** Asked if what is encrypted would be in clear in this store. Usual: it is refused. */
  mayBecomePlain?: () => Promise<boolean>;
}

/**
 * What comes without its content may get it from any of the others.
 *
 * @param from absolute paths of archives and folders
 * @throws BackupError `archive-damaged`, `archive-unsupported`, `encryption-lost`, `store-not-found`, `store-…`, `would-be-plain`
 */
export function importBackups(
  context: JobContext,
  store: Store,
  from: readonly string[],
  { mayBecomePlain = async () => false }: ImportOptions = {},
): Promise<ImportResult> {
  const account = ({ imported }: { imported: BackupSummary[] }) => ({ backups: imported.length });
  return recorded(context, store, 'import', account, async () => {
    await store.unlockToWrite();
    trackPhases(context).begin('check');
    const { sources, refused } = await openSources(context.env, from, context.signal);
    const paths = sources.map(({ path }) => path);
    if ((await wouldBecomePlain(store, paths)) && !(await mayBecomePlain())) throw wouldBePlain(store.root);
    return holding(context, store, 'exclusive', 'imports backups', async (lock) => ({
      ...(await takeIn(context, store, lock, sources)),
      refused,
    }));
  });
}

function wouldBePlain(root: string): BackupError {
  return new BackupError(
    'would-be-plain',
    t(
      'The backups to import are encrypted, but those in {0} are not: they would be readable there without a key. Nothing was imported.',
      root,
    ),
    { path: root, hint: t('Encrypt the backups there first, or agree to that.') },
  );
}

async function takeIn(
  context: JobContext,
  store: Store,
  lock: StoreLock,
  sources: readonly ImportSource[],
): Promise<Omit<ImportResult, 'seconds' | 'refused'>> {
  const before = await store.list();
  const known = new Map(before.backups.map((backup) => [backup.id, backup]));
  // If an archive cannot be read, what seems to be in none may be in that one.
  const unsound = before.unreadable.length === 0 ? 'lacking' : 'damaged';
  const arriving = arrivalsOf(sources);
  const fresh = arriving.filter(({ id }) => !known.has(id));
  const { held, anywhere } = await heldIn(store);
  const read = readerOf(store, sources);
  const has = (content: ContentPromise) =>
    sources.some(({ contents }) => contents.get(content.sha256) === content.size);
  const isHeld = provenHeld(store, held, has);
  const mayCome = (boardId: string, content: ContentPromise) =>
    has(content) || (anywhere.has(contentKey(content)) && !held.has(keyOf(boardId, content)));

  await checkSpace(store, fresh, mayCome);
  const phases = trackPhases(context);
  phases.begin('copy', { files: fresh.length, bytes: 0 });
  const missing: MissingFile[] = [];
  for (const backup of fresh) {
    throwIfCancelled(context.signal);
    const files = backup.manifest.entries.filter(isFile);
    const boardId = backup.manifest.board.id;
    const isOwn = (file: ManifestFile) => file.archive === backup.manifest.archive;
    const brought: ManifestFile[] = [];
    const lost = new Set<ContentHash>();
    let isWhole = true;
    for (const file of files) {
      if (await isHeld(boardId, file)) continue;
      // The oldest that needs it gets it. What another board or the trash has is copied: each board stands for itself.
      if (has(file) || (anywhere.has(contentKey(file)) && (await isReadable(store, file)))) {
        brought.push(file);
        continue;
      }
      isWhole = false;
      missing.push({ id: backup.id, path: file.path });
      if (isOwn(file)) lost.add(file.sha256);
    }
    const hold = brought.filter((file) => !isOwn(file));
    const archive = await store.adopt({ backup, hold, lost, signal: context.signal }, read);
    // At once: whatever stops us later, nobody takes it for a whole one.
    if (!isWhole)
      await noteSoundness(context, store, [annotated(summaryOf(backup.manifest, backup.id), archive)], unsound);
    for (const file of brought) held.add(keyOf(boardId, file));
    phases.add({ files: 1 });
  }

  const here = arriving.flatMap(({ id }) => known.get(id) ?? []);
  const healed = await heal(context, store, here, has, isHeld, read);
  if (healed > 0) {
    await lock.check();
    await store.setAside('trash', outdatedGenerations((await store.holdings()).staying));
  }
  const { backups } = await store.list();
  const imported = backups.filter(({ id }) => fresh.some((backup) => backup.id === id));
  for (const backup of imported) {
    const annotation = sources.find(({ annotations }) => annotations.has(backup.id))?.annotations.get(backup.id);
    if (annotation) await store.annotate([backup], byPeople(annotation));
  }
  if (imported.length + healed > 0) {
    const concerned = new Set([...imported, ...here].map(({ board }) => board.id));
    const lacking = new Set(missing.map(({ id }) => id));
    const doubted = backups.filter((backup) => !isSound(backup) && !lacking.has(backup.id));
    for (const backup of doubted) {
      if (concerned.has(backup.board.id) && (await isWholeAgain(context, store, backup)))
        await noteSoundness(context, store, [backup], 'sound');
    }
  }
  return { imported, present: here.length, healed, missing };
}

/** Whether all that it needs can be read, now that more has come. */
async function isWholeAgain(context: JobContext, store: Store, backup: BackupSummary): Promise<boolean> {
  const manifest = await readableManifest(context, store, backup);
  if (!manifest) return false;
  for (const file of manifest.entries.filter(isFile)) {
    throwIfCancelled(context.signal);
    if (!(await isReadable(store, file))) return false;
  }
  return true;
}

/** When it was verified and checked elsewhere says nothing of what lies here. */
export function byPeople({ verified: _, checkedAt: __, ...annotation }: Annotation): Annotation {
  return annotation;
}

/**
 * What the import has as well may be its last sound copy: so what the store says to hold of it is read, each content once. What was
 * written in this import is proven.
 */
function provenHeld(
  store: Store,
  held: ReadonlySet<string>,
  has: (content: ContentPromise) => boolean,
): (boardId: string, content: ContentPromise) => Promise<boolean> {
  const before = new Set(held);
  const readable = new Map<string, boolean>();
  return async (boardId, content) => {
    const key = keyOf(boardId, content);
    if (!held.has(key)) return false;
    if (!before.has(key) || !has(content)) return true;
    const found = readable.get(key) ?? (await isReadable(store, content));
    readable.set(key, found);
    return found;
  };
}

function keyOf(boardId: string, content: ContentPromise): string {
  return `${boardId} ${contentKey(content)}`;
}

/** Each backup once, the oldest first: later ones find in the store what those before brought. */
function arrivalsOf(sources: readonly ImportSource[]): CarriedBackup[] {
  const byId = new Map(sources.flatMap(({ backups }) => backups.map((backup) => [backup.id, backup])));
  return [...byId.values()].sort((one, other) => one.manifest.sequence - other.manifest.sequence);
}

function readerOf(store: Store, sources: readonly ImportSource[]): ReadContent {
  return async function* read(content) {
    const source = sources.find(({ contents }) => contents.get(content.sha256) === content.size);
    yield* source ? source.read(content) : store.readContent(content);
  };
}

async function checkSpace(
  store: Store,
  fresh: readonly CarriedBackup[],
  mayCome: (boardId: string, content: ContentPromise) => boolean,
): Promise<void> {
  const files = fresh.flatMap(({ manifest }) => manifest.entries.filter(isFile));
  const coming = fresh.flatMap(({ manifest: { board, entries } }) =>
    entries.filter(isFile).filter((file) => mayCome(board.id, file)),
  );
  const contents = new Map(coming.map((file) => [file.sha256, file.size]));
  const bytes = [...contents.values()].reduce((sum, size) => sum + size, 0);
  await store.checkSpace({ bytes, largest: 0, entries: files.length });
}

/** `held`: what the archives of each board hold: they stand for themselves. `anywhere`: what any has, also in the trash. */
async function heldIn(store: Store): Promise<{ held: Set<string>; anywhere: ReadonlySet<string> }> {
  const { staying, trashed } = await store.holdings();
  return {
    held: new Set(staying.flatMap(({ boardId, contents }) => contents.map((content) => keyOf(boardId, content)))),
    anywhere: new Set([...staying, ...trashed].flatMap(({ contents }) => contents.map(contentKey))),
  };
}

/** P18: what backups of the store have lost, and the import has, is put back. @returns how many got something */
async function heal(
  context: JobContext,
  store: Store,
  present: readonly BackupSummary[],
  has: (content: ContentPromise) => boolean,
  isHeld: (boardId: string, content: ContentPromise) => Promise<boolean>,
  read: ReadContent,
): Promise<number> {
  let healed = 0;
  const put = new Set<string>();
  for (const backup of present) {
    throwIfCancelled(context.signal);
    const add: ManifestFile[] = [];
    for (const file of (await store.readManifest(backup)).entries.filter(isFile)) {
      const key = keyOf(backup.board.id, file);
      if (has(file) && !put.has(key) && !(await isHeld(backup.board.id, file))) add.push(file);
    }
    if (add.length === 0) continue;
    await store.rewrite(backup, { add, signal: context.signal, read });
    for (const file of add) put.add(keyOf(backup.board.id, file));
    healed += 1;
  }
  return healed;
}
