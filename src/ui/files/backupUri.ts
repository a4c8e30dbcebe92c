// Files of a backup as VS Code names them: `mpbackup:/<board> <time> <id>/<path>`. The words are for people; the id counts.
// If two backups are compared, it is `mpbackup:/<path>?<id>.<bytes of the path>`. A file of an archive that is in no store in use
// has the archive in its name: `mpbackup:/<board> <time> <id>/<path>?<bytes of the path>@<URI of the archive>`.

import * as vscode from 'vscode';
import { type BoardPath, displayPath, parseBoardPath } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { hexOf, textOfHex } from './pathHex.js';

export const SCHEME = 'mpbackup';

/** As many digits of an id as no two backups of a person share. */
const ID_LENGTH = 12;

/** What a name of ours means. */
export interface BackupUri {
  /** The beginning of the backup's id; undefined if the name is not one of ours. */
  idPrefix: string | undefined;
  path: BoardPath;
  /** The archive to read it from; absent if the backups in use have it. */
  archive?: vscode.Uri;
}

/** @param archive that the backup is read from */
export function archivedUri(archive: vscode.Uri, backup: BackupSummary, path: BoardPath): vscode.Uri {
  const uri = backupUri(backup, path);
  return uri.with({ query: `${uri.query}@${archive.toString()}` });
}

export function backupUri({ id, board, createdAt }: BackupSummary, path: BoardPath): vscode.Uri {
  const name = displayPath(board.name).replaceAll('/', ' ');
  const time = createdAt.slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  const shown = displayPath(path);
  return vscode.Uri.from({
    scheme: SCHEME,
    path: `/${name} ${time} ${id.slice(0, ID_LENGTH)}/${shown}`,
    // Two names can look the same once they are fit to be shown: then the bytes of the real one are told besides.
    query: shown === path ? '' : hexOf(path),
  });
}

/** A name that differs from that of the other backup in its query alone: VS Code takes another path for a renamed file. */
export function comparedUri({ id }: BackupSummary, path: BoardPath): vscode.Uri {
  const query = `${id.slice(0, ID_LENGTH)}.${hexOf(path)}`;
  return vscode.Uri.from({ scheme: SCHEME, path: `/${displayPath(path)}`, query });
}

/** @throws BackupError `bad-name` for what can be no path on a board */
export function splitBackupUri(uri: vscode.Uri): BackupUri {
  const { path } = uri;
  const at = uri.query.indexOf('@');
  const query = at < 0 ? uri.query : uri.query.slice(0, at);
  const [, comparedId, hex = ''] = /^([0-9a-f]{12})\.([0-9a-f]*)$/.exec(query) ?? [];
  if (comparedId !== undefined) return { idPrefix: comparedId, path: parseBoardPath(textOfHex(hex)) };
  const [, words = '', ...rest] = path.split('/');
  const id = words.slice(-ID_LENGTH);
  const shown = rest.join('/');
  const real = textOfHex(query);
  return {
    idPrefix: /^[0-9a-f]{12}$/.test(id) ? id : undefined,
    // VS Code keeps the query when it makes the name of a file in a folder from that of the folder.
    path: parseBoardPath(query !== '' && displayPath(real) === shown ? real : shown),
    ...(at >= 0 && { archive: vscode.Uri.parse(uri.query.slice(at + 1)) }),
  };
}
