// Names of archives: `backup_….blb`, and `backup_….blb.age` if it is encrypted. What is inside names the inner one alone.

const AGE = /\.age$/i;
const PARTIAL = /\.partial$/;

export const ENCRYPTED_ENDING = '.age';

export function isArchiveName(name: string): boolean {
  return /\.blb(\.age)?$/i.test(name);
}

/** @returns true for an encrypted archive, also one that is still being written */
export function isEncryptedName(path: string): boolean {
  return AGE.test(path.replace(PARTIAL, ''));
}

/** @returns the name that it has when it is decrypted: both count as the same archive */
export function innerName(path: string): string {
  return path.replace(AGE, '');
}

/** @returns the same archive in the other form */
export function twinName(path: string): string {
  return AGE.test(path) ? innerName(path) : `${path}${ENCRYPTED_ENDING}`;
}

/** `kitchen-1a2b3c4d/backup_20251121_091000`: what all generations of an archive have in common, in either form. */
export function stemOf(path: string): string {
  return path.replace(/(\.\d{1,6})?\.blb(\.age)?$/i, '');
}
