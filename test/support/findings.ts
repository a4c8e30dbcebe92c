// What is said of a store, as data that stands beside a fixture: what list, verify and repair say, with paths as they are below the store.

import { relative, sep } from 'node:path';
import { repair } from '../../src/core/jobs/repair.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { hashOf, readTree, testEnv } from './builders.js';

/** All of it can be compared with what a JSON file has. */
export type Findings = Record<string, unknown>;

/** Lists, verifies, repairs, and verifies once more: the store is changed by it. */
export async function findingsOf(root: string): Promise<Findings> {
  const context = { env: testEnv() };
  const store = await openStore(testEnv(), root);
  const listed = await listingOf(store);
  const verified = await damageIn(store);
  const { written, quarantined, recovered, lost } = await repair(context, store);
  const repaired = {
    written: written.map((path) => below(root, path)),
    quarantined: quarantined.map((path) => below(root, path)),
    recovered,
    lost: lost.map(({ path, backups }) => ({ path, backups: backups.map(short).sort() })),
  };
  return { listed, verified, repaired, listedThen: await listingOf(store), verifiedThen: await damageIn(store) };
}

export async function listingOf(store: Store): Promise<Findings> {
  const { backups, unreadable, unclearNotes } = await store.list();
  return {
    backups: backups.map(({ id, archive, kind, sequence, label, pinned }) => ({
      ...{ id: short(id), archive: below(store.root, archive), kind, sequence, label, pinned },
    })),
    unreadable: unreadable.map(({ path, error }) => ({ archive: below(store.root, path), code: error.code })),
    unclearNotes: unclearNotes.map(({ path }) => below(store.root, path)),
  };
}

/** The SHA-256 of every file of every backup, as it is read back. */
export async function treesOf(store: Store): Promise<Findings> {
  const trees: Findings = {};
  for (const backup of (await store.list()).backups) {
    const tree = await readTree(store, backup);
    trees[short(backup.id)] = Object.fromEntries([...tree].map(([path, bytes]) => [path, short(hashOf(bytes))]));
  }
  return trees;
}

async function damageIn(store: Store): Promise<Findings[]> {
  const { damaged } = await verify({ env: testEnv() }, store);
  return damaged.map(({ archive, path, stored, certainty, backups }) => ({
    ...{ archive: below(store.root, archive), path, stored, certainty, backups: backups.map(short).sort() },
  }));
}

function short(hash: string): string {
  return hash.slice(0, 8);
}

function below(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}
