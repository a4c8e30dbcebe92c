// Secrets that are unmistakable, and the search for them in all that was written.

import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** As the bytes of it may stand somewhere: as they are, in JSON, in a URL, as hex and as base64 at any offset. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4)
      .replace(/.{0,2}=*$/, ''),
  );
  return [secret, encodeURIComponent(secret), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64];
}

/** @returns those that stand in it */
export function secretsAmong(bytes: Uint8Array | string, secrets: readonly string[]): string[] {
  const all = Buffer.from(bytes);
  return secrets.filter((secret) => formsOf(secret).some((form) => all.includes(form)));
}

/**
 * Looks into every file, and at its name.
 *
 * @param mayHold by the path from the folder on, with slashes: what is there to hold contents
 * @returns `history.jsonl: the secret` for each
 */
export async function secretsBelow(
  folder: string,
  secrets: readonly string[],
  mayHold: (path: string) => boolean = () => false,
): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split('\\').join('/');
    if (mayHold(path)) continue;
    const bytes = entry.isFile() ? await readFile(join(folder, path)) : '';
    for (const secret of secretsAmong(Buffer.concat([Buffer.from(`${path}\n`), Buffer.from(bytes)]), secrets))
      found.push(`${path}: ${secret}`);
  }
  return found;
}
