// Gives a store another key, its first one, or none: each archive is rewritten, and nothing stays under the old key.

import { join, relative, sep } from 'node:path';
import { type AgeTarget, LEAST_WORK, MOST_WORK } from '../archive/ageHeader.js';
import { isRecipient, recipientOf } from '../archive/ageKeys.js';
import { keyMissing, keyWrong } from '../archive/archiveErrors.js';
import { BackupError, isBackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { createEncryption, type Encryption, isPending, type KeyMode, lostArchives } from '../store/encryption.js';
import { everyArchive, isQuarantined, isTrashed } from '../store/findArchives.js';
import { beginKeyChange, clearBeside, endKeyChange, rewriteUnderKey } from '../store/keyChange.js';
import type { Store, StoreLock } from '../store/store.js';
import type { UnreadableArchive } from '../store/summary.js';
import { holding } from './holding.js';
import { type JobContext, trackPhases } from './job.js';
import { whyNotPassphrase } from './passphrase.js';
import { recorded } from './recorded.js';

/**
 * `identity` must fit one of the recipients: else nobody here could read. `workFactor`: what a passphrase costs whoever tries it, as the
 * logarithm to the base 2 of scrypt's N; 18 takes 256 MB for a moment. Less is for computers that have not that much.
 */
export type NewKey = { passphrase: string; workFactor?: number } | { recipients: string[]; identity: string };

export interface KeyChangeResult {
  /** Null if the archives are plain now. */
  mode: KeyMode | null;
  /** Archives that were rewritten. */
  changed: number;
  /** Archives that could not be read: they are as they were. */
  left: LeftArchive[];
  /** False if {@link finishKeyChange} is still to be called, once what is in the way is gone. */
  isEnded: boolean;
  seconds: number;
}

/**
 * `in the way`: it keeps the change from its end, and the secrets before with it. What lies in quarantine does not, nor what no key opens
 * that is known.
 */
export interface LeftArchive extends UnreadableArchive {
  is: 'in the way' | 'in the way, in the trash' | 'in quarantine' | 'foreign';
}

type Changed = Omit<KeyChangeResult, 'seconds'>;

/**
 * Archives and what stands beside them are out of the reach of the key before when this resolves, but for what it tells as left: those in the trash and
 * in quarantine, too.
 *
 * @param to null for plain archives
 * @throws BackupError `key-missing`, `key-wrong` if the present key is not there, `bad-argument`, `store-…`, `cancelled`; if it had begun,
 *   {@link finishKeyChange} goes on with it, and everything can be read with the new key alone
 */
export async function changeKey(context: JobContext, store: Store, to: NewKey | null): Promise<KeyChangeResult> {
  const key = to ? await checked(to) : undefined;
  await store.unlock();
  return recorded(context, store, 'change-key', account, () =>
    holding(context, store, 'exclusive', 'changes the key', async (lock) => {
      const { env } = context;
      const now = await createEncryption(env, store.root).unlock();
      await beginKeyChange(env, store.root, now, key, context.signal);
      return carryOut(context, store, lock);
    }),
  );
}

/** Goes on with a change that was interrupted; does nothing if there is none. Needs the present key alone. */
export async function finishKeyChange(context: JobContext, store: Store): Promise<KeyChangeResult> {
  await store.unlock();
  const now = await store.encryption();
  if (isWhole(now))
    return { mode: now.state === 'plain' ? null : now.mode, changed: 0, left: [], isEnded: true, seconds: 0 };
  return recorded(context, store, 'change-key', account, () =>
    holding(context, store, 'exclusive', 'changes the key', (lock) => carryOut(context, store, lock)),
  );
}

/** @returns true if there is nothing to finish */
export function isWhole(now: Encryption): boolean {
  return now.state === 'plain' || (now.state === 'encrypted' && now.pending === 0);
}

/** @returns false if something stayed that is of use */
export function isWholeChange({ left }: Pick<KeyChangeResult, 'left'>): boolean {
  return left.every(({ is }) => is === 'in quarantine');
}

function account(result: Changed) {
  return { backups: result.changed, ...(!isWholeChange(result) && { ok: false, code: 'archive-damaged' }) };
}

async function carryOut(context: JobContext, store: Store, lock: StoreLock): Promise<Changed> {
  const { env, signal } = context;
  const unlocked = await createEncryption(env, store.root).unlock();
  if (!unlocked) {
    const isLost = (await lostArchives(env, store.root)).length > 0;
    if (!isLost) return { mode: null, changed: 0, left: [], isEnded: true };
    if ((await env.keys.secretsFor(store.root)).length === 0) throw keyMissing(store.root);
  }
  // If encryption.json was lost, archives can become plain all the same.
  const file = unlocked?.file ?? { ending: true as const };
  const target = file.ending ? undefined : unlocked?.target;
  const { found, unreadable: left } = await everyArchive(env, store.root);
  const phases = trackPhases(context);
  phases.begin('rewrite', { files: found.length, bytes: found.reduce((sum, { size }) => sum + size, 0) });
  let changed = 0;
  for (const { archive, size } of found) {
    throwIfCancelled(signal);
    const path = join(store.root, archive);
    if (await isPending(env, path, file)) {
      const onBytes = (bytes: number) => phases.add({ bytes });
      const error = await rewriteUnderKey(env, path, { file, target, signal, mayRemove: lock.check, onBytes });
      if (error) left.push({ path, error });
      else changed += 1;
    } else phases.add({ bytes: size });
    phases.add({ files: 1 });
  }
  await lock.check();
  if (file.ending) await setForeignAside(store, left, unlocked !== undefined || changed > 0);
  await clearBeside(env, store.root, file.ending === true);
  // The index is made for the new key, from what was opened on the way.
  await store.renew();
  const told = left.map((archive) => ({ ...archive, is: whatIs(store.root, archive) }));
  const isEnded = !told.some(({ is }) => is.startsWith('in the way'));
  if (unlocked && isEnded) await endKeyChange(env, store.root, unlocked);
  await haveCopied(store);
  return { mode: target && unlocked ? unlocked.file.mode : null, changed, left: told, isEnded };
}

/** A copy that ran meanwhile left out what stands beside the archives: the next one comes by itself. */
async function haveCopied(store: Store): Promise<void> {
  const memory = await store.offsite.memory();
  // If it cannot be noted, the next copy of a backup does the same.
  if (memory.lastCopyAt !== null) await store.offsite.remember({ ...memory, isOpen: true }).catch(() => {});
}

/**
 * What no key opens must not lie among plain archives: there it would tell that encryption.json was lost.
 *
 * @param isRightKey whether it has opened anything
 * @throws BackupError `key-wrong`
 */
async function setForeignAside(store: Store, left: readonly UnreadableArchive[], isRightKey: boolean): Promise<void> {
  const foreign = left.filter((archive) => !mayBeOpened(archive)).map(({ path }) => path);
  const there = new Set((await store.files()).map(({ archive }) => join(store.root, archive)));
  const among = foreign.filter((path) => there.has(path));
  if (among.length === 0) return;
  if (!isRightKey) throw keyWrong(store.root);
  await store.setAside('quarantine', among);
}

function whatIs(root: string, left: UnreadableArchive): LeftArchive['is'] {
  if (!mayBeOpened(left)) return 'foreign';
  const archive = relative(root, left.path).split(sep).join('/');
  if (isQuarantined(archive)) return 'in quarantine';
  return isTrashed(archive) ? 'in the way, in the trash' : 'in the way';
}

/** What no key opens needs none. For all else the secrets before are kept: the disk may read it another time, or a repair takes what is sound. */
function mayBeOpened({ error }: UnreadableArchive): boolean {
  return !isBackupError(error, 'key-wrong');
}

/** @throws BackupError `bad-argument` */
async function checked(to: NewKey): Promise<{ target: AgeTarget; secret: string }> {
  if ('passphrase' in to) {
    const { passphrase, workFactor } = to;
    const why = whyNotPassphrase(passphrase);
    if (why !== undefined)
      throw new BackupError('bad-argument', t('This passphrase cannot be used. {0} Nothing was changed.', why));
    const isWork = workFactor === undefined || (Number.isInteger(workFactor) && workFactor >= LEAST_WORK);
    if (!isWork || (workFactor ?? 0) > MOST_WORK)
      throw new BackupError(
        'bad-argument',
        t('A work factor is a whole number from {0} to {1}.', LEAST_WORK, MOST_WORK),
      );
    return { target: { passphrase, workFactor }, secret: passphrase };
  }
  const recipients = [...new Set(to.recipients)];
  // What was typed in the wrong place may be a passphrase: it is not repeated.
  if (recipients.length === 0 || !recipients.every(isRecipient))
    throw new BackupError('bad-argument', t('Not all of these are recipients.'), {
      hint: t('A recipient begins with age1 and has 62 characters. There must be at least one.'),
    });
  if (!recipients.includes(await recipientOf(to.identity)))
    throw new BackupError(
      'bad-argument',
      t('The key belongs to none of the recipients, so this computer could not open the backups.'),
      {
        hint: t('Add the recipient of your own key.'),
      },
    );
  return { target: { recipients }, secret: to.identity };
}
