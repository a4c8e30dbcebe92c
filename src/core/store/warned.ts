// Of what people have been warned, so that they are warned once, by whichever window or program comes first. It names files, so it
// lies only beside archives that are not encrypted, and goes if they become so.

import { join } from 'node:path';
import * as v from 'valibot';
import type { Env } from '../env.js';
import { addRecord, readRecords } from './records.js';

export interface WarnedRecord {
  /** ISO 8601 in UTC. */
  at: string;
  /** The id of a board whose files have been looked at, and those of them that hold secrets. */
  board?: string;
  files?: string[];
  /** Stands for a work tree of git that holds the backups. */
  workTree?: string;
}

const WARNED = 'warned.jsonl';

const schema = v.object({
  at: v.string(),
  board: v.optional(v.string()),
  files: v.optional(v.array(v.string())),
  workTree: v.optional(v.string()),
}) as v.GenericSchema<unknown, WarnedRecord>;

export interface Warned {
  /** By the id of the board; a board whose files nobody has looked at is absent. */
  files: ReadonlyMap<string, ReadonlySet<string>>;
  workTrees: ReadonlySet<string>;
}

/** @throws BackupError `store-denied`, `store-failed` */
export async function readWarned(env: Env, root: string): Promise<Warned> {
  const { records } = await readRecords(env, join(root, WARNED), schema);
  const files = new Map<string, Set<string>>();
  for (const { board, files: named = [] } of records) {
    if (board !== undefined) files.set(board, new Set([...(files.get(board) ?? []), ...named]));
  }
  return { files, workTrees: new Set(records.flatMap(({ workTree }) => workTree ?? [])) };
}

/** @throws BackupError `store-full`, `store-denied`, `store-failed` */
export function noteWarned(env: Env, root: string, record: Omit<WarnedRecord, 'at'>): Promise<void> {
  return addRecord(env, join(root, WARNED), { at: new Date(env.clock.now()).toISOString(), ...record });
}

/** For a store that is encrypted, or about to be. */
export async function forgetWarned(env: Env, root: string): Promise<void> {
  await env.fs.remove(join(root, WARNED));
}
