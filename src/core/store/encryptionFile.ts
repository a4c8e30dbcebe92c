// The form of encryption.json (docs/archive-format.md, 11). What cannot be read is never taken for "not encrypted".

import { createHmac, hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { LEAST_WORK, MOST_WORK } from '../archive/ageHeader.js';
import { isRecipient } from '../archive/ageKeys.js';
import { diskError } from '../archive/diskErrors.js';
import { excessOf, type JsonLimits } from '../archive/jsonLimits.js';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { makeFolderDurably, replaceFile } from './durable.js';

export type KeyMode = 'passphrase' | 'recipients';

/** What encryption.json says. */
export interface EncryptionFile {
  version: 1;
  mode: KeyMode;
  recipients?: string[] | undefined;
  workFactor?: number | undefined;
  /** Base64 of an age file for the key: {@link KeyText}. Whoever opens it has the key. */
  check: string;
  /** Base64 of an age file for the identity in `check`: the secrets before, while archives may need them. */
  earlier?: string | undefined;
  /** Digests of the headers of the archives that are to be rewritten. */
  old?: string[] | undefined;
  /** True if archives are to become plain. */
  ending?: true | undefined;
  /** Of all the rest, with a key that only who opens `check` has: nobody else can change any of it. */
  mac: string;
}

/** Its name, at the top of a store. */
export const ENCRYPTION_FILE = 'encryption.json';
export const ENCRYPTION_LIMITS: JsonLimits = { bytes: 1 << 25, depth: 4, values: 1 << 20 };

const base64 = v.pipe(v.string(), v.base64());

const fileSchema: v.GenericSchema<unknown, EncryptionFile> = v.object({
  version: v.literal(1),
  mode: v.picklist(['passphrase', 'recipients']),
  recipients: v.optional(v.pipe(v.array(v.pipe(v.string(), v.check(isRecipient))), v.minLength(1))),
  workFactor: v.optional(v.pipe(v.number(), v.integer(), v.minValue(LEAST_WORK), v.maxValue(MOST_WORK))),
  check: base64,
  earlier: v.optional(base64),
  old: v.optional(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)))),
  ending: v.optional(v.literal(true)),
  mac: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

export function encryptionPath(root: string): string {
  return join(root, ENCRYPTION_FILE);
}

/** @returns undefined for a plain store. @throws BackupError `archive-unsupported`, `store-…` */
export async function readEncryption(env: Env, root: string): Promise<EncryptionFile | undefined> {
  const path = join(root, ENCRYPTION_FILE);
  try {
    const found = await env.fs.info(path);
    if (!found) return undefined;
    if (found.kind !== 'file' || found.size > ENCRYPTION_LIMITS.bytes) throw damagedFile(path);
    return decodeFile(await env.fs.readFile(path), path);
  } catch (error) {
    throw diskError(error, path);
  }
}

/** @throws BackupError `store-…`; then the old one is there, or the new one */
export async function writeEncryption(env: Env, root: string, file: EncryptionFile): Promise<void> {
  const path = join(root, ENCRYPTION_FILE);
  try {
    await makeFolderDurably(env, root);
    await replaceFile(env, path, Buffer.from(`${JSON.stringify(file, null, 2)}\n`, 'utf8'));
  } catch (error) {
    throw diskError(error, path);
  }
}

/** @param identity of the store, out of `check` */
export function withMac(identity: string, file: Omit<EncryptionFile, 'mac'>): EncryptionFile {
  return { ...file, mac: macOf(identity, file) };
}

export function macOf(identity: string, file: Omit<EncryptionFile, 'mac'>): string {
  const { version, mode, recipients, workFactor, check, earlier, old, ending } = file;
  const text = JSON.stringify(
    [version, mode, recipients, workFactor, check, earlier, old, ending].map((value) => value ?? null),
  );
  const key = new Uint8Array(hkdfSync('sha256', identity, '', 'micropython-backup encryption.json', 32));
  return createHmac('sha256', key).update(text).digest('hex');
}

export async function removeEncryption(env: Env, root: string): Promise<void> {
  try {
    await env.fs.remove(join(root, ENCRYPTION_FILE));
    await env.fs.syncFolder(root);
  } catch (error) {
    throw diskError(error, root);
  }
}

function decodeFile(bytes: Uint8Array, path: string): EncryptionFile {
  if (excessOf(bytes, ENCRYPTION_LIMITS)) throw damagedFile(path);
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw damagedFile(path);
  }
  const version = v.safeParse(v.object({ version: v.number() }), json);
  if (version.success && version.output.version > 1) throw newerFile(path);
  const file = v.safeParse(fileSchema, json);
  const isWhole = file.success && (file.output.mode === 'recipients') === (file.output.recipients !== undefined);
  if (!isWhole) throw damagedFile(path);
  return file.output;
}

export function damagedFile(path: string): BackupError {
  return new BackupError('store-failed', t('{0} is damaged: it says how the backups are encrypted.', path), {
    path,
    hint: t(
      'Put a copy of it back, for example from the second place. If there is none, move it away and encrypt the backups again with the same key before the next backup: the archives themselves need only the key.',
    ),
  });
}

function newerFile(path: string): BackupError {
  return new BackupError('archive-unsupported', t('{0} was written by a newer version.', path), {
    path,
    hint: t('Update MicroPython Backup. Nothing was changed.'),
  });
}
