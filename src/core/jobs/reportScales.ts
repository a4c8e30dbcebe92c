// Where something stands in a picture: time from left to right in percent, so that pictures are as wide as there is room and their words
// stay as large as they are; and values from zero up in pixels.

import { clock, day, monthName } from '../text.js';

export interface TimeScale {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

export interface Tick {
  at: number;
  label: string;
}

export interface ValueScale {
  /** From zero, which is the first of `steps`. */
  top: number;
  steps: readonly number[];
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Less than that would tell apart what happened at once. */
const LEAST_MS = 10 * MINUTE_MS;
/** Up to so many days, ticks are minutes or hours apart; there are no more than so many. */
const HOURS = 2;
const MOST_HOURS = 8;
const MINUTE_STEPS = [2, 5, 10, 15, 30, 60, 120, 180, 360, 720];
/** Up to so many days, there is a tick each day, each week, each month, each quarter; else each year. */
const [DAYS, WEEKS, MONTHS, QUARTERS] = [12, 75, 460, 1500];
const MOST_YEARS = 12;

/** @param times milliseconds since 1970, of which the clock may have been ahead */
export function timeScale(times: readonly number[], now: number): TimeScale {
  const to = times.reduce((last, time) => Math.max(last, time), now);
  return { from: times.reduce((first, time) => Math.min(first, time), to - LEAST_MS), to };
}

/** In percent: `12.34%` */
export function across({ from, to }: TimeScale, time: number): string {
  return `${share(from, to, time).toFixed(2)}%`;
}

/** From 0 to 100. */
export function share(from: number, to: number, time: number): number {
  return (100 * (time - from)) / (to - from);
}

/** By the calendar where the user is. */
export function timeTicks({ from, to }: TimeScale): Tick[] {
  const days = (to - from) / DAY_MS;
  if (days < HOURS) return hourTicks({ from, to });
  const ticks: Tick[] = [];
  const first = new Date(from);
  const at = new Date(first.getFullYear(), first.getMonth(), first.getDate());
  if (days > QUARTERS) at.setMonth(0, 1);
  else if (days > MONTHS) at.setMonth(3 * Math.floor(at.getMonth() / 3), 1);
  else if (days > WEEKS) at.setDate(1);
  else if (days > DAYS) at.setDate(at.getDate() - ((at.getDay() + 6) % 7));
  for (; at.getTime() <= to; step(at, days)) {
    const iso = at.toISOString();
    const label = days > QUARTERS ? `${at.getFullYear()}` : days > WEEKS ? monthName(iso) : day(iso, to);
    if (at.getTime() >= from) ticks.push({ at: at.getTime(), label });
  }
  return ticks;
}

/** A day that begins says which one it is. */
function hourTicks({ from, to }: TimeScale): Tick[] {
  const minutes = MINUTE_STEPS.find((each) => (to - from) / (each * MINUTE_MS) <= MOST_HOURS) ?? 720;
  const first = new Date(from);
  const ticks: Tick[] = [];
  const at = new Date(first.getFullYear(), first.getMonth(), first.getDate());
  for (; at.getTime() <= to; at.setMinutes(at.getMinutes() + minutes)) {
    const iso = at.toISOString();
    const label = at.getHours() === 0 && at.getMinutes() === 0 ? day(iso, to) : clock(iso);
    if (at.getTime() >= from) ticks.push({ at: at.getTime(), label });
  }
  return ticks;
}

function step(at: Date, days: number): void {
  // A clock may have been ahead by ages: more ticks than that nobody could read.
  if (days > QUARTERS) at.setFullYear(at.getFullYear() + Math.ceil(days / 365 / MOST_YEARS));
  else if (days > MONTHS) at.setMonth(at.getMonth() + 3);
  else if (days > WEEKS) at.setMonth(at.getMonth() + 1);
  else at.setDate(at.getDate() + (days > DAYS ? 7 : 1));
}

const TENS = [1, 2, 5];
/** Seconds are counted by sixties. */
const CLOCK_STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400];

/** @param most the largest value that is drawn @param unit seconds go by the clock */
export function valueScale(most: number, unit: 'seconds' | 'bytes'): ValueScale {
  const least = Math.max(most, unit === 'seconds' ? 0.1 : 1) / 3;
  const step = (unit === 'seconds' ? CLOCK_STEPS.find((each) => each >= least) : undefined) ?? decimalStep(least);
  const count = Math.max(1, Math.ceil(most / step));
  return { top: count * step, steps: Array.from({ length: count + 1 }, (_, at) => at * step) };
}

function decimalStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (TENS.find((each) => each * power >= least) ?? 10);
}
