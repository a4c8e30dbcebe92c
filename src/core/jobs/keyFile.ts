// Files that hold a key: read where somebody names one, written where they say so. They never lie beside what they open.

import { keysIn } from '../archive/ageKeys.js';
import type { FileSystem } from '../env.js';
import { BackupError, messageOf, systemCode } from '../errors.js';
import { t } from '../l10n.js';
import { writePrivateFile } from '../privateFile.js';
import { refuseInside } from './refuseInside.js';

/** Far more than any key file has. */
const LARGEST = 1 << 20;

/**
 * @param path absolute @param isNew whether it becomes the key of something now: a line that others know does not
 * @throws BackupError `key-missing` if it cannot be read or holds no key
 */
export async function readKeyFile(
  fs: Pick<FileSystem, 'readFile'>,
  path: string,
  { isNew = false } = {},
): Promise<string[]> {
  const bytes = await fs.readFile(path).catch((cause: unknown) => {
    if (systemCode(cause) === undefined) throw cause;
    const message =
      systemCode(cause) === 'ENOENT'
        ? t('The key file {0} cannot be read: there is no such file.', path)
        : t('The key file {0} cannot be read: {1}.', path, messageOf(cause));
    throw noKeyFile(path, message, cause);
  });
  if (bytes.length > LARGEST) throw noKeyFile(path, t('{0} is too large for a key file.', path));
  const content = keysIn(bytes, isNew);
  if ('whyNot' in content) throw noKeyFile(path, t(content.whyNot, path));
  return content.keys;
}

export function noKeyFile(path: string, message: string, cause?: unknown): BackupError {
  return new BackupError('key-missing', message, {
    ...(path !== '' && { path }),
    hint: t('Name a file with an age identity (AGE-SECRET-KEY-1…), or with a passphrase as its only line.'),
    cause,
  });
}

/**
 * For this user alone, and safe on the disk when it resolves. A file that is there may be the only key of something else, and stays.
 *
 * @param root of the backups @param path absolute
 * @throws BackupError `bad-argument`, `path-taken`
 */
export async function writeKeyFile(root: string, path: string, text: string): Promise<void> {
  refuseInside(root, path);
  try {
    await writePrivateFile(path, text);
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST')
      throw new BackupError(
        'path-taken',
        t('The file {0} already exists, and may be a key. Nothing was written.', path),
        {
          path,
          hint: t('Choose another name.'),
        },
      );
    if (systemCode(cause) === undefined) throw cause;
    throw new BackupError('bad-argument', t('The key file {0} cannot be created: {1}.', path, messageOf(cause)), {
      path,
      hint: t('Choose a folder that exists and that you may write to.'),
      cause,
    });
  }
}
