// Brings backups back from a second place: they are checked and rewritten as any that come from elsewhere.

import { join } from 'node:path';
import { isEncryptedName } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import type { RcloneOptions } from '../offsite/rclone.js';
import { temporaryFolder } from '../offsite/temporaryFolder.js';
import { makeFolderDurably, replaceFile } from '../store/durable.js';
import { wouldBecomePlain } from '../store/encryption.js';
import type { Store } from '../store/store.js';
import { ENCRYPTION_FILE, HISTORY_FILE } from '../store/storeFiles.js';
import { exportBackups } from './exportBackups.js';
import { type OpenFarStore, openFarStore, openFarStoreOf } from './farStore.js';
import { byPeople, type ImportResult, importBackups } from './importBackups.js';
import { type JobContext, trackPhases } from './job.js';
import { recorded } from './recorded.js';

export interface BringBackOptions extends RcloneOptions {
  /** Usual: the second place of the store. */
  place?: string | undefined;
  /** Of the store there; usual: that of the store, or the only one that is there. */
  folder?: string | undefined;
  /** References as `Store.find` takes them. */
  backups: 'all' | readonly string[];
}

/**
 * All that comes is verified. What is encrypted comes only into a store that is. Notes come along; into a store that is new or empty also the history, and how it is encrypted.
 *
 * @throws BackupError `backup-not-found`, `bad-argument`, `encryption-lost`, `would-be-plain`, `key-missing`, `key-wrong`, `rclone-missing`, `place-unreachable`,
 *   `place-failed`, `cancelled`, `store-…`
 */
export function bringBack(context: JobContext, store: Store, options: BringBackOptions): Promise<ImportResult> {
  const account = ({ imported }: ImportResult) => ({ backups: imported.length });
  return recorded(context, store, 'offsite-restore', account, async () => {
    const { place, folder, backups } = options;
    const far = await (place === undefined
      ? openFarStoreOf(context, store, options)
      : openFarStore(context, place, folder, options));
    try {
      // Before the store has an archive: so that each is encrypted from the first.
      if ((await store.files()).length === 0) await takeAlong(context, store, far);
      await store.unlockToWrite();
      const archives = (await far.store.files()).map(({ archive }) => archive);
      if (await wouldBecomePlain(store, archives)) throw wouldBePlain(store.root, far.place);
      return await (backups === 'all' ? bringAll(context, store, far) : bringSome(context, store, far, backups));
    } finally {
      await far.close();
    }
  });
}

/** Nothing is written before it is known that the key is that of what lies there. */
async function takeAlong({ env }: JobContext, store: Store, far: OpenFarStore): Promise<void> {
  const found = new Map<string, Uint8Array>();
  for (const path of [ENCRYPTION_FILE, HISTORY_FILE]) {
    const bytes = await far.read(path);
    if (bytes) found.set(path, bytes);
  }
  if (found.has(ENCRYPTION_FILE)) await far.store.unlock();
  for (const [path, bytes] of found) {
    const target = join(store.root, path);
    try {
      if (await env.fs.info(target)) continue;
      await makeFolderDurably(env, store.root);
      await replaceFile(env, target, bytes);
    } catch (error) {
      throw diskError(error, target);
    }
  }
}

function wouldBePlain(root: string, place: string): BackupError {
  return new BackupError(
    'would-be-plain',
    t(
      'The backups at {0} are encrypted, and those in {1} are not: there they would be readable without a key. Nothing was brought back.',
      place,
      root,
    ),
    { path: root, hint: t('Bring them back into a new folder, or encrypt the backups in this one first.') },
  );
}

async function bringAll(context: JobContext, store: Store, far: OpenFarStore): Promise<ImportResult> {
  trackPhases(context).begin('read');
  await far.bring();
  const archives = (await far.store.files()).map(({ archive }) => archive);
  const unread = archives.flatMap((archive) => {
    const reason = far.unreadable.get(archive);
    return reason === undefined ? [] : [unreadable(far, archive, reason)];
  });
  const [first] = unread;
  if (first && unread.length === archives.length) throw first.error;
  const taken = await importBackups(context, store, [far.archives]);
  const result = { ...taken, refused: [...taken.refused.map((each) => asFar(far, each)), ...unread] };
  const notes = await far.store.annotations();
  for (const backup of result.imported) {
    const note = notes.get(backup.id);
    if (note) await store.annotate([backup], byPeople(note));
  }
  return result;
}

type Refused = ImportResult['refused'][number];

function unreadable({ place, folder }: OpenFarStore, archive: string, reason: string): Refused {
  const path = `${place}/${folder}/${archive}`;
  const hint = t('If the first place still has it, a check there with repair copies it again.');
  return { path, error: new BackupError('place-failed', reason, { path, hint }) };
}

/** People know it by where it lies there. */
function asFar({ place, folder, archives }: OpenFarStore, { path, error }: Refused): Refused {
  const shown = path.replace(archives, `${place}/${folder}`);
  const { code, message, hint, cause } = error;
  const told = message.replaceAll(archives, `${place}/${folder}`);
  return {
    path: shown,
    error: new BackupError(code, told, { path: shown, cause, ...(hint !== undefined && { hint }) }),
  };
}

/** As an export, which needs nothing else, and has what is noted on them. */
async function bringSome(
  context: JobContext,
  store: Store,
  far: OpenFarStore,
  references: readonly string[],
): Promise<ImportResult> {
  const isPlain = (await far.store.encryption()).state === 'plain';
  const files = await far.store.files();
  // On its way, it would lie on this computer in clear.
  if (isPlain && files.some(({ archive }) => isEncryptedName(archive))) {
    throw new BackupError(
      'encryption-lost',
      t('There are encrypted archives at {0}, but no {1}.', far.place, ENCRYPTION_FILE),
      {
        path: far.place,
        hint: t('Bring back all backups at once.'),
      },
    );
  }
  const backups = [];
  for (const reference of references) backups.push(await far.store.find(reference));
  const temporary = await temporaryFolder();
  try {
    const target = join(temporary.path, isPlain ? 'backups.blb' : 'backups.blb.age');
    await exportBackups(context, far.store, { backups, target, form: 'archive' });
    return await importBackups(context, store, [target]);
  } finally {
    await temporary.remove();
  }
}
