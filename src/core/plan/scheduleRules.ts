// What a user says about schedules: the same JSON in VS Code and in the rules file of the command line. What cannot be meant
// is refused with a sentence that names it, and a right example.

import { isSetName, setNameHint } from '../backupSet.js';
import { BackupError } from '../errors.js';
import { type Message, msg, t } from '../l10n.js';
import { type Schedule, type TimeOfDay, USUAL_SCHEDULE } from './schedule.js';

/** Which part of a board is backed up, and when. */
export interface SetPlan {
  /** Null for the usual set, which has no name. */
  set: string | null;
  /** Patterns; null if the usual ones count. */
  include: string[] | null;
  exclude: string[] | null;
  schedule: Schedule;
}

export interface ScheduleConfig {
  /** Of every board that has none of its own. */
  schedule: Schedule;
  /** By the name or the id of a board. */
  boards: ReadonlyMap<string, Schedule>;
  sets: readonly SetPlan[];
}

/** Nothing happens by itself. */
export const NO_SCHEDULE: Schedule = {
  connect: false,
  quick: null,
  session: false,
  daily: null,
  weekly: null,
  monthly: null,
};

/** More often than a board can be asked, and less often than daily, are no quick backups. */
const MOST_MINUTES = 24 * 60;

/** From Sunday on. */
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const WEEKDAY_WORDS: readonly Message[] = [
  msg('sunday'),
  msg('monday'),
  msg('tuesday'),
  msg('wednesday'),
  msg('thursday'),
  msg('friday'),
  msg('saturday'),
];

/** By rule: how its value is parsed, and an example for the message about a wrong one. */
const RULES: { readonly [Rule in keyof Schedule]: RuleSyntax<Schedule[Rule]> } = {
  connect: { parse: switchOf, off: false, needs: msg('true or false') },
  quick: { parse: minutesOf, off: null, needs: msg('a whole number of minutes from 1 to {0}, such as 30') },
  session: { parse: switchOf, off: false, needs: msg('true or false') },
  daily: { parse: timeOf, off: null, needs: msg('a time, such as "12:00"') },
  weekly: { parse: weeklyOf, off: null, needs: msg('a day of the week and a time, such as "sunday 12:00"') },
  monthly: { parse: monthlyOf, off: null, needs: msg('a day of the month and a time, such as "1 12:00"') },
};

interface RuleSyntax<Value> {
  /** @returns undefined for what cannot be meant */
  parse(value: unknown): Value | undefined;
  off: Value;
  /** What it has to be, with an example. */
  needs: Message;
}

/**
 * @param value as it stands in JSON; what it does not name is as in `over`, null and false take a rule away
 * @param name of what holds it, for the message
 * @throws BackupError `bad-argument`
 */
export function parseSchedule(value: unknown, over: Schedule, name = 'schedule'): Schedule {
  if (value === undefined) return over;
  const found = fieldsOf(value, name, t('an object of rules, such as {"daily": "12:00"}'));
  const unknown = found.find(([rule]) => !Object.hasOwn(RULES, rule));
  if (unknown)
    throw refused(
      t('The rule {0} in {1} does not exist.', shown(unknown[0]), name),
      t('The rules are {0}.', Object.keys(RULES).join(', ')),
    );
  const given = new Map(found);
  const rule = <Rule extends keyof Schedule>(which: Rule): Schedule[Rule] => {
    if (!given.has(which)) return over[which];
    const { parse, off, needs }: RuleSyntax<Schedule[Rule]> = RULES[which];
    const wanted = given.get(which);
    if (wanted === null || wanted === false) return off;
    const parsed = parse(wanted);
    if (parsed !== undefined) return parsed;
    throw refused(
      t('The value of {0} cannot be {1}.', `${name}.${which}`, shown(wanted)),
      t('It must be {0}, or null for never.', t(needs, MOST_MINUTES)),
    );
  };
  return {
    connect: rule('connect'),
    quick: rule('quick'),
    session: rule('session'),
    daily: rule('daily'),
    weekly: rule('weekly'),
    monthly: rule('monthly'),
  };
}

/** @param settings by their names; what is not there is as usual @throws BackupError `bad-argument` */
export function parseConfig(settings: Record<string, unknown>): ScheduleConfig {
  const schedule = parseSchedule(settings.schedule, USUAL_SCHEDULE);
  const example = t('an object by the names or ids of boards, such as {"greenhouse": {"daily": "18:00"}}');
  const boards = fieldsOf(settings.boardSchedules ?? {}, 'boardSchedules', example);
  const sets = fieldsOf(settings.backupSets ?? {}, 'backupSets', t('an object by names of sets, such as {0}', A_SET));
  return {
    schedule,
    boards: new Map(
      boards.map(([board, own]) => [board, parseSchedule(own ?? {}, schedule, `boardSchedules.${shown(board)}`)]),
    ),
    sets: sets.map(([name, own]) => parseSet(name, own)),
  };
}

/** The schedules of one board, that of the usual set first. */
export function plansFor(config: ScheduleConfig, board: { id?: string; name: string }): SetPlan[] {
  const schedule = ownSchedule(config, board) ?? config.schedule;
  return [{ set: null, include: null, exclude: null, schedule }, ...config.sets];
}

/** @returns undefined if the one of all boards counts */
export function ownSchedule(
  { boards }: ScheduleConfig,
  { id, name }: { id?: string; name: string },
): Schedule | undefined {
  // An id means one board, a name may mean several.
  return (id === undefined ? undefined : boards.get(id)) ?? boards.get(name);
}

/** As it is written in JSON: {@link parseSchedule} reads it. */
export function writtenSchedule({ weekly, monthly, ...rest }: Schedule): Record<keyof Schedule, unknown> {
  return {
    ...rest,
    weekly: weekly && `${WEEKDAYS[weekly.day]} ${weekly.time}`,
    monthly: monthly && `${monthly.day} ${monthly.time}`,
  };
}

/** `daily 12:00, weekly sunday 12:00`, `never` */
export function describeSchedule(schedule: Schedule): string {
  const { connect, quick, session, daily, weekly, monthly } = schedule;
  const rules = [
    ...(connect ? [t('at connection')] : []),
    ...(quick === null ? [] : [t('every {0} min', quick)]),
    ...(session ? [t('after use')] : []),
    ...(daily === null ? [] : [t('daily {0}', daily)]),
    ...(weekly === null ? [] : [t('weekly {0} {1}', weekdayName(weekly.day), weekly.time)]),
    ...(monthly === null ? [] : [t('monthly {0} {1}', monthly.day, monthly.time)]),
  ];
  return rules.join(', ') || t('never');
}

function weekdayName(day: number): string {
  const [sunday = msg('sunday')] = WEEKDAY_WORDS;
  return t(WEEKDAY_WORDS[day] ?? sunday);
}

const A_SET = '{"code": {"include": ["*.py"], "schedule": {"daily": "12:00"}}}';

function parseSet(set: string, value: unknown): SetPlan {
  if (!isSetName(set))
    throw refused(t('The name {0} in backupSets cannot be used for a backup set.', shown(set)), setNameHint());
  const name = `backupSets.${shown(set)}`;
  const found = fieldsOf(value, name, t('an object, such as the one in {0}', A_SET));
  const unknown = found.find(([key]) => !['include', 'exclude', 'schedule'].includes(key));
  if (unknown)
    throw refused(
      t('A set cannot have {0}, as {1} has.', shown(unknown[0]), name),
      t('A set can have include, exclude and schedule.'),
    );
  const given = new Map(found);
  return {
    set,
    include: parsePatterns(given.get('include'), `${name}.include`),
    exclude: parsePatterns(given.get('exclude'), `${name}.exclude`),
    schedule: parseSchedule(given.get('schedule') ?? {}, NO_SCHEDULE, `${name}.schedule`),
  };
}

/** @throws BackupError `bad-argument` */
export function parsePatterns(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '')) return value.map(String);
  throw refused(
    t('The value of {0} is not a list of patterns: {1}.', name, shown(value)),
    t('It must be a list, such as ["*.py", "/data"].'),
  );
}

/** `__proto__` is a name like any other. */
function fieldsOf(value: unknown, name: string, needs: string): Array<[string, unknown]> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw refused(t('The value of {0} cannot be {1}.', name, shown(value)), t('It must be {0}.', needs));
}

function switchOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function minutesOf(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  return value >= 1 && value <= MOST_MINUTES ? value : undefined;
}

function timeOf(value: unknown): TimeOfDay | undefined {
  const [, hour = '', minute = ''] = (typeof value === 'string' && /^(\d{1,2}):(\d{2})$/.exec(value.trim())) || [];
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) return undefined;
  return `${hour.padStart(2, '0')}:${minute}`;
}

function weeklyOf(value: unknown): Schedule['weekly'] | undefined {
  const [word = '', time] = wordsOf(value);
  const day = WEEKDAYS.findIndex((name) => [name, name.slice(0, 3)].includes(word.toLowerCase()));
  return day < 0 || time === undefined ? undefined : { day, time };
}

function monthlyOf(value: unknown): Schedule['monthly'] | undefined {
  const [word = '', time] = wordsOf(value);
  const day = /^\d{1,2}$/.test(word) ? Number(word) : 0;
  return day < 1 || day > 31 || time === undefined ? undefined : { day, time };
}

/** A word, and a time behind it. */
function wordsOf(value: unknown): [word?: string, time?: TimeOfDay | undefined] {
  if (typeof value !== 'string') return [];
  const [word = '', time, ...more] = value.trim().split(/\s+/);
  return more.length > 0 ? [] : [word, timeOf(time)];
}

/** As it stands in JSON; not all of what is long. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function refused(message: string, hint: string): BackupError {
  return new BackupError('bad-argument', message, { hint });
}
