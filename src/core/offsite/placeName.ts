// How a second place is written: an absolute path of a folder, or a remote of rclone by its name, `name:path`. What rclone takes besides, a
// connection string (`:sftp,host=…:path`), is refused: it may hold a password, which would stand in the folder of the backups and in the
// list of processes, and it may name a program to run, wherever that folder came from. rclone's own configuration is the place for it.

import { posix, win32 } from 'node:path';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { withoutCredentials } from '../text.js';

export interface PlaceName {
  kind: 'folder' | 'remote';
  /** As it is given to rclone or to the disk. */
  text: string;
  /** Safe to show. */
  shown: string;
}

/** rclone takes what begins with a dash for an option. */
const ODD = /^[\s-]|\s$|\p{C}/u;
const REMOTE = /^[\p{L}\p{N}_][\p{L}\p{N}_.+@ -]*:/u;
const CONNECTION = /^:|^[^:/\\]*,[^/\\]*[:=]/;

/** @throws BackupError `bad-argument`, which does not tell what may be a secret */
export function parsePlace(text: string): PlaceName {
  if (text !== '' && !ODD.test(text)) {
    if (isFolder(text)) return { kind: 'folder', text, shown: text };
    // `webdav://user:password@host` is no place either.
    if (CONNECTION.test(text) || withoutCredentials(text) !== text) throw connectionString();
    if (REMOTE.test(text)) return { kind: 'remote', text, shown: text };
  }
  throw new BackupError('bad-argument', t('This is not a second place.'), {
    hint: t('Give the absolute path of a folder, or a remote of rclone with a path on it: name:path.'),
  });
}

function connectionString(): BackupError {
  return new BackupError('bad-argument', t('The address of a second place cannot contain connection settings.'), {
    hint: t('Set up a remote with "rclone config", which stores them, and enter its name: name:path.'),
  });
}

function isFolder(text: string): boolean {
  return process.platform === 'win32' ? win32.isAbsolute(text) || /^[a-z]:/i.test(text) : posix.isAbsolute(text);
}

/** @returns the place one level below; `folder` is a name of ours */
export function below(place: string, ...folders: readonly string[]): string {
  const start = place.replace(/[/\\]+$/, '');
  const path = folders.filter((folder) => folder !== '').join('/');
  if (path === '') return place;
  return /:$/.test(start) ? `${start}${path}` : `${start}/${path}`;
}
