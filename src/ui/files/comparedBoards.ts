// What a board had when it was compared, for the editors of VS Code: the board may be gone by the time they ask.

import * as vscode from 'vscode';
import type { BoardContents } from '../../core/jobs/readChanged.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath } from '../../core/paths.js';
import { hexOf } from './pathHex.js';
import { SingleReadOnlyFiles } from './readOnlyFiles.js';

export const COMPARED_SCHEME = 'mpbackup-compared';

/** Comparisons whose bytes are kept; nobody has more of them open. */
const KEPT = 4;

export class ComparedBoards extends SingleReadOnlyFiles {
  /** By their names, the oldest first. */
  private readonly kept = new Map<string, ReadonlyMap<string, Uint8Array>>();

  /**
   * @param name that no other comparison has, in any session: VS Code restores its editors
   * @returns names the file at a path; undefined if it was not read
   */
  keep(name: string, { files }: BoardContents): (path: BoardPath) => vscode.Uri | undefined {
    this.kept.set(name, new Map([...files].map(([path, bytes]) => [hexOf(path), bytes])));
    for (const oldest of this.kept.keys()) if (this.kept.size > KEPT) this.kept.delete(oldest);
    return (path) => {
      if (!files.has(path)) return undefined;
      // The same path as that of the file in the backup: VS Code takes another one for a renamed file.
      return vscode.Uri.from({
        scheme: COMPARED_SCHEME,
        path: `/${displayPath(path)}`,
        query: `${name}.${hexOf(path)}`,
      });
    };
  }

  async readFile({ query }: vscode.Uri): Promise<Uint8Array> {
    const [name = '', path = ''] = query.split('.');
    return this.kept.get(name)?.get(path) ?? gone();
  }
}

function gone(): Uint8Array {
  return Buffer.from(`${t('This was read from the board in another session. Compare again.')}\n`);
}
