// Keys of encrypted archives, as people have them: passphrases, age identities, and the recipients that belong to them.

/** A new age identity (`AGE-SECRET-KEY-1…`), and the recipient (`age1…`) that others may know. */
export async function newIdentity(): Promise<{ identity: string; recipient: string }> {
  throw new Error('not yet');
}

/** @throws BackupError `bad-argument` where it is no identity */
export async function recipientOf(_identity: string): Promise<string> {
  throw new Error('not yet');
}

/** @returns true for the recipient of an X25519 key: `age1` and 58 characters, whose check fits */
export function isRecipient(_text: string): boolean {
  throw new Error('not yet');
}

/** @returns the secrets in the text of a key file: its lines that are age identities; where there is none, its first line, as a passphrase */
export function secretsIn(_text: string): string[] {
  throw new Error('not yet');
}
