// One job on a large tree, in a process of its own: STEP STORE MEBIBYTES. Prints as JSON how long it took and the most memory
// that the whole process ever had.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isFile } from '../../src/core/archive/manifest.js';
import { realEnv, silentLog } from '../../src/core/env.js';
import { backupConnected } from '../../src/core/jobs/backup.js';
import { changeKey } from '../../src/core/jobs/changeKey.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { makeFull } from '../../src/core/jobs/makeFull.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { PASSPHRASE, secretOf } from '../support/encryptedStores.js';
import { generatedBoard, WHOLE_BOARD } from '../support/generatedBoard.js';
import type { MemoryStep } from './memory.js';

const FILES = 900;

const [step = '', root = '', mebibytes = ''] = process.argv.slice(2);
const context = { env: realEnv(silentLog, { secretsFor: async () => [secretOf(PASSPHRASE)] }) };

const steps: Record<MemoryStep, (store: Store) => Promise<unknown>> = {
  backup: (store) => backUp(store, 0),
  'incremental backup': async (store) => {
    // Each changes another tenth.
    const result = await backUp(store, (await store.list()).backups.length);
    if (result.backup.kind !== 'incremental') throw new Error('It is no incremental backup.');
  },
  'read back': readBack,
  verify: async (store) => {
    const { damaged } = await verify(context, store);
    if (damaged.length > 0) throw new Error('The store is damaged.');
  },
  'delete, merging': async (store) => {
    const { moved } = await deleteBackups(context, store, (await store.list()).backups.slice(1));
    if (moved < FILES / 2) throw new Error('Hardly anything had to move.');
  },
  'make full': async (store) => makeFull(context, store, await store.find('latest')),
  encrypt: (store) => changeKey(context, store, PASSPHRASE),
  'export an archive': (store) => exportAs(store, 'archive'),
  'export a folder': (store) => exportAs(store, 'folder'),
  import: async () => {
    const other = await openStore(context.env, `${root}-imported`);
    await importBackups(context, other, [exportedTo('archive')]);
  },
};

function backUp(store: Store, version: number) {
  const board = generatedBoard({ bytes: Number(mebibytes) * 2 ** 20, files: FILES, version });
  return backupConnected(context, board, store, { kind: 'auto', origin: 'manual', scope: WHOLE_BOARD });
}

/** As a restore does before it writes: every file comes out of the store. */
async function readBack(store: Store): Promise<void> {
  const { entries } = await store.readManifest(await store.find('latest'));
  for (const file of entries.filter(isFile)) {
    const hash = createHash('sha256');
    for await (const chunk of store.readContent(file)) hash.update(chunk);
    if (hash.digest('hex') !== file.sha256) throw new Error(`${file.path} is not what was backed up.`);
  }
}

async function exportAs(store: Store, form: 'archive' | 'folder'): Promise<void> {
  const { backups } = await store.list();
  await exportBackups(context, store, { backups, target: exportedTo(form), form });
}

function exportedTo(form: 'archive' | 'folder'): string {
  return join(`${root}-exported`, form === 'archive' ? 'all.blb' : 'all');
}

async function main(): Promise<void> {
  const start = performance.now();
  await steps[step as MemoryStep](await openStore(context.env, root));
  const { maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, peak: maxRSS * 1024 }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
