import { saveKey } from '../keys/saveKey.js';
import type { Command } from './command.js';

export const saveKeyFile: Command = {
  name: 'saveKeyFile',
  run: saveKey,
};
