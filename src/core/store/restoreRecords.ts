// What is to become of a board, written down before the first byte of it is written, and what came of it: one file for each
// restore in `restores/` of the store. Whatever interrupts a restore, the next one to come finds here what each file was and what
// it was to be, and the board itself shows how far it is: so it can be finished or undone (P25).

import { basename, join } from 'node:path';
import * as v from 'valibot';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { messageOf } from '../errors.js';
import { type BoardPath, parseBoardPath } from '../paths.js';
import { type ContentHash, parseContentHash } from '../tree.js';
import { makeFolderDurably } from './durable.js';
import { addRecord, readRecords } from './records.js';

/** A folder, a file, or nothing. The hash of a file is null if nobody could tell: then there is no way back to it. */
export type RecordedContent = 'folder' | { size: number; sha256: ContentHash | null } | null;

export interface RecordedItem {
  path: BoardPath;
  before: RecordedContent;
  after: RecordedContent;
  /** Where it is written aside. On FAT a path is missing for a moment while its content stands there. */
  temporary?: string;
}

/** What a restore is about to do. */
export interface RestoreIntent {
  board: { id: string; name: string };
  /** The backup that it is of. */
  backup: { id: string; createdAt: string };
  /** Id of the safety backup; null if nothing was replaced, or the user wanted none. */
  safety: string | null;
  mode: string;
  /** What is written or removed; nothing else of the board is touched. */
  items: RecordedItem[];
}

/** What came of it, as the user is told. */
export interface RestoreReport {
  restored: number;
  unchanged: number;
  deleted: number;
  /** Files hashed on the board afterwards and found right. */
  verified: number;
  skipped: Array<{ path: string; reason: string }>;
  /** Files that were in no backup as they were on the board, and what became of them. */
  conflicts: Array<{ path: string; outcome: string }>;
  mode: string;
  /** What became of the program that ran. */
  program: string;
  seconds: number;
}

export type Direction = 'after' | 'before';

/**
 * `running`: at work in this or another process. `unfinished`: files may be of either state. `done`, `undone`: as it should be.
 * `dropped`: nothing was changed.
 */
export type RestoreState = 'running' | 'unfinished' | 'done' | 'undone' | 'dropped';

export interface RestoreRecord extends RestoreIntent {
  /** Name of its file, without the ending. */
  id: string;
  /** When it began; ISO 8601 in UTC. */
  at: string;
  /** Orders the restores of a store: clocks step back (P46). */
  sequence: number;
  state: RestoreState;
  /** How often it was begun. */
  starts: number;
  /** The end that it was last heading for. */
  toward: Direction;
  /** Of how it was carried out, and of how it was undone, as far as it came to that. */
  report?: RestoreReport;
  undoReport?: RestoreReport;
}

/** A restore that is under way. Its record is on the disk before any of these resolves. */
export interface RestoreJournal {
  readonly id: string;
  started(toward: Direction): Promise<void>;
  ended(toward: Direction, report: RestoreReport): Promise<void>;
  /** It ended before its end. Never rejects. */
  stopped(code: string): Promise<void>;
  /** Nothing was changed on the board. Never rejects. */
  dropped(): Promise<void>;
}

const RESTORES = 'restores';
const ENDING = '.jsonl';

const path = v.pipe(v.string(), v.transform(parseBoardPath));
const hash = v.pipe(
  v.string(),
  v.rawTransform<string, ContentHash>(({ dataset, addIssue, NEVER }) => {
    const found = parseContentHash(dataset.value);
    if (found) return found;
    addIssue({ message: 'no hash' });
    return NEVER;
  }),
);
const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const content = v.nullable(v.union([v.literal('folder'), v.object({ size: count, sha256: v.nullable(hash) })]));
const direction = v.picklist(['after', 'before']);
const writer = { process: v.string(), birth: v.optional(v.string()) };

const schema = v.variant('event', [
  v.object({
    event: v.literal('planned'),
    at: v.string(),
    sequence: count,
    board: v.object({ id: v.string(), name: v.string() }),
    backup: v.object({ id: v.string(), createdAt: v.string() }),
    safety: v.nullable(v.string()),
    mode: v.string(),
    items: v.array(v.object({ path, before: content, after: content, temporary: v.optional(v.string()) })),
  }),
  v.object({ event: v.literal('started'), at: v.string(), toward: direction, ...writer }),
  v.object({ event: v.literal('stopped'), at: v.string(), code: v.string() }),
  v.object({
    event: v.literal('ended'),
    at: v.string(),
    toward: direction,
    report: v.object({
      restored: count,
      unchanged: count,
      deleted: count,
      verified: count,
      skipped: v.array(v.object({ path: v.string(), reason: v.string() })),
      conflicts: v.array(v.object({ path: v.string(), outcome: v.string() })),
      mode: v.string(),
      program: v.string(),
      seconds: count,
    }),
  }),
  v.object({ event: v.literal('dropped'), at: v.string() }),
]);
type Event = v.InferOutput<typeof schema>;

/** @throws BackupError `store-full`, `store-denied`, `store-failed`; then nothing may be written to a board */
export async function beginRecord(
  env: Env,
  root: string,
  intent: RestoreIntent,
  sequence: number,
): Promise<RestoreJournal> {
  const folder = join(root, RESTORES);
  try {
    await makeFolderDurably(env, folder);
  } catch (error) {
    throw diskError(error, folder);
  }
  const at = new Date(env.clock.now()).toISOString();
  const time = at.slice(0, 19).replace(/[-:]/g, '').replace('T', '_');
  const id = `${time}_${Buffer.from(env.random(4)).toString('hex')}`;
  await addRecord(env, join(folder, `${id}${ENDING}`), { event: 'planned', at, sequence, ...intent });
  return journalOf(env, root, id);
}

/** Files of the restores that this process has under way: if its disk is full, their records cannot say that they have ended. */
const underWay = new Set<string>();

/** Goes on with a record that is there. */
export function journalOf(env: Env, root: string, id: string): RestoreJournal {
  const file = join(root, RESTORES, `${id}${ENDING}`);
  const at = () => new Date(env.clock.now()).toISOString();
  const { own: process, birth } = env.processes;
  const quietly = async (event: object) => {
    await addRecord(env, file, event).catch((error: unknown) => env.log.warn(`${file}: ${messageOf(error)}`));
  };
  return {
    id,
    async started(toward) {
      // Whoever reads the record while it is written must not take this restore for one that was interrupted.
      underWay.add(file);
      try {
        await addRecord(env, file, { event: 'started', at: at(), toward, process, ...(birth && { birth }) });
      } catch (error) {
        underWay.delete(file);
        throw error;
      }
    },
    async ended(toward, report) {
      try {
        await addRecord(env, file, { event: 'ended', at: at(), toward, report });
      } finally {
        underWay.delete(file);
      }
    },
    async stopped(code) {
      await quietly({ event: 'stopped', at: at(), code });
      underWay.delete(file);
    },
    async dropped() {
      await quietly({ event: 'dropped', at: at() });
      underWay.delete(file);
    },
  };
}

/** What was read of a file, which only grows: as long as it has this size, it says the same. */
interface Remembered {
  size: number;
  events: readonly Event[];
  /** Lines that are whole and say nothing that a record says. */
  damaged: number;
}

export interface RestoreListing {
  /** Newest first. */
  records: RestoreRecord[];
  /** Paths of what cannot be read: nobody knows what was restored there, or what it needs. */
  unreadable: string[];
}

export interface RestoreRecords {
  list(): Promise<RestoreListing>;
  /** Removes what nobody is going to undo any more. Needs the exclusive lock. */
  compact(): Promise<void>;
}

export function restoreRecordsIn(env: Env, root: string): RestoreRecords {
  const folder = join(root, RESTORES);
  const remembered = new Map<string, Remembered>();

  async function read(name: string): Promise<Remembered> {
    const file = join(folder, name);
    const size = (await env.fs.info(file))?.size ?? 0;
    const known = remembered.get(name);
    if (known?.size === size) return known;
    const { records: events, damaged } = await readRecords(env, file, schema);
    const found = { size, events, damaged };
    remembered.set(name, found);
    return found;
  }

  async function list(): Promise<RestoreListing> {
    const records: RestoreRecord[] = [];
    const unreadable: string[] = [];
    for (const name of await namesIn(env, folder)) {
      const path = join(folder, name);
      // It may come to its end after what is read here was read.
      const wasUnderWay = underWay.has(path);
      try {
        const { events, damaged } = await read(name);
        const record = recordOf(env, path, events, wasUnderWay || underWay.has(path));
        if (record) records.push(record);
        // What was cut off in its first line was never begun.
        if (damaged > 0 || (!record && events.length > 0)) unreadable.push(path);
      } catch (error) {
        env.log.warn(`${path}: ${messageOf(error)}`);
        unreadable.push(path);
      }
    }
    return { records: records.sort(newestFirst), unreadable };
  }

  return {
    list,
    async compact() {
      const { records } = await list();
      const ended = records.filter(({ state }) => state !== 'running' && state !== 'unfinished');
      for (const { id } of ended.slice(KEPT)) await env.fs.remove(join(folder, `${id}${ENDING}`));
    },
  };
}

/** Records that are kept of restores that have come to an end: as many can be undone, one after the other. */
const KEPT = 100;

/** Equal sequences are the work of two computers that did not know of each other. */
function newestFirst(one: RestoreRecord, other: RestoreRecord): number {
  return other.sequence - one.sequence || (one.id < other.id ? 1 : -1);
}

async function namesIn(env: Env, folder: string): Promise<string[]> {
  try {
    if ((await env.fs.info(folder))?.kind !== 'folder') return [];
    return (await env.fs.list(folder)).filter((name) => name.endsWith(ENDING));
  } catch (error) {
    throw diskError(error, folder);
  }
}

/** @param isUnderWay whether this process is at work on it */
function recordOf(
  env: Env,
  file: string,
  [first, ...events]: readonly Event[],
  isUnderWay: boolean,
): RestoreRecord | undefined {
  if (first?.event !== 'planned') return undefined;
  const { event: _, items, ...intent } = first;
  const record: RestoreRecord = {
    id: basename(file, ENDING),
    ...intent,
    state: 'dropped',
    toward: 'after',
    starts: 0,
    items: items.map(({ temporary, ...item }) => ({ ...item, ...(temporary !== undefined && { temporary }) })),
  };
  for (const event of events) {
    if (event.event === 'started') {
      record.toward = event.toward;
      record.starts += 1;
      const isOurs = event.process === env.processes.own;
      const mayRun = isOurs ? isUnderWay : env.processes.mayRun(event.process, event.birth);
      record.state = mayRun ? 'running' : 'unfinished';
    } else if (event.event === 'stopped') record.state = 'unfinished';
    else if (event.event === 'dropped') record.state = 'dropped';
    else if (event.event === 'ended') {
      record.state = event.toward === 'after' ? 'done' : 'undone';
      if (event.toward === 'after') record.report = event.report;
      else record.undoReport = event.report;
    }
  }
  return record;
}
