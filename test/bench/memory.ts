// How much memory jobs take on a large tree, each in a process of its own.

import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const MEMORY_STEPS = [
  ...['backup', 'incremental backup', 'read back', 'verify', 'export an archive', 'export a folder', 'import'],
  ...['delete, merging', 'incremental backup', 'make full', 'encrypt', 'read back'],
] as MemoryStep[];

export type MemoryStep =
  | ('backup' | 'incremental backup' | 'read back' | 'verify' | 'export an archive' | 'export a folder' | 'import')
  | ('delete, merging' | 'make full' | 'encrypt');

export interface MemoryUse {
  step: MemoryStep;
  seconds: number;
  /** The most bytes of memory that the process ever had. */
  peak: number;
}

/**
 * One after the other, each on what the one before left.
 *
 * @param folder an empty one
 */
export async function* measureMemory(
  folder: string,
  mebibytes: number,
  steps: readonly MemoryStep[],
): AsyncGenerator<MemoryUse> {
  const program = join(ASSETS_FOLDER, '..', 'out', 'bench', 'memoryStep.program.js');
  const root = join(folder, 'store');
  await mkdir(`${root}-exported`);
  for (const step of steps) {
    const { stdout } = await promisify(execFile)(process.execPath, [program, step, root, `${mebibytes}`]);
    yield { step, ...(JSON.parse(stdout) as Omit<MemoryUse, 'step'>) };
  }
}
