// What a command is. Every command is always registered; its handler says what is missing.

import type { Services } from '../services.js';

export interface Command {
  /** As in package.json, without the prefix. */
  name: string;
  /** @param target the row of the tree that the command was called on; absent from the palette */
  run(services: Services, target: unknown, selection: unknown): Promise<void>;
}
