// Where an archive is that is shown: on a disk of this computer, or anywhere else that VS Code can read, from where it is brought.

import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Env } from '../../core/env.js';
import { BackupError } from '../../core/errors.js';
import { withFileInMemory } from '../../core/jobs/archiveOutside.js';
import { t } from '../../core/l10n.js';
import { bytes } from '../../core/text.js';

export interface ArchivePlace {
  /** In which the archive has that path. */
  env: Env;
  path: string;
  isLocal: boolean;
}

/** All of it is kept in memory while it is shown. */
const MOST_BYTES = 256_000_000;

/** @throws BackupError `store-failed` for what is not on a disk and cannot be brought here */
export async function archiveAt(env: Env, uri: vscode.Uri): Promise<ArchivePlace> {
  if (uri.scheme === 'file') return { env, path: uri.fsPath, isLocal: true };
  try {
    const { size, mtime } = await vscode.workspace.fs.stat(uri);
    if (size > MOST_BYTES) throw tooLarge(uri, size);
    const content = await vscode.workspace.fs.readFile(uri);
    // Its scheme as a folder: whoever reads the path sees that it is on no disk.
    const name = basename(uri.path);
    return { ...withFileInMemory(env, `${uri.scheme}:`, name, content, mtime), isLocal: false };
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError('store-failed', t('{0} cannot be read where it is.', uri.toString(true)), { cause: error });
  }
}

function tooLarge(uri: vscode.Uri, size: number): BackupError {
  const sentence = t('{0} has {1}, which is too much to transfer here.', uri.toString(true), bytes(size));
  return new BackupError('store-failed', sentence, {
    path: uri.toString(),
    hint: t('Save a copy of it on this computer, and open that one.'),
  });
}
