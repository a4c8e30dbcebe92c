// Badges and colours of rows, and of the same files wherever VS Code shows them: what is damaged, pinned, unfinished or changed.

import * as vscode from 'vscode';
import { isFile } from '../../core/archive/manifest.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, isInside, ROOT } from '../../core/paths.js';
import { changesSince } from '../../core/plan/changesSince.js';
import { boardNamed } from '../../core/plan/knownBoards.js';
import { lastRestore } from '../../core/plan/recordedPlan.js';
import { soundnessOf, unsoundText, worstOf } from '../../core/plan/soundness.js';
import { cameWith } from '../../core/store/boardFolder.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { count } from '../../core/text.js';
import type { Boards } from '../boards.js';
import { SCHEME, splitBackupUri } from '../files/backupUri.js';
import { findingOf } from '../health/findings.js';
import { BOARD_SCHEME, splitBoardUri } from '../live/boardUri.js';
import type { LiveBoards } from '../live/liveBoards.js';

const MODIFIED = 'gitDecoration.modifiedResourceForeground';
const NEW = 'gitDecoration.untrackedResourceForeground';
const GONE = 'gitDecoration.deletedResourceForeground';
const WARNING = 'list.warningForeground';
const ERROR = 'list.errorForeground';

export class RowDecorations implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** All at once: VS Code asks only for those that it shows. */
  readonly onDidChangeFileDecorations = this.changed.event;
  private readonly listeners: vscode.Disposable[];
  /** Of the backup that was asked for last: VS Code asks for each row of a folder, and an archive never changes. */
  private own: { id: string; files: Promise<ReadonlySet<BoardPath>> } | undefined;

  constructor(
    private readonly boards: Boards,
    private readonly live: LiveBoards,
  ) {
    const tell = () => this.changed.fire(undefined);
    this.listeners = [boards.onDidChange(tell), live.onDidChange(tell)];
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    if (uri.scheme === BOARD_SCHEME) return this.onBoard(uri);
    return uri.scheme === SCHEME ? this.inBackup(uri) : undefined;
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    this.changed.dispose();
  }

  private onBoard(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const named = splitBoardUri(uri);
    if (!named) return undefined;
    const board = boardNamed(this.boards.list, named.key);
    const difference = this.live.lookOf(board?.url)?.since?.difference;
    if (named.path !== ROOT) {
      const isHere = ({ path }: { path: BoardPath }) => isInside(path, named.path);
      if (difference?.changed.some(isHere))
        return badge('M', t('Changed since the last backup'), MODIFIED, named, difference.changed);
      if (difference?.added.some(isHere)) return badge('U', t('Not in the last backup'), NEW, named, difference.added);
      return difference?.removed.some(isHere)
        ? badge('D', t('In the last backup, and no longer on the board'), GONE, named, difference.removed)
        : undefined;
    }
    if (!board) return undefined;
    const restore = board.id === undefined ? undefined : lastRestore(this.boards.restores, board.id);
    if (restore?.state === 'unfinished') return decoration('!', t('A restore was not finished'), WARNING);
    const backups = this.boards.listing.backups.filter((backup) => backup.board.id === board.id);
    const worst = worstOf(backups);
    if (worst) return decoration('!', unsoundText(backups), worst === 'damaged' ? ERROR : WARNING);
    const finding = board.id === undefined ? undefined : findingOf(this.boards.health, board.id);
    if (finding) return decoration('!', finding.sentence, WARNING);
    if (!difference) return undefined;
    const { changed, added, removed } = changesSince(difference);
    return changed + added + removed > 0 ? decoration('M', t('Changed since the last backup'), MODIFIED) : undefined;
  }

  private async inBackup(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    const { idPrefix, path } = splitBackupUri(uri);
    const backup = idPrefix && this.boards.listing.backups.find(({ id }) => id.startsWith(idPrefix));
    if (!backup) return undefined;
    if (path === ROOT) return ofBackup(backup);
    if (backup.kind === 'full') return undefined;
    const own = await this.ownFilesOf(backup);
    if (own.has(path)) return decoration('M', t('Stored in this backup'), MODIFIED);
    // A colour alone: the row of the file has the letter.
    return [...own].some((file) => isInside(file, path))
      ? new vscode.FileDecoration(
          undefined,
          t('Holds files that are stored in this backup'),
          new vscode.ThemeColor(MODIFIED),
        )
      : undefined;
  }

  /** Files whose bytes came with this backup: they were new or changed then. */
  private ownFilesOf(backup: BackupSummary): Promise<ReadonlySet<BoardPath>> {
    if (this.own?.id !== backup.id) this.own = { id: backup.id, files: this.readOwnFiles(backup) };
    return this.own.files;
  }

  private async readOwnFiles(backup: BackupSummary): Promise<ReadonlySet<BoardPath>> {
    try {
      const { entries, archive } = await (await this.boards.openStore()).readManifest(backup);
      const own = entries.filter(isFile).filter((file) => cameWith(archive, file));
      return new Set(own.map(({ path }) => path));
    } catch {
      // What cannot be read is told where it is opened.
      if (this.own?.id === backup.id) this.own = undefined;
      return new Set();
    }
  }
}

function ofBackup(backup: BackupSummary): vscode.FileDecoration | undefined {
  const soundness = soundnessOf(backup);
  if (soundness === 'damaged') return decoration('!', t('Damage was found in this backup'), ERROR);
  if (soundness === 'lacking') return decoration('!', t('Files are missing in this backup'), WARNING);
  if (backup.errors > 0)
    return decoration('!', t('{0} of the board could not be read', count(backup.errors, 'file')), WARNING);
  return backup.pinned ? decoration('P', t('Pinned: neither deleted nor pruned')) : undefined;
}

/** The letter on the file itself, the colour also on the folders that hold it. */
function badge(
  letter: string,
  tooltip: string,
  color: string,
  { path }: { path: BoardPath },
  files: ReadonlyArray<{ path: BoardPath }>,
): vscode.FileDecoration {
  const isFile = files.some((file) => file.path === path);
  return new vscode.FileDecoration(isFile ? letter : undefined, tooltip, new vscode.ThemeColor(color));
}

function decoration(letter: string, tooltip: string, color?: string): vscode.FileDecoration {
  return new vscode.FileDecoration(letter, tooltip, color === undefined ? undefined : new vscode.ThemeColor(color));
}
