// What there is to tell of a board and its backups, as data: for a page of pictures, and for `mpbackup report --json`. Decides only.

import type { BackupKind, BackupOrigin, Manifest } from '../archive/manifest.js';
import { type BoardPath, isInside } from '../paths.js';
import type { HistoryRecord } from '../store/history.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import { outlooks } from './dueRuns.js';
import { type BoardHealth, type HealthAsked, healthOf } from './health.js';
import type { HealthFinding } from './healthFindings.js';
import { describeSchedule, plansFor } from './scheduleRules.js';
import { scopeTest } from './scope.js';
import { type Soundness, soundnessOf } from './soundness.js';
import type { HealthOffsite } from './storeFindings.js';

/** All times are ISO 8601 in UTC. */
export interface BoardReport {
  at: string;
  board: { id: string; name: string; machine: string; firmware: string };
  health: Omit<BoardHealth, 'id' | 'name' | 'findings' | 'lastGoodAt' | 'nextDueAt'> & {
    lastGoodAt: string | null;
    nextDueAt: string | null;
  };
  /** Of the board and of the store; what needs somebody comes first. */
  findings: HealthFinding[];
  schedules: Array<{ set: string | null; rules: string; nextDueAt: string | null }>;
  /** Oldest first. */
  backups: ReportedBackup[];
  /** Backups that came to nothing, oldest first: but for those that somebody has cancelled. */
  failures: Array<{ at: string; code: string; seconds: number }>;
  /** Whether the store remembers how jobs ended: else nobody knows whether any failed. */
  hasHistory: boolean;
  changes: PathChanges;
  /** Bytes of the archives of this board, all together. */
  storeBytes: number;
  secondPlace: Pick<HealthOffsite, 'place' | 'waiting' | 'lastCopyAt'> | null;
}

export interface ReportedBackup {
  id: string;
  createdAt: string;
  kind: BackupKind;
  origin: BackupOrigin;
  set: string | null;
  label: string | null;
  pinned: boolean;
  soundness: Soundness;
  files: number;
  /** Of the tree of the board, and what this backup has added to the store. */
  bytes: number;
  added: number;
  /** How it was taken: null if its manifest cannot be read. */
  firmware: string | null;
  /** Of the whole job, from before the board was connected until the archive was checked: null if the history does not know it. */
  seconds: number | null;
  /** Of them, the part on the line, and what went over it in both directions. */
  lineSeconds: number | null;
  wireBytes: number | null;
}

export interface PathChanges {
  /** Paths that changed most, the first first. */
  top: Array<{ path: BoardPath; changes: number }>;
  /** All paths that were changed, added or deleted since the first backup, and those that are as they were in it. */
  changed: number;
  unchanged: number;
}

/** What of a manifest is kept while the others are read. */
export type TakenAs = Pick<ReportedBackup, 'firmware' | 'lineSeconds' | 'wireBytes'>;

export interface ReportAsked extends Omit<HealthAsked, 'boards'> {
  board: HealthAsked['boards'][number] & { id: string };
  /** By the ids of backups: bytes of their archives, and what their manifests say. */
  archiveBytes: ReadonlyMap<string, number>;
  taken: ReadonlyMap<string, TakenAs>;
  changes: PathChanges;
}

/** A clock and a counter of ticks are not quite of one mind on when a job began. */
const CLOCK_PLAY_MS = 2000;
/** The most paths that are named. */
const MOST_PATHS = 10;

export function boardReport(asked: ReportAsked): BoardReport | undefined {
  const { board, now, config, timeZone, offsite } = asked;
  const backups = asked.backups.filter((backup) => backup.board.id === board.id);
  const [newest] = backups;
  if (!newest) return undefined;
  const health = healthOf({ ...asked, boards: [board] });
  const [own] = health.boards;
  if (!own) return undefined;
  const history = asked.history.filter((record) => record.board?.id === board.id);
  const { id: _id, name: _name, findings, lastGoodAt, nextDueAt, ...figures } = own;
  const all = [...health.findings, ...findings];
  const jobs = history.filter(({ operation, ok, backups: taken }) => operation === 'backup' && ok && taken !== 0);
  const since = Math.min(...backups.map(({ createdAt }) => Date.parse(createdAt)), now);
  const plans = outlooks({ plans: plansFor(config, board), history, now, timeZone, since });
  const { id, name, machine, firmware } = newest.board;
  return {
    at: isoOf(now),
    board: { id, name, machine, firmware },
    health: { ...figures, lastGoodAt: isoOrNull(lastGoodAt), nextDueAt: isoOrNull(nextDueAt) },
    findings: [...all.filter(({ needsPerson }) => needsPerson), ...all.filter(({ needsPerson }) => !needsPerson)],
    schedules: plans.map(({ plan, next }) => ({
      set: plan.set,
      rules: describeSchedule(plan.schedule),
      nextDueAt: isoOrNull(next?.at ?? null),
    })),
    backups: [...backups].reverse().map((backup) => reported(backup, asked, jobs)),
    failures: history
      .filter(isFailure)
      .filter(hasTime)
      .map(({ at, code = 'unexpected', seconds }) => ({ at, code, seconds })),
    hasHistory: history.some(({ operation }) => operation === 'backup'),
    changes: asked.changes,
    storeBytes: backups.reduce((sum, backup) => sum + (asked.archiveBytes.get(backup.id) ?? 0), 0),
    secondPlace: offsite ? { place: offsite.place, waiting: offsite.waiting, lastCopyAt: offsite.lastCopyAt } : null,
  };
}

export function takenAs({ board, statistics }: Manifest): TakenAs {
  const { durationMs, wireSent, wireReceived } = statistics;
  return { firmware: board.firmware, lineSeconds: durationMs / 1000, wireBytes: wireSent + wireReceived };
}

/**
 * Counts in how many backups each path was not what it was in the one before: also that it was not there, or no longer. A backup that did
 * not look there, or could not, says nothing (P31). To be told of all backups of one board, oldest first.
 */
export class ChangeCounter {
  /** What each path was last known to be; null if it was gone. */
  private readonly last = new Map<BoardPath, ContentHash | null>();
  private readonly counts = new Map<BoardPath, number>();
  /** Where backups have looked so far, each way of looking once. */
  private readonly looks = new Map<string, (path: BoardPath) => boolean>();

  add({ entries, errors, scope }: Manifest): void {
    const seen = new Set<BoardPath>();
    const isInScope = scopeTest(scope);
    const hasLooked = (path: BoardPath) => isInScope(path) && !errors.some((error) => isInside(path, error.path));
    const before = [...this.looks.values()];
    for (const entry of entries) {
      if (entry.type !== 'file') continue;
      seen.add(entry.path);
      // What nobody has seen before is new where somebody has looked.
      if (!this.last.has(entry.path) && before.some((looked) => looked(entry.path))) this.last.set(entry.path, null);
      this.note(entry.path, entry.sha256);
    }
    for (const [path, content] of this.last) {
      if (content !== null && !seen.has(path) && hasLooked(path)) this.note(path, null);
    }
    this.looks.set(JSON.stringify([scope, errors.map(({ path }) => path)]), hasLooked);
  }

  result(): PathChanges {
    const ranked = [...this.counts].sort(([one, most], [other, more]) => more - most || (one < other ? -1 : 1));
    return {
      top: ranked.slice(0, MOST_PATHS).map(([path, changes]) => ({ path, changes })),
      changed: ranked.length,
      unchanged: this.last.size - ranked.length,
    };
  }

  private note(path: BoardPath, content: ContentHash | null): void {
    const before = this.last.get(path);
    this.last.set(path, content);
    if (before !== undefined && before !== content) this.counts.set(path, (this.counts.get(path) ?? 0) + 1);
  }
}

function reported(
  backup: BackupSummary,
  { archiveBytes, taken }: ReportAsked,
  jobs: readonly HistoryRecord[],
): ReportedBackup {
  const { id, createdAt, kind, origin, set = null, label, pinned, files, bytes } = backup;
  return {
    id,
    createdAt,
    kind,
    origin,
    set,
    label,
    pinned,
    soundness: soundnessOf(backup),
    files,
    bytes,
    added: archiveBytes.get(id) ?? 0,
    seconds: jobs.find((job) => hasTaken(job, backup))?.seconds ?? null,
    ...(taken.get(id) ?? { firmware: null, lineSeconds: null, wireBytes: null }),
  };
}

/** The history does not name backups: it is the job during which it was begun. */
function hasTaken({ at, seconds, set }: HistoryRecord, backup: BackupSummary): boolean {
  const [end, begun] = [Date.parse(at), Date.parse(backup.createdAt)];
  return set === backup.set && begun <= end && begun >= end - 1000 * seconds - CLOCK_PLAY_MS;
}

function hasTime({ at }: HistoryRecord): boolean {
  return Number.isFinite(Date.parse(at));
}

function isFailure({ operation, ok, code }: HistoryRecord): boolean {
  return operation === 'backup' && !ok && code !== 'cancelled' && code !== 'program-running';
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : isoOf(time);
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
