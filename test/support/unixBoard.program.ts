// A board of real MicroPython on a pty: `node out/support/unixBoard.program.js --image FILE --fs fat|littlefs
// [--throttle BYTES_PER_S]`. Prints the pty's path as its only line. Runs until its stdin ends or a signal comes.

import { parseArgs } from 'node:util';
import { startUnixBoard, type UnixBoardOptions } from './unixBoard.js';

const { values } = parseArgs({
  options: { image: { type: 'string' }, fs: { type: 'string' }, throttle: { type: 'string' } },
});

async function main(options: UnixBoardOptions): Promise<void> {
  const board = await startUnixBoard(options);
  console.log(board.path);
  await new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).resume();
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  process.stdin.destroy();
  await board.stop();
}

const { image, fs: fileSystem, throttle } = values;
if (image === undefined) throw new Error('Which image? --image FILE');
if (fileSystem !== 'fat' && fileSystem !== 'littlefs') throw new Error('Which file system? --fs fat or --fs littlefs');
void main({ image, fileSystem, ...(throttle !== undefined && { bytesPerSecond: Number(throttle) }) });
