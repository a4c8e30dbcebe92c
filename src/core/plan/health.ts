// How things stand with the backups of each board: what needs a person, what is good to know, and the figures. The same for the
// tree, the status bar and the command line. A backup that nobody looks at must not cry without need: a board that is away
// is no fault of anybody.

import type { HistoryRecord } from '../store/history.js';
import type { BackupSummary, UnreadableArchive } from '../store/summary.js';
import { outlooks } from './dueRuns.js';
import {
  awayFinding,
  damageFindings,
  failingFinding,
  type HealthFinding,
  overdueFinding,
  sizeFindings,
  testFinding,
  unverifiedFinding,
  unverifiedIn,
} from './healthFindings.js';
import { sumsOf } from './historySums.js';
import type { KnownBoard } from './knownBoards.js';
import { isOfThisMachine, portKindOf } from './portKinds.js';
import { plansFor, type ScheduleConfig, type SetPlan } from './scheduleRules.js';
import { isSound } from './soundness.js';
import {
  clockFinding,
  type HealthOffsite,
  type HealthSpace,
  offsiteFindings,
  spaceFinding,
  unreadableFinding,
} from './storeFindings.js';

export interface BoardHealth {
  id: string;
  name: string;
  findings: HealthFinding[];
  /** When the board was last backed up, or found to be just as its last backup; all times in milliseconds since 1970. */
  lastGoodAt: number | null;
  nextDueAt: number | null;
  /** Moments of its schedule for which there is no backup, and none will be made. */
  missed: number;
  /** Backups of which nobody has read the bytes for 30 days. */
  unverified: number;
  /** Of its backups of the last 90 days, from 0 to 1; null if there was none. */
  successRate: number | null;
  meanSeconds: number | null;
}

export interface Health {
  boards: BoardHealth[];
  /** Of the store. */
  findings: HealthFinding[];
}

export interface HealthAsked {
  boards: ReadonlyArray<Pick<KnownBoard, 'id' | 'name' | 'url'>>;
  /** Newest first. */
  backups: readonly BackupSummary[];
  /** Archives of the store that are in no list, because they cannot be read. */
  unreadable: readonly UnreadableArchive[];
  /** Oldest first. */
  history: readonly HistoryRecord[];
  config: ScheduleConfig;
  now: number;
  timeZone: string;
  space?: HealthSpace | undefined;
  /** Absent if there is no second place. */
  offsite?: HealthOffsite | undefined;
  /** Since when boards are connected, by their ids, if that is known: one that has just come gets its backup first. */
  connectedAt?: ReadonlyMap<string, number>;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const RATED_MS = 90 * DAY_MS;
/** So many periods may go by without a backup: a weekend, a flu. */
const PERIODS = 3;
/** For a period that is very short. */
const LEAST_LIMIT_MS = 3 * DAY_MS;

/** @returns of all boards that have a backup */
export function healthOf(asked: HealthAsked): Health {
  const { backups, history, now, space, offsite } = asked;
  const store = [
    unreadableFinding(asked.unreadable),
    spaceFinding(space),
    ...offsiteFindings(offsite, now),
    clockFinding(backups, history, now),
  ];
  return {
    boards: asked.boards.flatMap((board) => (board.id === undefined ? [] : [boardHealth(asked, board, board.id)])),
    findings: store.flatMap((finding) => finding ?? []),
  };
}

/** Whether a badge is to be shown. */
export function needsPerson({ boards, findings }: Health): boolean {
  return [...findings, ...boards.flatMap((board) => board.findings)].some((finding) => finding.needsPerson);
}

function boardHealth(asked: HealthAsked, { name, url }: HealthAsked['boards'][number], id: string): BoardHealth {
  const { config, now, timeZone } = asked;
  const backups = asked.backups.filter(({ board }) => board.id === id);
  const history = asked.history.filter(({ board }) => board?.id === id);
  const plans = backups.length > 0 ? plansFor(config, { id, name }) : [];
  const since = Math.min(...backups.map(({ createdAt }) => Date.parse(createdAt)), now);
  const standing = outlooks({ plans, history, now, timeZone, since });
  const lastGoodAt = lastGood(backups, now);
  const cameAt = asked.connectedAt?.get(id);
  const isKnownToBeThere = url !== undefined && isSurelyThere(url);
  const isThere = isKnownToBeThere && (cameAt === undefined || now - cameAt > HOUR_MS);
  const findings = [
    ...damageFindings(backups),
    ...plans.map((plan) => {
      const at = lastGood(
        backups.filter(({ set = null }) => set === plan.set),
        now,
      );
      if (!isLate(plan, at, since, now)) return undefined;
      if (isThere) return overdueFinding(name, plan.set, at, now);
      return isKnownToBeThere ? undefined : awayFinding(name, plan.set, at, now);
    }),
    ...plans.map(({ set }) => failingFinding(name, set, history, { isThere: url !== undefined, now })),
    testFinding(name, history, now),
    ...sizeFindings(backups, now),
    unverifiedFinding(name, backups, history, now),
  ];
  const next = standing.flatMap((each) => (each.next === undefined ? [] : [each.next.at]));
  const [sum] = sumsOf(history.filter((record) => record.operation === 'backup' && isRated(record, now)));
  return {
    id,
    name,
    lastGoodAt,
    findings: findings.flatMap((finding) => finding ?? []),
    nextDueAt: next.length > 0 ? Math.min(...next) : null,
    missed: standing.reduce((total, { owed }) => total + (owed?.missed ?? 0), 0),
    unverified: unverifiedIn(backups, now).length,
    successRate: sum ? sum.succeeded / sum.runs : null,
    meanSeconds: sum?.meanSeconds ?? null,
  };
}

function isRated({ at }: HistoryRecord, now: number): boolean {
  const time = Date.parse(at);
  return time <= now && now - time <= RATED_MS;
}

/** What a restore saved, and what is damaged, is no good backup. What is dated later than now proves nothing (P46). */
function lastGood(backups: readonly BackupSummary[], now: number): number | null {
  const good = backups.filter((backup) => isSound(backup) && backup.origin !== 'safety');
  const times = good.flatMap(({ createdAt, checkedAt }) => [createdAt, checkedAt ?? createdAt].map(Date.parse));
  const past = times.filter((time) => time <= now);
  return past.length > 0 ? Math.max(...past) : null;
}

/**
 * A set that was never backed up may be new: nobody knows since when it is wished. Rules that wait for an event have no period, and nothing is
 * late where nothing happened.
 */
function isLate({ set, schedule }: SetPlan, lastGoodAt: number | null, since: number, now: number): boolean {
  const { quick, daily, weekly, monthly } = schedule;
  const periods = [
    ...(quick === null ? [] : [quick * 60_000]),
    ...(daily === null ? [] : [DAY_MS]),
    ...(weekly === null ? [] : [7 * DAY_MS]),
    ...(monthly === null ? [] : [31 * DAY_MS]),
  ];
  if (periods.length === 0 || (set !== null && lastGoodAt === null)) return false;
  return now - (lastGoodAt ?? since) > Math.max(LEAST_LIMIT_MS, PERIODS * Math.min(...periods));
}

/** A board in the network is named, and may be off: only a connection shows. */
function isSurelyThere(url: string): boolean {
  const kind = portKindOf(url);
  return kind === 'simulated' || isOfThisMachine(kind);
}
