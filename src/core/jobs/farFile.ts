// A small file of a store at a second place, by itself.

import { join } from 'node:path';
import type { Place } from '../offsite/place.js';
import { temporaryFolder } from '../offsite/temporaryFolder.js';
import type { JobContext } from './job.js';

/** What each archive is known by, as it travels along. */
export const FAR_RECORD = 'offsite-files.json';

/** One small file. @returns undefined if it is not there */
export async function readFar(
  { env, signal }: JobContext,
  place: Place,
  folder: string,
  path: string,
): Promise<Uint8Array | undefined> {
  const temporary = await temporaryFolder();
  try {
    await place.fetch(folder, [path], temporary.path, { signal });
    const brought = join(temporary.path, path);
    return (await env.fs.info(brought)) ? await env.fs.readFile(brought) : undefined;
  } finally {
    await temporary.remove();
  }
}
