import type { Command } from './command.js';

export const refresh: Command = {
  name: 'refresh',
  run: ({ boards }) => boards.refresh(),
};
