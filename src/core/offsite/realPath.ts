// Where a name leads to: two names may be one folder.

import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.js';

/** Of what is there by now; the rest of the name stays as it is. @param path absolute */
export async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    const parent = dirname(path);
    return parent === path ? path : join(await realPath(parent), basename(path));
  }
}
