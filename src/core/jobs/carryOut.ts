// Carries out the plan of a restore on a board. Where the board can rename, each file is written aside, proven there, and takes
// its place at once: it is old or new, never torn (P24). Where it cannot, all of it is in the safety backup, and every file is
// made what it shall be.

import { BoardException } from '../board/boardErrors.js';
import { type Move, type NoHash, TEMPORARY_NAME, temporaryName } from '../board/boardFiles.js';
import type { ConnectedBoard } from '../board/connect.js';
import {
  BackupError,
  describeCauses,
  type ErrorCode,
  isBackupError,
  throwIfCancelled,
  withSentence,
} from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, childOf, nameOf, parentOf, parseBoardPath } from '../paths.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { BoardState } from '../plan/restoreItem.js';
import type { RestoreStep, WriteStep } from '../plan/restoreSteps.js';
import type { ContentReference } from '../store/contents.js';
import type { RecordedItem } from '../store/restoreRecords.js';
import type { Store } from '../store/store.js';
import { count } from '../text.js';
import type { ContentHash } from '../tree.js';
import type { JobContext, Phases } from './job.js';
import { makeAs } from './makeAs.js';
import { putFile } from './putFile.js';
import type { Safety } from './safetyBackup.js';

export interface ToCarryOut {
  plan: RestorePlan;
  state: BoardState;
  /** What an interrupted restore left behind: it is nobody's file, and takes up flash. */
  leftovers: readonly BoardPath[];
  /** Which of them may be one with a file of the board: see twins.ts. */
  twins: ReadonlyMap<BoardPath, BoardPath>;
  /** Where each file is written aside. */
  temporaries: ReadonlyMap<BoardPath, BoardPath>;
  safety: Safety | undefined;
}

/** It failed before anything on the board was changed; what had been written aside is gone again. */
export class NothingChanged extends Error {
  constructor(
    override readonly cause: unknown,
    sentence = t('Nothing was changed on the board.'),
  ) {
    super(sentence);
  }
}

/**
 * @param recorded what the record of the restore says: its names are taken
 * @returns a name aside for each file that is written, or is deleted and would be written where that is undone
 */
export function temporariesFor(
  { env }: JobContext,
  plan: RestorePlan,
  recorded: readonly RecordedItem[] = [],
): Map<BoardPath, BoardPath> {
  const named = recordedTemporaries(recorded);
  return new Map(
    plan.steps.flatMap(
      (step): Array<[BoardPath, BoardPath]> =>
        step.kind === 'write' || step.kind === 'remove'
          ? [[step.path, named.get(step.path) ?? childOf(parentOf(step.path), temporaryName(env.random(4)))]]
          : [],
    ),
  );
}

/**
 * Where files are written aside, also where a restore is finished or undone: on FAT a path is missing for a moment, and its record
 * says where its content stands. What is no such name is passed over.
 */
function recordedTemporaries(items: readonly RecordedItem[]): Map<BoardPath, BoardPath> {
  return new Map(
    items.flatMap(({ path, temporary }): Array<[BoardPath, BoardPath]> => {
      if (temporary === undefined) return [];
      const aside = parseBoardPath(temporary);
      return TEMPORARY_NAME.test(nameOf(aside)) && parentOf(aside) === parentOf(path) ? [[path, aside]] : [];
    }),
  );
}

/**
 * A twin goes along where it will be written or removed anyway; else both stay.
 *
 * @param onRemoved is told before a file of the board goes
 */
export async function clearLeftovers(
  board: ConnectedBoard,
  { plan, leftovers, twins }: Pick<ToCarryOut, 'plan' | 'leftovers' | 'twins'>,
  onRemoved: () => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const changing = new Set(plan.steps.map(({ path }) => path));
  for (const path of leftovers) {
    const twin = twins.get(path);
    if (twin !== undefined) {
      if (!changing.has(twin)) continue;
      onRemoved();
      await board.files.remove(twin, 'file', signal);
    }
    await board.files.remove(path, 'file', signal);
  }
}

/** @throws NothingChanged; else whatever the line or the board does, with files of either state on the board */
export async function carryOut(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  work: ToCarryOut,
  phases: Phases,
): Promise<void> {
  if (work.state.can.rename) await writeAside(context, board, store, work, phases);
  else await writeInPlace(context, board, store, work, phases);
}

async function writeAside(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { plan, leftovers, twins, temporaries }: ToCarryOut,
  phases: Phases,
): Promise<void> {
  const { signal } = context;
  const aside = new Map<BoardPath, BoardPath>();
  const folders: BoardPath[] = [];
  const replaced = new Set(plan.steps.flatMap((step) => (step.kind === 'write' && step.replaces ? [step.path] : [])));
  /** Steps that are done; the board may have been touched by one that is not. */
  let changed = 0;
  let isTouched = false;
  try {
    const onRemoved = () => {
      isTouched = true;
    };
    await clearLeftovers(board, { plan, leftovers, twins }, onRemoved, signal);
    for (const step of plan.steps) await perform(step);
    await takePlaces();
  } catch (error) {
    const isClean = !isGone(error) && (await cleanUp());
    if (!isTouched && isClean) throw new NothingChanged(error);
    const total = plan.steps.filter(({ kind }) => kind === 'write' || kind === 'remove').length;
    const all = count(total, 'change');
    throw withSentence(
      error,
      changed === 0
        ? t('None of {0} had been made on the board.', all)
        : t('{0} of {1} had been made on the board.', changed, all),
    );
  }

  async function perform(step: RestoreStep): Promise<void> {
    if (step.kind === 'make-folder') {
      // Before, since a board that does not answer may have made it.
      folders.push(step.path);
      await board.files.makeFolder(step.path, signal);
    } else if (step.kind === 'write') {
      await write(step, temporaries.get(step.path) ?? step.path);
    } else {
      await takePlaces();
      isTouched = true;
      await board.files.remove(step.path, step.kind === 'remove' ? 'file' : 'folder', signal);
      changed += 1;
    }
  }

  async function write(step: WriteStep, place: BoardPath): Promise<void> {
    if (plan.mode === 'in-place' && step.replaces) {
      // There is no room for both. It is in the safety backup.
      isTouched = true;
      await board.files.remove(step.path, 'file', signal);
    }
    aside.set(step.path, place);
    await writeProven(context, board, store, step, place, phases);
    if (plan.mode !== 'stage-all') await takePlaces();
  }

  async function takePlaces(): Promise<void> {
    const moves = [...aside].map(([to, from]) => ({ from, to }));
    if (moves.length === 0) return;
    throwIfCancelled(signal);
    // A board that does not answer may have done some of it.
    isTouched = true;
    const renamed = ({ to }: Move) => {
      changed += 1;
      aside.delete(to);
    };
    await board.files.renameAll(moves, renamed, signal);
  }

  /** Files that were to be replaced by renaming, and are not there any more. */
  async function withoutFile(): Promise<Set<BoardPath>> {
    if (!isTouched || aside.size === 0) return new Set();
    const there = await board.files.hash([...aside.keys()]).catch(() => new Map<BoardPath, ContentHash | NoHash>());
    const isMissing = (path: BoardPath) => {
      const found = there.get(path);
      return found === undefined || (typeof found !== 'string' && found.missing);
    };
    return new Set([...aside.keys()].filter((path) => replaced.has(path) && isMissing(path)));
  }

  /** Whatever became of the rest: the first error is the one to tell. Folders that were made for nothing go, too. */
  async function cleanUp(): Promise<boolean> {
    const missing = await withoutFile();
    const left = [
      // Where FAT has taken the old file away and not yet given its name, this is all there is.
      ...[...aside].flatMap(([to, path]) => (missing.has(to) ? [] : [{ path, type: 'file' as const }])),
      ...(isTouched ? [] : folders.reverse().map((path) => ({ path, type: 'folder' as const }))),
    ];
    let isClean = true;
    for (const { path, type } of left) {
      try {
        await board.files.remove(path, type);
      } catch (error) {
        isClean = false;
        context.env.log.warn(`${board.url}: ${path} may have stayed on the board: ${describeCauses(error)}`);
        // A board that does not answer is not asked once more for each.
        if (!(isBackupError(error) && error.cause instanceof BoardException)) break;
      }
    }
    return isClean;
  }
}

/**
 * What fails leaves every file as it was, or, where it was written already, as it shall be; and at the end each file of the board
 * is that, whether it was written or not.
 */
async function writeInPlace(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { plan, state, safety, leftovers, twins }: ToCarryOut,
  phases: Phases,
): Promise<void> {
  const before = safety?.files ?? new Map<BoardPath, ContentReference>();
  const wanted = new Map<BoardPath, ContentReference>(before);
  const other = new Set([...state.present.keys()].filter((path) => !before.has(path)));
  let current: BoardPath | undefined;
  let done = 0;
  try {
    await clearLeftovers(board, { plan, leftovers, twins }, () => {}, context.signal);
    for (const step of plan.steps) {
      current = step.path;
      if (step.kind === 'remove') {
        await board.files.remove(step.path, 'file', context.signal);
        wanted.delete(step.path);
      } else if (step.kind === 'make-folder') await board.files.makeFolder(step.path, context.signal);
      else if (step.kind === 'remove-folder') await board.files.remove(step.path, 'folder', context.signal);
      else {
        await writeProven(context, board, store, step, step.path, phases);
        wanted.set(step.path, referenceTo(step));
        other.delete(step.path);
      }
      done += 1;
    }
    current = undefined;
    if ((await makeAs(context, board, store, wanted, other)) === undefined) throw damagedOthers(board);
  } catch (error) {
    const isWhole = await asWanted().catch(() => false);
    if (!isWhole) throw withSentence(error, safety ? mayBeDamaged(safety) : t('Files on the board may be damaged.'));
    const again = current !== undefined && before.has(current) ? t('What was there before is there again.') : undefined;
    if (done === 0) throw new NothingChanged(error, again);
    throw again === undefined ? error : withSentence(error, again);
  }

  /** A cancel does not stop that. */
  async function asWanted(): Promise<boolean> {
    return (await makeAs({ env: context.env }, board, store, wanted, other)) !== undefined;
  }
}

const GONE: readonly ErrorCode[] = ['board-reset', 'board-silent', 'port-lost'];

/** Nothing more can be asked of the board. */
function isGone(error: unknown): boolean {
  return isBackupError(error) && GONE.includes(error.code);
}

/** The reader of the store names a file of the backup. */
export function referenceTo({ content: { from, size, sha256 } }: WriteStep): ContentReference {
  return { path: from, size, sha256 };
}

async function writeProven(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  step: WriteStep,
  place: BoardPath,
  phases: Phases,
): Promise<void> {
  phases.file(step.path);
  let sent = 0;
  const chunks = () => {
    phases.add({ bytes: -sent });
    sent = 0;
    return counted(store.readContent(referenceTo(step)), (bytes) => {
      sent += bytes;
      phases.add({ bytes });
    });
  };
  await putFile(context, board, { path: step.path, sha256: step.content.sha256, chunks }, place);
  phases.add({ files: 1 });
}

/** The board's agent takes small pieces; progress moves with each. */
async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += 4096) {
      const piece = chunk.subarray(at, at + 4096);
      yield piece;
      onBytes(piece.length);
    }
  }
}

function damagedOthers({ url }: ConnectedBoard): BackupError {
  return new BackupError('board-error', t('The file system of the board does not hold what was written to it.'), {
    path: url,
    hint: t('Switch the board off and on, and restore again with fewer or smaller files.'),
  });
}

function mayBeDamaged({ backup: { id } }: Safety): string {
  return t('Files on the board may be damaged; all as they were before are in the backup {0}.', id.slice(0, 8));
}
