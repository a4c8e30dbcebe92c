// Makes the frozen fixtures of formats. Run by hand, once for a released version of the format, into a folder that does not exist:
// what is in test/fixtures stays as it is for ever, since it stands for what people have on their disks (P41).
//
//   node esbuild.mjs --tests && TZ=UTC node out/support/fixtures.program.js FOLDER

import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { canonicalJson } from '../../src/core/archive/canonicalJson.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, aDraft, MORNING, takeBackup, takeIncremental, testEnv } from './builders.js';
import { damageArchive } from './damage.js';
import { aManifest, archiveWith } from './manifests.js';

const [target] = process.argv.slice(2);
assert(target !== undefined && process.env.TZ === 'UTC', 'usage: TZ=UTC node out/support/fixtures.program.js FOLDER');
const root = resolve(target);
const DAY = 86_400_000;
const GREENHOUSE = aBoard({ id: '30aea4123456', name: 'Greenhouse', machine: 'ESP32 module', idSource: 'usb-serial' });

function at(day: number): Promise<Store> {
  return openStore(testEnv({ now: MORNING + day * DAY }), join(root, 'format-1'));
}

function context(day: number) {
  return { env: testEnv({ now: MORNING + day * DAY + 3_600_000 }) };
}

/** Two boards; full, incremental, differential; a later generation after a delete, what was deleted in the trash, notes, history. */
async function makeStore(): Promise<void> {
  const files = {
    'boot.py': '',
    'main.py': 'import app\napp.run()\n',
    'lib/wifi.py': '# connects\n'.repeat(40),
    'odd\\name': 'a name that no ZIP may hold',
    'data/log.txt': 'line 1\n',
  };
  const full = await takeBackup(await at(0), files, { folders: ['empty'] });
  const grown = { ...files, 'data/log.txt': 'line 1\nline 2\n', 'new.py': 'new' };
  const second = await takeIncremental(await at(1), grown);
  const store = await at(2);
  const base = { id: full.id, manifest: await store.readManifest(full) };
  const changed = { ...grown, 'main.py': 'import app\napp.run(2)\n' };
  const third = await takeBackup(store, changed, { draft: aDraft({ kind: 'differential', origin: 'daily', base }) });
  await takeIncremental(await at(3), { ...changed, 'data/log.txt': 'line 1\n' });
  const other = await takeBackup(await at(3), { 'main.py': 'water()\n' }, { board: GREENHOUSE });
  await deleteBackups(context(4), await at(4), [full]);
  await annotate(await at(5), { second, third, other });
  await verify(context(6), await at(6));
}

async function annotate(store: Store, { second, third, other }: Record<string, BackupSummary>): Promise<void> {
  const present = (backup: BackupSummary | undefined) => (backup ? [backup] : []);
  await store.annotate(present(second), { label: 'before the trip', pinned: true, tags: ['field'] });
  await store.annotate(present(third), { note: 'two\nlines', metadata: [['ticket', '17']] });
  await store.annotate(present(other), { checkedAt: '2025-11-25T09:10:00.000Z' });
}

async function makeExports(): Promise<void> {
  const store = await at(7);
  const backups = (await store.list()).backups.filter(({ board }) => board.name === 'Kitchen sensor');
  await exportBackups(context(7), store, { backups, target: join(root, 'export-1.blb'), form: 'archive' });
  await exportBackups(context(7), store, { backups, target: join(root, 'export-1-folder'), form: 'folder' });
}

/** A store with one full backup, one that goes on from it, and one of another board: small, so that there can be many of them. */
async function makeBroken(name: string, spoil: (archives: string[], folder: string) => Promise<void>): Promise<void> {
  const folder = join(root, 'broken', name);
  const store = await openStore(testEnv(), folder);
  const first = await takeBackup(store, { 'main.py': 'print("one")\n', 'lib/a.py': 'q8#Zx!' });
  const second = await takeIncremental(store, { 'main.py': 'print("two")\n', 'lib/a.py': 'q8#Zx!' });
  const third = await takeBackup(store, { 'main.py': 'water()\n' }, { board: GREENHOUSE });
  await rm(join(folder, 'index.json'));
  await spoil(
    [first, second, third].map(({ archive }) => archive),
    folder,
  );
}

/** Flips one bit in the content of an entry, which is found by its local header. */
async function flipIn(archive: string, entry: string): Promise<void> {
  const bytes = await readFile(archive);
  const position = bytes.indexOf(entry) + entry.length + 20;
  bytes.writeUInt8((bytes[position] ?? 0) ^ 4, position);
  await chmod(archive, 0o600);
  await writeFile(archive, bytes);
}

async function main(): Promise<void> {
  await mkdir(root);
  await makeStore();
  await makeExports();
  await rm(join(root, 'format-1', 'index.json'));
  await rm(join(root, 'format-1', 'locks'), { recursive: true, force: true });

  await makeBroken('content', ([first = '']) => damageArchive(first, 'q8#Zx!'));
  await makeBroken('manifest', ([first = '']) => flipIn(first, 'manifest.json'));
  await makeBroken('truncated', async ([, second = '']) => {
    await chmod(second, 0o600);
    await truncate(second, 1500);
  });
  await makeBroken('directory', ([first = '']) => damageArchive(first, 'PK\x01\x02', 'last'));
  await makeBroken('missing', ([first = '']) => rm(first));
  await makeBroken('foreign', async (_archives, folder) => {
    await writeFile(join(folder, 'greenhouse-notes.blb'), 'These are notes, and no archive.\n');
  });
  await makeBroken('newer', async ([, second = '']) => {
    const newer = { name: 'blb', version: 2, reader: 2, features: [] as string[] };
    const manifest = Buffer.from(canonicalJson({ ...aManifest(), format: newer }));
    await archiveWith(dirname(second), [['manifest.json', manifest]], 'backup_20251201_000000.blb');
  });
  await makeBroken('torn-note', async ([first = '', second = ''], folder) => {
    const store = await openStore(testEnv(), folder);
    const { backups } = await store.list();
    await rm(join(folder, 'index.json'), { force: true });
    const noted = backups.filter(({ archive }) => archive === first);
    await store.annotate(noted, { label: 'first', pinned: true });
    const notes = join(dirname(first), 'annotations.jsonl');
    await writeFile(
      notes,
      `${await readFile(notes, 'utf8')}{"at":"2025-11-22T00:00:00.000Z","backups":["${basename(second)}`,
    );
  });
  await makeBroken('index-of-another-version', async (_archives, folder) => {
    await writeFile(join(folder, 'index.json'), '{"name":"blb-index","version":99,"archives":[{"anything":"else"}]}');
  });

  // What is in a store only while somebody works on it.
  for (const name of await readdir(join(root, 'broken')))
    await rm(join(root, 'broken', name, 'locks'), { recursive: true, force: true });
}

void main();
