// What the system tells in files.

import type { FileSystem } from '../env.js';

/** @returns empty if there is no such file: a device may be unplugged while we look */
export async function textOf(fs: FileSystem, path: string): Promise<string> {
  const bytes = await fs.readFile(path).catch(() => new Uint8Array());
  return Buffer.from(bytes).toString('utf8').trim();
}
