// Copies a store to its second place, to be killed in the middle of it: `node syncOffsite.program.js STORE`. It says when it begins.

import { realEnv } from '../../src/core/env.js';
import { syncOffsite } from '../../src/core/jobs/syncOffsite.js';
import { openStore } from '../../src/core/store/store.js';

const [root] = process.argv.slice(2);
if (root === undefined) throw new Error('usage: syncOffsite.program.js STORE');

async function copy(store: string): Promise<void> {
  const env = realEnv();
  const opened = await openStore(env, store);
  console.log('begins');
  await syncOffsite({ env }, opened);
}

copy(root).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
