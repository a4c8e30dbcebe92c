// A port whose board says what it hears: `node out/support/echoPort.program.js`. Prints its path; ends with its input.

import { openPtyBoard } from './ptyBoard.js';
import { scriptedLine } from './tap.js';

async function main(): Promise<void> {
  const board = await openPtyBoard(scriptedLine({ answer: (text) => text }), 'echo');
  console.log(board.path);
  await new Promise<void>((resolve) => void process.stdin.once('end', resolve).resume());
  await board.close();
  process.exit();
}

void main();
