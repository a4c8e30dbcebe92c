// `npm run bench`: sets up what is missing, builds, and runs the bench with all arguments it is given. `npm run bench -- store`
// runs that of a store with many backups, which needs no board.

import { join } from 'node:path';
import { build } from './package.mjs';
import { ensureRealBoards, realBoardsRunHere } from './realBoards.mjs';
import { runInView, whenStarted } from './run.mjs';
import { ensureNpmPackages } from './setUp.mjs';

await whenStarted(import.meta.url, async () => {
  const [first, ...others] = process.argv.slice(2);
  const isOfStore = first === 'store';
  const program = isOfStore ? 'storeBench.program.js' : 'bench.program.js';
  await ensureNpmPackages();
  if (realBoardsRunHere && !isOfStore) await ensureRealBoards();
  await build(['--tests']);
  const words = isOfStore ? others : process.argv.slice(2);
  process.exitCode = await runInView(process.execPath, [join('out', 'bench', program), ...words]);
});
