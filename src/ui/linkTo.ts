// The link to a backup, which links.ts follows.

import * as vscode from 'vscode';
import { pathTo } from './linkPath.js';

/** The extension's own name: the authority of its links. */
const EXTENSION = 'micropython-backup.micropython-backup';

/** Opens the VS Code that this is, also where it is another product. */
export function linkTo(backupId: string): string {
  return vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: EXTENSION, path: pathTo(backupId) }).toString();
}
