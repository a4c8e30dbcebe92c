// A simulated board for one job: empty, in a temporary folder, and gone afterwards, whatever happens.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BoardPath, childOf, ROOT } from '../../paths.js';
import { simulatedUrl } from '../../simulatedUrl.js';
import { makeTemporaryFolder } from '../../temporaryFolder.js';
import { simulatedTransport } from '../transport/simulated.js';
import type { OpenTransport } from '../transport/transport.js';
import { addSimulatedBoard } from './boards.js';
import { powerOff } from './power.js';

export interface ThrowAwayBoard {
  url: string;
  open: OpenTransport;
  /** What its flash holds now, as the disk of this computer has it: SHA-256 by path. The board is not asked. */
  hashes(): Promise<Map<BoardPath, string>>;
}

/** Its flash is empty: nothing of what it is given is ever run, since it starts only once. */
export async function withThrowAwayBoard<Result>(work: (board: ThrowAwayBoard) => Promise<Result>): Promise<Result> {
  const folder = await makeTemporaryFolder('mpbackup-board-');
  try {
    // Two at once have two names: jobs wait for each other by the URL of their board.
    const name = basename(folder);
    const flash = await addSimulatedBoard(folder, name, {});
    try {
      return await work({
        url: simulatedUrl(name),
        open: simulatedTransport(folder),
        hashes: async () => new Map(await hashesIn(flash, ROOT)),
      });
    } finally {
      await powerOff(flash);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function hashesIn(folder: string, path: BoardPath): Promise<Array<[BoardPath, string]>> {
  const found: Array<[BoardPath, string]> = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const [place, child] = [join(folder, entry.name), childOf(path, entry.name)];
    if (entry.isDirectory()) found.push(...(await hashesIn(place, child)));
    else found.push([child, await hashOf(place)]);
  }
  return found;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
