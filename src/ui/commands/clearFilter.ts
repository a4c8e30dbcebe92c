import type { Command } from './command.js';

export const clearFilter: Command = {
  name: 'clearFilter',
  run: ({ tree, setLook }) => setLook({ ...tree.look, criteria: [] }),
};
