import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import type { Schedule } from '../../core/plan/schedule.js';
import {
  describeSchedule,
  NO_SCHEDULE,
  ownSchedule,
  type ScheduleConfig,
  writtenSchedule,
} from '../../core/plan/scheduleRules.js';
import { count, weekday } from '../../core/text.js';
import { unawaited } from '../failures.js';
import { showInformation } from '../messages.js';
import { type Choice, pickOne, pickSome } from '../quickPick.js';
import { readSchedules } from '../schedule/readSchedules.js';
import { SECTION } from '../settings.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

/** What a rule is if somebody ticks it that was off. */
const FIRST: Schedule = {
  connect: true,
  quick: 30,
  session: true,
  daily: '12:00',
  weekly: { day: 0, time: '12:00' },
  monthly: { day: 1, time: '12:00' },
};

interface RuleChoice extends Choice {
  rule: keyof Schedule;
}

export const setUpSchedule: Command = {
  name: 'setUpSchedule',
  async run(services, target) {
    const { config } = readSchedules();
    const { boards } = services;
    await boards.looked();
    const known = boards.list.filter(({ id }) => id !== undefined);
    const wanted = boardNamedBy(target)?.key;
    const board = wanted === undefined ? await pickWhose(known, config) : known.find(({ key }) => key === wanted);
    if (board === undefined) {
      if (wanted !== undefined)
        void showInformation(t('Back up this board once: after that it can be backed up automatically.'));
      return;
    }
    const now = scheduleOf(config, board);
    const picked = await pickSome(choicesOf(now), {
      title: board === 'all' ? t('Scheduled Backups') : t('Scheduled Backups of {0}', board.name),
      placeHolder: t('Tick when to back up; the settings have other times'),
    });
    if (!picked) return;
    const schedule = withRules(now, new Set(picked.map(({ rule }) => rule)));
    await write(board, known, schedule);
    // Nobody waits until it is read: the settings are written.
    unawaited(services, tell(board, schedule));
  },
};

async function tell(board: KnownBoard | 'all', schedule: Schedule): Promise<void> {
  const rules = describeSchedule(schedule);
  const sentence =
    board === 'all'
      ? t('Scheduled backups: {0}.', rules)
      : t('Scheduled backups of {0}: {1}.', displayPath(board.name), rules);
  const show = t('Show Schedule');
  const answer = await showInformation(sentence, show);
  if (answer === show) await vscode.commands.executeCommand('micropythonBackup.showSchedule');
}

async function pickWhose(
  known: readonly KnownBoard[],
  config: ScheduleConfig,
): Promise<KnownBoard | 'all' | undefined> {
  const [only] = known;
  if (known.length < 2) return only && ownSchedule(config, only) ? only : 'all';
  const items = [
    { label: t('All Boards'), description: t('that have no schedule of their own'), board: 'all' as const },
    ...known.map((board) => ({ label: board.name, description: board.url ?? t('away'), board })),
  ];
  return (await pickOne(items, { placeHolder: t('Whose backups?') }))?.board;
}

function scheduleOf(config: ScheduleConfig, board: KnownBoard | 'all'): Schedule {
  if (board === 'all') return config.schedule;
  return ownSchedule(config, board) ?? config.schedule;
}

function choicesOf(now: Schedule): RuleChoice[] {
  const { quick, daily, weekly, monthly } = { ...FIRST, ...onlyOn(now) };
  const labels: Record<keyof Schedule, string> = {
    connect: t('When it is connected'),
    quick: t('Every {0} while it is connected', count(quick ?? 0, 'minute')),
    session: t('After it was used, at its next connection'),
    daily: t('Each day at {0}', daily ?? ''),
    weekly: t('Each {0} at {1}', weekday(weekly?.day ?? 0), weekly?.time ?? ''),
    monthly: t('On day {0} of each month at {1}', monthly?.day ?? 1, monthly?.time ?? ''),
  };
  const on = onlyOn(now);
  return (Object.keys(labels) as Array<keyof Schedule>).map((rule) => {
    return { label: labels[rule], rule, picked: rule in on };
  });
}

/** The rules that are not off. */
function onlyOn(schedule: Schedule): Partial<Schedule> {
  return Object.fromEntries(Object.entries(schedule).filter(([, value]) => value !== false && value !== null));
}

function withRules(now: Schedule, rules: ReadonlySet<keyof Schedule>): Schedule {
  const wished = { ...FIRST, ...onlyOn(now) };
  const entries = Object.entries(wished).filter(([rule]) => rules.has(rule as keyof Schedule));
  return { ...NO_SCHEDULE, ...Object.fromEntries(entries) };
}

async function write(board: KnownBoard | 'all', known: readonly KnownBoard[], schedule: Schedule): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const written = writtenSchedule(schedule);
  const { Global } = vscode.ConfigurationTarget;
  if (board === 'all') {
    await configuration.update('schedule', written, Global);
    return;
  }
  const isOnly = known.filter(({ name }) => name === board.name).length === 1;
  const own = configuration.inspect<Record<string, unknown>>('boardSchedules')?.globalValue ?? {};
  const { [board.name]: _byName, [board.key]: _byId, ...others } = own;
  await configuration.update('boardSchedules', { ...others, [isOnly ? board.name : board.key]: written }, Global);
}
