// `npm run bench -- store`: how fast a store with many backups is opened and listed, and what it opens to give back one file of
// the oldest. Prints figures; what has been read before is in the memory of the system, as it is for whoever lists twice.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { isFile } from '../../src/core/archive/manifest.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { openStore } from '../../src/core/store/store.js';
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
    const { size } = await stat(index);
    console.log(`A store with ${store.backups} backups of ${store.files} files, every ${store.fullEvery}. a full one; medians of ${runs} runs
  open and list without an index   ${ms(cold)}
  open and list with the index     ${ms(warm)}
  mpbackup list, the whole process ${ms(process)}
  mpbackup --version               ${ms(version)}
  node alone                       ${ms(bare)}
  index.json                       ${size.toLocaleString('en-US')} bytes
  archives opened for one file of the oldest backup: ${await opensForOneFile(root)}`);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
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
