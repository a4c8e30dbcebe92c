import { runVerify } from '../runVerify.js';
import type { Command } from './command.js';

export const verifyBackups: Command = {
  name: 'verifyBackups',
  run: (services) => runVerify(services),
};
