// `npm run bench`: sets up what is missing, builds, and runs the bench with all arguments it is given.

import { join } from 'node:path';
import { build } from './package.mjs';
import { ensureRealBoards, realBoardsRunHere } from './realBoards.mjs';
import { runInView, whenStarted } from './run.mjs';
import { ensureNpmPackages } from './setUp.mjs';

await whenStarted(import.meta.url, async () => {
  await ensureNpmPackages();
  if (realBoardsRunHere) await ensureRealBoards();
  await build(['--tests']);
  process.exitCode = await runInView(process.execPath, [
    join('out', 'bench', 'bench.program.js'),
    ...process.argv.slice(2),
  ]);
});
