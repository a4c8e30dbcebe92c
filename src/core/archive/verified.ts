// Content as it is read back: never more than was promised, and never taken for right before its hash is.

import { createHash } from 'node:crypto';
import { t } from '../l10n.js';
import type { ContentHash } from '../tree.js';
import { damagedArchive } from './archiveErrors.js';

export interface ContentPromise {
  size: number;
  sha256: ContentHash;
}

/** Content up to this size is checked in memory; larger content is read twice instead, once to check it. */
const IN_MEMORY = 1 << 20;

/**
 * @param read gives the content from its start, each time it is called
 * @param archive path, for the error
 * @returns chunks that are already proven right
 * @throws BackupError `archive-damaged` if size or hash differ
 */
export async function proven(
  read: () => AsyncIterable<Uint8Array>,
  promised: ContentPromise,
  archive: string,
): Promise<AsyncIterable<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of verified(read(), promised, archive)) {
    if (promised.size <= IN_MEMORY) chunks.push(chunk);
  }
  return promised.size <= IN_MEMORY ? each(chunks) : verified(read(), promised, archive);
}

async function* each(chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/**
 * Passes chunks on, and stops if there are more than promised (a bomb).
 *
 * @param archive path, for the error
 * @throws BackupError `archive-damaged` at the end if size or hash differ
 */
export async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  promised: ContentPromise,
  archive: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > promised.size)
      throw damagedArchive(archive, t('it holds more than the {0} bytes of a file', promised.size));
    hash.update(chunk);
    yield chunk;
  }
  const found = hash.digest('hex');
  if (size !== promised.size || found !== promised.sha256) {
    throw damagedArchive(
      archive,
      t('content {0} reads as {1}, {2} of {3} bytes', promised.sha256, found, size, promised.size),
    );
  }
}
