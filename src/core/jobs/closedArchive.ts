// Why an archive that somebody has opened cannot be shown: what its first bytes and the failure say together.

import { isEncryptedName } from '../archive/archiveName.js';
import type { Env } from '../env.js';
import { type BackupError, isBackupError, systemCode } from '../errors.js';

export type WhyClosed =
  | 'gone'
  /** Nothing at all, or something that is no archive, whatever its name. */
  | 'empty'
  | 'foreign'
  /** Its name says that it is encrypted, and it is not; or the other way round. */
  | 'named-encrypted'
  | 'named-plain'
  | 'key-missing'
  | 'key-wrong'
  | 'newer'
  /** Begins as an archive does, and does not end as one. */
  | 'cut-short'
  | 'damaged'
  /** The disk or the system does not give it. */
  | 'unreadable';

const ZIP = Buffer.from('PK\x03\x04', 'latin1');
const AGE = Buffer.from('age-encryption.org/', 'latin1');

/** @param error what opening it failed with */
export async function whyClosed(env: Env, path: string, error: BackupError): Promise<WhyClosed> {
  if (error.code === 'key-missing' || error.code === 'key-wrong') return error.code;
  if (systemCode(error.cause) === 'ENOENT') return 'gone';
  // What the first bytes say of a file that is no archive says more than what was missed in it.
  const begins = await beginningOf(env, path);
  if (begins === undefined) return 'unreadable';
  if (begins === 'nothing') return 'empty';
  const isEncrypted = isEncryptedName(path);
  if (begins === 'age') return isEncrypted ? byCode(error) : 'named-plain';
  if (begins === 'zip') return isEncrypted ? 'named-encrypted' : byCode(error);
  return isBackupError(error, 'archive-damaged') ? 'foreign' : byCode(error);
}

function byCode({ code, detail }: BackupError): WhyClosed {
  if (code === 'archive-unsupported') return 'newer';
  if (code !== 'archive-damaged') return 'unreadable';
  return detail ?? 'damaged';
}

async function beginningOf(env: Env, path: string): Promise<'nothing' | 'zip' | 'age' | 'other' | undefined> {
  try {
    const file = await env.fs.open(path, 'read');
    try {
      const bytes = Buffer.alloc(AGE.length);
      const length = await file.read(bytes, 0);
      if (length === 0) return 'nothing';
      if (bytes.subarray(0, ZIP.length).equals(ZIP)) return 'zip';
      return bytes.equals(AGE) ? 'age' : 'other';
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
