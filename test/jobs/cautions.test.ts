// Backups that are not encrypted: somebody is told once of the secrets in them, and that git would take them along.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Caution, cautionsAfter, cautionsOfAll } from '../../src/core/jobs/cautions.js';
import { describeCaution } from '../../src/core/jobs/cautionText.js';
import { makeFull } from '../../src/core/jobs/makeFull.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, type Files, inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { faultyFileSystem } from '../support/faultyFileSystem.js';
import { mpbackup } from '../support/mpbackup.js';

const execute = promisify(execFile);
const SECRET = 'rosebud-1941';
const SECRETS = `SSID = "Allotment"\nWIFI_PASSWORD = "${SECRET}"\n`;
const TOKEN = `TOKEN = "a1b2c3d4${'e5f6'}"\n`;

/** A store, and what a person is told after a backup of these files. */
async function onStore(
  test: (root: string, told: (...files: [Files, ...Files[]]) => Promise<string[]>) => Promise<void>,
) {
  await inFolder(async (folder) => {
    const root = join(folder, 'store');
    await test(root, async (...versions) => {
      const all: string[] = [];
      for (const files of versions) all.push(...lines(await after(await openStore(testEnv(), root), files)));
      return all;
    });
  });
}

async function after(store: Store, files: Files): Promise<Caution[]> {
  const isFirst = (await store.backupsOf(aBoard().id))[0] === undefined;
  const backup = isFirst ? await takeBackup(store, files) : await takeIncremental(store, files);
  return cautionsAfter({ env: testEnv() }, store, [{ backup, unchanged: false }]);
}

/** `secrets.py:2 wifi` */
function lines(cautions: readonly Caution[]): string[] {
  return cautions.flatMap((caution) =>
    caution.kind === 'git' ? ['git'] : caution.hints.map(({ path, line, kind }) => `${path}:${line} ${kind}`),
  );
}

describe('Cautions after a backup', () => {
  it('tells of a board once, and again only where another of its files holds a secret', async () => {
    await onStore(async (_root, told) => {
      const files = { 'main.py': 'print(1)\n', 'secrets.py': SECRETS };
      assert.deepEqual(await told(files), ['secrets.py:2 wifi']);
      assert.deepEqual(await told({ ...files, 'main.py': 'print(2)\n' }), []);
      assert.deepEqual(await told({ ...files, 'secrets.py': `# moved\n${SECRETS}` }), []);
      assert.deepEqual(await told({ ...files, 'lib/api.py': TOKEN }), ['lib/api.py:1 token']);
      assert.deepEqual(await told({ ...files, 'lib/api.py': `${TOKEN}#` }), []);
    });
  });

  it('tells of what earlier backups hold, where nobody has looked at the board yet; and then of no more than was read', async () => {
    await onStore(async (root, told) => {
      const store = await openStore(testEnv(), root);
      await takeBackup(store, { 'main.py': 'print(1)\n', 'secrets.py': SECRETS });
      assert.deepEqual(await told({ 'main.py': 'print(2)\n', 'secrets.py': SECRETS }), ['secrets.py:2 wifi']);
    });
    await onStore(async (root, told) => {
      assert.deepEqual(await told({ 'main.py': 'print(1)\n' }), []);
      const store = await openStore(testEnv(), root);
      await takeIncremental(store, { 'main.py': 'print(1)\n', 'secrets.py': SECRETS });
      assert.deepEqual(await told({ 'main.py': 'print(3)\n', 'secrets.py': SECRETS }), []);
    });
  });

  it('tells of what came with a backup whose archive was written anew since', async () => {
    await onStore(async (root, told) => {
      await told({ 'main.py': 'print(1)\n' });
      const context = { env: testEnv() };
      const store = await openStore(context.env, root);
      await makeFull(context, store, await takeIncremental(store, { 'main.py': 'print(1)\n', 'secrets.py': SECRETS }));
      const [backup] = await store.backupsOf(aBoard().id);
      assert.match(backup?.archive ?? '', /\.2\.blb$/);
      const cautions = backup && (await cautionsAfter(context, store, [{ backup, unchanged: false }]));
      assert.deepEqual(lines(cautions ?? []), ['secrets.py:2 wifi']);
    });
  });

  it('tells of each board apart; where nothing has changed, of one that nobody has looked at', async () => {
    await onStore(async (root) => {
      const store = await openStore(testEnv(), root);
      const taken: BackupSummary[] = [];
      for (const name of ['Shed', 'Greenhouse'])
        taken.push(await takeBackup(store, { 'secrets.py': SECRETS }, { board: aBoard({ id: name, name }) }));
      const ask = (unchanged: boolean) =>
        cautionsAfter(
          { env: testEnv() },
          store,
          taken.map((backup) => ({ backup, unchanged })),
        );
      const first = await ask(true);
      assert.deepEqual(
        first.map((caution) => caution.kind === 'secrets' && caution.board.name),
        ['Shed', 'Greenhouse'],
      );
      assert.deepEqual([await ask(true), await ask(false)], [[], []]);
    });
  });

  it('finds boards that nobody has looked at, for whoever looks after the store', async () => {
    await onStore(async (root, told) => {
      const store = await openStore(testEnv(), root);
      await takeBackup(store, { 'secrets.py': SECRETS });
      assert.deepEqual(lines(await cautionsOfAll({ env: testEnv() }, store)), ['secrets.py:2 wifi']);
      assert.deepEqual(lines(await cautionsOfAll({ env: testEnv() }, store)), []);
      assert.deepEqual(await told({ 'secrets.py': `${SECRETS}#` }), []);
    });
  });

  it('keeps quiet of an encrypted store, and forgets what files it has named before', async () => {
    await onStore(async (root, told) => {
      await told({ 'secrets.py': SECRETS });
      assert.match(await readFile(join(root, 'warned.jsonl'), 'utf8'), /secrets\.py/);
      const store = await openStore(testEnv(), root);
      const backup = await takeIncremental(store, { 'api.py': TOKEN });
      const encrypted: Store = {
        ...store,
        encryption: async () => ({ state: 'encrypted', mode: 'passphrase', recipients: [], pending: 0 }),
      };
      assert.deepEqual(await cautionsAfter({ env: testEnv() }, encrypted, [{ backup, unchanged: false }]), []);
      await assert.rejects(readFile(join(root, 'warned.jsonl')), { code: 'ENOENT' });
    });
  });

  it('fails no backup: files that cannot be read, records that are damaged, a disk that takes nothing', async () => {
    await onStore(async (root, told) => {
      await told({ 'main.py': 'print(1)\n' });
      await appendFile(join(root, 'warned.jsonl'), 'nonsense}\n');
      assert.deepEqual(await told({ 'secrets.py': SECRETS }), ['secrets.py:2 wifi']);
      let failures = 0;
      for (let call = 1; call < 60; call++) {
        const store = await openStore(testEnv(), join(root, `${call}`));
        const backup = await takeBackup(store, { 'secrets.py': SECRETS });
        const fs = faultyFileSystem(testEnv().fs, { call, code: 'EIO', lasting: 'for-good' });
        const env = testEnv({ fs });
        await cautionsAfter({ env }, await openStore(env, store.root).catch(() => store), [
          { backup, unchanged: false },
        ]);
        failures += fs.fired.length;
      }
      assert.ok(failures > 5, `${failures} failures`);
    });
  });

  it('names at most three places, the board and the folder, and no secret', async () => {
    await onStore(async (root) => {
      const store = await openStore(testEnv(), root);
      const files = { 'a.py': SECRETS, 'b.py': TOKEN, 'c.py': SECRETS, 'd.py': SECRETS, 'e.py': SECRETS };
      const [caution] = await after(store, files);
      assert.equal(
        caution && describeCaution(caution, '/backups'),
        'The backups of Kitchen sensor in /backups are not encrypted, and seem to contain a Wi-Fi password (a.py, line 2), a token (b.py, line 1), a Wi-Fi password (c.py, line 2) and 2 other secrets: anyone who can read that folder can read that too.',
      );
      assert.ok(!JSON.stringify(caution).includes(SECRET));
    });
  });
});

describe('Backups in a git work tree', () => {
  async function inWorkTree(
    test: (root: string, told: () => Promise<string[]>, git: (...words: string[]) => Promise<unknown>) => Promise<void>,
  ) {
    await onStore(async (root, told) => {
      const git = (...words: string[]) => execute('git', ['-C', dirname(root), ...words]);
      await git('init', '-q');
      let version = 0;
      await test(root, () => told({ 'main.py': `print(${version++})\n` }), git);
    });
  }

  it('tells of it once, by whichever window', async () => {
    await inWorkTree(async (_root, told) => {
      assert.deepEqual(await told(), ['git']);
      assert.deepEqual(await told(), []);
    });
  });

  it('keeps quiet where git ignores them, and speaks up when it does so no more', async () => {
    await inWorkTree(async (root, told) => {
      const ignore = join(dirname(root), '.gitignore');
      await writeFile(ignore, 'store/\n');
      assert.deepEqual(await told(), []);
      await rm(ignore);
      assert.deepEqual(await told(), ['git']);
    });
  });

  it('runs nothing that the work tree names', async () => {
    await inWorkTree(async (root, told, git) => {
      const touched = join(dirname(root), 'touched');
      await writeFile(join(dirname(root), 'hook.sh'), `#!/bin/sh\ntouch '${touched}'\n`, { mode: 0o755 });
      await git('config', 'core.fsmonitor', join(dirname(root), 'hook.sh'));
      assert.deepEqual(await told(), ['git']);
      await assert.rejects(readFile(touched), { code: 'ENOENT' });
    });
  });

  it('takes a folder that is only called .git for nothing, and a file of that name for what it says', async () => {
    await onStore(async (root, told) => {
      await mkdir(join(dirname(root), '.git'), { recursive: true });
      assert.deepEqual(await told({ 'main.py': '1' }), []);
    });
  });

  it('says so where there is no git that could be asked', async () => {
    await inWorkTree(async (root, _told) => {
      const { PATH } = process.env;
      try {
        process.env.PATH = '/nowhere';
        const [caution] = await after(await openStore(testEnv(), root), { 'main.py': '1' });
        assert.match(caution ? describeCaution(caution, root) : '', /Whether git ignores them could not be checked/);
      } finally {
        process.env.PATH = PATH;
      }
    });
  });
});

describe('Cautions on the command line', () => {
  it('notes them once, on standard error and among the warnings of --json: backup, --all, schedule run, upkeep', async function () {
    this.timeout(60_000);
    await inFolder(async (folder) => {
      const env = {
        ...process.env,
        MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards'),
        MPBACKUP_STORE: join(folder, 'store'),
      };
      const run = (...words: string[]) => mpbackup([...words], { env });
      await execute('git', ['-C', folder, 'init', '-q']);
      for (const name of ['one', 'two', 'three']) {
        await run('simulate', name);
        await writeFile(join(folder, 'boards', name, 'secrets.py'), SECRETS);
      }
      const first = await run('backup', 'sim:one', '--warn-below', '0');
      assert.equal(first.status, 0);
      const [secrets, git, ...others] = first.stderr.trim().split('\n');
      assert.match(
        secrets ?? '',
        /seem to contain a Wi-Fi password \(secrets\.py, line 2\).*`mpbackup key set`.*--exclude/,
      );
      assert.match(git ?? '', /git work tree.*does not ignore them.*`mpbackup key set`/);
      assert.deepEqual(others, []);
      assert.equal((await run('backup', 'sim:one', '--kind', 'full', '--warn-below', '0')).stderr, '');
      const all = await run('backup', '--all', '--json');
      assert.match(String(all.result.warnings), /of two .*secrets\.py/);
      assert.match(String(all.result.warnings), /of three .*secrets\.py/);
      // Of a board that has been here for months, the backup of the last noon is due.
      const store = await openStore(testEnv(), env.MPBACKUP_STORE);
      const board = (await store.list()).backups.find(({ board: { name } }) => name === 'one')?.board;
      await takeBackup(store, { 'main.py': '1' }, { board: aBoard({ ...board }) });
      await writeFile(join(folder, 'boards', 'one', 'api.py'), TOKEN);
      const scheduled = await run('schedule', 'run', '--json', '--interrupt', '--board', 'one');
      assert.deepEqual([scheduled.status, scheduled.result.done], [0, 1], scheduled.stdout.toString());
      assert.match(String(scheduled.result.warnings), /of one .*a token \(api\.py, line 1\)/);
      await rm(join(folder, 'store', 'warned.jsonl'));
      const upkeep = await run('upkeep', '--json');
      assert.equal((upkeep.result.warnings as string[]).length, 4, upkeep.stdout.toString());
      assert.equal((await run('upkeep', '--json')).result.warnings, undefined);
    });
  });
});
