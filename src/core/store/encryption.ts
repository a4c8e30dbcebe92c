// Whether the archives of a store are encrypted, and the key of that: `encryption.json` at its top says so (docs/archive-format.md, 11).

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { decrypted, digestOfHeader, encrypted, wholeHeader } from '../archive/age.js';
import { type AgeKey, type AgeTarget, isForPassphrase, isIdentity, newAgeKey, unwrap } from '../archive/ageHeader.js';
import { newIdentity } from '../archive/ageKeys.js';
import { keyMissing, keyWrong } from '../archive/archiveErrors.js';
import { isEncryptedName } from '../archive/archiveName.js';
import { firstThatFits, type KnownKeys, knownKeys } from '../archive/knownKeys.js';
import type { Env } from '../env.js';
import { BackupError, isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import {
  damagedFile,
  ENCRYPTION_FILE,
  ENCRYPTION_LIMITS,
  type EncryptionFile,
  encryptionPath,
  type KeyMode,
  macOf,
  readEncryption,
  withMac,
} from './encryptionFile.js';
import { everyArchive, findArchives, isQuarantined, isTrashed } from './findArchives.js';
import { parseJson } from './parseJson.js';

export type { KeyMode };

export type Encryption =
  | {
      state: 'plain';
      /** Archives that are encrypted all the same: encryption.json was lost, or somebody put them there. Nothing is written beside them. */
      encrypted?: number;
    }
  | {
      /** `changing`: a change of key has begun and has not ended. `ending`: archives are being made plain, and not all of them are. */
      state: 'encrypted' | 'changing' | 'ending';
      mode: KeyMode;
      /** Empty with a passphrase. */
      recipients: string[];
      /** Archives that are still plain, or under an earlier key; if they are to become plain, those that are not yet. */
      pending: number;
    };

/** A store whose key is there. */
export interface Unlocked {
  file: EncryptionFile;
  /** What opened it. */
  secret: string;
  /** For whom new archives are encrypted. */
  target: AgeTarget;
  /** An age key of the store itself, which costs nothing to use: for what is beside the archives. */
  identity: string;
  recipient: string;
  /** Secrets before this one, also those of the store itself, if a change is under way. */
  earlier: readonly string[];
}

export interface StoreEncryption {
  state(): Promise<Encryption>;
  /** @returns undefined for a plain store. @throws BackupError `key-missing`, `key-wrong`, `archive-unsupported`, `store-…` */
  unlock(): Promise<Unlocked | undefined>;
  /** The same, before archives are written. @throws BackupError `encryption-lost` as well */
  unlockToWrite(): Promise<Unlocked | undefined>;
}

/** By what encryption.json says: its key is asked for and stretched once. */
const openedStores = new WeakMap<KnownKeys, Map<string, Promise<Unlocked>>>();

const PRODUCT = 'micropython-backup';

/** What `check` holds. */
const keyTextSchema = v.object({
  product: v.literal(PRODUCT),
  identity: v.string(),
  recipient: v.string(),
});

export function createEncryption(env: Env, root: string): StoreEncryption {
  const path = encryptionPath(root);

  async function unlock(): Promise<Unlocked | undefined> {
    const file = await readEncryption(env, root);
    if (!file) return undefined;
    const known = knownKeys(env.keys);
    const name = createHash('sha256').update(JSON.stringify(file)).digest('hex');
    const stores = openedStores.get(known) ?? new Map<string, Promise<Unlocked>>();
    openedStores.set(known, stores);
    const opening = stores.get(name) ?? open(env, root, file);
    stores.set(name, opening);
    opening.catch(() => stores.delete(name));
    return opening;
  }

  return {
    async state() {
      const file = await readEncryption(env, root);
      if (!file) {
        const lost = await lostArchives(env, root);
        return { state: 'plain', ...(lost.length > 0 && { encrypted: lost.length }) };
      }
      const { mode, recipients = [], ending, earlier } = file;
      const pending = (await pendingArchives(env, root, file)).length;
      const state = ending ? 'ending' : earlier === undefined ? 'encrypted' : 'changing';
      return { state, mode, recipients, pending };
    },
    unlock,
    async unlockToWrite() {
      const unlocked = await unlock();
      if (!unlocked && (await lostArchives(env, root)).length > 0) throw encryptionLost(root);
      return unlocked;
    },
  };

  async function open(env: Env, root: string, file: EncryptionFile): Promise<Unlocked> {
    const check = Buffer.from(file.check, 'base64');
    const known = knownKeys(env.keys);
    const secrets = [...new Set([...(await env.keys.secretsFor(root)), ...known.learned])];
    const header = await undamaged(path, async () => wholeHeader(check, path));
    const isPassphrase = await undamaged(path, () => isForPassphrase(header, path));
    if (isPassphrase !== (file.mode === 'passphrase')) throw damagedFile(path);
    if (secrets.length === 0) throw keyMissing(root);
    const fit = await undamaged(path, () => firstThatFits(known, header, secrets, isPassphrase, path));
    if (!fit) throw keyWrong(root);
    const text = parseJson(
      await undamaged(path, () => decrypted(check, fit.fileKey, path)),
      keyTextSchema,
      ENCRYPTION_LIMITS,
    );
    if (!text || macOf(text.identity, file) !== file.mac) throw damagedFile(path);
    const { identity, recipient } = text;
    const earlier = file.earlier === undefined ? [] : await earlierOf(Buffer.from(file.earlier, 'base64'), identity);
    for (const each of [fit.secret, ...earlier]) known.learned.add(each);
    const { secret } = fit;
    return { file, secret, target: targetOf(file, secret), identity, recipient, earlier };
  }

  async function earlierOf(bytes: Uint8Array, identity: string): Promise<string[]> {
    const unwrapped = await undamaged(path, () => unwrap(wholeHeader(bytes, path), identity, path));
    if (unwrapped === 'does not fit') throw damagedFile(path);
    const secrets = parseJson(
      await undamaged(path, () => decrypted(bytes, unwrapped.fileKey, path)),
      v.array(v.string()),
      ENCRYPTION_LIMITS,
    );
    if (!secrets) throw damagedFile(path);
    return secrets;
  }
}

/** @param earlier secrets that archives may still need; undefined if nothing is under way */
export async function newEncryptionFile(
  env: Env,
  target: AgeTarget,
  change: { earlier: readonly string[]; old: string[] },
): Promise<EncryptionFile> {
  const { identity, recipient } = await newIdentity();
  const recipients = 'recipients' in target ? [...target.recipients] : [];
  const mode: KeyMode = 'recipients' in target ? 'recipients' : 'passphrase';
  const seal = async (content: unknown, key: AgeKey) =>
    Buffer.from(await encrypted(Buffer.from(JSON.stringify(content)), key, env.random(16))).toString('base64');
  const workFactor = 'passphrase' in target ? target.workFactor : undefined;
  return withMac(identity, {
    version: 1,
    mode,
    ...(mode === 'recipients' && { recipients }),
    ...(workFactor !== undefined && { workFactor }),
    check: await seal({ product: PRODUCT, identity, recipient }, await newAgeKey(target)),
    earlier: await seal(change.earlier, await newAgeKey({ recipients: [recipient] })),
    ...(change.old.length > 0 && { old: change.old }),
  });
}

/** A file beside the archives, for the store's own key. */
export async function encryptedBeside(env: Env, { recipient }: Unlocked, bytes: Uint8Array): Promise<Uint8Array> {
  return encrypted(bytes, await newAgeKey({ recipients: [recipient] }), env.random(16));
}

/** @returns undefined if it is for another key, or damaged */
export async function decryptedBeside(
  { identity, earlier }: Unlocked,
  bytes: Uint8Array,
): Promise<Uint8Array | undefined> {
  try {
    const header = wholeHeader(bytes, '');
    for (const each of [identity, ...earlier.filter(isIdentity)]) {
      const unwrapped = await unwrap(header, each, '');
      if (unwrapped !== 'does not fit') return await decrypted(bytes, unwrapped.fileKey, '');
    }
    return undefined;
  } catch (error) {
    if (isBackupError(error)) return undefined;
    throw error;
  }
}

/** Encrypted archives of a store that is said to be plain. @returns paths within the store */
export async function lostArchives(env: Env, root: string): Promise<string[]> {
  const { found } = await findArchives(env, root);
  return found.map(({ archive }) => archive).filter((archive) => isEncryptedName(archive) && !isTrashed(archive));
}

/** Whether what stands in these archives would be written in clear into this store, though it is encrypted now. @param archives names or paths */
export async function wouldBecomePlain(
  store: { encryption(): Promise<Encryption> },
  archives: readonly string[],
): Promise<boolean> {
  return archives.some(isEncryptedName) && (await store.encryption()).state === 'plain';
}

/** That encryption.json is missing must not make new archives plain. */
export function encryptionLost(root: string): BackupError {
  return new BackupError(
    'encryption-lost',
    t(
      'There are encrypted archives in {0}, but no {1}: a new archive would be plain. Nothing was written.',
      root,
      ENCRYPTION_FILE,
    ),
    {
      path: root,
      hint: t(
        'Put {0} back, for example from the second place, or encrypt the backups again with the same key. If they should no longer be encrypted, remove the encryption from all of them.',
        ENCRYPTION_FILE,
      ),
    },
  );
}

/** @returns paths within the store, of those that are not as encryption.json wants them */
async function pendingArchives(env: Env, root: string, file: EncryptionFile): Promise<string[]> {
  const { found } = await everyArchive(env, root);
  const pending: string[] = [];
  for (const { archive } of found) {
    // What is damaged beyond use must not hold a change open forever: it is told once, when all has been tried.
    if (!isQuarantined(archive) && (await isPending(env, join(root, archive), file))) pending.push(archive);
  }
  return pending;
}

/**
 * @param path of an archive
 * @returns true if it is to be rewritten. What is encrypted and cannot be read cannot be told to be of before
 */
export async function isPending(
  env: Env,
  path: string,
  { ending, old = [] }: Pick<EncryptionFile, 'ending' | 'old'>,
): Promise<boolean> {
  const isEncrypted = isEncryptedName(path);
  if (ending) return isEncrypted;
  if (!isEncrypted || old.length === 0) return !isEncrypted;
  const digest = await digestOfHeader(env, path);
  return digest !== undefined && old.includes(digest);
}

function targetOf({ recipients, workFactor }: EncryptionFile, secret: string): AgeTarget {
  return recipients ? { recipients } : { passphrase: secret, workFactor };
}

/** What is damaged here is encryption.json, and no archive. */
async function undamaged<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw isBackupError(error, 'archive-damaged') ? damagedFile(path) : error;
  }
}
