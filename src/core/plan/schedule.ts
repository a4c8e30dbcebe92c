// When backups of a board are taken by themselves: what can be asked for.

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
  ...{ connect: false, quick: null, session: false },
  ...{ daily: '12:00', weekly: null, monthly: null },
};
