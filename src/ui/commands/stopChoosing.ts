import type { Command } from './command.js';

export const stopChoosing: Command = {
  name: 'stopChoosing',
  run: (services) => services.choose(undefined),
};
