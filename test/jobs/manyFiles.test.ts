import assert from 'node:assert/strict';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { backup } from '../../src/core/jobs/backup.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, testEnv } from '../support/builders.js';

describe('A board with many files', () => {
  // Their paths are what travels there. What that costs, the simulated board gets back only when our program ends.
  it('P01 whose names are as long as names can be is backed up whole', async () => {
    await inFolder(async (folder) => {
      const boards = join(folder, 'boards');
      const names = Array.from({ length: 1_500 }, (_, number) => `${number}-${'😀'.repeat(60)}`);
      await addSimulatedBoard(boards, 'demo', Object.fromEntries(names.map((name) => [`data/${name}`, name])));
      const context = { env: testEnv() };
      const board = { url: 'sim:demo', open: simulatedTransport(boards) };
      const store = await openStore(context.env, join(folder, 'store'));
      try {
        const scope = { root: ROOT, include: [], exclude: [] };
        const { backup: taken } = await backup(context, board, store, { kind: 'full', origin: 'manual', scope });
        assert.deepEqual([taken.files, taken.errors], [names.length, 0]);
      } finally {
        await powerOffSimulated(boards, 'demo');
      }
    });
  });
});
