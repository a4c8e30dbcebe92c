// Files that hold a key: read where the user names one, written where they say so. They never lie beside what they open.

import { open } from 'node:fs/promises';
import { secretsIn } from '../../core/archive/ageKeys.js';
import type { FileSystem } from '../../core/env.js';
import { BackupError, systemCode } from '../../core/errors.js';
import { refuseInside } from '../../core/jobs/refuseInside.js';

/** Far more than any key file has. */
const LARGEST = 1 << 20;

/** @throws BackupError `key-missing` where it cannot be read or holds no key */
export async function readKeyFile(fs: FileSystem, path: string): Promise<string[]> {
  const bytes = await fs.readFile(path).catch((cause: unknown) => {
    throw new BackupError('key-missing', `The key file ${path} cannot be read.`, { path, cause });
  });
  const secrets = bytes.length > LARGEST ? [] : secretsIn(Buffer.from(bytes).toString('utf8'));
  if (secrets.length > 0) return secrets;
  throw new BackupError('key-missing', `${path} holds no key.`, {
    path,
    hint: 'Choose a file with an age identity (AGE-SECRET-KEY-1…), or with a passphrase as its only line.',
  });
}

/**
 * For this user alone, and safe on the disk when it resolves. A file that is there may be the key of something else, and stays.
 *
 * @param root of the backups
 * @throws BackupError `bad-argument`, `path-taken`, `store-failed`
 */
export async function writeKeyFile(root: string, path: string, text: string): Promise<void> {
  refuseInside(root, path);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') {
      throw new BackupError('path-taken', `There is a file ${path} already, which may be a key. Nothing was written.`, {
        path,
        hint: 'Choose another name.',
      });
    }
    throw new BackupError('store-failed', `The key file ${path} could not be written.`, { path, cause });
  }
}
