// `npm run bench -- store`: how fast a store with many backups is opened and listed, and what it opens to give back one file of
// the oldest; and how fast the tree has the rows that it shows. Prints figures; what has been read before is in the memory of the system, as it is for whoever lists twice.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { isFile } from '../../src/core/archive/manifest.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { chainsOf } from '../../src/core/plan/chains.js';
import { knownBoards } from '../../src/core/plan/knownBoards.js';
import { openStore } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import type { BackupNode, FolderNode } from '../../src/ui/tree/nodes.js';
import { rowsBelow, rowsInFolder, type TreeModel, topRows } from '../../src/ui/tree/rows.js';
import { USUAL_LOOK } from '../../src/ui/tree/treeLook.js';
import { type ManyBackups, writeBackups } from './manyBackups.js';
import { median } from './results.js';

const USAGE = `npm run bench -- store [--backups N] [--files N] [--full-every N] [--runs N]
  --backups N     backups of one board; 1000 where nothing is said
  --files N       files on the board; 200 where nothing is said
  --full-every N  how many backups come to one full one, the others have 1 to 3 changed files; 30 where nothing is said
  --runs N        runs of which the median counts; 5 where nothing is said`;

const { values } = parseArgs({
  options: {
    backups: { type: 'string', default: '1000' },
    files: { type: 'string', default: '200' },
    'full-every': { type: 'string', default: '30' },
    runs: { type: 'string', default: '5' },
    help: { type: 'boolean' },
  },
});

async function main(store: ManyBackups, runs: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'store-bench-'));
  try {
    await writeBackups(root, store);
    const index = join(root, 'index.json');
    const list = async () => {
      const { backups, unreadable } = await (await openStore(realEnv(), root)).list();
      if (backups.length !== store.backups || unreadable.length > 0) throw new Error('Not every backup is listed.');
    };
    const cold = await timed(runs, list, () => rm(index, { force: true }));
    const warm = await timed(runs, list);
    const cli = join(ASSETS_FOLDER, 'cli.js');
    const process = await timed(runs, () => node(cli, 'list', '--store', root));
    const version = await timed(runs, () => node(cli, '--version'));
    const bare = await timed(runs, () => node('-e', '0'));
    const rows = await treeRows(root, runs);
    const { size } = await stat(index);
    console.log(`A store with ${store.backups} backups of ${store.files} files, every ${store.fullEvery}. a full one; medians of ${runs} runs
  open and list without an index   ${ms(cold)}
  open and list with the index     ${ms(warm)}
  mpbackup list, the whole process ${ms(process)}
  mpbackup --version               ${ms(version)}
  node alone                       ${ms(bare)}
  rows of the tree below a board   ${ms(rows.board)}
  ... below a chain                ${ms(rows.chain)}
  ... below a backup, the first    ${ms(rows.backup)}
  ... below a folder of it         ${ms(rows.folder)}
  index.json                       ${size.toLocaleString('en-US')} bytes
  archives opened for one file of the oldest backup: ${await opensForOneFile(root)}`);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** How long the rows of the tree take that appear when a row is opened, in milliseconds; VS Code draws them after that. */
async function treeRows(root: string, runs: number): Promise<Record<'board' | 'chain' | 'backup' | 'folder', number>> {
  const times = { board: [] as number[], chain: [] as number[], backup: [] as number[], folder: [] as number[] };
  for (let run = 0; run < runs; run++) {
    const store = await openStore(realEnv(), root);
    const { backups } = await store.list();
    const model = modelOf(backups);
    const [board] = topRows(model);
    const chain = await clocked(times.board, async () => board && rowsBelow(board, model)?.at(-2));
    const backup = await clocked(times.chain, async () => chain && rowsBelow(chain, model)?.at(-1));
    if (backup?.kind !== 'backup') throw new Error('The tree has no backup.');
    const rowsOf = async (parent: BackupNode | FolderNode) =>
      rowsInFolder(parent, (await store.readManifest(backup.backup)).entries, () => undefined);
    const [folder] = await clocked(times.backup, () => rowsOf(backup));
    if (folder?.kind !== 'folder') throw new Error('The backup has no folder.');
    await clocked(times.folder, () => rowsOf(folder));
  }
  return {
    board: median(times.board),
    chain: median(times.chain),
    backup: median(times.backup),
    folder: median(times.folder),
  };
}

async function clocked<T>(times: number[], run: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await run();
  times.push(performance.now() - start);
  return result;
}

function modelOf(backups: readonly BackupSummary[]): TreeModel {
  const chains = chainsOf(backups);
  return {
    ...{ troubles: [], boards: knownBoards([], backups, new Map()), backupsListed: true, unreadable: [] },
    ...{ look: USUAL_LOOK, chainsOf: () => chains, restoreOf: () => undefined, portIsNamed: () => false },
    ...{
      isDenied: () => false,
      findingOf: () => undefined,
      workOn: () => undefined,
      live: () => ({ kind: 'unread', isOutdated: false }),
    },
    ...{ isLocked: false, secondPlace: undefined, pagesOf: () => 1, choosing: undefined },
  };
}

/** Finding the backup counts too; its manifest is read from its own archive, and so is the file. */
async function opensForOneFile(root: string): Promise<number> {
  const opened = new Set<string>();
  const real = realEnv();
  const fs: Env['fs'] = {
    ...real.fs,
    open(path, mode) {
      opened.add(path);
      return real.fs.open(path, mode);
    },
  };
  const store = await openStore({ ...real, fs }, root);
  const oldest = (await store.list()).backups.at(-1);
  if (!oldest) throw new Error('There is no backup.');
  const file = (await store.readManifest(oldest)).entries.find(isFile);
  if (!file) throw new Error('The oldest backup has no file.');
  for await (const _ of store.readContent(file));
  return opened.size;
}

async function timed(runs: number, run: () => Promise<unknown>, before: () => Promise<void> = async () => {}) {
  const times: number[] = [];
  for (let count = 0; count < runs; count++) {
    await before();
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return median(times);
}

async function node(...words: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, words, { maxBuffer: 1 << 28 });
}

function ms(time: number): string {
  return `${Math.round(time).toLocaleString('en-US').padStart(7)} ms`;
}

const numbers = [values.backups, values.files, values['full-every'], values.runs].map(Number);
const [backups = 0, files = 0, fullEvery = 0, runs = 0] = numbers;
if (values.help) console.log(USAGE);
else if (numbers.every((number) => Number.isInteger(number) && number > 0))
  void main({ backups, files, fullEvery }, runs);
else throw new Error(USAGE);
