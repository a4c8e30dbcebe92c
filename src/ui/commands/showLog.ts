import type { Command } from './command.js';

export const showLog: Command = {
  name: 'showLog',
  async run({ log }) {
    log.show();
  },
};
