// Simulated boards as folders: one folder holds them all, each board's flash is a folder named after it.

import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BackupError, systemCode } from '../../errors.js';
import { t } from '../../l10n.js';
import { parseUserPath } from '../../paths.js';
import { sampleProject } from './sample.js';

/** Files of a board: text or bytes by path, such as `lib/wifi.py`. */
export type BoardFilesToAdd = Readonly<Record<string, Uint8Array | string>>;

/**
 * @returns the folder that is the flash of the board `name`
 * @throws BackupError `bad-argument` for a name that is more than letters, digits, `-` and `_`
 */
export function simulatedBoardFolder(boardsFolder: string, name: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(name)) return join(boardsFolder, name);
  throw new BackupError('bad-argument', t('{0} cannot be the name of a simulated board.', JSON.stringify(name)), {
    hint: t('Use letters, digits, "-" and "_".'),
  });
}

/** `machine.unique_id()` of the board whose flash is `folder`, in hexadecimal. */
export function simulatedUniqueId(folder: string): string {
  return createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16);
}

/**
 * Makes a board.
 *
 * @param files what is on it: a sample project if nothing is said
 * @returns the folder that is its flash
 * @throws BackupError `bad-argument` if the name is not allowed or taken
 */
export async function addSimulatedBoard(
  boardsFolder: string,
  name: string,
  files: BoardFilesToAdd = sampleProject,
): Promise<string> {
  const folder = simulatedBoardFolder(boardsFolder, name);
  const paths = Object.entries(files).map(([path, content]) => ({ path: parseUserPath(path), content }));
  await mkdir(boardsFolder, { recursive: true });
  try {
    await mkdir(folder);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    throw new BackupError('bad-argument', t('A simulated board named {0} already exists.', name), {
      path: folder,
      hint: t('Choose another name.'),
      cause: error,
    });
  }
  for (const { path, content } of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** @returns the names of all boards, sorted; none if the folder does not exist */
export async function listSimulatedBoards(boardsFolder: string): Promise<string[]> {
  try {
    const found = await readdir(boardsFolder, { withFileTypes: true });
    return found
      .filter((entry) => entry.isDirectory() && /^[A-Za-z0-9_-]+$/.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
