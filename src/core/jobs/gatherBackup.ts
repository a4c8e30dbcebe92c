// The part of a backup that needs the board: compare it with earlier backups, and put every file into a pending archive. Content that the
// store has is kept or copied, all other files are read.

import { isFile, type Manifest, type ManifestError, type ManifestFile } from '../archive/manifest.js';
import { SET_KEY } from '../backupSet.js';
import type { ConnectedBoard, Program } from '../board/connect.js';
import type { Wire } from '../board/line.js';
import { USUAL_FULL_AFTER } from '../defaults.js';
import { BackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import { limitsOfBackup } from '../plan/boardLimits.js';
import { type BackupPlan, type HashedFile, planBackup } from '../plan/changes.js';
import { lastRestore } from '../plan/recordedPlan.js';
import { isSameScope, type Scope } from '../plan/scope.js';
import { sumOf, toBackUp } from '../plan/timeLeft.js';
import type { HistoryRecord } from '../store/history.js';
import type { Leftovers } from '../store/leftovers.js';
import type { BackedUpFile, BackupDraft, BackupOutcome, PendingBackup } from '../store/pendingBackup.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash, Scan, ScannedFile } from '../tree.js';
import { copy, described, grownFrom, keep, readInto } from './addFile.js';
import type { UnderWay } from './cutOff.js';
import { describeBoard } from './describeBoard.js';
import {
  type Beginning,
  brokenSentence,
  findBeginning,
  type Held,
  heldContent,
  leftoversFor,
  recentContent,
  type Wish,
} from './earlierBackups.js';
import { type JobContext, type Phases, trackPhases } from './job.js';
import { unfinishedSentence } from './restoreText.js';
import { hashFiles, scanBoard } from './scanBoard.js';

export interface BackupOptions {
  /**
   * `auto`: incremental if the board has a backup of the set, else full; also full after `fullAfter` others, and if damage was found.
   * `incremental` and `differential` are refused if there is no backup to build on.
   */
  kind: Wish['kind'];
  fullAfter?: number;
  origin: BackupDraft['origin'];
  scope: Scope;
  /** The backup set that it belongs to: it builds on backups of that set only. Absent: the usual one. */
  set?: string;
  label?: string;
  metadata?: BackupDraft['metadata'];
  /** Whether to add a backup even if the board is exactly as the last one has it. */
  recordUnchanged?: boolean;
  /** For a backup that runs by itself: of which board, and for which rules of its schedule. */
  scheduled?: ScheduledFor;
}

export interface ScheduledFor {
  /** No other board is backed up, whichever is at the port. */
  board: { id: string; name: string };
  rules: NonNullable<HistoryRecord['scheduled']>;
}

/** What was read from the board, before the archive is verified and named. */
export interface Gathered {
  pending: PendingBackup;
  leftovers: Leftovers;
  outcome: BackupOutcome;
  /** The last backup, if the board is exactly as that one has it. */
  same: BackupSummary | undefined;
  /** Files that were read from the board. Some may be in the store already: a board that cannot hash has all of its files read. */
  read: number;
  /** Files that an interrupted backup had read, and that did not have to be read again. */
  resumed: number;
  /** What could not be read; everything else is backed up. */
  errors: ManifestError[];
  /** Sentences on what is not as it should be, though the backup is made. */
  warnings: string[];
  /** What the board cannot do, and what was done instead: sentences. */
  limits: string[];
  /** Why it is a full backup, if nobody asked for one: a sentence. */
  reason?: string;
  program: Readonly<Program>;
  /** How bytes travelled, such as `agent`, `packed by viper`. */
  ways: string[];
  wire: Wire;
}

/** @param underWay is told what a failure has to clean up, as soon as there is something */
export async function gatherBackup(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  options: BackupOptions,
  underWay: UnderWay,
): Promise<Gathered> {
  const start = context.env.clock.ticks();
  const phases = trackPhases(context);
  const {
    kind,
    fullAfter = USUAL_FULL_AFTER,
    origin,
    scope,
    set,
    label,
    metadata,
    recordUnchanged,
    scheduled,
  } = options;
  if (scheduled && scheduled.board.id !== board.identity.id) throw anotherBoard(board, scheduled);
  const beginning = await findBeginning(context, board, store, { kind, fullAfter, set });
  const { base, newest, broken, reason } = beginning;
  if (reason) context.env.log.info(`${board.url}: ${reason}`);
  const held = heldContent(store, beginning);
  const leftovers = await leftoversFor(context, board, store);
  const { scan, plan } = await scanAndPlan(context, board, store, { beginning, held, leftovers, scope }, phases);
  await store.checkSpace({
    bytes: [...plan.read, ...plan.left.map(({ file }) => file)].reduce((sum, file) => sum + file.size, 0),
    largest: Math.max(0, ...plan.read.map((file) => file.size)),
    entries: scan.files.length + scan.folders.length,
  });

  const pending = await store.startBackup(await describeBoard(context, board), {
    kind: beginning.kind,
    origin,
    label: label ?? null,
    metadata: [...(set === undefined ? [] : [[SET_KEY, set] as [string, string]]), ...(metadata ?? [])],
    scope: { ...scope, include: [...scope.include], exclude: [...scope.exclude] },
    base,
  });
  underWay.pending = pending;
  underWay.canHash = board.profile.can.sha256;
  for (const { path } of scan.folders) await pending.addFolder(path);
  const tally = new Map<BoardPath, ContentHash>();
  const before = (newest?.manifest.entries ?? []).filter(isFile);
  const { toRead, resumed } = await addKnown(context, store, { pending, held, leftovers, tally, before }, plan);
  underWay.replaced = leftovers;

  phases.begin(
    'read',
    sumOf(toRead),
    toBackUp(toRead, () => isPackedDown(board)),
  );
  const errors: ManifestError[] = scan.unreadable.map(({ path, message }) => ({ path, code: 'board-error', message }));
  let added = resumed;
  const grown = grownFrom(store, before);
  for (const [at, file] of toRead.entries()) {
    const hints = { next: toRead.slice(at + 1), prefix: grown(file) };
    added += await readInto(context, board, store, { pending, phases, file, hints, tally, errors, held });
  }
  for (const error of errors) pending.addError(error);

  // A backup that stores content which the store lacked is kept even if the tree is the same; and so is one with a label, since
  // somebody wants it.
  const isWanted = label !== undefined || metadata !== undefined || recordUnchanged === true;
  const isNothing = added === 0 && errors.length === 0 && !isWanted;
  // One that looked elsewhere does not know what is gone from there. Before a restore, only content counts.
  const isAlike = newest && (origin === 'safety' || isSameScope(newest.manifest.scope, scope));
  const isSame = base && isAlike && broken.length === 0 && isNothing && isSameTree(newest.manifest, scan, tally);
  return {
    pending,
    leftovers,
    resumed,
    same: isSame ? newest.summary : undefined,
    read: toRead.length - (errors.length - scan.unreadable.length),
    errors,
    warnings: [...broken.map(brokenSentence), ...(await unfinishedSentences(store, board))],
    limits: limitsOfBackup(board),
    ...(reason !== undefined && { reason }),
    // The same object: it changes when the board is left.
    program: board.program,
    ways: [...board.files.ways],
    wire: { ...board.wire },
    outcome: {
      options: { hashOnBoard: board.files.hashesOnBoard, ways: [...board.files.ways] },
      durationMs: Math.round(context.env.clock.ticks() - start),
      wireSent: board.wire.sent,
      wireReceived: board.wire.received,
    },
  };
}

interface Comparing {
  beginning: Beginning;
  held: Held;
  leftovers: Leftovers;
  scope: Scope;
}

/** Lists the board, has it hash its files if there is anything to compare them with, and decides what must be read. */
async function scanAndPlan(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { beginning: { base, mayCopy }, held, leftovers, scope }: Comparing,
  phases: Phases,
): Promise<{ scan: Scan; plan: BackupPlan }> {
  const hasEarlier = base !== null || mayCopy;
  const known = new Set([...(hasEarlier ? await recentContent(context, board, store, base) : []), ...leftovers.hashes]);
  const isCompared = hasEarlier || leftovers.hashes.size > 0;
  const scan = await scanBoard(context, board, scope, isCompared ? known : undefined, phases);
  const hashes = isCompared ? await hashFiles(context, board, scan, phases) : new Map<BoardPath, ContentHash>();
  await held.look(hashes.values());
  const canCopy = (hash: ContentHash) => leftovers.hashes.has(hash) || held.canCopy(hash);
  return { scan, plan: planBackup(scan.files, hashes, held.has, canCopy) };
}

interface Adding {
  pending: PendingBackup;
  held: Held;
  leftovers: Leftovers;
  /** Gets the hash of each file that was added. */
  tally: Map<BoardPath, ContentHash>;
  /** Files of the last backup. */
  before: readonly ManifestFile[];
}

/**
 * Adds the files whose content need not be read: kept in the archive that has it, or copied.
 *
 * @returns what must be read, also because its content is not to be had any more; and how many files an interrupted backup had read
 */
async function addKnown(
  { signal }: JobContext,
  store: Store,
  { pending, held, leftovers, tally, before }: Adding,
  plan: BackupPlan,
): Promise<{ toRead: ScannedFile[]; resumed: number }> {
  const times = new Map(before.map(({ path, mtime }) => [path, mtime]));
  // A scan that hashes does not ask for times: a file that stayed the same keeps the time of the last backup.
  const entryOf = ({ file, sha256 }: HashedFile): BackedUpFile => ({
    ...described(file),
    mtime: file.mtime ?? times.get(file.path) ?? null,
    sha256,
    evidence: 'board-hash',
  });
  const toRead = [...plan.read];
  for (const each of plan.held) {
    if (await keep(pending, held, entryOf(each))) tally.set(each.file.path, each.sha256);
    else toRead.push(each.file);
  }
  let resumed = 0;
  for (const each of plan.left) {
    throwIfCancelled(signal);
    const from = await copy(leftovers, store, pending, entryOf(each));
    if (from) tally.set(each.file.path, each.sha256);
    else toRead.push(each.file);
    if (from === 'leftovers') resumed += 1;
  }
  return { toRead, resumed };
}

function anotherBoard({ url, identity }: ConnectedBoard, { board }: ScheduledFor): BackupError {
  return new BackupError(
    'wrong-board',
    t('The board on {0} is {1} ({2}), not {3}.', url, identity.name, identity.id, board.name),
    {
      path: url,
      hint: t('Connect {0} there, or say where it is.', board.name),
    },
  );
}

function isPackedDown({ files: { ways } }: ConnectedBoard): boolean {
  return ways.some((way) => way.startsWith('packed'));
}

/** A backup of a board on which a restore is unfinished is worth having, but the user should know. */
async function unfinishedSentences(store: Store, { identity }: ConnectedBoard): Promise<string[]> {
  const { records } = await store.restores();
  const last = lastRestore(records, identity.id);
  return last?.state === 'unfinished' ? [unfinishedSentence(last)] : [];
}

function isSameTree(base: Manifest, scan: Scan, tally: ReadonlyMap<BoardPath, ContentHash>): boolean {
  const before = base.entries.map((entry) => (entry.type === 'file' ? `${entry.path}\0${entry.sha256}` : entry.path));
  const files = [...tally].map(([path, hash]) => `${path}\0${hash}`);
  const now = new Set([...files, ...scan.folders.map(({ path }) => path as string)]);
  return base.errors.length === 0 && before.length === now.size && before.every((entry) => now.has(entry));
}
