// The boards of the bench: each in a process of its own behind a pty, with a flash that can be filled and looked into while
// it is off.

import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { PortProcess } from '../support/portProcess.js';
import { readTree, writeTree } from '../support/sampleTree.js';
import { startSimulatedPort } from '../support/simulatedPort.js';
import { readFlash, writeFlash } from '../support/unixBoard.js';
import { startUnixPort } from '../support/unixPort.js';
import type { Files } from './fileSets.js';

export interface BenchBoard {
  name: string;
  /**
   * Puts files into a flash, which is made where there is none.
   *
   * @param flash a path on this disk; the board makes of it what it needs
   */
  write(flash: string, files: Files): Promise<void>;
  read(flash: string): Promise<Files>;
  /** @param bytesPerSecond as fast as it goes where nothing is said */
  powerOn(flash: string, bytesPerSecond: number | undefined): Promise<PortProcess>;
}

export const simulatedBoard: BenchBoard = {
  name: 'Simulated board (MicroPython 1.27, WebAssembly)',
  async write(flash, files) {
    await mkdir(flash, { recursive: true });
    await writeTree(flash, files);
  },
  read: async (flash) => (await readTree(flash)).files,
  powerOn: (flash, bytesPerSecond) =>
    startSimulatedPort({ folder: dirname(flash), name: basename(flash), bytesPerSecond }),
};

/** Has room for a log of 1 MB. */
const FLASH_SIZE = 1 << 21;

export const unixBoard: BenchBoard = {
  name: 'Unix port (MicroPython 1.25, littlefs)',
  write: (flash, files) => writeFlash(flash, 'littlefs', files, FLASH_SIZE),
  async read(flash) {
    const tree = await readFlash(flash, 'littlefs');
    return new Map([...tree].flatMap(([path, content]) => (content ? [[path, content]] : [])));
  },
  powerOn: (flash, bytesPerSecond) => startUnixPort({ image: flash, fileSystem: 'littlefs', bytesPerSecond }),
};
