// A file for the eyes of its owner alone, outside of any store.

import { open } from 'node:fs/promises';

/** Safe on the disk when it resolves. Never takes the place of another one. @param path absolute */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
