// Which checks of the backups are due by themselves: reading some of them each day, and restoring one each week or month.

import { latestAmong } from '../latest.js';
import type { HistoryRecord, Operation } from '../store/history.js';
import type { BackupSummary } from '../store/summary.js';
import type { UpkeepRules } from './upkeepRules.js';
import { wallDay } from './wallClock.js';

export interface UpkeepDue {
  verify: boolean;
  /** Id of the board whose newest backup is to be restored. */
  test: string | undefined;
}

export interface UpkeepAsked {
  rules: UpkeepRules;
  /** Newest first. */
  backups: readonly BackupSummary[];
  history: readonly HistoryRecord[];
  /** Milliseconds since 1970. */
  now: number;
  timeZone: string;
}

/** Days of the calendar: who asks each day at noon, is answered each day. */
const PERIODS = { never: Number.POSITIVE_INFINITY, weekly: 7, monthly: 30 };
const HOUR_MS = 3_600_000;

/** If a check did not come to its end for these, it has not been done; it is tried again, but not at once. */
const NOT_DONE: ReadonlySet<string | undefined> = new Set(['cancelled', 'store-busy', 'store-not-found']);

export function dueUpkeep({ rules, backups, history, now, timeZone }: UpkeepAsked): UpkeepDue {
  if (backups.length === 0) return { verify: false, test: undefined };
  const dayOf = (ms: number) => wallDay(ms, timeZone);
  const today = dayOf(now);
  // What lies ahead was told by a clock that has stepped back since: it proves nothing (P46).
  const past = history.filter(({ at }) => Date.parse(at) <= now);
  const daysSince = (at: string | undefined) =>
    at === undefined ? Number.POSITIVE_INFINITY : today - dayOf(Date.parse(at));
  const of = (operation: Operation) => past.filter((record) => record.operation === operation);
  const lastOf = (operation: Operation) => of(operation).findLast(({ code }) => !NOT_DONE.has(code))?.at;
  // However it ended: a disk that cannot be read, or not be written to, is not asked without an end.
  const isPaused = (operation: Operation) => {
    const last = of(operation).at(-1);
    return last !== undefined && now - Date.parse(last.at) < HOUR_MS;
  };
  // A quick verification reads no bytes: a day on which nothing was read has had none.
  const isRead = backups.some(
    ({ verified }) => verified && Date.parse(verified.at) <= now && daysSince(verified.at) < 1,
  );
  const isVerified = daysSince(lastOf('verify')) < 1 && isRead;
  const isTestDue = daysSince(lastOf('test-restore')) >= PERIODS[rules.testRestore];
  return {
    verify: rules.checkSeconds > 0 && !isVerified && !isPaused('verify'),
    test:
      rules.testRestore !== 'never' && isTestDue && !isPaused('test-restore')
        ? testedLongestAgo(backups, past)
        : undefined,
  };
}

/** However the test ended, it was the turn of that board. */
function testedLongestAgo(backups: readonly BackupSummary[], past: readonly HistoryRecord[]): string | undefined {
  const tests = past.filter(({ operation, code }) => operation === 'test-restore' && !NOT_DONE.has(code));
  const turns = [...new Set(backups.map(({ board }) => board.id))].map((id) => ({
    id,
    last: tests.findLast(({ board }) => board?.id === id)?.at ?? '',
    newest: latestAmong(backups.filter(({ board }) => board.id === id))?.createdAt ?? '',
  }));
  // Of those that were never tested, the one that has been used last matters most.
  turns.sort(
    (one, other) => compare(one.last, other.last) || compare(other.newest, one.newest) || compare(one.id, other.id),
  );
  return turns[0]?.id;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
