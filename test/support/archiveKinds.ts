// One archive of each kind that there is, small, and with every kind of entry that it can have: for tests that try all of its bytes.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { repair } from '../../src/core/jobs/repair.js';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, takeBackup, takeIncremental, testEnv } from './builders.js';
import { damageArchive } from './damage.js';

/** Does not shrink, so it stands in an archive as it is. */
const NOISE = createHash('sha512').update('noise').digest();

/** The text of the file that is lost in the later generation. */
const LOST = 'q8#Zx!';

/** Files (deflated and stored), a folder, objects, manifest, checksums, README. */
export function completeArchive(): Promise<Buffer> {
  return inFolder(async (folder) => {
    const files = new Map<string, Buffer>([
      ['main.py', Buffer.from('print(1)\n'.repeat(20))],
      ['noise.bin', NOISE],
      ['odd\\name', Buffer.from('odd\n'.repeat(9))],
    ]);
    const store = await openStore(testEnv(), join(folder, 'store'));
    const { archive } = await takeBackup(store, files, { folders: ['empty'] });
    return readFile(archive);
  });
}

/** With `objects/` for another backup after a delete, and with `lost/` after a repair. */
export function laterGeneration(): Promise<Buffer> {
  return inFolder(async (folder) => {
    const context = { env: testEnv() };
    const store = await openStore(testEnv(), join(folder, 'store'));
    const kept = { 'gone.py': 'gone', 'odd\\name': 'odd' };
    const first = await takeBackup(store, { ...kept, 'main.py': '1' });
    await takeIncremental(store, { ...kept, 'main.py': LOST });
    await deleteBackups(context, store, [first]);
    await emptyTrash(context, store);
    const merged = (await store.archives()).find((archive) => archive.endsWith('.2.blb')) ?? '';
    await damageArchive(merged, LOST);
    const { written } = await repair(context, store);
    return readFile(written[0] ?? '');
  });
}

/** With `manifests/` and `annotations.json`. */
export function exportedArchive(): Promise<Buffer> {
  return inFolder(async (folder) => {
    const store = await openStore(testEnv(), join(folder, 'store'));
    const first = await takeBackup(store, { 'main.py': '1' });
    const second = await takeIncremental(store, { 'main.py': '2' });
    await store.annotate([first], { label: 'before the trip', pinned: true, tags: ['field'] });
    const target = join(folder, 'all.blb');
    await exportBackups({ env: testEnv() }, store, { backups: [first, second], target, form: 'archive' });
    return readFile(target);
  });
}

/** How many entries an archive has of each kind, by the beginnings of their names. */
export function kindsOf(names: Iterable<string>): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const name of names) {
    const kind = name.endsWith('/') ? 'folder' : name.replace(/\/.*/s, '/');
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}
