// Restores files of a backup to a board. Before anything is written, it is decided whether this is the right board and what happens to each
// path, and everything that will be replaced is in a safety backup (P26).

import { isFile, type Manifest, type ManifestBoard, type ManifestFile } from '../archive/manifest.js';
import { type ConnectedBoard, withBoard } from '../board/connect.js';
import type { BoardIdentity } from '../board/identity.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath, parseUserPath, ROOT } from '../paths.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { BoardState, ConflictChoice } from '../plan/restoreItem.js';
import { type Mapping, planRestore, type RestoreRequest, selectEntries, selectedBy } from '../plan/restorePlan.js';
import { warningsOf } from '../plan/restoreWarnings.js';
import { scopeTest } from '../plan/scope.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { localTime } from '../text.js';
import type { ContentHash } from '../tree.js';
import { isReadable } from './isReadable.js';
import { type BoardAddress, connecting, type JobContext } from './job.js';
import { lookForRestore } from './lookForRestore.js';
import { performPlan, type SafetyChoice } from './performPlan.js';
import { type Account, recorded } from './recorded.js';
import { outcomeOf, type RestoreOutcome, reportOf } from './restoreOutcome.js';
import {
  agree,
  type Decide,
  type Deciding,
  lockingOf,
  planId,
  previewOf,
  type RestorePreview,
} from './restorePreview.js';
import { fewNames, includedSentence } from './restoreText.js';

export interface RestoreOptions {
  /** A function chooses one when it is known which board is connected. */
  backup: BackupSummary | ((board: BoardIdentity) => Promise<BackupSummary>);
  /** Files and folders of the backup; the root for everything. */
  paths: readonly BoardPath[];
  /** Patterns for what is taken of these, and for what is not. */
  include?: readonly string[];
  exclude?: readonly string[];
  /** A folder of the backup, and the folder of the board that it goes to. Absent: every file goes where it was. */
  mapping?: Mapping;
  /** False: a board that is not the one of the backup is refused. */
  allowOtherBoard: boolean;
  /** Patterns of files that are not restored to another board. */
  deviceFiles?: readonly string[];
  /** What happens to files whose present content on the board is in no backup, if nobody decides. Default: `backup`. */
  conflicts?: ConflictChoice;
  /** Deletes what the backup does not have, and refuses if that is more files than `most`. */
  mirror?: { most: number };
  /** Default: `changed`. */
  safety?: SafetyChoice;
  /** Called with the plan before anything is done. */
  decide?: Decide;
  /** Any plan but the one with this id is refused. */
  planId?: string;
}

export interface RestoreResult extends RestoreOutcome {
  backup: BackupSummary;
  /** The board as it was when the backup was made. */
  manifestBoard: Pick<ManifestBoard, 'id' | 'machine' | 'firmware'>;
  /** The plan that was carried out. */
  plan: RestorePlan;
  /** Files of the board that the backup does not have and that were left as they are; none if only some files were asked for. */
  left: BoardPath[];
  warnings: string[];
  /** Id of the record, for an undo; absent if nothing was done. */
  record?: string;
}

/**
 * @throws BackupError before anything is written: `backup-not-found` for a path that the backup does not have, `wrong-board`,
 *   `path-taken`, `board-full`, `file-changed`, `content-missing`, `board-error` for a file that cannot be saved before it is
 *   replaced, `cancelled`; later any error of the line or the board. A restore that is not finished then is on record
 */
export function restore(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  options: RestoreOptions,
): Promise<RestoreResult> {
  return recorded(context, store, 'restore', accountOf, () => put(context, address, store, options));
}

/** What a restore would do. Writes nothing, neither to the board nor to the store. @throws as {@link restore} does */
export async function previewRestore(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  options: RestoreOptions,
): Promise<RestorePreview & { backup: BackupSummary; planId: string }> {
  await store.unlock();
  const given = await chosenBefore(store, options);
  return withBoard(connecting(context, address), async (board) => {
    const chosen = given ?? (await choose(store, options, board));
    const deciding = decidingOn(context, board, store, options, chosen);
    const preview = previewOf(context, deciding, await deciding.look());
    return { ...preview, backup: chosen.backup, planId: planId(preview.plan) };
  });
}

function accountOf({ board, restored, record, wire }: RestoreResult): Account {
  const { id, name } = board;
  return {
    board: { id, name },
    backups: 1,
    files: restored.length,
    wire,
    ...(record !== undefined && { restore: record }),
  };
}

async function put(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const start = context.env.clock.ticks();
  const { around, within } = lockingOf(context, store, 'restores a backup', options.decide);
  const done = await around(async () => {
    // First everything that can be refused without disturbing the board.
    await (options.safety === 'none' ? store.unlock() : store.unlockToWrite());
    const given = await chosenBefore(store, options);
    return withBoard({ ...connecting(context, address), willWrite: true }, async (board) => {
      const chosen = given ?? (await choose(store, options, board));
      const { backup, manifest } = chosen;
      const deciding = decidingOn(context, board, store, options, chosen);
      const { plan, look, waitedMs } = await agree(context, deciding, options.decide);
      if (options.planId !== undefined && planId(plan) !== options.planId) throw anotherPlan();
      const performed = await within(() =>
        performPlan(context, board, store, {
          plan,
          look,
          safety: options.safety ?? 'changed',
          scope: manifest.scope,
          toward: 'after',
          journal: (items, safety) =>
            store.beginRestore({
              board: { id: board.identity.id, name: board.identity.name },
              backup: { id: backup.id, createdAt: backup.createdAt },
              safety: safety?.id ?? null,
              mode: plan.mode,
              items,
            }),
        }),
      );
      const { warnings } = deciding.describe(plan, look);
      return { board, chosen, plan, performed, state: look.state, warnings, waitedMs };
    });
  });
  const { board, chosen, plan, performed, state, warnings, waitedMs } = done;
  const outcome = outcomeOf(board, plan, performed, (context.env.clock.ticks() - start - waitedMs) / 1000);
  await performed.journal?.ended('after', reportOf(outcome));
  const { backup, manifest } = chosen;
  return {
    ...outcome,
    backup,
    manifestBoard: manifest.board,
    plan,
    warnings,
    left: options.paths.includes(ROOT) && !options.mapping ? leftOf(manifest, state, plan, outcome.deleted) : [],
    ...(performed.journal && { record: performed.journal.id }),
  };
}

function leftOf(
  { entries, scope }: Manifest,
  { present }: BoardState,
  { items }: RestorePlan,
  deleted: readonly BoardPath[],
): BoardPath[] {
  // The board may spell the name of a file in another way than the backup.
  const wanted = [...entries, ...items.filter((item) => item.wanted !== null)];
  const gone = new Set([...wanted.map(({ path }) => path), ...deleted]);
  const covers = scopeTest(scope);
  return [...present].flatMap(([path, there]) => (there !== 'folder' && !gone.has(path) && covers(path) ? [path] : []));
}

/** A backup, and what was selected of it. */
interface Chosen {
  backup: BackupSummary;
  manifest: Manifest;
  /** Its files that were selected. */
  files: ManifestFile[];
}

async function chosenBefore(store: Store, options: RestoreOptions): Promise<Chosen | undefined> {
  return typeof options.backup === 'function' ? undefined : select(store, options.backup, options);
}

async function choose(store: Store, options: RestoreOptions, board: ConnectedBoard): Promise<Chosen> {
  const { backup } = options;
  return select(store, typeof backup === 'function' ? await backup(board.identity) : backup, options);
}

async function select(store: Store, backup: BackupSummary, options: RestoreOptions): Promise<Chosen> {
  const manifest = await store.readManifest(backup);
  const { missing } = selectEntries(manifest.entries, options.paths);
  // With a mapping of a folder that the backup does not have, all files would go where they were.
  const from = options.mapping ? selectEntries(manifest.entries, [options.mapping.from]).missing : [];
  for (const path of [...missing, ...from]) throw notInBackup(path, backup);
  const files = selectedBy(manifest.entries, selectionOf(options)).filter(isFile);
  const lost: BoardPath[] = [];
  for (const file of files) {
    if ((await store.locate(file.sha256)).length === 0 && !(await isReadable(store, file))) lost.push(file.path);
  }
  if (lost.length > 0) throw contentLost(lost, backup);
  return { backup, manifest, files };
}

function selectionOf({ paths, include = [], exclude = [] }: RestoreOptions): RestoreRequest['selection'] {
  return { paths, include, exclude };
}

/** @throws BackupError `wrong-board` */
function decidingOn(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  options: RestoreOptions,
  { backup, manifest, files }: Chosen,
): Deciding {
  const isOther = backup.board.id !== board.identity.id;
  if (isOther && !options.allowOtherBoard) throw wrongBoard(board, backup);
  const { entries, errors, scope, board: ofBackup } = manifest;
  const request: RestoreRequest = {
    entries,
    errors,
    scope,
    selection: selectionOf(options),
    mounts: ofBackup.mounts.map(({ path }) => parseUserPath(path)),
    mapping: options.mapping ?? null,
    deviceFiles: isOther ? (options.deviceFiles ?? []) : [],
    conflicts: options.conflicts ?? 'backup',
    mirror: options.mirror ?? null,
  };
  const { id, name, machine, firmware } = board.identity;
  const mounts = board.profile.mounts.map(({ path }) => path);
  const receiver = { id, name, machine, firmware, mounts, canRename: board.profile.can.rename };
  const unknown = (_: ContentHash) => false;
  return {
    board,
    store,
    look: () => lookForRestore(context, board, store, (state) => planRestore(request, state, unknown)),
    plan: (look, decisions) => planRestore(request, look.state, look.isSaved, decisions),
    describe: (plan) => ({
      warnings: warningsOf(manifest, receiver, plan),
      included: includedSentence(plan, files.length, manifest),
    }),
  };
}

function anotherPlan(): BackupError {
  return new BackupError('file-changed', t('The plan has changed in the meantime. Nothing was written.'), {
    hint: t('Look at the plan again.'),
  });
}

function contentLost(lost: readonly BoardPath[], { archive }: BackupSummary): BackupError {
  return new BackupError('content-missing', t('None of the archives has the content of {0}.', fewNames(lost)), {
    path: archive,
    hint: t('Nothing was changed on the board. Put the missing archive back, or restore the other files by name.'),
  });
}

function wrongBoard({ url, identity }: ConnectedBoard, { board }: BackupSummary): BackupError {
  return new BackupError(
    'wrong-board',
    t(
      'The backup is of {0} ({1}), but the board on {2} is {3} ({4}). Nothing was written.',
      board.name,
      board.id,
      url,
      identity.name,
      identity.id,
    ),
    { path: url, hint: t('Choose a backup of this board, or allow the files to go to another board.') },
  );
}

function notInBackup(path: BoardPath, backup: BackupSummary): BackupError {
  return new BackupError(
    'backup-not-found',
    t('The backup of {0} has no {1}.', localTime(backup.createdAt), displayPath(path)),
    {
      path,
      hint: t('Look at the files of this backup, or choose another one.'),
    },
  );
}
