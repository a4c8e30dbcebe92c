// What people note on backups after they were taken, and what is known of them since: labels, notes, tags, pins, and the last
// verification. None of it is in the archives, which never change. It lies beside them, in `annotations.jsonl`, keyed by the
// ids of the backups, as changes in the order in which they were made.

import { join } from 'node:path';
import * as v from 'valibot';
import type { Env } from '../env.js';
import { replaceFile } from './durable.js';
import { parseJson } from './parseJson.js';
import { addRecord, encodeRecords, LINE_LIMITS, type Records, readRecords } from './records.js';

/** What the last verification of a backup came to. */
export interface Verification {
  /** ISO 8601 in UTC. */
  at: string;
  /** False if bytes of it were found damaged or lost, and nowhere else. */
  isSound: boolean;
  /** True if it is unsound only because content that it needs is in no archive that was there. Versions that do not know it see damage. */
  lacksFiles?: boolean;
}

/** All that is noted on one backup. What nobody noted is absent. */
export interface Annotation {
  /** Replaces the one given at creation; null takes it away. */
  label?: string | null;
  note?: string;
  tags?: string[];
  pinned?: boolean;
  /** Pairs, because a key may be any text. Added to those given at creation. */
  metadata?: [key: string, value: string][];
  /** When the board was last found to be exactly like the backup; ISO 8601 in UTC. */
  checkedAt?: string;
  verified?: Verification;
}

export interface AnnotationChange extends Annotation {
  /** ISO 8601 in UTC: for the record, the order of the lines decides. */
  at: string;
  /** Ids. */
  backups: string[];
}

const ANNOTATIONS = 'annotations.jsonl';
/** From here on it is worth a try to make the file smaller. */
const LARGE = 1 << 18;

const annotation = {
  label: v.optional(v.nullable(v.string())),
  note: v.optional(v.string()),
  tags: v.optional(v.array(v.string())),
  pinned: v.optional(v.boolean()),
  metadata: v.optional(v.array(v.tuple([v.string(), v.string()]))),
  checkedAt: v.optional(v.string()),
  verified: v.optional(v.object({ at: v.string(), isSound: v.boolean(), lacksFiles: v.optional(v.boolean()) })),
};

const changeSchema = v.object({ at: v.string(), backups: v.array(v.string()), ...annotation }) as v.GenericSchema<
  unknown,
  AnnotationChange
>;

/** @param folder of a board: absolute */
export function annotate(env: Env, folder: string, change: AnnotationChange): Promise<void> {
  return addRecord(env, join(folder, ANNOTATIONS), change);
}

export interface Annotations {
  /** Oldest first. */
  changes: AnnotationChange[];
  /** Lines that cannot be read: a pin may have been among them. */
  damaged: number;
}

export async function readAnnotations(env: Env, folder: string): Promise<Annotations> {
  const { records, damaged } = await readChanges(env, folder);
  return { changes: records, damaged };
}

/** The later change of one thing wins. */
export function foldChanges(changes: Iterable<AnnotationChange>): Map<string, Annotation> {
  const all = new Map<string, Annotation>();
  for (const { at: _, backups, ...change } of changes) {
    for (const id of backups) all.set(id, { ...all.get(id), ...change });
  }
  return all;
}

/** As changes that come to the same, one for each backup. */
export function changesOf(annotations: ReadonlyMap<string, Annotation>, at: string): AnnotationChange[] {
  return [...annotations].map(([id, annotation]) => ({ at, backups: [id], ...annotation }));
}

/**
 * Makes a file that has grown by repetition smaller. Needs the exclusive lock: what others add meanwhile would be
 * lost. Lines that cannot be read stop it, since they would be gone.
 */
export async function compactAnnotations(env: Env, folder: string): Promise<void> {
  const path = join(folder, ANNOTATIONS);
  const found = await env.fs.info(path);
  if (!found || found.size < LARGE) return;
  const { records, damaged } = await readChanges(env, folder);
  const at = new Date(env.clock.now()).toISOString();
  const compact = encodeRecords(changesOf(foldChanges(records), at));
  if (damaged === 0 && compact.length < found.size / 2) await replaceFile(env, path, compact);
}

/** For an export. */
export function encodeAnnotations(annotations: ReadonlyMap<string, Annotation>): Uint8Array {
  return Buffer.from(JSON.stringify([...annotations]), 'utf8');
}

/** @returns undefined if it is nothing of the kind, or more than any export has (P44) */
export function decodeAnnotations(bytes: Uint8Array): Map<string, Annotation> | undefined {
  const parsed = parseJson(bytes, v.array(v.tuple([v.string(), v.object(annotation)])), LINE_LIMITS);
  return parsed && new Map(parsed as [string, Annotation][]);
}

function readChanges(env: Env, folder: string): Promise<Records<AnnotationChange>> {
  return readRecords(env, join(folder, ANNOTATIONS), changeSchema);
}
