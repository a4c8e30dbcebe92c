// Damages archives, as disks do.

import { chmod, readFile, writeFile } from 'node:fs/promises';

/** Flips a bit of the first byte of the first (or last) occurrence of `text` in a file. */
export async function damageArchive(path: string, text: string, where: 'first' | 'last' = 'first'): Promise<void> {
  const bytes = await readFile(path);
  const at = where === 'first' ? bytes.indexOf(text, 0, 'latin1') : bytes.lastIndexOf(text, undefined, 'latin1');
  if (at < 0) throw new Error(`there is no ${JSON.stringify(text)} in ${path}`);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  await chmod(path, 0o600);
  await writeFile(path, bytes);
}
