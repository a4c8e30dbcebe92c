// What happened: one record for each job that ran on a store, for how often jobs succeed and how long they take. Kept in
// `history.jsonl` at the top of the store.

import { join } from 'node:path';
import * as v from 'valibot';
import { type BackupOrigin, ORIGINS, SCHEDULE_RULES, type ScheduleRule } from '../archive/manifest.js';
import type { Env } from '../env.js';
import { messageOf } from '../errors.js';
import { replaceFile } from './durable.js';
import { addRecord, encodeRecords, type Records, readRecords } from './records.js';

export type Operation =
  | 'backup'
  | 'restore'
  | 'undo'
  | 'finish'
  | 'verify'
  | 'test-restore'
  | 'repair'
  | 'delete'
  | 'undelete'
  | 'prune'
  | 'make-full'
  | 'export'
  | 'import'
  | 'empty-trash'
  | 'change-key'
  | 'offsite-sync'
  | 'offsite-check'
  | 'offsite-restore';

const OPERATIONS: readonly Operation[] = [
  ...([
    'backup',
    'restore',
    'undo',
    'finish',
    'verify',
    'test-restore',
    'repair',
    'delete',
    'undelete',
    'prune',
  ] as const),
  ...(['make-full', 'export', 'import', 'empty-trash', 'change-key'] as const),
  ...(['offsite-sync', 'offsite-check', 'offsite-restore'] as const),
];

export interface HistoryRecord {
  /** When it ended; ISO 8601 in UTC. */
  at: string;
  operation: Operation;
  ok: boolean;
  /** The code of the failure. */
  code?: string;
  seconds: number;
  board?: { id: string; name: string };
  /** Kind of the backup that was taken. */
  kind?: string;
  /** What the backup was taken for, and the backup set that it is of; absent if it is of no named one. */
  origin?: BackupOrigin;
  set?: string;
  /** The rules of a schedule that it was taken for, each with the moment at which it was due; ISO 8601 in UTC. */
  scheduled?: Array<{ rule: ScheduleRule; due: string }>;
  /** Backups, files, and bytes of files that it was about. */
  backups?: number;
  files?: number;
  bytes?: number;
  /** Id of the record of a restore, which has its report. */
  restore?: string;
  /** Bytes on the line, to the board and from it. */
  wire?: { sent: number; received: number };
}

const HISTORY = 'history.jsonl';

/** Below that, there is nothing to be gained. */
const LARGE = 1 << 20;

/** What is told of success goes back no further. */
const KEPT_MS = 90 * 86_400_000;
const count = v.pipe(v.number(), v.finite(), v.minValue(0));

const schema = v.object({
  at: v.string(),
  operation: v.picklist(OPERATIONS),
  ok: v.boolean(),
  code: v.optional(v.string()),
  seconds: count,
  board: v.optional(v.object({ id: v.string(), name: v.string() })),
  kind: v.optional(v.string()),
  origin: v.optional(v.picklist(ORIGINS)),
  set: v.optional(v.string()),
  scheduled: v.optional(v.array(v.object({ rule: v.picklist(SCHEDULE_RULES), due: v.string() }))),
  restore: v.optional(v.string()),
  backups: v.optional(count),
  files: v.optional(count),
  bytes: v.optional(count),
  wire: v.optional(v.object({ sent: count, received: count })),
}) as v.GenericSchema<unknown, HistoryRecord>;

/** A job is not undone because it could not be noted. Never rejects; makes no store if there is none. */
export async function noteInHistory(env: Env, root: string, record: HistoryRecord): Promise<void> {
  try {
    if (await env.fs.info(root)) await addRecord(env, join(root, HISTORY), record);
  } catch (error) {
    env.log.warn(`The history of ${root} could not be added to: ${messageOf(error)}`);
  }
}

/**
 * Drops old lines of runs that found nothing changed, except the newest of each board and set. Needs the exclusive lock. As others add lines
 * without a lock, nothing is done if one was added just now. A line that is added in the moment before the rename is lost; a run that it
 * recorded is then taken once more.
 */
export async function compactHistory(env: Env, root: string): Promise<void> {
  const path = join(root, HISTORY);
  const found = await env.fs.info(path);
  if (!found || found.size < LARGE) return;
  const { records, damaged } = await readHistory(env, root);
  const seen = new Set<string>();
  const kept = records.reverse().filter((record) => {
    const key = JSON.stringify([record.board?.id, record.set]);
    const isNewest = !seen.has(key);
    if (isQuiet(record)) seen.add(key);
    return !isQuiet(record) || isNewest || env.clock.now() - Date.parse(record.at) < KEPT_MS;
  });
  const compact = encodeRecords(kept.reverse());
  const isAlone = (await env.fs.info(path))?.size === found.size;
  if (damaged === 0 && compact.length < found.size / 2 && isAlone) await replaceFile(env, path, compact);
}

/** A run of a schedule that found nothing changed. */
function isQuiet({ operation, ok, backups, scheduled }: HistoryRecord): boolean {
  return operation === 'backup' && ok && backups === 0 && scheduled !== undefined;
}

/** Reads it again only if it has changed. */
export function historyReader(env: Env, root: string): () => Promise<HistoryRecord[]> {
  const path = join(root, HISTORY);
  let last: { size: number; modified: number; records: HistoryRecord[] } | undefined;
  return async () => {
    const { size, modified } = (await env.fs.info(path)) ?? { size: 0, modified: 0 };
    if (last?.size === size && last.modified === modified) return [...last.records];
    const { records } = await readHistory(env, root);
    last = { size, modified, records };
    return [...records];
  };
}

/** Oldest first. */
export function readHistory(env: Env, root: string): Promise<Records<HistoryRecord>> {
  return readRecords(env, join(root, HISTORY), schema);
}
