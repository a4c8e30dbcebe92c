// Both sides of a file in a preview, for the editors of VS Code: what is on the board, and what is to come. Read when they are
// opened, and gone with the preview.

import * as vscode from 'vscode';
import type { RestorePreview } from '../../core/jobs/restorePreview.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath, nameOf, parseBoardPath } from '../../core/paths.js';
import type { RestoreItem } from '../../core/plan/restoreItem.js';
import { hexOf, textOfHex } from '../files/pathHex.js';
import { SingleReadOnlyFiles } from '../files/readOnlyFiles.js';

export const COMPARISON_SCHEME = 'mpbackup-restore';

type Side = 'board' | 'backup';

function uriOf(side: Side, path: BoardPath): vscode.Uri {
  // The real name: what is shown of it may be that of another one, too.
  const query = `${side}.${hexOf(path)}`;
  return vscode.Uri.from({ scheme: COMPARISON_SCHEME, path: `/${displayPath(path)}`, query });
}

/** Opens both sides of a file, or the one that there is. */
export function comparisonOf({ path, present, wanted }: RestoreItem): vscode.Command | undefined {
  const [onBoard, inBackup] = [uriOf('board', path), uriOf('backup', path)];
  const isThere = present !== null && present !== 'folder';
  const isWanted = wanted !== null && wanted !== 'folder';
  const title = t('Compare');
  const words = t('{0} (on the board ↔ to be restored)', displayPath(nameOf(path)));
  if (isThere && isWanted) return { command: 'vscode.diff', title, arguments: [onBoard, inBackup, words] };
  if (!isThere && !isWanted) return undefined;
  return { command: 'vscode.open', title, arguments: [isThere ? onBoard : inBackup] };
}

export class Comparisons extends SingleReadOnlyFiles {
  private preview: RestorePreview | undefined;
  private readonly read = new Map<string, Promise<Uint8Array>>();

  show(preview: RestorePreview): void {
    this.preview = preview;
    this.read.clear();
  }

  /** Closes what cannot be read any more. */
  async end(): Promise<void> {
    this.preview = undefined;
    this.read.clear();
    const isOurs = ({ input }: vscode.Tab) =>
      (input instanceof vscode.TabInputTextDiff && input.original.scheme === COMPARISON_SCHEME) ||
      (input instanceof vscode.TabInputText && input.uri.scheme === COMPARISON_SCHEME) ||
      (input instanceof vscode.TabInputCustom && input.uri.scheme === COMPARISON_SCHEME);
    await vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isOurs)));
  }

  readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const key = uri.toString();
    const reading = this.read.get(key) ?? this.readSide(uri);
    this.read.set(key, reading);
    return reading;
  }

  private async readSide(uri: vscode.Uri): Promise<Uint8Array> {
    const [, side, hex = ''] = /^(board|backup)\.([0-9a-f]*)$/.exec(uri.query) ?? [];
    if (!this.preview || side === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    const path = parseBoardPath(textOfHex(hex));
    if (side === 'board') return this.preview.readFromBoard(path);
    const wanted = this.preview.plan.items.find((item) => item.path === path)?.wanted;
    if (!wanted || wanted === 'folder') throw vscode.FileSystemError.FileNotFound(uri);
    return this.preview.readWanted(wanted);
  }
}
