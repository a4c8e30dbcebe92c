// What cannot be the second place of a store: its own folder, another store, a simulated board, and the folder of somebody else's store there.

import { basename, dirname, join } from 'node:path';
import { isOfKey } from '../archive/archiveErrors.js';
import { isArchiveName, isEncryptedName, stemOf } from '../archive/archiveName.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import type { Place, PlacedFile } from '../offsite/place.js';
import { realPath } from '../offsite/realPath.js';
import { temporaryFolder } from '../offsite/temporaryFolder.js';
import { createEncryption } from '../store/encryption.js';
import { encryptionPath } from '../store/encryptionFile.js';
import type { Store } from '../store/store.js';
import { ENCRYPTION_FILE } from '../store/storeFiles.js';
import { FAR_RECORD, readFar } from './farFile.js';
import type { JobContext } from './job.js';
import { liesIn, refuseInside } from './refuseInside.js';

/** By what the names lead to. @param place absolute path of a folder @throws BackupError `bad-argument` */
export async function refuseOwn({ env }: JobContext, root: string, place: string): Promise<void> {
  const [own, other] = [await realPath(root), await realPath(place)];
  refuseInside(root, place);
  refuseInside(own, other);
  if (await isFolderOfStore(env, other)) {
    throw refused(t('{0} is a folder of backups itself, or that of a board in one.', place), place);
  }
  // The folder of the store there would be one of the store's boards, or the store one of the place's folders.
  if (liesIn(other, own) && dirname(own) === other && /-[0-9a-f]{8}$/.test(basename(own)))
    throw refused(
      t('The folder of the backups is inside {0}, where the second place would put its copies.', place),
      place,
    );
}

/**
 * Each folder in there is the flash of a board: copies would be files of that board, and its next backup would take them along.
 *
 * @param place absolute path of a folder
 * @throws BackupError `bad-argument`
 */
export async function refuseSimulated(simulatedBoards: string, place: string): Promise<void> {
  const isInside = liesIn(simulatedBoards, place) || liesIn(await realPath(simulatedBoards), await realPath(place));
  if (isInside) throw refused(t('{0} is in the folder of the simulated boards.', place), place);
}

/**
 * The folder of a store there has to be that of this one: what is here would be mixed into it, and what is not here would go.
 *
 * @throws BackupError `bad-argument`, `store-not-found`, as the place
 */
export async function refuseOther(context: JobContext, store: Store, place: Place, folder: string): Promise<void> {
  const { env, signal } = context;
  const all = await place.listAll({ signal });
  const inside = all.filter(({ path }) => path.startsWith(`${folder}/`));
  const listed = inside.map((file) => ({ ...file, path: file.path.slice(folder.length + 1) }));
  const archives = listed.map(({ path }) => path).filter(isArchiveName);
  if (archives.length === 0) throw nothingIn(place.shown, folder, all);
  const far = listed.some(({ path }) => path === ENCRYPTION_FILE)
    ? await readFar(context, place, folder, ENCRYPTION_FILE)
    : undefined;
  const where = t('the folder {0} at {1}', folder, place.shown);
  const { state } = await store.encryption();
  if (state === 'plain' && (far || archives.some(isEncryptedName)))
    throw notOurs(
      t('The backups in {0} are encrypted, and those in {1} are not.', where, store.root),
      place.shown,
      t('Bring them back into a folder without backups, or encrypt those here with the same key first.'),
    );
  const isSameFile = far && Buffer.from(far).equals(await env.fs.readFile(join(store.root, ENCRYPTION_FILE)));
  if (far && !isSameFile && !(await hasSameKey(env, store.root, far)))
    throw notOurs(
      t('The backups in {0} are encrypted for another key than those in {1}.', where, store.root),
      place.shown,
      t('Change the key here to that one first.'),
    );
  const own = new Set((await store.files()).map(({ archive }) => stemOf(archive)));
  if (!archives.some((path) => own.has(stemOf(path))))
    throw notOurs(
      t('None of the backups in {0} is in {1}.', where, store.root),
      place.shown,
      t('Bring those backups back first.'),
    );
}

/**
 * How the store here is encrypted takes the place of what says so there: whoever has the key must open what lies there with it, and
 * nothing there may need an earlier one.
 *
 * @throws BackupError `key-missing`, `key-wrong` if the key of the store here is not given
 */
async function hasSameKey(env: JobContext['env'], root: string, far: Uint8Array): Promise<boolean> {
  const own = await createEncryption(env, root).unlock();
  if (!own) return false;
  const temporary = await temporaryFolder();
  try {
    const file = await env.fs.open(encryptionPath(temporary.path), 'create');
    try {
      await file.append(far);
    } finally {
      await file.close();
    }
    const keys = { secretsFor: async () => [own.secret] };
    const there = await createEncryption({ ...env, keys }, temporary.path).unlock();
    return there !== undefined && there.file.earlier === undefined && !there.file.ending;
  } catch (error) {
    if (isOfKey(error)) return false;
    throw error;
  } finally {
    await temporary.remove();
  }
}

/** Archives lie in it, or one level below; at a second place they lie deeper, or beside what was noted with them. */
async function isFolderOfStore({ fs }: JobContext['env'], path: string): Promise<boolean> {
  const namesIn = (folder: string) => fs.list(folder).catch((): string[] => []);
  const names = await namesIn(path);
  if (names.some(isArchiveName)) return true;
  for (const name of names) {
    const inside = await namesIn(join(path, name));
    if (inside.some(isArchiveName) && !inside.includes(FAR_RECORD)) return true;
  }
  return false;
}

function refused(message: string, path: string): BackupError {
  return new BackupError('bad-argument', `${message} ${t('It cannot be the second place. Nothing was written.')}`, {
    path,
    hint: t('Choose a folder of its own.'),
  });
}

function notOurs(message: string, path: string, remedy: string): BackupError {
  return new BackupError('bad-argument', `${message} ${t('Nothing was changed.')}`, {
    path,
    hint: `${remedy} ${t('If no folder is named, this store gets a new one there.')}`,
  });
}

function nothingIn(shown: string, folder: string, all: readonly PlacedFile[]): BackupError {
  const folders = new Set(all.flatMap(({ path }) => (isArchiveName(path) ? (path.split('/')[0] ?? []) : [])));
  const hint =
    folders.size === 0
      ? t('There are no backups at that place.')
      : t('Folders with backups there: {0}.', [...folders].join(', '));
  return new BackupError('store-not-found', t('There is no backup in the folder {0} of {1}.', folder, shown), {
    path: shown,
    hint,
  });
}
