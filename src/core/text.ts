// Figures and times as people read them, the same in VS Code and on the command line.

import { type Message, msg, spokenLanguage, t } from './l10n.js';

/** Of those who have named no language. */
const ENGLISH = 'en-US';

/** What is counted: one, and any other number of it. */
const COUNTED = {
  file: [msg('{0} file'), msg('{0} files')],
  backup: [msg('{0} backup'), msg('{0} backups')],
  archive: [msg('{0} archive'), msg('{0} archives')],
  path: [msg('{0} path'), msg('{0} paths')],
  board: [msg('{0} board'), msg('{0} boards')],
  finding: [msg('{0} finding'), msg('{0} findings')],
  'older archive': [msg('{0} older archive'), msg('{0} older archives')],
  minute: [msg('{0} minute'), msg('{0} minutes')],
  'lost file': [msg('{0} lost file'), msg('{0} lost files')],
  day: [msg('{0} day'), msg('{0} days')],
  'damaged archive': [msg('{0} damaged archive'), msg('{0} damaged archives')],
  conflict: [msg('{0} conflict'), msg('{0} conflicts')],
  'sound backup': [msg('{0} sound backup'), msg('{0} sound backups')],
  'selected item': [msg('{0} selected item'), msg('{0} selected items')],
  second: [msg('{0} second'), msg('{0} seconds')],
  recipient: [msg('{0} recipient'), msg('{0} recipients')],
  port: [msg('{0} port'), msg('{0} ports')],
  'other secret': [msg('{0} other secret'), msg('{0} other secrets')],
  'other file': [msg('{0} other file'), msg('{0} other files')],
  'old backup': [msg('{0} old backup'), msg('{0} old backups')],
  'other archive': [msg('{0} other archive'), msg('{0} other archives')],
  'more archive': [msg('{0} more archive'), msg('{0} more archives')],
  line: [msg('{0} line'), msg('{0} lines')],
  job: [msg('{0} job'), msg('{0} jobs')],
  item: [msg('{0} item'), msg('{0} items')],
  'hidden message': [msg('{0} hidden message'), msg('{0} hidden messages')],
  'deleted backup': [msg('{0} deleted backup'), msg('{0} deleted backups')],
  character: [msg('{0} character'), msg('{0} characters')],
  change: [msg('{0} change'), msg('{0} changes')],
} as const;

/** Each a thousand of the one before, the first of bytes. */
const UNITS = [msg('{0} kB'), msg('{0} MB'), msg('{0} GB'), msg('{0} TB')] as const;

/** `1 file`, `3 files`, `1,200 files` */
export function count(number: number, noun: keyof typeof COUNTED): string {
  const [one, other] = COUNTED[noun];
  return t(number === 1 ? one : other, figure(number));
}

/** `1,200`: thousands are told apart. */
export function figure(number: number): string {
  return number.toLocaleString(spokenLanguage() ?? ENGLISH);
}

/** What is too long for its place loses its middle: the name of a file stands at the end. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = Math.floor((most - 1) / 3);
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - most).join('')}`;
}

/** `214 B`, `1.2 kB`, `3.4 MB`: powers of ten, as file managers show them. */
export function bytes(number: number): string {
  if (number < 999.5) return t('{0} B', Math.round(number));
  let value = number / 1000;
  let unit = 0;
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000;
  const [usual] = UNITS;
  return t(UNITS[unit] ?? usual, value < 9.95 ? withOneDigit(value, 1) : Math.round(value));
}

/** `0.4 s`, `3 s`, `12 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(seconds: number): string {
  if (seconds < 9.95) return t('{0} s', withOneDigit(seconds, 0));
  const whole = Math.round(seconds);
  if (whole < 60) return t('{0} s', whole);
  if (whole < 3600) return twoUnits(whole, msg('{0} min'), msg('{0} min {1} s'));
  return twoUnits(Math.round(whole / 60), msg('{0} h'), msg('{0} h {1} min'));
}

/** How long something took: nothing takes no time at all. */
export function timeTaken(seconds: number): string {
  return seconds < 0.05 ? t('under 0.1 s') : duration(seconds);
}

/** @param number of the smaller unit, of which 60 are one of the greater */
function twoUnits(number: number, greater: Message, both: Message): string {
  const rest = number % 60;
  return rest === 0 ? t(greater, number / 60) : t(both, Math.floor(number / 60), rest);
}

/** @param least digits behind the point: 1 shows a zero there, too */
function withOneDigit(number: number, least: 0 | 1): string {
  const digits = { minimumFractionDigits: least, maximumFractionDigits: 1 };
  return number.toLocaleString(spokenLanguage() ?? ENGLISH, digits);
}

/**
 * When something was, as short as it can be told from `now`: `Today 14:02`, `Yesterday 18:30`, `12 Nov 09:10`, `12 Nov 2024 09:10`.
 *
 * @param seconds shows them, too: `Today 14:02:05`
 */
export function moment(iso: string, now: number, locale = spokenLanguage(), seconds?: '2-digit'): string {
  const date = new Date(iso);
  const time = clock(iso, locale, seconds);
  if (sameDay(date, new Date(now))) return t('Today {0}', time);
  if (sameDay(date, dayBefore(now))) return t('Yesterday {0}', time);
  return `${day(iso, now, locale)} ${time}`;
}

/** The same within a sentence: `today 14:02`, `12 Nov 09:10`. */
export function momentWithin(iso: string, now: number, locale = spokenLanguage()): string {
  const date = new Date(iso);
  if (sameDay(date, new Date(now))) return t('today {0}', clock(iso, locale));
  if (sameDay(date, dayBefore(now))) return t('yesterday {0}', clock(iso, locale));
  return moment(iso, now, locale);
}

/**
 * `14:02`: as schedules are written, whatever is usual in the language.
 *
 * @param seconds shows them, too
 */
export function clock(iso: string, locale = spokenLanguage(), seconds?: '2-digit'): string {
  const shown = { hour: 'numeric', minute: '2-digit', second: seconds, hourCycle: 'h23' } as const;
  return new Date(iso).toLocaleTimeString(locale, shown);
}

/** Moments that stand below each other: with seconds if the minute is the same. @returns for each `iso` */
export function moments(isos: readonly string[], now: number): (iso: string) => string {
  const short = isos.map((iso) => moment(iso, now));
  const isTwice = (text: string) => short.indexOf(text) !== short.lastIndexOf(text);
  return (iso) => {
    const text = moment(iso, now);
    return isTwice(text) ? moment(iso, now, spokenLanguage(), '2-digit') : text;
  };
}

/** When something was, by the clock of the user and in an order that sorts: `2026-11-21 02:57`. */
export function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (number: number) => `${number}`.padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The day alone: `12 Nov`, `12 Nov 2024`. */
export function day(iso: string, now: number, locale = spokenLanguage()): string {
  const date = new Date(iso);
  const year = date.getFullYear() === new Date(now).getFullYear() ? {} : ({ year: 'numeric' } as const);
  return date.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...year });
}

/** `Sunday`. @param day 0 is Sunday */
export function weekday(day: number): string {
  // The first day of 2023 was one.
  const date = new Date(Date.UTC(2023, 0, 1 + day));
  return date.toLocaleDateString(spokenLanguage() ?? ENGLISH, { weekday: 'long', timeZone: 'UTC' });
}

/** The month alone, which says its year where one begins: `Nov`, `Jan 2026`. */
export function monthName(iso: string, locale = spokenLanguage()): string {
  const date = new Date(iso);
  return date.getMonth() === 0 ? monthOfYear(iso, locale) : date.toLocaleDateString(locale, { month: 'short' });
}

/** `Nov 2025`: some languages would shorten a month in another way beside its year. */
export function monthOfYear(iso: string, locale = spokenLanguage()): string {
  const date = new Date(iso);
  return `${date.toLocaleDateString(locale, { month: 'short' })} ${date.getFullYear()}`;
}

/** `MicroPython 1.27.0 (2025-12-10)` for `3.4.0; MicroPython v1.27.0 on 2025-12-10`, as Python has it; else what it is. */
export function firmwareName(version: string): string {
  const parts = /^(?:[\d.]+; )?(\D+?) v?(\d\S*)(?: on (\d{4}-\d\d-\d\d))?$/.exec(version);
  if (!parts) return version;
  const [, product = '', release = '', day] = parts;
  return day === undefined ? `${product} ${release}` : `${product} ${release} (${day})`;
}

/** How long ago: `just now`, `5 min ago`, `2 h ago`, `3 days ago`. */
export function age(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return t('just now');
  if (minutes < 60) return t('{0} min ago', minutes);
  if (minutes < 48 * 60) return t('{0} h ago', Math.floor(minutes / 60));
  return t('{0} days ago', Math.floor(minutes / (24 * 60)));
}

/** By the calendar: the days on which clocks change have 23 or 25 hours. */
function dayBefore(now: number): Date {
  const date = new Date(now);
  date.setDate(date.getDate() - 1);
  return date;
}

function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** Names and passwords that somebody put into an address are nobody else's business. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)[^/@\s]*@/g, '$1');
}
