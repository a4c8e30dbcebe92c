// `npm run bench`: sets up what is missing, builds, and runs the bench with all arguments it is given. Others are named first:
// `npm run bench -- store` runs that of a store with many backups, `npm run bench -- memory` that of jobs on a large tree,
// `npm run bench -- start` that of the start in VS Code, `npm run bench -- eta` that of the time left.

import { join } from 'node:path';
import { build } from './package.mjs';
import { ensureRealBoards, realBoardsRunHere } from './realBoards.mjs';
import { runInView, whenStarted } from './run.mjs';
import { ensureNpmPackages } from './setUp.mjs';
import { startBench } from './startBench.mjs';

await whenStarted(import.meta.url, async () => {
  const [first, ...others] = process.argv.slice(2);
  const otherBench = new Map([
    ['store', 'storeBench.program.js'],
    ['memory', 'memoryBench.program.js'],
    ['eta', 'etaTraces.program.js'],
  ]).get(first);
  await ensureNpmPackages();
  if (realBoardsRunHere && !otherBench && first !== 'start') await ensureRealBoards();
  await build(['--tests']);
  if (first === 'start') return startBench(others);
  const words = otherBench ? others : process.argv.slice(2);
  process.exitCode = await runInView(process.execPath, [
    join('out', 'bench', otherBench ?? 'bench.program.js'),
    ...words,
  ]);
});
