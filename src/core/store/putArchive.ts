// Puts an archive in place that is made of content the store has, or an import brings: a later generation, a copy for
// elsewhere. As durable as a backup: whole, verified, or not there at all.

import type { AgeTarget } from '../archive/ageHeader.js';
import { openArchive } from '../archive/reader.js';
import { type ArchivePlan, contentOf, rewriteArchive } from '../archive/rewrite.js';
import type { ContentPromise } from '../archive/verified.js';
import { createZipWriter } from '../archive/zipWriter.js';
import type { Env } from '../env.js';
import { BackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import { createDurably } from './durable.js';
import { proveOnDisk } from './proveOnDisk.js';

/** Content by its hash, proven right. @throws BackupError `content-missing`, … */
export type ReadContent = (content: ContentPromise & { path: BoardPath }) => AsyncIterable<Uint8Array>;

export interface PutArchive {
  /** Absolute; made if it is missing. */
  folder: string;
  /** The first that is free is taken. */
  names: Iterable<string>;
  plan: ArchivePlan;
  read: ReadContent;
  /** For whom it is encrypted; undefined for a plain archive. */
  target: AgeTarget | undefined;
  /** An archive that is not in the way, as {@link createDurably} has it. */
  beside?: string;
  signal?: AbortSignal | undefined;
  /** Is told the bytes of each piece of content. */
  onContent?: ((bytes: number) => void) | undefined;
}

/** @returns the absolute path of the archive. @throws BackupError; then nothing of it is left */
export async function putArchive(env: Env, put: PutArchive): Promise<string> {
  const { folder, names, plan, read, target, beside, signal, onContent } = put;
  const file = await createDurably(env, folder, names, target, beside);
  try {
    await rewriteArchive(await createZipWriter(file), plan, stoppable(read, signal), onContent);
    await file.commit(async (partial) => {
      await proveOnDisk(env, partial, file.path, signal);
      await proveContent(env, partial, plan);
    });
    return file.path;
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** Content that stops coming when it is cancelled. */
export function stoppable(read: ReadContent, signal: AbortSignal | undefined): ReadContent {
  return async function* readUnlessCancelled(content) {
    for await (const chunk of read(content)) {
      throwIfCancelled(signal);
      yield chunk;
    }
  };
}

/** P19: what others are going to rely on is really there. */
async function proveContent(env: Env, partial: string, plan: ArchivePlan): Promise<void> {
  const { contents } = await openArchive(env, partial);
  const there = new Set(contents.map(({ sha256, size }) => `${sha256} ${size}`));
  const lacking = contentOf(plan).find(({ sha256, size }) => !there.has(`${sha256} ${size}`));
  if (!lacking) return;
  throw new BackupError('store-failed', t('The content {0} did not get into the new archive.', lacking.sha256), {
    path: partial,
    hint: t('Nothing was changed. Verify the backups, then try again.'),
  });
}
