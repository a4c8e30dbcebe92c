// What was opened once is remembered, for as long as its key ring is: a passphrase costs a second for each file.

import { createHash } from 'node:crypto';
import type { Env, KeyRing } from '../env.js';
import { type AgeKey, headerDigest, isForPassphrase, isIdentity, unwrap } from './ageHeader.js';
import { keyMissing, keyWrong } from './archiveErrors.js';

/** The key of one file, and where its payload begins. */
export interface KnownFile {
  digest: string;
  fileKey: Uint8Array;
  headerLength: number;
}

export interface KnownKeys {
  /** By the digests of the headers. */
  readonly files: Map<string, Uint8Array>;
  /** By the path, as it was when it was last opened: the key of a file whose header is damaged since. */
  readonly paths: Map<string, KnownFile>;
  /** Secrets that a store has told: those before a change of key. */
  readonly learned: Set<string>;
  /** Secrets that were tried, with the file. */
  readonly refused: Set<string>;
}

const rings = new WeakMap<KeyRing, KnownKeys>();

export function knownKeys(ring: KeyRing): KnownKeys {
  const known = rings.get(ring) ?? {
    ...{ files: new Map(), paths: new Map(), learned: new Set<string>() },
    refused: new Set<string>(),
  };
  rings.set(ring, known);
  return known;
}

/** So that what we write ourselves costs nothing to read. */
export function rememberKey(ring: KeyRing, { header, fileKey }: AgeKey): void {
  knownKeys(ring).files.set(headerDigest(header), fileKey);
}

/**
 * @param path of the archive
 * @throws BackupError `key-missing`, `key-wrong`, `archive-damaged`, `archive-unsupported`
 */
export async function keyOfFile({ keys }: Pick<Env, 'keys'>, path: string, header: Uint8Array): Promise<Uint8Array> {
  const known = knownKeys(keys);
  const digest = headerDigest(header);
  const remembered = known.files.get(digest);
  if (remembered) return remembered;
  const wanted = await isForPassphrase(header, path);
  const secrets = [...new Set([...(await keys.secretsFor(path)), ...known.learned])];
  if (secrets.length === 0) throw keyMissing(path);
  const { fileKey } = (await firstThatFits(known, header, secrets, wanted, path)) ?? {};
  if (!fileKey) throw keyWrong(path);
  known.files.set(digest, fileKey);
  return fileKey;
}

/** @returns the secret that opens it, and the key of the file */
export async function firstThatFits(
  { refused }: KnownKeys,
  header: Uint8Array,
  secrets: readonly string[],
  isPassphrase: boolean,
  path: string,
): Promise<{ secret: string; fileKey: Uint8Array } | undefined> {
  const digest = headerDigest(header);
  for (const secret of secrets.filter((each) => isIdentity(each) !== isPassphrase)) {
    const attempt = `${digest} ${createHash('sha256').update(secret).digest('hex')}`;
    if (refused.has(attempt)) continue;
    const unwrapped = await unwrap(header, secret, path);
    if (unwrapped !== 'does not fit') return { secret, fileKey: unwrapped.fileKey };
    refused.add(attempt);
  }
  return undefined;
}
