// How a row of the tree looks: its words, its icon, and what its context menu goes by. What it tells when the pointer rests on it
// is in tooltips.ts.

import { basename } from 'node:path';
import * as vscode from 'vscode';
import { isOfKey } from '../../core/archive/archiveErrors.js';
import type { BackupError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { displayPath, nameOf, ROOT } from '../../core/paths.js';
import { kindName } from '../../core/plan/originText.js';
import { portKindOf } from '../../core/plan/portKinds.js';
import { unsoundWord, worstOf } from '../../core/plan/soundness.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { age, bytes, count, day } from '../../core/text.js';
import { backupUri } from '../files/backupUri.js';
import { briefly } from '../health/findings.js';
import { boardUri } from '../live/boardUri.js';
import { moodOf, type PlaceMood, rowText } from '../secondPlace/secondPlaceWords.js';
import { backupRow } from './describeBackup.js';
import {
  type BoardNode,
  type ChainNode,
  type FileNode,
  type FolderNode,
  type Hint,
  type HintNode,
  type LiveFileNode,
  type LiveNode,
  type Node,
  nodeId,
  type SecondPlaceNode,
} from './nodes.js';
import { isEncrypted, warningIcon } from './rowText.js';
import { sinceBackup } from './sinceBackup.js';
import { spoken, spokenBox } from './spoken.js';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** @param now milliseconds since 1970: rows tell ages */
export function describe(node: Node, now: number): vscode.TreeItem {
  const item = itemOf(node, now);
  item.id = nodeId(node);
  const [label, description] = [textOf(item.label), textOf(item.description)];
  item.accessibilityInformation = { label: spoken(node, label, description) };
  if ('isTicked' in node && node.isTicked !== undefined) item.checkboxState = boxOf(label, node.isTicked);
  return item;
}

/** What a row may have as a text, or not at all. */
function textOf(text: vscode.TreeItem['label'] | vscode.TreeItem['description']): string {
  return typeof text === 'string' ? text : '';
}

function itemOf(node: Node, now: number): vscode.TreeItem {
  switch (node.kind) {
    case 'trouble': {
      if (isOfKey(node.error)) return lockedItem(node.error);
      const item = row(node.error.message, None, 'trouble', warningIcon());
      if (node.error.hint) item.description = node.error.hint;
      return item;
    }
    case 'board':
      return boardItem(node, now);
    case 'live':
      return liveItem(node, now);
    case 'liveFolder': {
      const item = row(displayPath(nameOf(node.path)), Collapsed, 'liveFolder', vscode.ThemeIcon.Folder);
      item.resourceUri = boardUri(node.board, node.path);
      return item;
    }
    case 'liveFile':
      return liveFileItem(node);
    case 'chain':
      return chainItem(node, now);
    case 'backup':
      return backupRow(node.backup, now, node.isChoosing);
    case 'folder':
      return folderItem(node);
    case 'file':
      return fileItem(node);
    case 'secondPlace':
      return secondPlaceItem(node, now);
    case 'damage': {
      const item = row(basename(node.archive.path), None, 'damage', warningIcon());
      item.description = isOfKey(node.archive.error) ? t('encrypted with another key') : t('cannot be read');
      return item;
    }
    case 'hint':
      return hintItem(node);
  }
}

function row(
  label: string,
  state: vscode.TreeItemCollapsibleState,
  contextValue: string,
  icon: vscode.ThemeIcon,
): vscode.TreeItem {
  const item = new vscode.TreeItem(label, state);
  item.contextValue = contextValue;
  item.iconPath = icon;
  return item;
}

/** One row for all backups that the key would open. */
function lockedItem(error: BackupError): vscode.TreeItem {
  const icon = new vscode.ThemeIcon('lock', new vscode.ThemeColor('list.warningForeground'));
  const item = row(t('Enter Key…'), None, 'trouble.locked', icon);
  item.description = error.code === 'key-missing' ? t('backups are encrypted') : t('the known key does not fit');
  item.command = { command: 'micropythonBackup.enterKey', title: t('Enter Key…') };
  return item;
}

const PLACE_ICONS: Record<PlaceMood, vscode.ThemeIcon> = {
  working: new vscode.ThemeIcon('sync~spin'),
  trouble: warningIcon(),
  waiting: new vscode.ThemeIcon('cloud-upload'),
  upToDate: new vscode.ThemeIcon('cloud'),
};

function secondPlaceItem({ state, isWorking }: SecondPlaceNode, now: number): vscode.TreeItem {
  const mood = moodOf(state, isWorking);
  const item = row(t('Second place'), None, `secondPlace.${mood}`, PLACE_ICONS[mood]);
  item.description = rowText(state, isWorking, now);
  item.command = { command: 'micropythonBackup.secondPlaceActions', title: t('Second Place…') };
  return item;
}

function boardItem(node: BoardNode, now: number): vscode.TreeItem {
  const { board, backupsListed, portIsNamed, restore, work, isDenied, finding } = node;
  const { name, machine, url, latest } = board;
  const isThere = url !== undefined;
  const simulated = url !== undefined && portKindOf(url) === 'simulated';
  const isUnfinished = restore?.state === 'unfinished';
  const place = isThere ? (portIsNamed ? 'board.connected.named' : 'board.connected') : 'board.away';
  const kind = finding ? `${place};health` : place;
  const undone = isUnfinished ? ';unfinished' : restore?.state === 'done' ? ';undo' : '';
  const context = `${kind}${undone}${simulated ? ';simulated' : ''}`;
  const item = row(name, latest ? Expanded : isThere ? Collapsed : None, context, boardIcon(node));
  if (isThere && !latest && backupsListed) item.collapsibleState = Expanded;
  const parts = [
    work,
    isDenied ? t('no permission for its port') : undefined,
    isUnfinished ? t('restore not finished') : undefined,
    finding && briefly(finding),
    simulated ? undefined : shortMachine(machine, name),
    isThere ? (simulated ? undefined : url) : t('away'),
    latest ? agesOf(latest, now) : backupsListed ? t('no backup yet') : undefined,
  ];
  item.description = parts.filter((part) => part !== undefined).join(', ');
  item.resourceUri = boardUri(board, ROOT);
  return item;
}

function boardIcon({ board, restore, work, isDenied }: BoardNode): vscode.ThemeIcon {
  if (work !== undefined) return new vscode.ThemeIcon('sync~spin');
  if (restore?.state === 'unfinished') return warningIcon();
  if (isDenied) return new vscode.ThemeIcon('lock', new vscode.ThemeColor('list.warningForeground'));
  if (board.url === undefined)
    return new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('disabledForeground'));
  return new vscode.ThemeIcon(portKindOf(board.url) === 'simulated' ? 'beaker' : 'circuit-board');
}

function liveItem({ state }: LiveNode, now: number): vscode.TreeItem {
  const icon = new vscode.ThemeIcon(state.kind === 'reading' ? 'sync~spin' : 'files');
  const item = row(t('Files on the board'), Collapsed, `live.${state.kind}`, icon);
  if (state.kind === 'read') {
    // A backup knows them too, and the board may have gone on since.
    const read = t('read {0}', age(new Date(state.at).toISOString(), now));
    item.description = [sinceBackup(state.look.since?.difference), read].filter(Boolean).join(', ');
  }
  return item;
}

function liveFileItem({ board, path, size, isInBackup, isMissing }: LiveFileNode): vscode.TreeItem {
  const context = isMissing ? 'liveFile.missing' : isInBackup ? 'liveFile.backedUp' : 'liveFile';
  const item = row(displayPath(nameOf(path)), None, context, vscode.ThemeIcon.File);
  item.description = isMissing ? t('missing') : bytes(size);
  if (isMissing) {
    item.resourceUri = boardUri(board, path);
    return item;
  }
  return opening(item, boardUri(board, path));
}

function chainItem({ parent, chain, shown }: ChainNode, now: number): vscode.TreeItem {
  const first = chain.backups.at(-1);
  const isNewest = chain.backups[0]?.id === parent.board.latest?.id;
  const later = chain.backups.length - 1;
  const stored = chain.backups.reduce((sum, backup) => sum + backup.storedBytes, 0);
  const worst = worstOf(chain.backups);
  const label = first ? t('{0} since {1}', count(chain.backups.length, 'backup'), day(first.createdAt, now)) : '';
  const encrypted = chain.backups.filter(isEncrypted).length;
  const isLocked = encrypted === chain.backups.length;
  const icon = worst ? warningIcon() : new vscode.ThemeIcon(isLocked ? 'lock' : 'layers');
  const item = row(label, isNewest ? Expanded : Collapsed, 'chain', icon);
  const hidden = chain.backups.length - shown.length;
  item.description = [
    // Its rows may be folded away.
    ...(worst ? [unsoundWord(worst)] : []),
    ...(first?.set !== undefined ? [first.set] : []),
    `${first ? kindName(first.kind) : ''}${later > 0 ? ` + ${later}` : ''}, ${t('{0} packed', bytes(stored))}`,
    // A narrow side bar has no room for that: the icon says it, too.
    ...(encrypted > 0 ? [isLocked ? t('encrypted') : t('partly encrypted')] : []),
    ...(hidden > 0 ? [t('{0} hidden', hidden)] : []),
  ].join(', ');
  return item;
}

function folderItem({ backup, path }: FolderNode): vscode.TreeItem {
  const item = row(displayPath(nameOf(path)), Collapsed, 'folder', vscode.ThemeIcon.Folder);
  item.resourceUri = backupUri(backup, path);
  return item;
}

function fileItem({ backup, path, file }: FileNode): vscode.TreeItem {
  const item = row(displayPath(nameOf(path)), None, 'file', vscode.ThemeIcon.File);
  item.description = bytes(file.size);
  return opening(item, backupUri(backup, path));
}

function opening(item: vscode.TreeItem, uri: vscode.Uri): vscode.TreeItem {
  item.resourceUri = uri;
  item.command = { command: 'vscode.open', title: t('Open'), arguments: [uri] };
  return item;
}

function boxOf(label: string, isTicked: boolean): NonNullable<vscode.TreeItem['checkboxState']> {
  const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
  return {
    state: isTicked ? Checked : Unchecked,
    accessibilityInformation: { label: spokenBox(label, isTicked), role: 'checkbox' },
  };
}

const HINT_ICONS: Record<Hint, vscode.ThemeIcon> = {
  more: new vscode.ThemeIcon('ellipsis'),
  first: new vscode.ThemeIcon('cloud-download'),
  read: new vscode.ThemeIcon('eye'),
  reading: new vscode.ThemeIcon('sync~spin'),
  filtered: new vscode.ThemeIcon('filter'),
  unreadable: warningIcon(),
};

const HINT_COMMANDS = {
  more: 'showMore',
  first: 'backupDevice',
  read: 'readBoardFiles',
  filtered: 'clearFilter',
} as const;

function hintItem({ hint, text, parent }: HintNode): vscode.TreeItem {
  const item = row(text, None, `hint.${hint}`, HINT_ICONS[hint]);
  if (hint !== 'reading' && hint !== 'unreadable') {
    item.command = { command: `micropythonBackup.${HINT_COMMANDS[hint]}`, title: text, arguments: [parent] };
  }
  return item;
}

/** `backed up 2 h ago, checked 5 min ago` */
function agesOf({ createdAt, checkedAt }: BackupSummary, now: number): string {
  const backedUp = age(createdAt, now);
  const checked = checkedAt === undefined ? backedUp : age(checkedAt, now);
  return checked === backedUp ? t('backed up {0}', backedUp) : t('backed up {0}, checked {1}', backedUp, checked);
}

/** A board that is still named after its machine need not say so twice. */
function shortMachine(machine: string | undefined, name: string): string | undefined {
  const short = machine?.replace(/ with .*$/, '');
  return short === name ? undefined : short;
}
