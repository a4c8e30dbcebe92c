// Stores that are encrypted, and who has which key.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env, KeyRing } from '../../src/core/env.js';
import type { NewKey } from '../../src/core/jobs/changeKey.js';
import { testEnv } from './builders.js';

/** Costs a thousandth of a second. What is written at the work that is usual is tested where that is the question. */
export const QUICK = 10;

export const PASSPHRASE: NewKey = { passphrase: 'correct horse battery staple', workFactor: QUICK };

export function secretOf(key: NewKey): string {
  return 'passphrase' in key ? key.passphrase : key.identity;
}

/** Somebody with these keys, who has opened nothing yet. */
export function having(...secrets: string[]): Env {
  return testEnv({ keys: { secretsFor: async () => secrets } });
}

/** @returns how often it was asked */
export function countingRing(...secrets: string[]): KeyRing & { asked: number } {
  const ring = {
    asked: 0,
    async secretsFor() {
      ring.asked += 1;
      return secrets;
    },
  };
  return ring;
}

/** Every file below a folder, by its path within it. */
export async function filesBelow(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  for (const entry of names.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), await readFile(path));
  }
  return files;
}
