// The keys of encrypted backups: from key files, from the environment, or from whoever sits at the terminal. Never an argument: what
// is typed as one is seen in lists of processes, and stays in the history of the shell.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { keysTyped } from '../core/archive/ageKeys.js';
import type { KeyRing } from '../core/env.js';
import { BackupError, isBackupError } from '../core/errors.js';
import { readKeyFile as keysOfFile, noKeyFile } from '../core/jobs/keyFile.js';
import { whyNotPassphrase } from '../core/jobs/passphrase.js';
import { displayPath } from '../core/paths.js';
import { askHidden } from './askHidden.js';

export const KEY_FILE_USAGE = '[--key-file FILE]…';

export const keyFileOption = {
  'key-file': {
    type: 'string',
    value: 'FILE',
    multiple: true,
    about:
      'file with an age identity or a passphrase that opens encrypted backups, in addition to MPBACKUP_KEY_FILE and MPBACKUP_PASSPHRASE',
  },
} as const;

const THREE_WAYS =
  'Name a key file with --key-file or in MPBACKUP_KEY_FILE, put the passphrase into MPBACKUP_PASSPHRASE, or run this at a terminal to be asked for it.';

/** Keys that are named: all of them are tried. @param keyFiles of `--key-file` */
export async function secretsNamed(keyFiles: readonly string[]): Promise<string[]> {
  const secrets: string[] = [];
  for (const file of [...keyFiles, ...fromEnvironment('MPBACKUP_KEY_FILE')]) secrets.push(...(await readKeyFile(file)));
  return [...secrets, ...passphraseIn('MPBACKUP_PASSPHRASE').flatMap(keysTyped)];
}

/** The keys of a call. */
export interface CallKeys extends KeyRing {
  /** One that is known otherwise: the new one of a change. Nobody is asked for another then. */
  keep(secret: string): void;
  /** Those that are named, for what can do without: nobody is asked. */
  readonly unasked: KeyRing;
}

/** Keys are looked for when the first one is needed: whoever sits at the terminal is asked once. @param keyFiles of `--key-file` */
export function keysOf(keyFiles: readonly string[], signal: AbortSignal): CallKeys {
  const kept: string[] = [];
  let found: Promise<readonly string[]> | undefined;
  const find = async (path: string): Promise<readonly string[]> => {
    const named = await secretsNamed(keyFiles);
    return named.length + kept.length > 0 ? named : askFor(path, signal);
  };
  return {
    async secretsFor(path) {
      found ??= find(path);
      return [...kept, ...(await found)];
    },
    keep: (secret) => void kept.push(secret),
    unasked: { secretsFor: () => secretsNamed(keyFiles) },
  };
}

async function askFor(path: string, signal: AbortSignal): Promise<string[]> {
  if (!process.stdin.isTTY)
    throw new BackupError('key-missing', `${displayPath(path)} is encrypted, and no key was given.`, {
      path,
      hint: THREE_WAYS,
    });
  const answer = await askHidden(`Passphrase or age identity of ${displayPath(path)}: `, signal).catch(
    (error: unknown) => {
      // Who gives up here means the whole call: lists would go on without what cannot be opened.
      if (isBackupError(error, 'cancelled') && !signal.aborted) process.kill(process.pid, 'SIGINT');
      throw error;
    },
  );
  if (answer === '') throw new BackupError('key-missing', 'No key was given.', { path, hint: THREE_WAYS });
  return keysTyped(answer);
}

/** @throws BackupError `key-missing` if it cannot be read or holds no key */
export async function readKeyFile(name: string, use?: { isNew: boolean }): Promise<string[]> {
  // P47: an identity is not repeated.
  if (/^AGE-SECRET-KEY-/i.test(name.trim())) throw noKeyFile('', 'A key was given instead of the name of its file.');
  return keysOfFile({ readFile: readOnce }, resolve(name), use);
}

/** A pipe gives what it has once: `--key-file <(pass show backups)`. */
const readBefore = new Map<string, Promise<Buffer>>();

function readOnce(path: string): Promise<Buffer> {
  const found = readBefore.get(path) ?? readFile(path);
  readBefore.set(path, found);
  return found;
}

/** Twice, so that a slip of the finger does not lock everything up. @throws BackupError `bad-argument`, `cancelled` */
export async function askNewPassphrase(signal: AbortSignal | undefined): Promise<string> {
  const first = await askHidden('New passphrase: ', signal);
  const why = whyNotPassphrase(first);
  if (why !== undefined)
    throw new BackupError('bad-argument', `This passphrase cannot be used. ${why} Nothing was changed.`);
  const again = await askHidden('Enter it again: ', signal);
  if (first !== again)
    throw new BackupError('bad-argument', 'The two passphrases differ. Nothing was changed.', { hint: 'Try again.' });
  return first;
}

/** Without the line break that env files and the secrets of many services end with. */
export function passphraseIn(variable: string): string[] {
  const text = process.env[variable]?.replace(/\r?\n$/, '');
  return text ? [text] : [];
}

/** A variable that is empty counts as not set. */
function fromEnvironment(name: string): string[] {
  const value = process.env[name];
  return value ? [value] : [];
}
