import { diskError } from '../archive/diskErrors.js';
import type { Env, FileInfo } from '../env.js';

/** @returns undefined if nothing has that name. @throws BackupError `store-denied`, `store-failed` */
export function infoOf(env: Env, path: string): Promise<FileInfo | undefined> {
  return env.fs.info(path).catch((error: unknown) => {
    throw diskError(error, path);
  });
}
