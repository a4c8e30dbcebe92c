// What somebody should know once of backups that are not encrypted: that files in them hold secrets, and that git would take them
// along. A warning that comes each day is read by nobody, so a board is spoken of once; and again only if another of its files
// holds a secret.

import { createHash } from 'node:crypto';
import { isFile, type ManifestFile } from '../archive/manifest.js';
import { collected } from '../chunks.js';
import type { Env } from '../env.js';
import { messageOf, throwIfCancelled } from '../errors.js';
import { latestAmong } from '../latest.js';
import { displayPath } from '../paths.js';
import { mayHoldSecrets, type SecretHint, secretsIn } from '../plan/secretScan.js';
import { cameWith } from '../store/boardFolder.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { forgetWarned, noteWarned, readWarned, type Warned } from '../store/warned.js';
import type { BackupResult } from './backup.js';
import { type GitWorkTree, workTreeThatTakes } from './gitWorkTree.js';
import type { JobContext } from './job.js';

export type Caution =
  | { kind: 'secrets'; board: { id: string; name: string }; hints: SecretHint[] }
  | { kind: 'git'; workTree: GitWorkTree };

/** The first look takes in all files of a backup: more than these are no project of a board. */
const MOST_FILES = 2_000;
const MOST_BYTES = 1 << 24;

/**
 * After backups. Never rejects: the backups are taken. It says each thing once, so whoever asks has to tell somebody.
 *
 * @returns nothing if the store is encrypted
 */
export function cautionsAfter(
  context: JobContext,
  store: Store,
  results: readonly Pick<BackupResult, 'backup' | 'unchanged'>[],
): Promise<Caution[]> {
  return unlessInTheWay(context, store, ({ files }) =>
    results.filter(({ backup, unchanged }) => !unchanged || !files.has(backup.board.id)).map(({ backup }) => backup),
  );
}

/** Of boards whose files nobody has looked at yet: their backups were taken before anybody did. Never rejects. */
export function cautionsOfAll(context: JobContext, store: Store): Promise<Caution[]> {
  return unlessInTheWay(context, store, async ({ files }) => {
    const { backups } = await store.list();
    const boards = new Set(backups.map(({ board }) => board.id).filter((id) => !files.has(id)));
    return [...boards].flatMap((id) => latestAmong(backups.filter(({ board }) => board.id === id)) ?? []);
  });
}

async function unlessInTheWay(
  context: JobContext,
  store: Store,
  backupsToScan: (warned: Warned) => readonly BackupSummary[] | Promise<readonly BackupSummary[]>,
): Promise<Caution[]> {
  const { env } = context;
  const cautions: Caution[] = [];
  try {
    if ((await store.encryption()).state !== 'plain') {
      await forgetWarned(env, store.root);
      return [];
    }
    const warned = await readWarned(env, store.root);
    const backups = await backupsToScan(warned);
    const seen = new Map(warned.files);
    for (const backup of backups) {
      const { board } = backup;
      const hints = await newHints(context, store, backup, seen.get(board.id));
      const files = [...new Set(hints.map(({ path }) => path))];
      if (!seen.has(board.id) || files.length > 0) await note(env, store, { board: board.id, files });
      seen.set(board.id, new Set([...(seen.get(board.id) ?? []), ...files]));
      if (hints.length > 0) cautions.push({ kind: 'secrets', board, hints });
    }
    const [newest] = backups;
    const workTree = newest && (await workTreeThatTakes(env, newest.archive));
    const mark = workTree && createHash('sha256').update(workTree.path).digest('hex').slice(0, 16);
    // Several backups may come to their end at once.
    if (workTree && mark !== undefined && !(await readWarned(env, store.root)).workTrees.has(mark)) {
      await note(env, store, { workTree: mark });
      cautions.push({ kind: 'git', workTree });
    }
  } catch (error) {
    env.log.warn(`${store.root}: it was not looked whether the backups hold secrets: ${messageOf(error)}`);
  }
  return cautions;
}

/** @param seen files of the board that it has been warned of; undefined if none of it has been looked at */
async function newHints(
  { env, signal }: JobContext,
  store: Store,
  backup: BackupSummary,
  seen: ReadonlySet<string> | undefined,
): Promise<SecretHint[]> {
  const { entries, archive } = await store.readManifest(backup);
  // What is kept from an earlier backup has been looked at then.
  const isNew = (file: ManifestFile) => seen === undefined || cameWith(archive, file);
  const files = entries.filter(isFile).filter((file) => isNew(file) && !seen?.has(file.path));
  const hints: SecretHint[] = [];
  let total = 0;
  for (const file of files.filter(({ path, size }) => mayHoldSecrets(path, size)).slice(0, MOST_FILES)) {
    throwIfCancelled(signal);
    total += file.size;
    if (total > MOST_BYTES) break;
    try {
      const text = Buffer.from(await collected(store.readContent(file))).toString('utf8');
      hints.push(...secretsIn(file.path, text));
    } catch (error) {
      // Whoever reads the backup is told of it.
      env.log.debug(`${displayPath(file.path)} was not looked at for secrets: ${messageOf(error)}`);
    }
  }
  return hints;
}

/** Said twice is better than not at all. */
async function note(env: Env, store: Store, record: Parameters<typeof noteWarned>[2]): Promise<void> {
  try {
    await noteWarned(env, store.root, record);
  } catch (error) {
    env.log.warn(`${store.root}: it could not be noted what was warned of: ${messageOf(error)}`);
  }
}
