// Whether two folders are lost together.

import { stat } from 'node:fs/promises';
import { systemCode } from '../errors.js';

/**
 * One disk may have several file systems: these are told apart, and not known to be on one disk.
 *
 * @returns false also if it cannot be known
 */
export async function areOnOneDisk(one: string, other: string): Promise<boolean> {
  try {
    const [first, second] = [await stat(one, { bigint: true }), await stat(other, { bigint: true })];
    // If the system has no number for a disk, as for some shares on Windows, it is 0.
    return first.dev !== 0n && first.dev === second.dev;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
