// Files of an archive that is shown, and is not among the backups in use.

import type * as vscode from 'vscode';
import { type OutsideArchive, openOutside } from '../../core/jobs/archiveOutside.js';
import type { Boards } from '../boards.js';
import { archiveAt } from './archiveAt.js';
import { storeInUse } from './storeInUse.js';

/** @throws BackupError */
export async function openOutsideAt(boards: Boards, uri: vscode.Uri): Promise<OutsideArchive> {
  const { env, path, isLocal } = await archiveAt(boards.env, uri);
  return openOutside(env, path, await storeInUse(boards), isLocal);
}
