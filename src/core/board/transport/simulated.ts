// `sim:NAME`: a board without hardware, behind the same interface as every other line.

import { stat } from 'node:fs/promises';
import { BackupError, systemCode, throwIfCancelled } from '../../errors.js';
import { t } from '../../l10n.js';
import { simulatedName } from '../../simulatedUrl.js';
import { simulatedBoardFolder } from '../simulated/boards.js';
import { powerOff, powerOn } from '../simulated/power.js';
import type { OpenTransport } from './transport.js';

export { addSimulatedBoard, listSimulatedBoards } from '../simulated/boards.js';
export { sampleProject } from '../simulated/sample.js';

/**
 * @param boardsFolder the folder that holds the simulated boards
 * @returns a way to open `sim:NAME`. It rejects with `bad-argument` for a name that no board can have, `port-not-found` if
 * there is no such board, `port-busy` if this process has it open already, and `port-failed` if it does not start
 */
export function simulatedTransport(boardsFolder: string): OpenTransport {
  return async (url, events, signal) => {
    throwIfCancelled(signal);
    const name = simulatedName(url) ?? url;
    const folder = simulatedBoardFolder(boardsFolder, name);
    if (!(await isFolder(folder))) {
      throw new BackupError('port-not-found', t('There is no simulated board named {0}.', name), {
        path: url,
        hint: t('Add it first, or look for its name in the list of boards.'),
      });
    }
    let open = true;
    const listener = {
      onData: (bytes: Uint8Array) => events.onData(bytes),
      onGone(error: BackupError) {
        open = false;
        events.onClose(error);
      },
    };
    let board = await powerOn(folder, listener);
    return {
      url,
      async write(bytes) {
        if (!open) throw new BackupError('port-lost', t('The simulated board is gone.'), { path: url });
        board.send(bytes);
      },
      async restart() {
        // The line stays, as that of a board behind a USB bridge does.
        board.disconnect();
        await board.powerOff();
        board = await powerOn(folder, listener);
      },
      async close() {
        if (!open) return;
        open = false;
        board.disconnect();
        events.onClose(undefined);
      },
    };
  };
}

/** Cuts the power of a simulated board that runs in this process: whoever has it open sees the line go. */
export function powerOffSimulated(boardsFolder: string, name: string): Promise<void> {
  return powerOff(simulatedBoardFolder(boardsFolder, name));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    // ENOTDIR: a file is where the folder of the simulated boards should be.
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}
