import type { Env } from '../env.js';
import { folderPlace } from './folderPlace.js';
import type { Place } from './place.js';
import { parsePlace } from './placeName.js';
import type { RcloneOptions } from './rclone.js';
import { rclonePlace } from './rclonePlace.js';

/** @param text absolute path of a folder, or a remote of rclone @throws BackupError `bad-argument` */
export function openPlace(env: Env, text: string, options: RcloneOptions): Place {
  const name = parsePlace(text);
  return name.kind === 'folder' ? folderPlace(env, name.text) : rclonePlace(env, name, options);
}
