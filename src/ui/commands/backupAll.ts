import { allConnected } from '../pickBoard.js';
import { runBackups } from '../runBackups.js';
import type { Command } from './command.js';

export const backupAll: Command = {
  name: 'backupAll',
  async run(services) {
    const boards = await allConnected(services);
    if (boards.length > 0) await runBackups(services, boards);
  },
};
