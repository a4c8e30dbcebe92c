// Takes in several archives and folders, one after the other: what comes without its content may get it from a later one.

import { isFile } from '../archive/manifest.js';
import type { Store } from '../store/store.js';
import { type ImportOptions, type ImportResult, importBackups, type MissingFile } from './importBackups.js';
import { isReadable } from './isReadable.js';
import type { JobContext } from './job.js';
import { readableManifest } from './readableManifest.js';

/**
 * @param from absolute paths of archives and folders
 * @returns the sum, with what is missing in the end
 * @throws BackupError as {@link importBackups} does
 */
export async function importAll(
  context: JobContext,
  store: Store,
  from: readonly string[],
  options?: ImportOptions,
): Promise<ImportResult> {
  const results: ImportResult[] = [];
  for (const path of from) results.push(await importBackups(context, store, path, options));
  const sum = (of: (result: ImportResult) => number) => results.reduce((total, result) => total + of(result), 0);
  return {
    imported: results.flatMap(({ imported }) => imported),
    ...{ present: sum(({ present }) => present), healed: sum(({ healed }) => healed) },
    missing: await stillMissing(
      context,
      store,
      results.flatMap(({ missing }) => missing),
    ),
    refused: results.flatMap(({ refused }) => refused),
    seconds: sum(({ seconds }) => seconds),
  };
}

async function stillMissing(
  context: JobContext,
  store: Store,
  missing: readonly MissingFile[],
): Promise<MissingFile[]> {
  if (missing.length === 0) return [];
  const { backups } = await store.list();
  const still: MissingFile[] = [];
  for (const id of new Set(missing.map((each) => each.id))) {
    const backup = backups.find((each) => each.id === id);
    const files = (backup && (await readableManifest(context, store, backup)))?.entries.filter(isFile) ?? [];
    for (const each of missing.filter((one) => one.id === id)) {
      const file = files.find(({ path }) => path === each.path);
      if (!file || !(await isReadable(store, file))) still.push(each);
    }
  }
  return still;
}
