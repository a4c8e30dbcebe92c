// Damages archives, as disks do.

import { chmod, readFile, stat, utimes, writeFile } from 'node:fs/promises';

/** Flips a bit of the first byte of the first (or last) occurrence of `text` in a file. */
export async function damageArchive(path: string, text: string, where: 'first' | 'last' = 'first'): Promise<void> {
  const bytes = await readFile(path);
  const at = where === 'first' ? bytes.indexOf(text, 0, 'latin1') : bytes.lastIndexOf(text, undefined, 'latin1');
  if (at < 0) throw new Error(`there is no ${JSON.stringify(text)} in ${path}`);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  await chmod(path, 0o600);
  await writeFile(path, bytes);
}

/**
 * The same as bits rot: size and time stay, so that nobody who trusts them sees it. What was listed before knows the archive by
 * the time that it gets here: list the store again between the two.
 */
export async function settle(path: string): Promise<void> {
  const whole = new Date(Math.floor((await stat(path)).mtimeMs / 1000) * 1000);
  await utimes(path, whole, whole);
}

/** @param path of a file that was settled */
export async function rotArchive(path: string, text: string): Promise<void> {
  const { mtime, mtimeMs } = await stat(path);
  await damageArchive(path, text);
  await utimes(path, mtime, mtime);
  if ((await stat(path)).mtimeMs !== mtimeMs) throw new Error(`${path} has another time now`);
}
