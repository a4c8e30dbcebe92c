// The remotes that the user's rclone knows, by their names.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BackupError } from '../errors.js';
import type { RcloneOptions } from './rclone.js';

/** @returns with their colons: `nas:`. @throws BackupError `rclone-missing` */
export async function listRemotes({ rclonePath = 'rclone' }: RcloneOptions): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)(rclonePath, ['listremotes']);
    return stdout.split(/\r?\n/).filter((line) => line.endsWith(':'));
  } catch (cause) {
    throw new BackupError('rclone-missing', 'The program rclone was not found.', { path: rclonePath, cause });
  }
}
