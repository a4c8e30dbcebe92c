// `npm run bench`: sets up what is missing, builds, and runs the bench with all arguments it is given. Three need no board:
// `npm run bench -- store` runs that of a store with many backups, `npm run bench -- memory` that of jobs on a large tree, and
// `npm run bench -- start` that of the start in VS Code.

import { join } from 'node:path';
import { build } from './package.mjs';
import { ensureRealBoards, realBoardsRunHere } from './realBoards.mjs';
import { runInView, whenStarted } from './run.mjs';
import { ensureNpmPackages } from './setUp.mjs';
import { startBench } from './startBench.mjs';

await whenStarted(import.meta.url, async () => {
  const [first, ...others] = process.argv.slice(2);
  const withoutBoard = new Map([
    ['store', 'storeBench.program.js'],
    ['memory', 'memoryBench.program.js'],
  ]).get(first);
  await ensureNpmPackages();
  if (realBoardsRunHere && !withoutBoard && first !== 'start') await ensureRealBoards();
  await build(['--tests']);
  if (first === 'start') return startBench(others);
  const words = withoutBoard ? others : process.argv.slice(2);
  process.exitCode = await runInView(process.execPath, [
    join('out', 'bench', withoutBoard ?? 'bench.program.js'),
    ...words,
  ]);
});
