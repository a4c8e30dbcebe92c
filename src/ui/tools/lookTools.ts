// Tools that only look, and only at backups: no board is asked, so that no program stops for it.

import { isFile, type Manifest } from '../../core/archive/manifest.js';
import { collected } from '../../core/chunks.js';
import { BackupError } from '../../core/errors.js';
import { compare } from '../../core/jobs/compare.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath, isInside, parseUserPath, ROOT } from '../../core/paths.js';
import type { TreeDifference } from '../../core/plan/compareTrees.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { maskedDiff } from '../../core/plan/maskedDiff.js';
import { findBackup } from '../../core/store/find.js';
import type { Store } from '../../core/store/store.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { boardMeant } from '../boardMeant.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { nameInTask } from '../tasks/taskDefinition.js';
import { type Input, limitIn, textIn } from './input.js';
import { answered, type Tool } from './tool.js';

const MOST_BACKUPS = 200;
const MOST_FILES = 1_000;
const MOST_DIFFERENCES = 200;
/** Larger ones are no sources, and models read them no better than people do. */
const LARGEST_TEXT = 65_536;
const NOT_COMPARED = 'Not shown: one of the backups could not read it, or did not look at it.';
/** So many digits name a backup. */
const ID_DIGITS = 12;

export function listTool(services: Services): Tool {
  return looking(services, t('Listing boards and backups'), (input) => list(services, input));
}

export function filesTool(services: Services): Tool {
  return looking(services, t('Listing the files of a backup'), (input) => files(services, input));
}

export function compareTool(services: Services): Tool {
  return looking(services, t('Comparing backups'), (input) => compareBackups(services, input));
}

/** Nobody is asked. */
function looking(services: Services, invocationMessage: string, look: (input: Input) => Promise<unknown>): Tool {
  return { prepare: async () => ({ invocationMessage }), invoke: (input) => answered(services, () => look(input)) };
}

async function list(services: Services, input: Input): Promise<unknown> {
  const backups = await allBackups(services);
  const name = textIn(input, 'board');
  const only = name === undefined ? undefined : boardMeant(services, name);
  const mine = only ? backups.filter(({ board }) => board.id === only.id) : backups;
  const shown = mine.slice(0, limitIn(input, 20, MOST_BACKUPS));
  return {
    boards: services.boards.list
      .filter(({ key }) => only === undefined || key === only.key)
      .map((board) => ({
        ...namesOf(services, board),
        connected: board.url !== undefined,
        machine: board.machine,
        backups: backups.filter(({ board: { id } }) => id === board.id).length,
      })),
    backups: shown.map(summary),
    ...(mine.length > shown.length && { more: mine.length - shown.length }),
  };
}

/** Its id, or if it has none its port, only if its name may mean another board. */
function namesOf({ boards }: Services, board: KnownBoard): { name: string; id?: string } {
  const name = displayPath(board.name);
  return nameInTask(boards.list, board) === name ? { name } : { name, id: board.key };
}

export function summary({ id, board, createdAt, kind, origin, files, bytes, label, set, pinned }: BackupSummary) {
  return {
    id: id.slice(0, ID_DIGITS),
    board: displayPath(board.name),
    createdAt,
    kind,
    origin,
    files,
    bytes,
    ...(label !== null && { note: displayPath(label) }),
    ...(set !== undefined && { set }),
    ...(pinned && { pinned }),
  };
}

async function files(services: Services, input: Input): Promise<unknown> {
  const backup = await backupIn(services, input, 'backup');
  const store = await services.boards.openStore();
  const folder = textIn(input, 'folder');
  const inside = folder === undefined ? ROOT : parseUserPath(folder);
  const found = (await store.readManifest(backup)).entries.filter(isFile).filter(({ path }) => isInside(path, inside));
  const shown = found.slice(0, limitIn(input, 200, MOST_FILES));
  return {
    backup: summary(backup),
    files: shown.map(({ path, size }) => ({ path: displayPath(path), size })),
    ...(found.length > shown.length && { more: found.length - shown.length }),
  };
}

async function compareBackups(services: Services, input: Input): Promise<unknown> {
  const after = await backupIn(services, input, 'after');
  const before =
    textIn(input, 'before') === undefined ? await previous(services, after) : await backupIn(services, input, 'before');
  const store = await services.boards.openStore();
  const given = textIn(input, 'path');
  const path = given === undefined ? undefined : parseUserPath(given);
  const { env } = services;
  const paths = path === undefined ? undefined : [path];
  const { difference } = await compare({ env }, { store, backup: before }, { store, backup: after }, { paths });
  const { added, removed, changed, same, unknown } = difference;
  const few = <Entry>(entries: readonly Entry[], line: (entry: Entry) => unknown) =>
    entries.slice(0, MOST_DIFFERENCES).map(line);
  const nameOf = (entry: { path: BoardPath }) => displayPath(entry.path);
  return {
    before: summary(before),
    after: summary(after),
    counts: {
      added: added.length,
      removed: removed.length,
      changed: changed.length,
      same: same.length,
      unknown: unknown.length,
    },
    added: few(added, nameOf),
    removed: few(removed, nameOf),
    unknown: few(unknown, nameOf),
    changed: few(changed, ({ path, before, after }) => ({
      path: displayPath(path),
      before: before.size,
      after: after.size,
    })),
    ...(path !== undefined &&
      path !== ROOT && {
        diff: isCompared(difference, path) ? await diffOf(store, path, before, after) : NOT_COMPARED,
      }),
  };
}

/** Of the same board and the same set. @throws BackupError `backup-not-found` */
async function previous(
  services: Services,
  { id, board, set, sequence, createdAt }: BackupSummary,
): Promise<BackupSummary> {
  const older = (await allBackups(services)).filter(
    (other) => other.board.id === board.id && other.id !== id && other.set === set,
  );
  const found = older.find(
    (other) => other.sequence < sequence || (other.sequence === sequence && other.createdAt < createdAt),
  );
  if (found) return found;
  throw new BackupError('backup-not-found', t('There is no backup before this one.'), {
    hint: t('Name the one to compare with.'),
  });
}

/** What a side could not read, or did not look at, is not missing there. */
function isCompared({ unknown, outside }: TreeDifference, path: BoardPath): boolean {
  return !unknown.some((other) => isInside(path, other.path)) && !outside.includes(path);
}

/** A sentence if there is nothing to read: it is no text, too large, or a folder. */
async function diffOf(store: Store, path: BoardPath, before: BackupSummary, after: BackupSummary): Promise<string> {
  const [was, is] = [await textOf(store, path, before), await textOf(store, path, after)];
  if (was === null || is === null) return 'Not shown: it is a folder, no UTF-8 text, or larger than 64 kB.';
  return maskedDiff(path, was, is, readSettings().deviceFiles);
}

/** @returns undefined if the backup has no such file, null if it is none that is shown */
async function textOf(store: Store, path: BoardPath, backup: BackupSummary): Promise<string | null | undefined> {
  const { entries }: Manifest = await store.readManifest(backup);
  const entry = entries.find((other) => other.path === path);
  if (!entry) return entries.some((other) => isInside(other.path, path)) ? null : undefined;
  if (!isFile(entry) || entry.size > LARGEST_TEXT) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await collected(store.readContent(entry)));
    return text.includes('\0') ? null : text;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** @throws BackupError `backup-not-found`, `bad-argument`, and what is wrong with the store */
export async function backupIn(services: Services, input: Input, name: string): Promise<BackupSummary> {
  const reference = textIn(input, name);
  if (reference === undefined)
    throw new BackupError('bad-argument', t('No backup was named.'), {
      hint: t('Give its id, or the beginning of it.'),
    });
  return findBackup(await allBackups(services), reference);
}

async function allBackups({ boards }: Services): Promise<readonly BackupSummary[]> {
  await boards.refresh();
  if (boards.storeTrouble) throw boards.storeTrouble;
  return boards.listing.backups;
}
