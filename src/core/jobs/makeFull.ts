// A synthetic full backup: all bytes of a backup in its own archive, from what the store has, without the board.

import { isFile } from '../archive/manifest.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { holding } from './holding.js';
import { type JobContext, trackPhases } from './job.js';
import { outdatedGenerations } from './mergeContent.js';
import { recorded } from './recorded.js';

export interface MakeFullResult {
  /** Absolute path of the archive that holds everything now. */
  archive: string;
  /** Files and bytes of the backup. */
  files: number;
  bytes: number;
  seconds: number;
}

/** @throws BackupError `content-missing` if something is lost, `store-…`; the store is as it was then */
export function makeFull(context: JobContext, store: Store, backup: BackupSummary): Promise<MakeFullResult> {
  return recorded(
    context,
    store,
    'make-full',
    ({ files, bytes }) => ({ backups: 1, files, bytes }),
    () =>
      holding(context, store, 'exclusive', 'makes a backup full', async (lock) => {
        const files = (await store.readManifest(backup)).entries.filter(isFile);
        const bytes = files.reduce((sum, { size }) => sum + size, 0);
        await store.checkSpace({ bytes, largest: 0, entries: files.length });
        const phases = trackPhases(context);
        phases.begin('copy', { files: files.length, bytes });
        const onContent = (size: number) => phases.add({ files: 1, bytes: size });
        // Since it was listed, another job may have written a later generation.
        const now = (await store.list()).backups.find(({ id }) => id === backup.id) ?? backup;
        const archive = await store.rewrite(now, { add: files, signal: context.signal, onContent });
        const outdated = outdatedGenerations((await store.holdings()).staying);
        await lock.check();
        await store.setAside('trash', outdated);
        return { archive, files: files.length, bytes };
      }),
  );
}
