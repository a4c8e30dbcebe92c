// When backups of a board are taken by themselves: what can be asked for.

import type { BackupOrigin, ScheduleRule } from '../archive/manifest.js';

/** `HH:MM` on a clock of 24 hours, where the computer is. */
export type TimeOfDay = string;

/** Rules that are off are false or null. */
export interface Schedule {
  /** Whenever the board is connected. */
  connect: boolean;
  /** Minutes between two, while the board is connected. */
  quick: number | null;
  /** After the board was used: when it was unplugged or the window closed, at its next connection. */
  session: boolean;
  daily: TimeOfDay | null;
  /** `day`: 0 is Sunday. */
  weekly: { day: number; time: TimeOfDay } | null;
  /** `day`: from 1 on; a month that is shorter has it on its last day. */
  monthly: { day: number; time: TimeOfDay } | null;
}

/** Once a day, at noon; what was missed then is taken as soon as it can be. */
export const USUAL_SCHEDULE: Schedule = {
  connect: false,
  quick: null,
  session: false,
  daily: '12:00',
  weekly: null,
  monthly: null,
};

/** Which rule counts for more: a backup for one serves those below it. */
const RANKS: Readonly<Record<ScheduleRule, number>> = {
  quick: 0,
  connect: 1,
  session: 2,
  daily: 3,
  weekly: 4,
  monthly: 5,
};

/** All that there are, the lowest first; the type above makes sure of it. */
export const RULES_BY_RANK = Object.keys(RANKS) as ScheduleRule[];

/** @returns -1 for what no rule takes */
export function rankOf(origin: BackupOrigin | undefined): number {
  const ranked: ReadonlyArray<BackupOrigin | undefined> = RULES_BY_RANK;
  return ranked.indexOf(origin);
}
