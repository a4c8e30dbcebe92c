// Shows where files lie on the disk: in the file manager, where that is on the computer that we run on.

import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { EXTENSION_ID } from './extensionId.js';

/** What a button says that calls {@link showFolder}. */
export function showFolderLabel(): string {
  return hasFileManager() ? t('Show in Folder') : t('Copy Path');
}

/** @param path absolute */
export async function showFolder(path: string): Promise<void> {
  if (hasFileManager()) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path));
  else await vscode.env.clipboard.writeText(path);
}

/** In the browser, and at the far end of a remote window, VS Code has no file manager to show our files in. */
export function hasFileManager(): boolean {
  return vscode.extensions.getExtension(EXTENSION_ID)?.extensionKind === vscode.ExtensionKind.UI;
}
