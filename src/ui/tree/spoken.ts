// What a screen reader says of a row: its words, and what its icon, its badge and its colour tell only to the eye. Knows nothing
// of VS Code.

import { isOfKey } from '../../core/archive/archiveErrors.js';
import { isEncryptedName } from '../../core/archive/archiveName.js';
import type { BackupKind, BackupOrigin, ManifestFile } from '../../core/archive/manifest.js';
import { type Message, msg, t } from '../../core/l10n.js';
import { portKindOf } from '../../core/plan/portKinds.js';
import { unsoundText } from '../../core/plan/soundness.js';
import { cameWith } from '../../core/store/boardFolder.js';
import type { BackupSummary } from '../../core/store/summary.js';
import type { BoardNode, ChainNode, LiveFileNode, LiveNode, Node } from './nodes.js';

type Parts = ReadonlyArray<string | false | undefined>;

/**
 * @param label of the row
 * @param description what stands beside it, in grey
 */
export function spoken(node: Node, label: string, description: string): string {
  return [nameOf(node, label), description, ...moreOf(node)].filter(Boolean).join(', ');
}

/** What the check box of a file or a folder says. */
export function spokenBox(label: string, isTicked: boolean): string {
  return isTicked ? t('{0} will be restored', label) : t('{0} will not be restored', label);
}

/** What kind of row it is comes first: a screen reader has no icon to go by. */
function nameOf(node: Node, label: string): string {
  switch (node.kind) {
    case 'trouble':
      // One that has to be unlocked is no warning: its row does that.
      return isOfKey(node.error) ? label : t('Warning: {0}', label);
    case 'board':
      return t('Board {0}', label);
    case 'liveFolder':
      return t('Folder {0} on the board', label);
    case 'liveFile':
      return node.isMissing ? t('File {0} of the last backup', label) : t('File {0} on the board', label);
    case 'chain':
      return t('Chain of {0}', label);
    case 'backup':
      return t('Backup of {0}', label);
    case 'folder':
      return t('Folder {0} in the backup', label);
    case 'file':
      return t('File {0} in the backup', label);
    case 'damage':
      return isOfKey(node.archive.error) ? t('Archive {0}', label) : t('Damaged archive {0}', label);
    case 'hint':
      return node.hint === 'unreadable' ? t('Warning: {0}', label) : label;
    case 'live':
    case 'secondPlace':
      return label;
  }
}

function moreOf(node: Node): Parts {
  switch (node.kind) {
    case 'board':
      return moreOfBoard(node);
    case 'live':
      return moreOfLive(node);
    case 'liveFolder':
      return [node.isChanged && t('holds changes since the last backup')];
    case 'liveFile':
      return moreOfLiveFile(node);
    case 'chain':
      return moreOfChain(node);
    case 'backup':
      return moreOfBackup(node.backup, node.isChoosing);
    case 'file':
      return [isOwn(node.backup, node.file) && t('stored in this backup')];
    case 'folder':
      return [node.holdsOwn && t('holds files that are stored in this backup')];
    default:
      return [];
  }
}

function moreOfBoard({ board, backups, isChanged }: BoardNode): Parts {
  return [
    board.url !== undefined && portKindOf(board.url) === 'simulated' && t('simulated'),
    unsoundText(backups),
    isChanged && t('changed since the last backup'),
  ];
}

function moreOfLive({ state }: LiveNode): Parts {
  if (state.kind === 'reading') return [t('being read')];
  return [state.kind === 'unread' && (state.isOutdated ? t('changed since they were read') : t('not read yet'))];
}

function moreOfLiveFile({ isMissing, isChanged, isNew }: LiveFileNode): Parts {
  if (isMissing) return [t('no longer on the board')];
  return [isChanged && t('changed since the last backup'), isNew && t('not in the last backup')];
}

function moreOfChain({ chain: { backups } }: ChainNode): Parts {
  return [unsoundText(backups)];
}

const KINDS: Record<BackupKind, Message> = {
  full: msg('full backup'),
  incremental: msg('incremental backup'),
  differential: msg('differential backup'),
};

/** Those that the row names only by an icon. */
const ORIGINS: Partial<Record<BackupOrigin, Message>> = { manual: msg('taken by hand') };

function moreOfBackup(backup: BackupSummary, isChoosing: boolean): Parts {
  const origin = ORIGINS[backup.origin];
  return [
    // The row says so of a full one.
    backup.kind !== 'full' && t(KINDS[backup.kind]),
    origin && t(origin),
    isEncryptedName(backup.archive) && t('encrypted'),
    isChoosing && t('its files have check boxes'),
  ];
}

/** Its bytes came with this backup: it was new or changed then. Of a full one, that is no news. */
export function isOwn(backup: BackupSummary, file: ManifestFile): boolean {
  return backup.kind !== 'full' && cameWith(backup.archive, file);
}
