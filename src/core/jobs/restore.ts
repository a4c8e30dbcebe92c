// Puts files of a backup back onto a board. All is decided before anything is written: whether this is the right board,
// whether the paths are free, and whether everything that will be replaced is in a safety backup (P26).

import { isFile, type ManifestEntry, type ManifestFile } from '../archive/manifest.js';
import { lineDamaged } from '../board/boardErrors.js';
import { type ConnectedBoard, type Program, withBoard } from '../board/connect.js';
import type { BoardIdentity } from '../board/identity.js';
import type { Wire } from '../board/line.js';
import { BackupError, isBackupError } from '../errors.js';
import { type BoardPath, displayPath, isInside, ROOT } from '../paths.js';
import { limitsOfRestore, type WriteMode, writeModeOf } from '../plan/boardLimits.js';
import { type OnBoard, planRestore, type RestoreStep, selectEntries } from '../plan/restorePlan.js';
import { type Scope, scopeTest, scopeWith } from '../plan/scope.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { localTime } from '../text.js';
import type { Scan, UnreadableEntry } from '../tree.js';
import { backupConnected } from './backup.js';
import { hashOnBoard } from './hashOnBoard.js';
import { holding } from './holding.js';
import { isReadable } from './isReadable.js';
import { type BoardAddress, connecting, type JobContext, type Phases, trackPhases } from './job.js';
import { makeAs } from './makeAs.js';
import { putFile } from './putFile.js';
import { type Account, recorded } from './recorded.js';

/** How often a file is sent before the line counts as too bad. */
const WRITE_ATTEMPTS = 3;

export interface RestoreOptions {
  /** Or how to choose one, once it is known which board is there. */
  backup: BackupSummary | ((board: BoardIdentity) => Promise<BackupSummary>);
  /** Files and folders; the root for everything. */
  paths: readonly BoardPath[];
  /** False refuses a board that is not the one of the backup. */
  allowOtherBoard: boolean;
}

export interface RestoreResult {
  board: BoardIdentity;
  restored: BoardPath[];
  /** Already as in the backup: not written at all, because flash wears (P27). */
  unchanged: BoardPath[];
  /** Files of the board that the backup does not have and that were left as they are; none where only some files were asked for. */
  left: BoardPath[];
  /** The backup of what was replaced; absent where nothing was. */
  safety?: BackupSummary;
  /** How files took their place on the board. */
  mode: WriteMode;
  /** What the board cannot do, and what was done instead: sentences. */
  limits: string[];
  /** Files hashed on the board afterwards and found right. */
  verified: number;
  program: Readonly<Program>;
  /** How bytes travelled, such as `agent`, `deflated`. */
  ways: string[];
  wire: Wire;
  seconds: number;
}

const WHOLE_BOARD: Scope = { root: ROOT, include: [], exclude: [] };

type WriteStep = Extract<RestoreStep, { kind: 'write' }>;

/**
 * @throws BackupError before anything is written: `backup-not-found` for a path that the backup does not have, `wrong-board`,
 *   `path-taken`, `file-changed`, `board-error` for a file that cannot be saved before it is replaced; later
 *   `content-missing`, and whatever the line or the board does
 */
export function restore(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  options: RestoreOptions,
): Promise<RestoreResult> {
  return recorded(context, store, 'restore', accountOf, () =>
    holding(context, store, 'shared', 'restores a backup', () => put(context, address, store, options)),
  );
}

function accountOf({ board, restored, wire }: RestoreResult): Account {
  return { board: { id: board.id, name: board.name }, backups: 1, files: restored.length, wire };
}

async function put(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const start = context.env.clock.ticks();
  const phases = trackPhases(context);
  const connection = connecting(context, address);
  // What can be refused without the board is refused before it is disturbed.
  const given = typeof options.backup === 'function' ? undefined : await select(store, options.backup, options.paths);

  return withBoard(connection, async (board) => {
    const { backup, scope, selected } = given ?? (await selectFor(board, store, options));
    if (backup.board.id !== board.identity.id && !options.allowOtherBoard) throw wrongBoard(board, backup);
    const { state, temporaries, unreadable } = await stateOnBoard(context, board, selected.filter(isFile), phases);
    const steps = planRestore(selected, state, board.profile.can.mkdir);
    refuseUnplaceable(board, steps);
    refuseBlocked(steps);
    const writes = steps.filter((step) => step.kind === 'write');
    const mode = writeModeOf(board.profile);
    // There whatever nobody knows of may be damaged, or be taken for what the restore left.
    if (mode === 'in-place' && writes.length > 0 && unreadable[0]) throw notSeen(unreadable[0]);
    const replaced = writes.filter((step) => step.replaces);
    const safety = await makeSafe(context, board, store, replaced, {
      scope,
      state,
      // Where nothing is written aside, what goes wrong may damage any file.
      isWhole: mode === 'in-place' && writes.length > 0 && state.size > 0,
    });
    phases.begin('write', {
      files: writes.length,
      bytes: writes.reduce((sum, step) => sum + step.file.size, 0),
    });
    // What an interrupted restore left behind is nobody's file, and takes up flash.
    for (const path of temporaries) await board.files.remove(path, 'file', context.signal);
    const before = safety?.files ?? new Map<BoardPath, ManifestFile>();
    if (mode === 'in-place') await writeInPlace(context, board, store, steps, { phases, before, state, safety });
    else {
      for (const step of steps) await execute(context, board, store, step, phases);
      await verifyOnBoard(context, board, writes, phases);
    }
    return {
      board: board.identity,
      restored: writes.map((step) => step.path),
      unchanged: steps.filter((step) => step.kind === 'same').map((step) => step.path),
      left: options.paths.includes(ROOT) ? notIn(selected, state, scope) : [],
      ...(safety && { safety: safety.backup }),
      mode,
      limits: writes.length > 0 ? limitsOfRestore(board) : [],
      verified: writes.length,
      program: board.program,
      ways: [...board.files.ways],
      wire: { ...board.wire },
      seconds: (context.env.clock.ticks() - start) / 1000,
    };
  });
}

function notIn(selected: readonly ManifestEntry[], state: ReadonlyMap<BoardPath, OnBoard>, scope: Scope): BoardPath[] {
  const inBackup = new Set(selected.map(({ path }) => path));
  const covers = scopeTest(scope);
  return [...state].flatMap(([path, there]) =>
    there !== 'folder' && !inBackup.has(path) && covers(path) ? [path] : [],
  );
}

interface Selection {
  backup: BackupSummary;
  scope: Scope;
  selected: ManifestEntry[];
}

async function select(store: Store, backup: BackupSummary, paths: readonly BoardPath[]): Promise<Selection> {
  const { entries, scope } = await store.readManifest(backup);
  const { selected, missing } = selectEntries(entries, paths);
  if (missing[0] !== undefined) throw notInBackup(missing[0], backup);
  const lost: BoardPath[] = [];
  for (const file of selected.filter(isFile)) {
    if ((await store.locate(file.sha256)).length === 0 && !(await isReadable(store, file))) lost.push(file.path);
  }
  if (lost.length > 0) throw contentLost(lost, backup);
  return { backup, scope, selected };
}

async function selectFor(board: ConnectedBoard, store: Store, options: RestoreOptions): Promise<Selection> {
  const { backup, paths } = options;
  return select(store, typeof backup === 'function' ? await backup(board.identity) : backup, paths);
}

/** What is on the board now: every name, the hashes of `files` as far as they are there, and where the board could not look. */
async function stateOnBoard(
  context: JobContext,
  board: ConnectedBoard,
  files: readonly ManifestFile[],
  phases: Phases,
): Promise<{ state: Map<BoardPath, OnBoard> } & Pick<Scan, 'temporaries' | 'unreadable'>> {
  phases.begin('list');
  const scan = await board.files.scan(ROOT, [], { signal: context.signal });
  const sizes = new Map(scan.files.map(({ path, size }) => [path, size]));
  // Where the board could not look, a file may be all the same.
  const mayBeThere = ({ path }: ManifestFile) =>
    sizes.has(path) || scan.unreadable.some((place) => isInside(path, place.path));
  const asked = files.filter(mayBeThere).map(({ path }) => ({ path, size: sizes.get(path) ?? 0 }));
  const hashes = await hashOnBoard(context, board, phases, 'compare', asked);

  const state = new Map<BoardPath, OnBoard>();
  for (const { path } of scan.folders) state.set(path, 'folder');
  for (const { path } of scan.files) state.set(path, null);
  for (const [path, hash] of hashes) {
    if (typeof hash === 'string') state.set(path, hash);
    else if (!hash.missing) state.set(path, null);
  }
  return { state, temporaries: scan.temporaries, unreadable: scan.unreadable };
}

function refuseUnplaceable({ url }: ConnectedBoard, steps: readonly RestoreStep[]): void {
  const paths = steps.flatMap(({ kind, path }) => (kind === 'needs-folders' ? [path] : []));
  if (paths.length === 0) return;
  // A folder that holds one of the files is named with it.
  const lowest = paths.filter((path) => !paths.some((other) => other !== path && isInside(other, path)));
  throw new BackupError(
    'board-unsupported',
    `The board on ${url} has no folders, so ${fewNames(lowest)} cannot go there. Nothing was written.`,
    { path: url, hint: 'Restore files of the top folder by their names.' },
  );
}

function refuseBlocked(steps: readonly RestoreStep[]): void {
  for (const { kind, path, ...step } of steps) {
    if (kind !== 'blocked' || !('onBoard' in step)) continue;
    const [there, here] = step.onBoard === 'file' ? ['file', 'folder'] : ['folder', 'file'];
    throw new BackupError(
      'path-taken',
      `${displayPath(path)} is a ${there} on the board, and a ${here} in the backup. Nothing was written.`,
      { path, hint: `Rename the ${there} on the board, or restore without this path.` },
    );
  }
}

/** What was on the board before a restore, as far as it may be lost by it. */
interface Safety {
  backup: BackupSummary;
  files: ReadonlyMap<BoardPath, ManifestFile>;
}

/**
 * Takes a safety backup of what will be replaced, and proves that it has every one of these files as they are now (P26).
 *
 * @returns undefined where nothing is replaced
 */
async function makeSafe(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  replaced: readonly WriteStep[],
  { scope, state, isWhole }: { scope: Scope; state: ReadonlyMap<BoardPath, OnBoard>; isWhole: boolean },
): Promise<Safety | undefined> {
  if (replaced.length === 0 && !isWhole) return undefined;
  const covering = isWhole
    ? WHOLE_BOARD
    : scopeWith(
        replaced.map(({ path }) => path),
        scope,
      );
  const options = { kind: 'auto', origin: 'safety', scope: covering } as const;
  const { backup, errors } = await backupConnected(context, board, store, options);
  const { entries } = await store.readManifest(backup);
  const saved = new Map(entries.filter(isFile).map((file) => [file.path, file]));
  for (const { path } of replaced) {
    if (!saved.has(path)) throw notSaved(path, errors.find((error) => error.path === path)?.message);
  }
  for (const [path, file] of saved) {
    if (!isWhole && !replaced.some((step) => step.path === path)) continue;
    const now = state.get(path);
    if (now && now !== file.sha256) throw changedMeanwhile(path);
    // Some of it may lie in an older archive, which nobody has looked at for long: whole, or this throws.
    for await (const _ of store.readContent(file));
  }
  return { backup, files: saved };
}

/**
 * Where a board cannot rename. What fails leaves every file as it was, or, where it was written already, as in the backup; and
 * at the end each file of the board is that, whether it was written or not.
 */
async function writeInPlace(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  steps: readonly RestoreStep[],
  { phases, before, state, safety }: InPlace,
): Promise<void> {
  const wanted = new Map(before);
  const other = new Set([...state.keys()].filter((path) => !before.has(path)));
  let current: BoardPath | undefined;
  try {
    for (const step of steps) {
      if (step.kind !== 'write') continue;
      current = step.path;
      await execute(context, board, store, step, phases);
      wanted.set(step.path, step.file);
      other.delete(step.path);
    }
    current = undefined;
    if ((await makeAs(context, board, store, wanted, other)) === undefined) throw damagedOthers(board);
  } catch (error) {
    const isWhole = await asWanted().catch(() => false);
    if (!isWhole)
      throw withSentence(error, safety ? mayBeDamaged(safety.backup) : 'Files on the board may be damaged.');
    throw current !== undefined && before.has(current)
      ? withSentence(error, 'What was there before is there again.')
      : error;
  }

  /** A cancel does not stop that. */
  async function asWanted(): Promise<boolean> {
    return (await makeAs({ env: context.env }, board, store, wanted, other)) !== undefined;
  }
}

interface InPlace {
  phases: Phases;
  before: ReadonlyMap<BoardPath, ManifestFile>;
  state: ReadonlyMap<BoardPath, OnBoard>;
  safety: Safety | undefined;
}

async function execute(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  step: RestoreStep,
  phases: Phases,
): Promise<void> {
  if (step.kind === 'folder') return board.files.makeFolder(step.path, context.signal);
  if (step.kind !== 'write') return;
  phases.file(step.path);
  for (let attempt = 1; ; attempt++) {
    let sent = 0;
    const content = counted(store.readContent(step.file), (bytes) => {
      sent += bytes;
      phases.add({ bytes });
    });
    try {
      await putFile(context, board, step.file, content);
      break;
    } catch (error) {
      // What was damaged on the line is sent again (P32).
      if (!isBackupError(error, 'line-damaged') || attempt === WRITE_ATTEMPTS) throw error;
      phases.add({ bytes: -sent });
      context.env.log.warn(`${board.url}: ${displayPath(step.path)} is written again: ${error.message}`);
    }
  }
  phases.add({ files: 1 });
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  // The board's agent takes small pieces; progress moves with each.
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += 4096) {
      const piece = chunk.subarray(at, at + 4096);
      yield piece;
      onBytes(piece.length);
    }
  }
}

async function verifyOnBoard(
  context: JobContext,
  board: ConnectedBoard,
  writes: readonly WriteStep[],
  phases: Phases,
): Promise<void> {
  const hashes = await hashOnBoard(
    context,
    board,
    phases,
    'check',
    writes.map(({ file }) => file),
    new Set(writes.map(({ file }) => file.sha256)),
  );
  for (const { path, file } of writes) {
    if (hashes.get(path) !== file.sha256) {
      throw lineDamaged(board.url, `${displayPath(path)} is not the same on the board after it was written`);
    }
  }
}

function contentLost(lost: readonly BoardPath[], { archive }: BackupSummary): BackupError {
  return new BackupError('content-missing', `No archive of the store has the content of ${fewNames(lost)}.`, {
    path: archive,
    hint: 'Nothing was changed on the board. Put the missing archive back, or restore the other files by name.',
  });
}

/** `a.py, b.py and 3 more` */
function fewNames(paths: readonly BoardPath[]): string {
  const names = paths.slice(0, 5).map(displayPath).join(', ');
  return paths.length > 5 ? `${names} and ${paths.length - 5} more` : names;
}

function damagedOthers({ url }: ConnectedBoard): BackupError {
  return new BackupError('board-error', 'The file system of the board does not hold what was written to it.', {
    path: url,
    hint: 'Switch the board off and on, and restore again with fewer or smaller files.',
  });
}

function mayBeDamaged({ id }: BackupSummary): string {
  return `Files on the board may be damaged; all as they were before are in the backup ${id.slice(0, 8)}.`;
}

function withSentence(error: unknown, sentence: string): unknown {
  if (!isBackupError(error)) return error;
  const { code, message, path, hint } = error;
  const details = { ...(path !== undefined && { path }), ...(hint !== undefined && { hint }), cause: error };
  return new BackupError(code, `${message} ${sentence}`, details);
}

function wrongBoard({ url, identity }: ConnectedBoard, { board }: BackupSummary): BackupError {
  return new BackupError(
    'wrong-board',
    `The backup is of ${board.name} (${board.id}), and the board on ${url} is ${identity.name} (${identity.id}). Nothing was written.`,
    { path: url, hint: 'Choose a backup of this board, or say that the files shall go to another one.' },
  );
}

function notSaved(path: BoardPath, why: string | undefined): BackupError {
  return new BackupError(
    'board-error',
    `${displayPath(path)} on the board cannot be saved before it is replaced${why ? `: ${why}` : '.'} Nothing was written.`,
    { path, hint: 'Restore without this file, or remove it from the board first.' },
  );
}

function notSeen({ path, message }: UnreadableEntry): BackupError {
  return new BackupError(
    'board-error',
    `The board cannot look at ${displayPath(path) || '/'}: ${message}. Nothing was written.`,
    { path, hint: 'Switch the board off and on, and try again.' },
  );
}

function changedMeanwhile(path: BoardPath): BackupError {
  return new BackupError(
    'file-changed',
    `${displayPath(path)} has changed on the board meanwhile. Nothing was written.`,
    {
      path,
      hint: 'Start again: what is there now is compared anew.',
    },
  );
}

function notInBackup(path: BoardPath, backup: BackupSummary): BackupError {
  return new BackupError(
    'backup-not-found',
    `The backup of ${localTime(backup.createdAt)} has no ${displayPath(path)}.`,
    {
      path,
      hint: 'Look at the files of this backup, or choose another one.',
    },
  );
}
