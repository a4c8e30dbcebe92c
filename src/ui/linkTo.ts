// The link to a backup, which links.ts follows.

import * as vscode from 'vscode';
import { EXTENSION_ID } from './extensionId.js';
import { pathTo } from './linkPath.js';

/** Opens the VS Code that this is, also if it is another product. */
export function linkTo(backupId: string): string {
  return vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: EXTENSION_ID, path: pathTo(backupId) }).toString();
}
