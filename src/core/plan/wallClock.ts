// What a clock on the wall shows, and when it shows it: from an instant to the day and time in a zone, and back. Clocks jump
// in spring, go twice through an hour in autumn, and some are off by a quarter of an hour.

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Making one takes far longer than asking it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Asking takes long too, and what is due is asked every minute, of the same days: some years of a few rules. */
const instants = new Map<string, number>();
const MOST_INSTANTS = 10_000;

/**
 * @param timeZone IANA name; one that nobody knows counts as UTC
 * @returns what the clock shows, as if it were UTC, in milliseconds since 1970
 */
export function wallClock(instant: number, timeZone: string): number {
  const fields: Record<string, number> = {};
  for (const { type, value } of formatFor(timeZone).formatToParts(instant)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * When the clock shows this day and time for the first time. What it never shows, because it jumps over it, counts as the moment of
 * the jump.
 *
 * @param day counted from 1 January 1970, whatever the zone
 * @param minutes since midnight by the clock
 */
export function instantOf(day: number, minutes: number, timeZone: string): number {
  const key = `${timeZone} ${day} ${minutes}`;
  const known = instants.get(key);
  if (known !== undefined) return known;
  const instant = findInstant(day, minutes, timeZone);
  if (instants.size >= MOST_INSTANTS) instants.clear();
  instants.set(key, instant);
  return instant;
}

function findInstant(day: number, minutes: number, timeZone: string): number {
  const shown = day * DAY_MS + minutes * MINUTE_MS;
  // No zone is a whole day away from UTC, and none changes twice in two days.
  const [start, end] = [shown - DAY_MS, shown + DAY_MS];
  const before = offsetAt(start, timeZone);
  const candidates = [shown - before, shown - offsetAt(end, timeZone)];
  const showing = candidates.filter((instant) => wallClock(instant, timeZone) === shown);
  return showing.length > 0 ? Math.min(...showing) : jumpBetween(start, end, before, timeZone);
}

/** The day that the clock shows, counted from 1 January 1970. */
export function wallDay(instant: number, timeZone: string): number {
  return Math.floor(wallClock(instant, timeZone) / DAY_MS);
}

/** @param before what it is until the jump */
function jumpBetween(start: number, end: number, before: number, timeZone: string): number {
  let [last, first] = [start, end];
  while (first - last > 1000) {
    const middle = Math.floor((last + first) / 2000) * 1000;
    if (offsetAt(middle, timeZone) === before) last = middle;
    else first = middle;
  }
  return first;
}

/** How far the clock is ahead of UTC, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  return wallClock(instant, timeZone) - Math.floor(instant / 1000) * 1000;
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = makeFormat(timeZone) ?? formatFor('UTC');
  formats.set(timeZone, format);
  return format;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  const numeric = 'numeric';
  const fields = {
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { calendar: 'gregory', hourCycle: 'h23', timeZone, ...fields });
  } catch (error) {
    // Some small systems have a name of their own there, or none.
    if (error instanceof RangeError && timeZone !== 'UTC') return undefined;
    throw error;
  }
}
