// What a row of the tree tells when the pointer rests on it: the facts. Made only then.

import { basename } from 'node:path';
import type * as vscode from 'vscode';
import type { BackupKind } from '../../core/archive/manifest.js';
import { originWords } from '../../core/jobs/backupWords.js';
import { describeOffsite } from '../../core/jobs/offsiteText.js';
import { unfinishedSentence } from '../../core/jobs/restoreText.js';
import { type Message, msg, t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { isSound, lackingHint, type Soundness, soundnessOf, unsoundText } from '../../core/plan/soundness.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { age, bytes, count, firmwareName, moment } from '../../core/text.js';
import { sentenceOf } from '../failures.js';
import { escaped } from '../markdownText.js';
import { connection } from '../status/statusTooltip.js';
import type { BoardNode, ChainNode, HintNode, LiveNode, Node } from './nodes.js';
import { isEncrypted, markdown } from './rowText.js';
import { sinceBackup } from './sinceBackup.js';

const KIND_OF_BACKUP: Record<BackupKind, Message> = {
  full: msg('full backup'),
  incremental: msg('incremental backup'),
  differential: msg('differential backup'),
};

const FOUND: Record<Exclude<Soundness, 'unknown'>, Message> = {
  sound: msg('Verified {0}: sound'),
  damaged: msg('Damage found {0}'),
  lacking: msg('Verified {0}: files missing'),
};

type Lines = ReadonlyArray<string | false | undefined>;

/** @returns undefined if a row says everything */
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
        ? t('{0}: {1} in the last backup, and no longer on the board', displayPath(node.path), bytes(node.size))
        : t('{0}, {1} on the board', displayPath(node.path), bytes(node.size));
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
    isDenied && t('You may not open {0}: "Diagnose Connection" says what to do\\.', escaped(url ?? '')),
    machine && escaped(machine),
    latest && escaped(firmwareName(latest.board.firmware)),
    connection(url),
    latest ? t('Last backup: {0}', moment(latest.createdAt, now)) : backupsListed && t('No backup yet'),
    latest?.checkedAt !== undefined && t('Nothing had changed: {0}', moment(latest.checkedAt, now)),
  ];
}

function liveLines({ state }: LiveNode, now: number): Lines {
  return [
    t('What the board has now, read\\-only'),
    state.kind === 'read' &&
      state.look.since !== undefined &&
      t('Since the last backup: {0}', sinceBackup(state.look.since.difference)),
    t('A program that runs on the board is stopped while its files are read, and restarted afterwards'),
    state.kind === 'read' && count(state.look.tree.entries.filter(({ type }) => type === 'file').length, 'file'),
    state.kind === 'read' &&
      state.look.since !== undefined &&
      t('Compared with the backup of {0}', moment(state.look.since.backup.createdAt, now)),
  ];
}

function chainText({ chain: { backups, full } }: ChainNode): string {
  const stored = backups.reduce((sum, backup) => sum + backup.storedBytes, 0);
  const encrypted = backups.filter(isEncrypted).length;
  const later = backups.length - 1;
  const areSound = backups.every(isSound);
  const sentences = [
    full
      ? later > 0
        ? t('A full backup and the {0} taken since', later)
        : t('A full backup')
      : t('Backups whose full backup is missing'),
    ...(full && areSound
      ? [later > 0 ? t('Each of them has all files of the board') : t('It has all files of the board')]
      : []),
    // How large encrypted archives are is not what is stored in them.
    encrypted > 0
      ? encrypted === backups.length
        ? t('Encrypted')
        : t('Partly encrypted')
      : t('{0} packed', bytes(stored)),
    ...(areSound ? [] : [unsoundText(backups)]),
  ];
  return sentences.join('\n');
}

function backupLines(backup: BackupSummary, now: number): Lines {
  const { label, note, tags, pinned, checkedAt, verified } = backup;
  const soundness = soundnessOf(backup);
  return [
    `**${escaped(backup.board.name)}, ${moment(backup.createdAt, now)}**`,
    label !== null && label !== '' && `"${escaped(label)}"`,
    // Its lines stay lines.
    note !== '' && note.split(/\r?\n/).map(escaped).join('  \n'),
    tags.length > 0 && tags.map((tag) => escaped(`#${tag}`)).join(' '),
    `${t(KIND_OF_BACKUP[backup.kind])}, ${originWords(backup.origin)}`,
    backup.set !== undefined && t('Backup set: {0}', escaped(backup.set)),
    [
      t('{0}, {1}; {2} stored in it', count(backup.files, 'file'), bytes(backup.bytes), backup.stored),
      ...(isEncrypted(backup) ? [] : [t('{0} packed', bytes(backup.storedBytes))]),
    ].join(', '),
    pinned && t('Pinned: neither deleted nor pruned'),
    checkedAt !== undefined && t('The board was last found unchanged {0}', age(checkedAt, now)),
    verified !== undefined && soundness !== 'unknown' && t(FOUND[soundness], age(verified.at, now)),
    soundness === 'lacking' && escaped(lackingHint()),
    isEncrypted(backup) && t('Encrypted'),
    t('Archive: {0}', escaped(basename(backup.archive))),
    t('Id: {0}', backup.id.slice(0, 12)),
  ];
}

function hintText({ hint, text }: HintNode): string | undefined {
  if (hint === 'unreadable') return text;
  if (hint === 'read') return t('A program that runs on the board is stopped for this, and restarted afterwards.');
  if (hint === 'first') return t('Nothing is written to the board.');
  return hint === 'filtered' ? t('Shows all backups again.') : undefined;
}
