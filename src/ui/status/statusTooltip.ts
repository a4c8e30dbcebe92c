// The tooltip of the item in the status bar, as Markdown: the facts of the board, the jobs that run, and links that lead on. Knows
// nothing of VS Code.

import { isOfKey } from '../../core/archive/archiveErrors.js';
import { originWords } from '../../core/jobs/backupWords.js';
import { describeBriefly } from '../../core/jobs/progressText.js';
import { unfinishedSentence } from '../../core/jobs/restoreText.js';
import { type Message, msg, t } from '../../core/l10n.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { kindName } from '../../core/plan/originText.js';
import { portKindOf } from '../../core/plan/portKinds.js';
import { lackingHint, type Soundness, soundnessOf, unsoundText, worstOf } from '../../core/plan/soundness.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { age, bytes, count, moment } from '../../core/text.js';
import { commandLink, escaped } from '../markdownText.js';
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
  QUICK_BACKUP,
  CHOOSE,
  SHOW_IN_TREE,
  SHOW_LOG,
  CANCEL,
  FINISH,
  UNDO,
  REPAIR,
  HEALTH,
  ENTER_KEY,
  SETTINGS,
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
        ? commandLink(t('Enter Key…'), ENTER_KEY)
        : commandLink(t('Choose Folder…'), SETTINGS, 'micropythonBackup.storeFolder');
      return [`**${escaped(message)}**`, hint !== undefined && escaped(hint), settings];
    }
    case 'unfinished': {
      const args = board ? [board.key] : [];
      const ways = [commandLink(t('Finish Restore…'), FINISH, ...args), commandLink(t('Undo Restore…'), UNDO, ...args)];
      return [`**${escaped(unfinishedSentence(trouble.restore))}**`, ways.join(' · ')];
    }
    case 'unsound':
      return [
        `**${escaped(unsoundText(trouble.backups))}**`,
        worstOf(trouble.backups) === 'lacking' && escaped(lackingHint()),
        commandLink(t('Repair Backups…'), REPAIR),
      ];
    case 'health': {
      const { sentence, hint } = trouble.finding;
      const args = board && !trouble.isOfStore ? [board.key] : [];
      return [`**${escaped(sentence)}**`, escaped(hint), commandLink(t('Show Health…'), HEALTH, ...args)];
    }
  }
}

function aboutBoard(board: KnownBoard, { storeTrouble }: StatusFacts, now: number): Line[] {
  const { name, machine, url, latest } = board;
  return [
    `**${escaped(name)}**${machine === undefined || machine === name ? '' : `, ${escaped(machine)}`}`,
    connection(url),
    ...(latest ? aboutBackup(latest, now) : [storeTrouble === undefined && t('No backup yet')]),
  ];
}

/** Where a board is, in Markdown. */
export function connection(url: string | undefined): string {
  if (url === undefined) return t('Not connected');
  return portKindOf(url) === 'simulated' ? t('Simulated on this computer') : t('Connected: {0}', escaped(url));
}

const FOUND: Record<Soundness, Message> = {
  unknown: msg('Verified when it was taken'),
  sound: msg('Verified: {0}'),
  damaged: msg('Damage found: {0}'),
  lacking: msg('Files found missing: {0}'),
};

function aboutBackup(backup: BackupSummary, now: number): Line[] {
  const { createdAt, kind, origin, checkedAt, verified, files } = backup;
  return [
    t('Last backup: {0}, {1}, {2}', moment(createdAt, now), kindName(kind), originWords(origin)),
    checkedAt !== undefined && t('Nothing had changed: {0}', moment(checkedAt, now)),
    `${count(files, 'file')}, ${bytes(backup.bytes)}`,
    t(FOUND[soundnessOf(backup)], moment(verified?.at ?? createdAt, now)),
  ];
}

function aboutNone({ list, remembered, storeTrouble, now }: StatusFacts): Line[] {
  const connected = list.filter(({ url }) => url !== undefined);
  const lines = isChosen(remembered) ? [t('The board of the quick backup is not connected, and has no backup.')] : [];
  if (connected.length === 0) return [...lines, t('No board is connected. Plug one in with a data cable.')];
  const ages = connected.map(({ name, latest }) => {
    if (!latest) return storeTrouble ? `**${escaped(name)}**` : t('**{0}**: no backup yet', escaped(name));
    return t('**{0}**: last backup {1}', escaped(name), age(backedUpAt(latest), now));
  });
  const boards = count(connected.length, 'board');
  const sentence =
    connected.length === 1
      ? t('{0} is connected. A click asks which one to back up.', boards)
      : t('{0} are connected. A click asks which one to back up.', boards);
  return [...lines, sentence, ...ages];
}

function aboutJob({ id, title, progress, isCancelled }: RunningJob): string {
  if (isCancelled) return t('{0}: cancelling', escaped(title));
  const step = progress ? `: ${describeBriefly(progress.step, progress.percent)}` : '';
  return `${escaped(title)}${escaped(step)} · ${commandLink(t('Cancel'), CANCEL, id)}`;
}

function linksOf({ jobs, storeTrouble }: StatusFacts, board: KnownBoard | undefined): string[] {
  const isBusy = jobs.some(({ boards }) => boards.some((name) => name === board?.key || name === board?.url));
  const latest = board?.latest?.id;
  return [
    // Without a folder for it, there is no backup.
    ...(isBusy || storeTrouble ? [] : [commandLink(t('Back Up Now'), QUICK_BACKUP, ...(board ? [board.key] : []))]),
    commandLink(t('Choose Board…'), CHOOSE),
    commandLink(t('Show in Tree'), SHOW_IN_TREE, ...(latest === undefined ? [] : [latest])),
    commandLink(t('Show Log'), SHOW_LOG),
  ];
}
