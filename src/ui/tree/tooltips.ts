// What a row of the tree tells when the pointer rests on it: the facts. Made only then.

import { basename } from 'node:path';
import type * as vscode from 'vscode';
import { describeOffsite } from '../../core/jobs/offsiteText.js';
import { unfinishedSentence } from '../../core/jobs/restoreText.js';
import { displayPath } from '../../core/paths.js';
import { type BackupSummary, isDamaged } from '../../core/store/summary.js';
import { age, bytes, count, moment } from '../../core/text.js';
import { sentenceOf } from '../failures.js';
import { escaped } from '../markdownText.js';
import { originWords } from '../originWords.js';
import { connection } from '../status/statusTooltip.js';
import type { BoardNode, ChainNode, HintNode, LiveNode, Node } from './nodes.js';
import { isEncrypted, markdown } from './rowText.js';
import { sinceBackup } from './sinceBackup.js';

type Lines = ReadonlyArray<string | false | undefined>;

/** @returns undefined where a row says everything */
export function tooltipOf(node: Node, now: number): vscode.MarkdownString | string | undefined {
  switch (node.kind) {
    case 'trouble':
      return sentenceOf(node.error);
    case 'board':
      return markdown(boardLines(node, now));
    case 'live':
      return markdown(liveLines(node, now));
    case 'liveFile':
      return node.isMissing
        ? `${displayPath(node.path)}: ${bytes(node.size)} in the last backup, and not on the board any more`
        : `${displayPath(node.path)}, ${bytes(node.size)} on the board`;
    case 'chain':
      return chainText(node);
    case 'backup':
      return markdown(backupLines(node.backup, now));
    case 'file':
      return `${displayPath(node.path)}, ${bytes(node.file.size)}\nSHA-256 ${node.file.sha256}`;
    case 'secondPlace':
      return markdown(describeOffsite(node.state, now).split('\n').map(escaped));
    case 'damage':
      return `${node.archive.path}\n${node.archive.error.message}`;
    case 'hint':
      return hintText(node);
    case 'folder':
    case 'liveFolder':
      return displayPath(node.path);
  }
}

function boardLines({ board, backupsListed, restore, isDenied, finding }: BoardNode, now: number): Lines {
  const { name, machine, url, latest } = board;
  return [
    `**${escaped(name)}**`,
    restore?.state === 'unfinished' && escaped(unfinishedSentence(restore)),
    finding && `${escaped(finding.sentence)} ${escaped(finding.hint)}`,
    isDenied && `You may not open ${escaped(url ?? '')}: "Diagnose Connection" says what to do\\.`,
    machine && escaped(machine),
    latest && escaped(latest.board.firmware),
    connection(url),
    latest ? `Last backup: ${moment(latest.createdAt, now)}` : backupsListed && 'No backup yet',
    latest?.checkedAt !== undefined && `Nothing had changed: ${moment(latest.checkedAt, now)}`,
  ];
}

function liveLines({ state }: LiveNode, now: number): Lines {
  return [
    'What the board has now, read\\-only',
    state.kind === 'read' &&
      state.look.since !== undefined &&
      `Since the last backup: ${sinceBackup(state.look.since.difference)}`,
    'A program that runs on the board is stopped while its files are read, and restarted then',
    state.kind === 'read' && count(state.look.tree.entries.filter(({ type }) => type === 'file').length, 'file'),
    state.kind === 'read' &&
      state.look.since !== undefined &&
      `Compared with the backup of ${moment(state.look.since.backup.createdAt, now)}`,
  ];
}

function chainText({ chain: { backups, full } }: ChainNode): string {
  const stored = backups.reduce((sum, backup) => sum + backup.storedBytes, 0);
  const damaged = backups.filter(isDamaged).length;
  const encrypted = backups.filter(isEncrypted).length;
  const later = backups.length - 1;
  const sentences = [
    full ? `A full backup${later > 0 ? ` and the ${later} taken since` : ''}` : 'Backups whose full one is gone',
    `${later > 0 ? 'Each of them has' : 'It has'} all files of the board`,
    // How large encrypted archives are is not what is stored in them.
    encrypted > 0 ? (encrypted === backups.length ? 'Encrypted' : 'Partly encrypted') : `${bytes(stored)} on disk`,
    ...(damaged > 0 ? [`Damage was found in ${count(damaged, 'backup')}`] : []),
  ];
  return sentences.join('\n');
}

function backupLines(backup: BackupSummary, now: number): Lines {
  const { label, note, tags, pinned, checkedAt, verified } = backup;
  return [
    `**${escaped(backup.board.name)}, ${moment(backup.createdAt, now)}**`,
    label !== null && label !== '' && `"${escaped(label)}"`,
    // Its lines stay lines.
    note !== '' && note.split(/\r?\n/).map(escaped).join('  \n'),
    tags.length > 0 && tags.map((tag) => escaped(`#${tag}`)).join(' '),
    `${backup.kind} backup, ${originWords(backup.origin)}`,
    backup.set !== undefined && `Backup set: ${escaped(backup.set)}`,
    `${count(backup.files, 'file')}, ${bytes(backup.bytes)}; ${backup.stored} stored in it${isEncrypted(backup) ? '' : `, ${bytes(backup.storedBytes)} on disk`}`,
    pinned && 'Pinned: neither deleted nor pruned',
    checkedAt !== undefined && `The board was just so ${age(checkedAt, now)}`,
    verified !== undefined &&
      (verified.isSound ? `Verified ${age(verified.at, now)}: sound` : `Damage found ${age(verified.at, now)}`),
    isEncrypted(backup) && 'Encrypted',
    `Archive: ${escaped(basename(backup.archive))}`,
    `Id: ${backup.id.slice(0, 12)}`,
  ];
}

function hintText({ hint, text }: HintNode): string | undefined {
  if (hint === 'unreadable') return text;
  if (hint === 'read') return 'A program that runs on the board is stopped meanwhile, and restarted then.';
  if (hint === 'first') return 'Nothing is written to the board.';
  return hint === 'filtered' ? 'Shows all backups again.' : undefined;
}
