// Starts a backup in a store: chooses its folder, its number and its name, and opens its archive.

import type { AgeTarget } from '../archive/ageHeader.js';
import type { ManifestBoard } from '../archive/manifest.js';
import type { Env } from '../env.js';
import { messageOf } from '../errors.js';
import type { ContentHash } from '../tree.js';
import { archiveNames, folderOf } from './boardFolder.js';
import type { Catalogue } from './catalogue.js';
import { createDurably } from './durable.js';
import { removeStalePartials } from './partials.js';
import { type BackupDraft, createPendingBackup, type PendingBackup } from './pendingBackup.js';
import type { ContentPlace, StoreListing } from './summary.js';

export interface StartingStore {
  catalogue: Catalogue;
  list(): Promise<StoreListing>;
  locate(sha256: ContentHash): Promise<readonly ContentPlace[]>;
  /** For whom the archive is encrypted; undefined for a plain store. */
  target(): Promise<AgeTarget | undefined>;
}

/** @throws BackupError `store-denied`, `store-full`, `store-failed` */
export async function startBackup(
  env: Env,
  root: string,
  { catalogue, list, locate, target }: StartingStore,
  board: ManifestBoard,
  draft: BackupDraft,
): Promise<PendingBackup> {
  const { backups, unreadable } = await list();
  const earlier = backups.filter((backup) => backup.board.id === board.id);
  const folder = folderOf(root, board, earlier);
  await removeStalePartials(env, root);
  await removeStalePartials(env, folder);
  const createdAt = env.clock.now();
  const file = await createDurably(env, folder, archiveNames(createdAt), await target());
  // P46: the number is higher than that of any backup of the board, also of those that may be restored from the trash. An archive that
  // cannot be read may have taken a number, too.
  const deleted = (await catalogue.current()).trashed.filter(({ summary }) => summary.board.id === board.id);
  const taken = [...earlier, ...deleted.map(({ summary }) => summary)].map((backup) => backup.sequence);
  // A manifest from elsewhere may have the last number that there is: then the time tells which is newer.
  const sequence = Math.min(Math.max(0, ...taken) + unreadable.length + 1, Number.MAX_SAFE_INTEGER);
  const hidden = unreadable.map(({ error }) => error);
  const pending = await createPendingBackup(env, { board, draft, sequence, createdAt, file, hidden, locate });
  return {
    ...pending,
    async commit(outcome, signal) {
      const summary = await pending.commit(outcome, signal);
      // The index is a cache: the backup is complete even if the index cannot be updated (P21).
      await catalogue.refresh().catch((error: unknown) => env.log.debug(messageOf(error)));
      return summary;
    },
  };
}
