// How a row of the tree looks: its words, its icon, and what its context menu goes by.

import { basename } from 'node:path';
import * as vscode from 'vscode';
import { unfinishedSentence } from '../../core/jobs/restoreText.js';
import { displayPath, nameOf } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { age, bytes, count, day, moment } from '../../core/text.js';
import { sentenceOf } from '../failures.js';
import { backupUri } from '../files/backupUri.js';
import { backupItem, isDamaged } from './describeBackup.js';
import {
  type BoardNode,
  type ChainNode,
  type FileNode,
  type FolderNode,
  type Node,
  nodeId,
  type TroubleNode,
} from './nodes.js';
import { escaped, markdown, warningIcon } from './rowText.js';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** @param now milliseconds since 1970: rows tell ages */
export function describe(node: Node, now: number): vscode.TreeItem {
  const item = itemOf(node, now);
  item.id = nodeId(node);
  return item;
}

function itemOf(node: Node, now: number): vscode.TreeItem {
  switch (node.kind) {
    case 'trouble':
      return troubleItem(node);
    case 'board':
      return boardItem(node, now);
    case 'chain':
      return chainItem(node, now);
    case 'backup':
      return backupItem(node.backup, now);
    case 'folder':
      return folderItem(node);
    case 'file':
      return fileItem(node);
    case 'damage': {
      const item = new vscode.TreeItem(basename(node.archive.path), None);
      item.description = 'cannot be read';
      item.tooltip = `${node.archive.path}\n${node.archive.error.message}`;
      item.iconPath = warningIcon();
      item.contextValue = 'damage';
      return item;
    }
  }
}

function troubleItem({ error }: TroubleNode): vscode.TreeItem {
  const item = new vscode.TreeItem(error.message, None);
  if (error.hint) item.description = error.hint;
  item.tooltip = sentenceOf(error);
  item.iconPath = warningIcon();
  item.contextValue = 'trouble';
  return item;
}

function boardItem({ board, backupsListed, portIsNamed, restore }: BoardNode, now: number): vscode.TreeItem {
  const { name, machine, url, latest } = board;
  const item = new vscode.TreeItem(name, latest ? Expanded : None);
  const simulated = url?.startsWith('sim:') ?? false;
  const isUnfinished = restore?.state === 'unfinished';
  const parts = [
    isUnfinished ? 'restore not finished' : undefined,
    simulated ? undefined : shortMachine(machine, name),
    url === undefined ? 'away' : simulated ? undefined : url,
    latest ? agesOf(latest, now) : backupsListed ? 'no backup yet' : undefined,
  ];
  item.description = parts.filter((part) => part !== undefined).join(', ');
  item.tooltip = markdown([
    `**${escaped(name)}**`,
    isUnfinished && escaped(unfinishedSentence(restore)),
    machine && escaped(machine),
    latest && escaped(latest.board.firmware),
    url === undefined ? 'Not connected' : simulated ? 'Simulated on this computer' : `Connected: ${escaped(url)}`,
    latest ? `Last backup: ${moment(latest.createdAt, now)}` : backupsListed && 'No backup yet',
    latest?.checkedAt !== undefined && `Nothing had changed: ${moment(latest.checkedAt, now)}`,
  ]);
  item.iconPath = isUnfinished
    ? warningIcon()
    : url === undefined
      ? new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('disabledForeground'))
      : new vscode.ThemeIcon(simulated ? 'beaker' : 'circuit-board');
  const kind = url === undefined ? 'board.away' : portIsNamed ? 'board.connected.named' : 'board.connected';
  item.contextValue = isUnfinished ? `${kind};unfinished` : restore?.state === 'done' ? `${kind};undo` : kind;
  return item;
}

function chainItem({ parent, chain }: ChainNode, now: number): vscode.TreeItem {
  const first = chain.backups.at(-1);
  const isNewest = chain.backups[0]?.id === parent.board.latest?.id;
  const item = new vscode.TreeItem(first ? `Since ${day(first.createdAt, now)}` : '', isNewest ? Expanded : Collapsed);
  const later = chain.backups.length - 1;
  const stored = chain.backups.reduce((sum, backup) => sum + backup.storedBytes, 0);
  const damaged = chain.backups.filter(isDamaged).length;
  const size = `${first?.kind ?? ''}${later > 0 ? ` + ${later}` : ''}, ${bytes(stored)}`;
  // Its rows may be folded away.
  item.description = damaged > 0 ? `damaged, ${size}` : size;
  const tooltip = `${count(chain.backups.length, 'backup')}, ${bytes(stored)} on disk`;
  item.tooltip = damaged > 0 ? `${tooltip}\nDamage was found in ${count(damaged, 'backup')}` : tooltip;
  item.iconPath = damaged > 0 ? warningIcon() : new vscode.ThemeIcon('layers');
  item.contextValue = 'chain';
  return item;
}

function folderItem({ backup, path }: FolderNode): vscode.TreeItem {
  const item = new vscode.TreeItem(displayPath(nameOf(path)), Collapsed);
  item.resourceUri = backupUri(backup, path);
  item.iconPath = vscode.ThemeIcon.Folder;
  item.contextValue = 'folder';
  return item;
}

function fileItem({ backup, path, file }: FileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(displayPath(nameOf(path)), None);
  const changed = backup.kind !== 'full' && file.archive === basename(backup.archive);
  item.description = changed ? `${bytes(file.size)}, changed` : bytes(file.size);
  item.tooltip = `${displayPath(path)}, ${bytes(file.size)}\nSHA-256 ${file.sha256}`;
  item.resourceUri = backupUri(backup, path);
  item.iconPath = vscode.ThemeIcon.File;
  item.command = { command: 'vscode.open', title: 'Open', arguments: [item.resourceUri] };
  item.contextValue = 'file';
  return item;
}

/** `backed up 2 h ago, checked 5 min ago` */
function agesOf({ createdAt, checkedAt }: BackupSummary, now: number): string {
  const backedUp = age(createdAt, now);
  const checked = checkedAt === undefined ? backedUp : age(checkedAt, now);
  return checked === backedUp ? `backed up ${backedUp}` : `backed up ${backedUp}, checked ${checked}`;
}

/** A board that is still named after its machine need not say so twice. */
function shortMachine(machine: string | undefined, name: string): string | undefined {
  const short = machine?.replace(/ with .*$/, '');
  return short === name ? undefined : short;
}
