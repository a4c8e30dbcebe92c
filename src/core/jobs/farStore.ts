// Stores as they lie at a second place: found, listed and read straight from there.

import { isArchiveName, stemOf } from '../archive/archiveName.js';
import type { Log } from '../env.js';
import { BackupError, isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type FarFiles, farFiles } from '../offsite/farFiles.js';
import { openPlace } from '../offsite/openPlace.js';
import type { Place, PlacedFile } from '../offsite/place.js';
import type { RcloneOptions } from '../offsite/rclone.js';
import { temporaryFolder } from '../offsite/temporaryFolder.js';
import { decodeCopied } from '../store/offsiteRecords.js';
import { openStore, type Store } from '../store/store.js';
import { ENCRYPTION_FILE, isBeside, LARGEST_BESIDE } from '../store/storeFiles.js';
import { FAR_RECORD } from './farFile.js';
import { type JobContext, trackPhases } from './job.js';
import { chosenPlace } from './offsitePlace.js';

/** A store at a second place. */
export interface FarStore {
  /** Name of its folder there. */
  folder: string;
  /** The computer that it is of, as its folder says. */
  machine: string;
  /** Archives. */
  backups: number;
  /** When the newest was taken; ISO 8601 in UTC. Null if there is none. */
  newest: string | null;
}

export interface OpenFarStore {
  /** Nothing can be written to it. */
  store: Store;
  /** Safe to show. */
  place: string;
  folder: string;
  /** Absolute path of the archives of the store on this computer, once {@link bring} has brought them. */
  archives: string;
  /** Brings archives at once, by their paths within the store; usual: all of them. */
  bring(archives?: readonly string[]): Promise<void>;
  /** What could not be brought, because it cannot be read there: reasons, by the paths within the store. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** A file of it that is no archive, or nothing if it is not there. @param path within the store */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Takes away what was downloaded. Never rejects. */
  close(): Promise<void>;
}

const FOLDER = /^(.+)-[0-9a-f]{8}$/;
const TAKEN = /backup_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)/;

/** Others may write there, too: what no store of ours has is not looked at, and nothing that is larger than it can be. */
export function isOfStore({ path, size }: PlacedFile): boolean {
  return isArchiveName(path) || ((isBeside(path) || path === FAR_RECORD) && isSmall(path, size));
}

/** One that says how a store is encrypted is never passed over. */
function isSmall(path: string, size: number): boolean {
  return size <= LARGEST_BESIDE || path === ENCRYPTION_FILE;
}

/**
 * @param place absolute path of a folder, or a remote of rclone
 * @throws BackupError `rclone-missing`, `place-unreachable`, `place-failed`, `cancelled`
 */
export async function placesAt(context: JobContext, place: string, options: RcloneOptions = {}): Promise<FarStore[]> {
  trackPhases(context).begin('connect');
  return storesIn(await openPlace(context.env, place, options).listAll({ signal: context.signal }));
}

/**
 * Listing downloads no archive, reading downloads those that are read.
 *
 * @param folder of the store there; may be left out if there is one alone
 * @throws BackupError `store-not-found`, `bad-argument` if it has to be said which; as {@link placesAt}
 */
export async function openFarStore(
  context: JobContext,
  place: string,
  folder?: string,
  options: RcloneOptions = {},
): Promise<OpenFarStore> {
  const there = openPlace(context.env, place, options);
  trackPhases(context).begin('connect');
  return openFarIn(context, there, folder ?? (await onlyFolder(context, there)));
}

/** The same for the second place of a store. @throws BackupError `bad-argument` if none is set */
export async function openFarStoreOf(
  context: JobContext,
  store: Store,
  options: RcloneOptions = {},
): Promise<OpenFarStore> {
  const { config, place } = await chosenPlace(context, store, options);
  trackPhases(context).begin('connect');
  return openFarIn(context, place, config.folder);
}

/** Of a place that is open already. */
export async function openFarIn(context: JobContext, place: Place, folder: string): Promise<OpenFarStore> {
  const { env, signal } = context;
  const listed = (await place.list(folder, { signal })).filter(isOfStore);
  if (!listed.some(({ path }) => isArchiveName(path))) throw nothingThere(place.shown, folder);
  const temporary = await temporaryFolder();
  try {
    const small = listed
      .filter(({ path, size }) => !isArchiveName(path) && size <= LARGEST_BESIDE)
      .map(({ path }) => path);
    const unknown = listed.map((file) => ({ ...file, modified: 0 }));
    const far = farFiles(env, place, folder, unknown, temporary.path);
    await far.bring(small, signal);
    const sizes = new Map(listed.map(({ path, size }) => [path, size]));
    const hasRecord = small.includes(FAR_RECORD) && !far.unreadable.has(FAR_RECORD);
    const record = hasRecord ? decodeCopied(await far.fs.readFile(pathIn(far, FAR_RECORD))) : [];
    for (const { path, size, modified } of record) if (sizes.get(path) === size) far.date(path, modified);
    const store = await openStore({ ...env, fs: far.fs, log: quiet(env.log) }, far.root);
    const all = listed.map(({ path }) => path).filter(isArchiveName);
    const where = place.pathOf ? far.root : `${place.shown}/${folder}`;
    return {
      store: { ...store, unlock: () => store.unlock().catch((error: unknown) => rethrowAs(error, far.root, where)) },
      place: place.shown,
      folder,
      unreadable: far.unreadable,
      archives: place.pathOf ? far.root : `${temporary.path}/brought`,
      bring: (archives = all) => far.bring(archives, signal),
      async read(path) {
        return small.includes(path) ? far.fs.readFile(pathIn(far, path)) : undefined;
      },
      close: () => temporary.discard(env.log),
    };
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

/** A remote has no absolute path, as a file system wants it: people know it by its own name. */
function rethrowAs(error: unknown, root: string, where: string): never {
  if (!isBackupError(error)) throw error;
  const { code, message, path, hint, cause } = error;
  throw new BackupError(code, message.replaceAll(root, where), {
    ...(path !== undefined && { path: path.replace(root, where) }),
    ...(hint !== undefined && { hint }),
    cause,
  });
}

/** Locks and histories that cannot be written there are no news. */
export function quiet(log: Log): Log {
  return {
    debug: (message) => log.debug(message),
    info: (message) => log.info(message),
    warn: (message) => log.debug(message),
    error: (message) => log.error(message),
  };
}

function pathIn({ root }: FarFiles, path: string): string {
  return `${root}/${path}`;
}

async function onlyFolder({ signal }: JobContext, place: Place): Promise<string> {
  const stores = storesIn(await place.listAll({ signal }));
  const [first, second] = stores;
  if (!first) throw nothingThere(place.shown);
  if (second) {
    throw new BackupError('bad-argument', t('The backups of several computers lie at {0}.', place.shown), {
      path: place.shown,
      hint: t('Name one of them with --machine: {0}.', stores.map(({ folder }) => folder).join(', ')),
    });
  }
  return first.folder;
}

function storesIn(files: readonly PlacedFile[]): FarStore[] {
  const folders = new Map<string, PlacedFile[]>();
  for (const file of files) {
    const [folder = '', ...rest] = file.path.split('/');
    const isOne = rest.length > 1 || rest[0] === FAR_RECORD;
    if (FOLDER.test(folder) && isOne) folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders]
    .map(([folder, own]) => {
      const archives = own.map(({ path }) => path).filter(isArchiveName);
      const times = archives.flatMap((path) => takenAt(path) ?? []).sort();
      return {
        folder,
        machine: FOLDER.exec(folder)?.[1] ?? folder,
        newest: times.at(-1) ?? null,
        backups: new Set(archives.map(stemOf)).size,
      };
    })
    .filter(({ backups }) => backups > 0)
    .sort((one, other) => (one.folder < other.folder ? -1 : 1));
}

/** By its name alone. */
function takenAt(archive: string): string | undefined {
  const [, year, month, day, hour, minute, second] = TAKEN.exec(archive) ?? [];
  return year && `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

function nothingThere(shown: string, folder?: string): BackupError {
  const message =
    folder === undefined
      ? t('There is no backup in {0}.', shown)
      : t('There is no backup in the folder {0} of {1}.', folder, shown);
  return new BackupError('store-not-found', message, {
    path: shown,
    hint: t('Check the address of the second place, and the name of the folder there.'),
  });
}
