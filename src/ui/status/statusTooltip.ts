// The tooltip of the item in the status bar, as Markdown: the facts of the board, the jobs that run, and links that lead on. Knows
// nothing of VS Code.

import { isOfKey } from '../../core/archive/archiveErrors.js';
import { describeBriefly } from '../../core/jobs/progressText.js';
import { unfinishedSentence } from '../../core/jobs/restoreText.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { age, bytes, count, moment } from '../../core/text.js';
import { commandLink, escaped } from '../markdownText.js';
import { originWords } from '../originWords.js';
import { isChosen } from '../quickBoard.js';
import type { RunningJob } from '../runningJobs.js';
import { backedUpAt, type StatusFacts, type StatusTrouble } from './statusFacts.js';

const QUICK_BACKUP = 'micropythonBackup.quickBackup';
const CHOOSE = 'micropythonBackup.chooseQuickBoard';
const SHOW_IN_TREE = 'micropythonBackup.showInTree';
const SHOW_LOG = 'micropythonBackup.showLog';
const CANCEL = 'micropythonBackup.cancelJob';
const FINISH = 'micropythonBackup.finishRestore';
const UNDO = 'micropythonBackup.undoLastRestore';
const REPAIR = 'micropythonBackup.repairBackups';
const HEALTH = 'micropythonBackup.showHealth';
const ENTER_KEY = 'micropythonBackup.enterKey';
const SETTINGS = 'workbench.action.openSettings';

/** The links of a tooltip call these, and no others. */
export const TOOLTIP_COMMANDS: readonly string[] = [
  ...[QUICK_BACKUP, CHOOSE, SHOW_IN_TREE, SHOW_LOG, CANCEL, FINISH, UNDO, REPAIR, HEALTH, ENTER_KEY, SETTINGS],
];

type Line = string | false | undefined;

export function tooltipOf(
  facts: StatusFacts,
  board: KnownBoard | undefined,
  trouble: StatusTrouble | undefined,
): string {
  const { jobs, now } = facts;
  const sections = [
    trouble && aboutTrouble(trouble, board),
    board ? aboutBoard(board, facts, now) : aboutNone(facts),
    jobs.map(aboutJob),
    [linksOf(facts, board).join(' · ')],
  ];
  return sections
    .map((lines) => (lines ?? []).filter((line) => line !== false && line !== undefined).join('  \n'))
    .filter((section) => section !== '')
    .join('\n\n---\n\n');
}

function aboutTrouble(trouble: StatusTrouble, board: KnownBoard | undefined): Line[] {
  switch (trouble.kind) {
    case 'store': {
      const { message, hint } = trouble.error;
      const settings = isOfKey(trouble.error)
        ? commandLink('Enter Key…', ENTER_KEY)
        : commandLink('Choose Folder…', SETTINGS, 'micropythonBackup.storeFolder');
      return [`**${escaped(message)}**`, hint !== undefined && escaped(hint), settings];
    }
    case 'unfinished': {
      const args = board ? [board.key] : [];
      const ways = [commandLink('Finish Restore…', FINISH, ...args), commandLink('Undo Restore…', UNDO, ...args)];
      return [`**${escaped(unfinishedSentence(trouble.restore))}**`, ways.join(' · ')];
    }
    case 'damaged':
      return [`**Damage was found in ${count(trouble.backups, 'backup')}.**`, commandLink('Repair Backups…', REPAIR)];
    case 'health': {
      const { sentence, hint } = trouble.finding;
      const args = board && !trouble.isOfStore ? [board.key] : [];
      return [`**${escaped(sentence)}**`, escaped(hint), commandLink('Show Health…', HEALTH, ...args)];
    }
  }
}

function aboutBoard(board: KnownBoard, { storeTrouble }: StatusFacts, now: number): Line[] {
  const { name, machine, url, latest } = board;
  return [
    `**${escaped(name)}**${machine === undefined || machine === name ? '' : `, ${escaped(machine)}`}`,
    connection(url),
    ...(latest ? aboutBackup(latest, now) : [storeTrouble === undefined && 'No backup yet']),
  ];
}

/** Where a board is, in Markdown. */
export function connection(url: string | undefined): string {
  if (url === undefined) return 'Not connected';
  return url.startsWith('sim:') ? 'Simulated on this computer' : `Connected: ${escaped(url)}`;
}

function aboutBackup(backup: BackupSummary, now: number): Line[] {
  const { createdAt, kind, origin, checkedAt, verified, files } = backup;
  return [
    `Last backup: ${moment(createdAt, now)}, ${kind}, ${originWords(origin)}`,
    checkedAt !== undefined && `Nothing had changed: ${moment(checkedAt, now)}`,
    `${count(files, 'file')}, ${bytes(backup.bytes)}`,
    verified === undefined
      ? 'Verified when it was taken'
      : `${verified.isSound ? 'Verified' : 'Damage found'}: ${moment(verified.at, now)}`,
  ];
}

function aboutNone({ list, remembered, storeTrouble, now }: StatusFacts): Line[] {
  const connected = list.filter(({ url }) => url !== undefined);
  const lines = isChosen(remembered) ? ['The board of the quick backup is not connected, and has no backup.'] : [];
  if (connected.length === 0) return [...lines, 'No board is connected. Plug one in with a data cable.'];
  const are = connected.length === 1 ? 'is' : 'are';
  const ages = connected.map(({ name, latest }) => {
    if (!latest) return `**${escaped(name)}**${storeTrouble ? '' : ': no backup yet'}`;
    return `**${escaped(name)}**: last backup ${age(backedUpAt(latest), now)}`;
  });
  const asks = 'A click asks which one to back up.';
  return [...lines, `${count(connected.length, 'board')} ${are} connected. ${asks}`, ...ages];
}

function aboutJob({ id, title, progress, isCancelled }: RunningJob): string {
  if (isCancelled) return `${escaped(title)}: cancelling`;
  const step = progress ? `: ${describeBriefly(progress.step, progress.percent)}` : '';
  return `${escaped(title)}${escaped(step)} · ${commandLink('Cancel', CANCEL, id)}`;
}

function linksOf({ jobs, storeTrouble }: StatusFacts, board: KnownBoard | undefined): string[] {
  const isBusy = jobs.some(({ boards }) => boards.some((name) => name === board?.key || name === board?.url));
  const latest = board?.latest?.id;
  return [
    // Without a folder for it, there is no backup.
    ...(isBusy || storeTrouble ? [] : [commandLink('Back Up Now', QUICK_BACKUP, ...(board ? [board.key] : []))]),
    commandLink('Choose Board…', CHOOSE),
    commandLink('Show in Tree', SHOW_IN_TREE, ...(latest === undefined ? [] : [latest])),
    commandLink('Show Log', SHOW_LOG),
  ];
}
