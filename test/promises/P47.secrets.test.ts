// What is in files stays in files: no job of a store tells it, not in a log, not in an error, not in its history, not in --json.

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Env, Log } from '../../src/core/env.js';
import { describeCauses, isBackupError } from '../../src/core/errors.js';
import { annotate } from '../../src/core/jobs/annotate.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { makeFull } from '../../src/core/jobs/makeFull.js';
import { planPrune, prune } from '../../src/core/jobs/prune.js';
import { repair } from '../../src/core/jobs/repair.js';
import { undelete } from '../../src/core/jobs/undelete.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { aDraft, inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { faultyFileSystem } from '../support/faultyFileSystem.js';
import { mpbackup } from '../support/mpbackup.js';

/** In the content of a file; and where people put it, what is asked for may show it, and nothing else. */
const CONTENT = 'hunter2-wifi-password';
const NOTED = 'noted-secret-7';
const FILES = { 'secrets.py': `PASSWORD = "${CONTENT}"\n`, 'lib/a.py': 'a' };

/** Everything that is logged and thrown, in full. */
function witness() {
  const heard: string[] = [];
  const hear = (message: string) => void heard.push(message);
  const log: Log = { debug: hear, info: hear, warn: hear, error: hear };
  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      heard.push(inspect(await work(), { depth: 8 }));
    } catch (error) {
      heard.push(inspect(error, { depth: 8 }), describeCauses(error), isBackupError(error) ? error.message : '');
    }
  }
  return { heard, log, attempt };
}

/** A chain whose last backup needs the first; with what people noted. */
async function makeStore(root: string): Promise<void> {
  const store = await openStore(testEnv(), root);
  const first = await takeBackup(store, FILES, { draft: aDraft({ label: NOTED }) });
  await takeIncremental(store, { ...FILES, 'lib/a.py': 'b' });
  await store.annotate([first], { note: NOTED, tags: [NOTED] });
}

/** One of each job that works on a store alone. */
async function doEverything(env: Env, root: string, attempt: (work: () => Promise<unknown>) => Promise<void>) {
  const context = { env };
  let opened: Store | undefined;
  await attempt(async () => {
    opened = await openStore(env, root);
  });
  if (!opened) return;
  const store = opened;
  const all = async () => (await store.list()).backups;
  await attempt(async () => (await store.list()).unreadable);
  for (const depth of ['quick', 'full'] as const) await attempt(() => verify(context, store, { depth }));
  await attempt(async () =>
    exportBackups(context, store, { backups: await all(), target: `${root}.blb`, form: 'archive' }),
  );
  await attempt(async () =>
    exportBackups(context, store, { backups: await all(), target: `${root}-x`, form: 'folder' }),
  );
  await attempt(async () =>
    importBackups(context, await openStore(env, `${root}-2`), [`${root}.blb`]).then(({ refused }) => refused),
  );
  await attempt(async () =>
    importBackups(context, await openStore(env, `${root}-3`), [root]).then(({ refused }) => refused),
  );
  await attempt(async () => annotate(context, store, (await all()).slice(0, 1), { pinned: false }).then(() => 'noted'));
  await attempt(async () => makeFull(context, store, (await all())[0] ?? assert.fail('no backup')));
  await attempt(async () => deleteBackups(context, store, (await all()).slice(-1)).then(() => 'deleted'));
  await attempt(async () => undelete(context, store, await store.trash()).then(() => 'undeleted'));
  await attempt(async () => prune(context, store, await planPrune(context, store, { last: 1 })).then(() => 'pruned'));
  await attempt(() => emptyTrash(context, store));
  await attempt(() => repair(context, store));
  await attempt(async () => [...(await readTree(store, (await all())[0] ?? assert.fail('no backup'))).keys()]);
  await attempt(() => store.history());
}

async function historyOf(root: string): Promise<string> {
  return readFile(join(root, 'history.jsonl'), 'utf8').catch(() => '');
}

const BROKEN: [what: string, (archive: string, root: string) => Promise<void>][] = [
  ['sound', async () => {}],
  ['with a flipped bit in the file', (archive) => damageArchive(archive, CONTENT.slice(1))],
  ['whose archive is gone', (archive) => rm(archive)],
  [
    'whose archive is nothing but the secret',
    async (archive) => {
      await rm(archive);
      await writeFile(archive, FILES['secrets.py']);
    },
  ],
  [
    'whose notes and index are nothing but the secret',
    async (archive, root) => {
      await writeFile(join(archive, '..', 'annotations.jsonl'), `${CONTENT}}\n{"${CONTENT}":1}\n`);
      await writeFile(join(root, 'index.json'), CONTENT);
      await writeFile(join(root, 'history.jsonl'), `{"operation":"${CONTENT}"}\n`);
    },
  ],
];

describe('P47 What is in files', () => {
  for (const [what, spoil] of BROKEN) {
    it(`P47 no job reveals it in its result, an error, the log or the history: a store ${what}`, async () => {
      await inFolder(async (folder) => {
        const root = join(folder, 'store');
        await makeStore(root);
        const archives = await (await openStore(testEnv(), root)).archives();
        await spoil(archives.sort()[0] ?? '', root);
        const before = await historyOf(root);
        const { heard, log, attempt } = witness();
        await doEverything(testEnv({ log }), root, attempt);
        const history = (await historyOf(root)).slice(before.length);
        assert.ok(history.includes('"operation":"verify"') && heard.length > 15);
        for (const text of [...heard, history]) assert.ok(!text.includes(CONTENT), text);
        assert.ok(!history.includes(NOTED), history);
      });
    });
  }

  it('P47 no job reveals it if the disk fails at any moment', async function () {
    this.timeout(120_000);
    let failures = 0;
    for (let call = 1; call < 2000; call += 167) {
      await inFolder(async (folder) => {
        const root = join(folder, 'store');
        await makeStore(root);
        const { heard, log, attempt } = witness();
        const fs = faultyFileSystem(testEnv().fs, { call, code: 'EIO', lasting: 'once' });
        await doEverything(testEnv({ log, fs }), root, attempt);
        failures += fs.fired.length;
        for (const text of [...heard, await historyOf(root)]) assert.ok(!text.includes(CONTENT), text);
      });
    }
    assert.ok(failures > 8);
    console.log(`    ${failures} failures of the disk`);
  });

  it('P47 the command line does not print it, and prints annotations only if they are asked for', async function () {
    this.timeout(60_000);
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      await makeStore(root);
      const { archive } = (await (await openStore(testEnv(), root)).list()).backups.at(-1) ?? assert.fail('no backup');
      await damageArchive(archive, CONTENT.slice(1));
      const say = async (...words: string[]) => {
        const { stdout, stderr } = await mpbackup([...words, '--store', root, '--json']);
        return `${stdout}${stderr}`;
      };
      assert.match(await say('list'), new RegExp(NOTED));
      for (const words of [
        ['verify'],
        ['export', 'latest', join(folder, 'x.blb')],
        ['import', archive],
        ['repair'],
        ['trash'],
        ['history'],
      ]) {
        const said = await say(...words);
        assert.match(said, /"event"/, words.join(' '));
        assert.ok(!said.includes(CONTENT) && !said.includes(NOTED), said);
      }
    });
  });
});
