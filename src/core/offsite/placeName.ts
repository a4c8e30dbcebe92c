// How a second place is written: an absolute path of a folder, or a remote of rclone, `name:path`. What rclone takes as a connection
// string (`:webdav,url=…:path`) may hold a password. Such a one is refused: it would stand in the folder of the backups, and in
// the list of processes for everybody to read. rclone's own configuration is the place for it.

import { posix, win32 } from 'node:path';
import { BackupError } from '../errors.js';
import { withoutCredentials } from '../text.js';

export interface PlaceName {
  kind: 'folder' | 'remote';
  /** As it is given to rclone or to the disk. */
  text: string;
  /** Without anything that need not be seen: what a connection string sets is left out. */
  shown: string;
}

interface Setting {
  key: string;
  value: string;
}

const SECRET =
  /(^|_)(pass(word|wd|phrase)?2?|secret|token|pin|pem|jwt|auth|credentials?|bearer|cookies?|headers?|sas_url|otp|2fa)(_|$)|key$/i;
/** Names of files and switches, and half of a pair. */
const NO_SECRET = /(_file|_path|_type|_agent)$|^(access_key_id|env_auth|token_url|auth_url|auth_version)$/i;

/** @throws BackupError `bad-argument` */
export function parsePlace(text: string): PlaceName {
  const refused = refusalOf(text);
  if (refused) throw refused;
  // `webdav://user:password@host`, which is no place either.
  if (withoutCredentials(text) !== text) throw secretInName();
  if (isFolder(text)) return { kind: 'folder', text, shown: text };
  const remote = parseRemote(text);
  if (!remote) {
    throw new BackupError('bad-argument', 'This is no second place.', {
      hint: 'Give the absolute path of a folder, or a remote of rclone with a path on it: name:path.',
    });
  }
  const { name, settings, path } = remote;
  if (settings.some(isSecret)) throw secretInName();
  return { kind: 'remote', text, shown: `${name}${settings.length > 0 ? ',…' : ''}:${path}` };
}

function secretInName(): BackupError {
  return new BackupError('bad-argument', 'The second place has a secret in its name, which others could read.', {
    hint: 'Make a remote with "rclone config", which keeps the secret, and give its name: name:path.',
  });
}

function refusalOf(text: string): BackupError | undefined {
  // rclone takes what begins with a dash for an option.
  if (text !== '' && !/^[\s-]|\s$|\p{C}/u.test(text)) return undefined;
  return new BackupError('bad-argument', 'This is no second place.', {
    hint: 'Give the absolute path of a folder, or a remote of rclone with a path on it: name:path.',
  });
}

function isFolder(text: string): boolean {
  return process.platform === 'win32' ? win32.isAbsolute(text) || /^[a-z]:/i.test(text) : posix.isAbsolute(text);
}

/** As rclone reads it: a name or `:backend`, settings between commas, of which each may be in quotes, a colon, and a path. */
function parseRemote(text: string): { name: string; settings: Setting[]; path: string } | undefined {
  const name = /^:?[\p{L}\p{N}_][\p{L}\p{N}_.+@ -]*/u.exec(text)?.[0];
  if (name === undefined) return undefined;
  let rest = text.slice(name.length);
  const settings: Setting[] = [];
  while (rest.startsWith(',')) {
    const found = /^,([\w-]+)(?:=("(?:[^"]|"")*"|'(?:[^']|'')*'|[^,:"'][^,:]*|))?/.exec(rest);
    if (!found) return undefined;
    settings.push({ key: found[1] ?? '', value: found[2] ?? '' });
    rest = rest.slice(found[0].length);
  }
  return rest.startsWith(':') ? { name, settings, path: rest.slice(1) } : undefined;
}

function isSecret({ key, value }: Setting): boolean {
  const hasUser = /\/\/[^/]*@/.test(value) || /[?&](sig|token|key|pass|password)=/i.test(value);
  return hasUser || (SECRET.test(key) && !NO_SECRET.test(key) && value !== '');
}

/** @returns the place one level below; `folder` is a name of ours */
export function below(place: string, ...folders: readonly string[]): string {
  const start = place.replace(/[/\\]+$/, '');
  const path = folders.filter((folder) => folder !== '').join('/');
  if (path === '') return place;
  return /:$/.test(start) ? `${start}${path}` : `${start}/${path}`;
}
