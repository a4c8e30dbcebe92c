// Reads archives and says what is damaged or missing, and which backups that touches. Writes nothing but what it found (P13).

import { basename, dirname, join } from 'node:path';
import { innerName, twinName } from '../archive/archiveName.js';
import { isFile, type ManifestFile } from '../archive/manifest.js';
import { type Damage, verifyArchive } from '../archive/verify.js';
import { BackupError, isBackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { isSound, soundnessOf } from '../plan/soundness.js';
import type { Store } from '../store/store.js';
import type { BackupSummary, ContentPlace, StoreListing } from '../store/summary.js';
import { holding } from './holding.js';
import { isReadable } from './isReadable.js';
import { type JobContext, trackPhases } from './job.js';
import { noteSoundness } from './noteSoundness.js';
import { readableManifest } from './readableManifest.js';
import { recorded } from './recorded.js';

/** One thing that is wrong, and the ids of the backups that need what is lost and find it nowhere else. */
export interface DamageReport extends Omit<Damage, 'certainty'> {
  /** `missing`: no archive holds the content of this file; `archive` is where the manifest says that it was. */
  certainty: Damage['certainty'] | 'missing';
  backups: string[];
}

export interface VerifyResult {
  /** Archives that were looked at. */
  archives: number;
  /** Backups whose archives were not among them: a sample takes those that were verified longest ago. */
  left: number;
  damaged: DamageReport[];
  seconds: number;
}

export interface VerifyOptions {
  /** Only the archives that hold the bytes of this backup. */
  only?: BackupSummary;
  /**
   * `full`: every byte. `quick`: that all is there, without reading it. A sample: every byte of as many archives as fit into
   * this time, those that were verified longest ago first, so that in the end all are (P12).
   */
  depth?: 'full' | 'quick' | { seconds: number };
}

/**
 * What it finds is noted: on each backup that every byte of was read, whether it is sound.
 *
 * @throws BackupError `store-not-found`: a store that is not there is not a sound one
 */
export async function verify(context: JobContext, store: Store, options: VerifyOptions = {}): Promise<VerifyResult> {
  if (!(await store.exists())) throw storeNotFound(store.root, t('nothing to verify'));
  const account = ({ archives, damaged }: Omit<VerifyResult, 'seconds'>) => ({
    ...(damaged.length > 0 && { ok: false, code: 'archive-damaged' }),
    files: archives,
  });
  return recorded(context, store, 'verify', account, () =>
    holding(context, store, 'shared', 'verifies backups', () => look(context, store, options)),
  );
}

async function look(context: JobContext, store: Store, options: VerifyOptions): Promise<Omit<VerifyResult, 'seconds'>> {
  const phases = trackPhases(context);
  const listing = await store.list();
  const { depth = 'full' } = options;
  // As it stands now: it may have been rewritten while we waited.
  const only = options.only && (listing.backups.find(({ id }) => id === options.only?.id) ?? options.only);
  const turns = await turnsOf(context, store, listing, only);
  const read = new Set<string>();
  const damages: Damage[] = [];
  const until = typeof depth === 'object' ? context.env.clock.ticks() + 1000 * depth.seconds : Number.POSITIVE_INFINITY;
  phases.begin('check', { files: new Set(turns.flatMap(({ archives }) => archives)).size, bytes: 0 });
  let taken = 0;
  const looked: BackupSummary[] = [];
  for (const { backup, archives } of turns) {
    // However little time there is, one backup gets its turn: else all is never read in the end (P12).
    if (looked.length > 0 && context.env.clock.ticks() >= until) break;
    for (const archive of archives) {
      throwIfCancelled(context.signal);
      if (read.has(archive)) continue;
      read.add(archive);
      const how = depth === 'quick' ? 'structure' : 'every-byte';
      damages.push(...(await verifyArchive(context.env, archive, context.signal, how)));
      phases.add({ files: 1 });
    }
    taken += 1;
    if (backup) looked.push(backup);
  }
  const reports = await reportDamages(context, store, listing, damages);
  await noteResult(context, store, listing, reports, depth === 'quick' ? [] : looked);
  // Asked about one backup, we answer about that one: what others lack, the verification of the whole store tells.
  const damaged = reports.filter(
    ({ certainty, backups }) => !only || certainty !== 'missing' || backups.includes(only.id),
  );
  return { archives: read.size, left: turns.length - taken, damaged };
}

/** Reads every byte of every archive. Notes nothing. */
export async function findDamage(
  context: JobContext,
  store: Store,
): Promise<{ listing: StoreListing; reports: DamageReport[] }> {
  const listing = await store.list();
  const archives = await allArchives(store, listing);
  const phases = trackPhases(context);
  phases.begin('check', { files: archives.length, bytes: 0 });
  const damages: Damage[] = [];
  for (const archive of archives) {
    throwIfCancelled(context.signal);
    damages.push(...(await verifyArchive(context.env, archive, context.signal)));
    phases.add({ files: 1 });
  }
  return { listing, reports: await reportDamages(context, store, listing, damages) };
}

/** What is verified together. */
interface Turn {
  backup?: BackupSummary;
  archives: string[];
}

/** @returns one turn for each backup, those verified longest ago first; before them, what nobody can read */
async function turnsOf(
  context: JobContext,
  store: Store,
  listing: StoreListing,
  only: BackupSummary | undefined,
): Promise<Turn[]> {
  if (only) return [{ backup: only, archives: await archivesOf(context, store, only) }];
  const turns: Turn[] = [];
  for (const backup of [...listing.backups].sort(byLastVerification)) {
    // What was found to have lost something elsewhere is sound again only when that is read, too.
    turns.push({
      backup,
      archives: isSound(backup) ? await store.archives(backup) : await archivesOf(context, store, backup),
    });
  }
  const unreadable = listing.unreadable.map(({ path }) => path);
  return unreadable.length > 0 ? [{ archives: unreadable }, ...turns] : turns;
}

function byLastVerification(one: BackupSummary, other: BackupSummary): number {
  const [a = '', b = ''] = [one.verified?.at, other.verified?.at];
  return a === b ? one.sequence - other.sequence : a < b ? -1 : 1;
}

/**
 * Damage is noted however it was found; that a backup is sound, only if all of it was read. What was known to be unsound and
 * was not read now keeps its time: else its turn would never come again (P12). That it lacks files says less than that it is damaged.
 */
async function noteResult(
  context: JobContext,
  store: Store,
  { backups, unreadable }: StoreListing,
  reports: readonly DamageReport[],
  looked: readonly BackupSummary[],
): Promise<void> {
  const idsOf = (some: readonly DamageReport[]) => new Set(some.flatMap((report) => report.backups));
  const isDoubt = ({ certainty }: DamageReport) => certainty === 'read-error' || certainty === 'unsupported';
  const unsound = idsOf(reports.filter((report) => !isDoubt(report)));
  // What the disk did not read may be sound, or not.
  const doubtful = idsOf(reports.filter(isDoubt));
  const touched = idsOf(reports.filter(({ certainty }) => certainty !== 'missing'));
  // If an archive cannot be read, what is in no other may be in that one.
  const isLacking = ({ id }: BackupSummary) => unreadable.length === 0 && !touched.has(id);
  const read = new Set(looked.map(({ id }) => id));
  const isNews = (backup: BackupSummary) =>
    read.has(backup.id) || isSound(backup) || (soundnessOf(backup) === 'lacking' && !isLacking(backup));
  const bad = backups.filter((backup) => unsound.has(backup.id) && isNews(backup));
  const good = looked.filter(({ id }) => !unsound.has(id) && !doubtful.has(id));
  try {
    await noteSoundness(context, store, good, 'sound');
    await noteSoundness(context, store, bad.filter(isLacking), 'lacking');
    await noteSoundness(
      context,
      store,
      bad.filter((backup) => !isLacking(backup)),
      'damaged',
    );
  } catch (error) {
    // A store that cannot be written to can be verified all the same.
    if (!isBackupError(error)) throw error;
    context.env.log.warn(`The result of the verification could not be noted: ${error.message}`);
  }
}

/** Each file, also if several hold one backup: a copy that rots is found before it is needed. */
async function allArchives(store: Store, { unreadable }: StoreListing): Promise<string[]> {
  return [...(await store.archives()), ...unreadable.map(({ path }) => path)];
}

async function archivesOf(context: JobContext, store: Store, backup: BackupSummary): Promise<string[]> {
  const archives = new Set([backup.archive, ...(await store.archives(backup))]);
  const manifest = await readableManifest(context, store, backup);
  for (const file of manifest?.entries.filter(isFile) ?? []) {
    for (const place of await store.locate(file.sha256)) archives.add(place.archive);
  }
  return [...archives];
}

/**
 * A damage touches a backup if some content can be read from no place any more, or if the backup's own archive
 * cannot be read. What is in no archive at all is a report of its own: nothing that is there shows it.
 */
async function reportDamages(
  context: JobContext,
  store: Store,
  listing: StoreListing,
  damages: readonly Damage[],
): Promise<DamageReport[]> {
  const archives = new Set(await allArchives(store, listing));
  const byName = new Map([...archives].map((archive) => [innerName(basename(archive)), archive]));
  const unreadable = new Set(listing.unreadable.map(({ path }) => path));
  const reports = damages.map((damage) => ({ ...damage, backups: new Set<string>() }));
  const missing = new Map<string, Omit<DamageReport, 'backups'> & { backups: Set<string> }>();
  const readable = new Map<string, boolean>();
  const reportsAt = ({ archive, stored }: ContentPlace) =>
    reports.filter((report) => report.archive === archive && (report.stored === stored || report.stored === null));

  function noteMissing(backup: BackupSummary, file: ManifestFile, places: readonly ContentPlace[]): void {
    const known = reports.filter(({ archive, path }) => archive === backup.archive && path === file.path);
    for (const { backups } of known) backups.add(backup.id);
    if (known.length > 0) return;
    const archive = hintedArchive(byName, archives, backup, file);
    const key = [archive, file.sha256, file.size, file.path].join('\0');
    const noted = missing.get(key)?.backups ?? new Set();
    const reason = reasonFor(file, places, archives.has(archive), unreadable.has(archive));
    const report = { archive, path: file.path, stored: file.stored, reason, certainty: 'missing' as const };
    missing.set(key, { ...report, backups: noted.add(backup.id) });
  }

  async function canBeRead(file: ManifestFile): Promise<boolean> {
    const key = `${file.sha256}\0${file.size}`;
    const found = readable.get(key) ?? (await isReadable(store, file));
    readable.set(key, found);
    return found;
  }

  for (const backup of listing.backups) {
    throwIfCancelled(context.signal);
    const manifest = await readableManifest(context, store, backup);
    if (!manifest) {
      for (const report of reports) if (report.archive === backup.archive) report.backups.add(backup.id);
    }
    for (const file of manifest?.entries.filter(isFile) ?? []) {
      const places = await store.locate(file.sha256);
      const fitting = places.filter(({ size }) => size === file.size);
      const found = fitting.map(reportsAt);
      // What only the trash has can be read all the same.
      if (fitting.length === 0 && !(await canBeRead(file))) noteMissing(backup, file, places);
      else if (found.every((there) => there.length > 0) && !(await canBeRead(file))) {
        for (const report of found.flat()) report.backups.add(backup.id);
      }
    }
  }
  return [...reports, ...missing.values()].map((report) => ({ ...report, backups: [...report.backups] }));
}

/** The archive that a manifest names: beside its own, where a board's archives stand together, else wherever it is. */
function hintedArchive(
  byName: ReadonlyMap<string, string>,
  there: ReadonlySet<string>,
  backup: BackupSummary,
  file: ManifestFile,
): string {
  const beside = join(dirname(backup.archive), file.archive);
  const form = [beside, twinName(beside)].find((path) => there.has(path));
  return form ?? byName.get(file.archive) ?? beside;
}

function reasonFor(
  file: ManifestFile,
  places: readonly ContentPlace[],
  isThere: boolean,
  isUnreadable: boolean,
): string {
  const [place] = places;
  if (place) return t('The manifest says {0} bytes, and this content has {1}.', file.size, place.size);
  if (isUnreadable) return t('Its content was in this archive, which cannot be read, and is in no other.');
  if (isThere) return t('Its content was in this archive, and no other archive of these backups has it.');
  return t('Its content was in this archive, which is missing, and is in no other.');
}

/** @param so what follows from it: the end of a sentence */
export function storeNotFound(root: string, so: string): BackupError {
  return new BackupError('store-not-found', t('There is no folder {0}: {1}.', root, so), {
    path: root,
    hint: t('Check the name of the folder, and that its disk is connected.'),
  });
}
