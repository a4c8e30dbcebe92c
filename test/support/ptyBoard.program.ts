// A simulated board on a pty, for anything that opens serial ports:
// `node out/support/ptyBoard.program.js --folder DIR [--name NAME] [--throttle BYTES_PER_S]`.
// DIR holds simulated boards, each in a folder of its name; a board that is missing is made, with the sample project.
// Prints the pty's path as its only line. Runs until its stdin ends or a signal comes.

import { parseArgs } from 'node:util';
import {
  addSimulatedBoard,
  listSimulatedBoards,
  powerOffSimulated,
  simulatedTransport,
} from '../../src/core/board/transport/simulated.js';
import { openPtyBoard } from './ptyBoard.js';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    name: { type: 'string', default: 'demo' },
    throttle: { type: 'string' },
  },
});

async function main(folder: string, name: string, throttle: number | undefined): Promise<void> {
  if (!(await listSimulatedBoards(folder)).includes(name)) await addSimulatedBoard(folder, name);
  const board = await openPtyBoard(simulatedTransport(folder), `sim:${name}`, throttle);
  console.log(board.path);
  await new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).resume();
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  process.stdin.destroy();
  await board.close();
  await powerOffSimulated(folder, name);
}

if (values.folder === undefined) throw new Error('Which folder? --folder DIR');
void main(values.folder, values.name, values.throttle === undefined ? undefined : Number(values.throttle));
