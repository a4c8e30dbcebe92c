// A board whose flash a test changes between jobs: the simulated one, or MicroPython's unix port on a serial port.

import { join } from 'node:path';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { BoardAddress } from '../../src/core/jobs/job.js';
import { writeTree } from './sampleTree.js';
import { startUnixBoard, writeFlash } from './unixBoard.js';

export type BenchBoardKind = 'the simulated board' | 'the unix port';

export interface BenchBoard {
  /** Puts files onto the board, over what is there. It has no power then. */
  put(files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Gives the board power until `work` ends. */
  on<T>(work: (address: BoardAddress) => Promise<T>): Promise<T>;
}

/** @param folder of its own, which is there; the flash has 2 MiB */
export function benchBoard(kind: BenchBoardKind, folder: string): BenchBoard {
  return kind === 'the unix port' ? unixBoard(join(folder, 'flash')) : simulatedBoard(folder);
}

function simulatedBoard(folder: string): BenchBoard {
  return {
    put: (files) => writeTree(join(folder, 'pico'), files),
    async on(work) {
      try {
        return await work({ url: 'sim:pico', open: simulatedTransport(folder) });
      } finally {
        await powerOffSimulated(folder, 'pico');
      }
    },
  };
}

function unixBoard(image: string): BenchBoard {
  return {
    async put(files) {
      const asBytes = [...files].map(([path, content]) => [Buffer.from(path).toString('latin1'), content] as const);
      await writeFlash(image, 'littlefs', new Map(asBytes), 2 << 20);
    },
    async on(work) {
      const board = await startUnixBoard({ fileSystem: 'littlefs', image });
      try {
        return await work({ url: board.path, open: transportByUrl('') });
      } finally {
        await board.stop();
      }
    },
  };
}
