// May this user open the port? Asked without opening it.

import { access, constants } from 'node:fs/promises';
import { systemCode } from '../errors.js';

/** @returns false if the system denies it for sure; what is no file (`COM3`, `socket://…`) is only known once it is opened */
export async function mayOpenPort(url: string): Promise<boolean> {
  if (!url.startsWith('/')) return true;
  try {
    await access(url, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    return systemCode(error) !== 'EACCES';
  }
}
