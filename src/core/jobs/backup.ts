// Takes a backup of a board: list, compare by hash, read what the store lacks, verify both ends, commit.
// Nothing is written to the board (P34), and nothing shows in the store until all of it is verified (P14).

import { isFile, type Manifest, type ManifestError } from '../archive/manifest.js';
import { checkSetName, SET_KEY } from '../backupSet.js';
import { type ConnectedBoard, type Program, withBoard } from '../board/connect.js';
import type { Wire } from '../board/line.js';
import { USUAL_FULL_AFTER } from '../defaults.js';
import { BackupError, isBackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import { limitsOfBackup } from '../plan/boardLimits.js';
import { planBackup } from '../plan/changes.js';
import { lastRestore } from '../plan/recordedPlan.js';
import { isSameScope, type Scope } from '../plan/scope.js';
import { sumOf, toBackUp } from '../plan/timeLeft.js';
import type { HistoryRecord } from '../store/history.js';
import type { Leftovers } from '../store/leftovers.js';
import type { BackupDraft, BackupOutcome, PendingBackup } from '../store/pendingBackup.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash, Scan } from '../tree.js';
import { copy, described, grownFrom, keep, readInto } from './addFile.js';
import { checkAnnotation } from './annotate.js';
import { endEarly, type UnderWay } from './cutOff.js';
import { describeBoard } from './describeBoard.js';
import {
  brokenSentence,
  findBeginning,
  heldContent,
  leftoversFor,
  recentContent,
  type Wish,
} from './earlierBackups.js';
import { holding } from './holding.js';
import { type BoardAddress, connecting, type JobContext, trackPhases } from './job.js';
import { isPutOff } from './putOff.js';
import { type Account, recorded } from './recorded.js';
import { unfinishedSentence } from './restoreText.js';
import { hashFiles, scanBoard } from './scanBoard.js';

export interface BackupOptions {
  /**
   * `auto`: incremental where the board has a backup of the set, else full; full too after `fullAfter` others, and where damage was found.
   * `incremental` and `differential` are refused where there is none to go on from.
   */
  kind: Wish['kind'];
  fullAfter?: number;
  origin: BackupDraft['origin'];
  scope: Scope;
  /** The backup set that it is of: it goes on from the backups of that one. Absent for the usual one. */
  set?: string;
  label?: string;
  metadata?: BackupDraft['metadata'];
  /** Whether a board that is just as the last backup has it gets another one all the same. */
  recordUnchanged?: boolean;
  /** Where it is taken by itself: of which board, and for which rules of its schedule. */
  scheduled?: ScheduledFor;
}

export interface ScheduledFor {
  /** No other board is backed up, whichever is at the port. */
  board: { id: string; name: string };
  rules: NonNullable<HistoryRecord['scheduled']>;
}

export interface BackupResult {
  backup: BackupSummary;
  /** Files whose bytes travelled. Some of them may be stored already: a board that cannot hash has all of its files read. */
  read: number;
  /** Files that a backup that was cut off had read, and that need not travel again. */
  resumed: number;
  /** True where the board is just as the last backup has it: none was added, and `backup` is that one. */
  unchanged: boolean;
  /** What could not be read; the rest is backed up all the same. */
  errors: ManifestError[];
  /** Sentences on what is not as it should be, though the backup is made. */
  warnings: string[];
  /** What the board cannot do, and what was done instead: sentences. */
  limits: string[];
  /** Why it is a full backup, where nobody asked for that: a sentence. */
  reason?: string;
  program: Readonly<Program>;
  /** How bytes travelled, such as `agent`, `packed by viper`. */
  ways: string[];
  wire: Wire;
  seconds: number;
}

/** What came off the board, and is not yet a backup. */
interface Gathered
  extends Pick<
    BackupResult,
    'read' | 'resumed' | 'errors' | 'warnings' | 'limits' | 'reason' | 'program' | 'ways' | 'wire'
  > {
  pending: PendingBackup;
  leftovers: Leftovers;
  outcome: BackupOutcome;
  /** The last backup, where the board is just as that one has it. */
  same: BackupSummary | undefined;
}

/**
 * The board is left before the archive is verified and named: it has nothing to do with that.
 *
 * @throws BackupError `bad-argument` for a set, a label or metadata that nobody could read, else with the code of what went wrong; the store is unchanged then. What had been read is left for the next
 *   backup, unless the user cancelled
 */
export async function backup(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  options: BackupOptions,
): Promise<BackupResult> {
  const { label = null, metadata = [], origin, set, scheduled } = options;
  if (set !== undefined) checkSetName(set);
  checkAnnotation({ label, metadata });
  const purpose: Account = {
    origin,
    ...(set !== undefined && { set }),
    ...(scheduled && { scheduled: scheduled.rules }),
  };
  const ofFailure = (error: unknown): Account | null => {
    if (!scheduled) return purpose;
    return isPutOff(error, context.signal) ? null : { board: scheduled.board, ...purpose };
  };
  const account = (result: BackupResult) => ({ ...accountOf(result), ...purpose });
  const work = async () => {
    await store.unlockToWrite();
    // What it finds in the store must be there until it is done: nothing is deleted meanwhile.
    return holding(context, store, 'shared', 'takes a backup', () => {
      const connection = connecting(context, address);
      return take(context, store, options, (work) => withBoard(connection, work));
    });
  };
  return recorded(context, store, 'backup', account, work, ofFailure);
}

function accountOf({ backup, read, unchanged, wire }: BackupResult): Account {
  const { board, kind, bytes } = backup;
  const taken = unchanged ? { backups: 0 } : { kind, backups: 1 };
  return { board: { id: board.id, name: board.name }, ...taken, files: read, bytes, wire };
}

/** The same for a board that is connected already and stays so, by who shares the store already: a restore takes its safety backup so. */
export function backupConnected(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  options: BackupOptions,
): Promise<BackupResult> {
  return take(context, store, options, (work) => work(board));
}

async function take(
  context: JobContext,
  store: Store,
  options: BackupOptions,
  onBoard: (work: (board: ConnectedBoard) => Promise<Gathered>) => Promise<Gathered>,
): Promise<BackupResult> {
  const start = context.env.clock.ticks();
  const underWay: UnderWay = {};
  try {
    const gathered = await onBoard((board) => gather(context, board, store, options, underWay));
    const { pending, leftovers, outcome, same, ...result } = gathered;
    if (same) await pending.abandon();
    else trackPhases(context).begin('save');
    const backup = same ? await noteChecked(context, store, same) : await pending.commit(outcome, context.signal);
    await leftovers.remove();
    return { ...result, backup, unchanged: same !== undefined, seconds: (context.env.clock.ticks() - start) / 1000 };
  } catch (error) {
    throw await endEarly(context, underWay, error);
  }
}

/** The board is just so, now: that is worth knowing of a backup that is old. */
async function noteChecked({ env }: JobContext, store: Store, backup: BackupSummary): Promise<BackupSummary> {
  const checkedAt = new Date(env.clock.now()).toISOString();
  try {
    await store.annotate([backup], { checkedAt });
    return { ...backup, checkedAt };
  } catch (error) {
    // A full disk takes nothing from a backup that is there already.
    if (!isBackupError(error)) throw error;
    env.log.warn(`${backup.archive}: it could not be noted that the board is just so: ${error.message}`);
    return backup;
  }
}

/** @param underWay is told what a failure has to put in order, as soon as there is something */
async function gather(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  options: BackupOptions,
  underWay: UnderWay,
): Promise<Gathered> {
  const start = context.env.clock.ticks();
  const phases = trackPhases(context);
  if (options.scheduled && options.scheduled.board.id !== board.identity.id)
    throw anotherBoard(board, options.scheduled);
  const { set } = options;
  const wish = { kind: options.kind, fullAfter: options.fullAfter ?? USUAL_FULL_AFTER, set };
  const beginning = await findBeginning(context, board, store, wish);
  const { base, newest, broken } = beginning;
  if (beginning.reason) context.env.log.info(`${board.url}: ${beginning.reason}`);
  const held = heldContent(store, beginning);

  const before = (newest?.manifest.entries ?? []).filter(isFile);
  const leftovers = await leftoversFor(context, board, store);
  const compares = base !== null || beginning.mayCopy;
  const known = new Set([...(compares ? await recentContent(context, board, store, base) : []), ...leftovers.hashes]);
  const isCompared = compares || leftovers.hashes.size > 0;
  const scan = await scanBoard(context, board, options.scope, isCompared ? known : undefined, phases);
  const hashes = isCompared ? await hashFiles(context, board, scan, phases) : new Map<BoardPath, ContentHash>();
  await held.look(hashes.values());
  const times = new Map(before.map(({ path, mtime }) => [path, mtime]));
  const isStored = (hash: ContentHash) => leftovers.hashes.has(hash) || held.canCopy(hash);
  const plan = planBackup(scan.files, hashes, held.has, isStored);
  await store.checkSpace({
    bytes: [...plan.read, ...plan.left.map(({ file }) => file)].reduce((sum, file) => sum + file.size, 0),
    largest: Math.max(0, ...plan.read.map((file) => file.size)),
    entries: scan.files.length + scan.folders.length,
  });

  const pending = await store.startBackup(await describeBoard(context, board), {
    kind: beginning.kind,
    origin: options.origin,
    label: options.label ?? null,
    metadata: [...(set === undefined ? [] : [[SET_KEY, set] as [string, string]]), ...(options.metadata ?? [])],
    scope: { ...options.scope, include: [...options.scope.include], exclude: [...options.scope.exclude] },
    base,
  });
  underWay.pending = pending;
  underWay.canHash = board.profile.can.sha256;
  const tally = new Map<BoardPath, ContentHash>();
  const errors: ManifestError[] = scan.unreadable.map(({ path, message }) => ({ path, code: 'board-error', message }));
  for (const { path } of scan.folders) await pending.addFolder(path);
  const toRead = [...plan.read];
  for (const { file, sha256 } of plan.held) {
    // A scan that hashes asks for no times: content that stayed the same keeps the time that it had.
    const mtime = file.mtime ?? times.get(file.path) ?? null;
    const kept = await keep(pending, held, { ...described(file), mtime, sha256, evidence: 'board-hash' });
    if (kept) tally.set(file.path, sha256);
    else toRead.push(file);
  }
  let resumed = 0;
  for (const { file, sha256 } of plan.left) {
    throwIfCancelled(context.signal);
    const mtime = file.mtime ?? times.get(file.path) ?? null;
    const from = await copy(leftovers, store, pending, { ...described(file), mtime, sha256, evidence: 'board-hash' });
    if (from) tally.set(file.path, sha256);
    else toRead.push(file);
    if (from === 'leftovers') resumed += 1;
  }
  underWay.replaced = leftovers;
  phases.begin(
    'read',
    sumOf(toRead),
    toBackUp(toRead, () => isPackedDown(board)),
  );
  let added = resumed;
  const grown = grownFrom(store, before);
  for (const [at, file] of toRead.entries()) {
    const hints = { next: toRead.slice(at + 1), prefix: grown(file) };
    added += await readInto(context, board, store, { pending, phases, file, hints, tally, errors, held });
  }
  for (const error of errors) pending.addError(error);

  // What the store lacked and the board still had is kept, whatever the tree looks like; and a label is a wish to keep this one.
  const isWanted = options.label !== undefined || options.metadata !== undefined || options.recordUnchanged === true;
  const isNothing = added === 0 && errors.length === 0 && !isWanted;
  // One that looked elsewhere does not know what is gone from there. Before a restore, only content counts.
  const isAlike = newest && (options.origin === 'safety' || isSameScope(newest.manifest.scope, options.scope));
  const isSame = base && isAlike && broken.length === 0 && isNothing && isSameTree(newest.manifest, scan, tally);
  return {
    ...{ pending, leftovers, resumed },
    same: isSame ? newest.summary : undefined,
    read: toRead.length - (errors.length - scan.unreadable.length),
    errors,
    warnings: [...broken.map(brokenSentence), ...(await unfinishedSentences(store, board))],
    limits: limitsOfBackup(board),
    ...(beginning.reason !== undefined && { reason: beginning.reason }),
    // As it is once the board has been left.
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

function anotherBoard({ url, identity }: ConnectedBoard, { board }: ScheduledFor): BackupError {
  return new BackupError(
    'wrong-board',
    t('The board on {0} is {1} ({2}), and not {3}.', url, identity.name, identity.id, board.name),
    {
      path: url,
      hint: t('Connect {0} there, or say where it is.', board.name),
    },
  );
}

function isPackedDown({ files: { ways } }: ConnectedBoard): boolean {
  return ways.some((way) => way.startsWith('packed'));
}

/** A backup of a board between two states is worth having, and worth a word. */
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
