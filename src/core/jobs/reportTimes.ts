// How a report writes times: in VS Code as the views there do, as short as the day allows. A file is read at any time, and says the whole
// date, as the command line does.

import { day, localTime, moment, momentWithin, monthOfYear } from '../text.js';

export interface ReportTimes {
  /** At the beginning of a line. */
  at(iso: string): string;
  /** Within a sentence. */
  within(iso: string): string;
  day(iso: string): string;
  /** The month alone, with its year. */
  month(iso: string): string;
}

const OF_DAY = '2026-03-12'.length;
const OF_MONTH = '2026-03'.length;

export function shortTimes(now: number): ReportTimes {
  return {
    at: (iso) => moment(iso, now),
    within: (iso) => momentWithin(iso, now),
    day: (iso) => day(iso, now),
    month: (iso) => monthOfYear(iso),
  };
}

export const WHOLE_TIMES: ReportTimes = {
  at: localTime,
  within: localTime,
  day: (iso) => localTime(iso).slice(0, OF_DAY),
  month: (iso) => localTime(iso).slice(0, OF_MONTH),
};
