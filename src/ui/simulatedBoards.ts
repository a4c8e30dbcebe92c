// The simulated boards of the folder in the settings.

import { readSettings } from './settings.js';

/** Cuts the power of those that run in this window. */
export async function powerOffSimulatedBoards(): Promise<void> {
  const { simulatedBoardsFolder } = readSettings();
  const { listSimulatedBoards, powerOffSimulated } = await import('../core/board/transport/simulated.js');
  const names = await listSimulatedBoards(simulatedBoardsFolder);
  await Promise.all(names.map((name) => powerOffSimulated(simulatedBoardsFolder, name)));
}
