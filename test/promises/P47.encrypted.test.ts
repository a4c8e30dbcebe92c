// P47: encrypted stores and second places. What opens an archive, and what opens a remote, is nowhere but where its owner has put it; what
// is in files, and their names, are in nothing that lies in an encrypted store but in what is encrypted.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damageArchive } from '../support/damage.js';
import {
  allAtOnce,
  assertSilent,
  type Bench,
  backUpTwice,
  CONTENT,
  onBench,
  runAll,
  WIFI,
} from '../support/everyVerb.js';
import { secretsBelow } from '../support/secretHunt.js';

const PASSPHRASE = 'planted passphrase 6105';
const NEXT_PASSPHRASE = 'planted passphrase 7206';
const WRONG_PASSPHRASE = 'planted passphrase 8307';
/** An identity that was typed where a file belongs. */
const NEVER_A_FILE = 'AGE-SECRET-KEY-1PLANTED9418';
/** Of a remote: in the environment, in a connection string, in an address. */
const REMOTE = 'planted-Remote-2209';
/** A file on the board is called so, and a backup was labelled so when it was taken. */
const NAME = 'planted-Name-3316';

/** @returns the line of the file that opens archives */
async function identityOf(bench: Bench, file: string): Promise<string> {
  const { status } = await bench.run(['key', 'new', '--out', `$/home/${file}`]);
  assert.equal(status, 0);
  return (
    /^AGE-SECRET-KEY-1\S+$/m.exec(await readFile(join(bench.folder, 'home', file), 'utf8'))?.[0] ??
    assert.fail('no identity')
  );
}

/** Names of files stand in the records of restores, as README says. */
const namesAreMeant = (path: string) => /^(boards\/|extracted|out|store\/restores\/)/.test(path);
const copiesAreMeant = (path: string) => /^(boards\/|extracted|out|hostile\.blb|notes\.txt)/.test(path);

async function assertLocked({ folder }: Bench, keys: readonly string[]): Promise<void> {
  assert.deepEqual(await secretsBelow(folder, [CONTENT, WIFI], copiesAreMeant), []);
  assert.deepEqual(await secretsBelow(folder, [NAME], namesAreMeant), []);
  // A key lies in the file of its owner.
  assert.deepEqual(await secretsBelow(folder, keys, (path) => path.startsWith('home/') && path.endsWith('.key')), []);
}

async function backUpNamed(bench: Bench): Promise<void> {
  await writeFile(join(bench.folder, 'boards', 'shed', `${NAME}.txt`), `password = "${WIFI}"\n`);
  await backUpTwice(bench);
  const { status } = await bench.run(['backup', 'sim:shed', '--label', NAME]);
  assert.equal(status, 0);
}

describe('P47 Encrypted stores and second places', function () {
  this.timeout(240_000);
  const all = allAtOnce();

  all(
    'P47 every verb keeps the key and what is in files to itself, with the key, without it, with a wrong one, and over damage',
    () =>
      onBench(async (bench) => {
        const { folder } = bench;
        await backUpNamed(bench);
        const identity = await identityOf(bench, 'own.key');
        const other = await identityOf(bench, 'other.key');
        const secrets = [identity, other];
        const own = { MPBACKUP_KEY_FILE: join(folder, 'home', 'own.key') };
        const wrong = { MPBACKUP_KEY_FILE: join(folder, 'home', 'other.key') };
        const set = await bench.run(['key', 'set', '--new-key-file', '$/home/own.key', '--verbose', '--json']);
        assertSilent(['key', 'set'], set, secrets);
        assert.deepEqual([set.status, set.result.left], [0, []], set.stderr);
        await assertLocked(bench, [identity, other]);

        const apart = new Set(['boards', 'simulate', 'diagnose']);
        const everyVerb = { options: ['--verbose'], of: (verb: string) => !apart.has(verb), most: 1, secrets };
        const ends = await runAll((words) => bench.run(words, own), everyVerb);
        assert.ok((ends.get(0) ?? 0) > 20, JSON.stringify([...ends]));
        await assertLocked(bench, [identity, other]);

        await bench.run(['backup', 'sim:shed'], own);
        const reads = new Set(['backup', 'list', 'import']);
        const some = { options: ['--verbose'], of: (verb: string) => reads.has(verb), most: 1, secrets };
        for (const keys of [wrong, {}]) await runAll((words) => bench.run(words, keys), some);
        const change = await bench.run(['key', 'change', '--new-key-file', '$/home/other.key', '--verbose'], own);
        assert.equal(change.status, 0, change.stderr);
        assertSilent(['key', 'change'], change, secrets);

        const store = join(folder, 'store');
        const archives = (await readdir(store, { recursive: true })).filter((name) => name.endsWith('.blb.age')).sort();
        await damageArchive(join(store, archives[0] ?? ''), 'age-encryption.org');
        const spoiled = JSON.stringify({ version: 1, mode: 'passphrase', check: identity, [CONTENT]: WIFI });
        await runAll((words) => bench.run(words, wrong), some);
        await assertLocked(bench, [identity, other]);
        await writeFile(join(store, 'encryption.json'), spoiled);
        await writeFile(join(store, 'index.age'), spoiled);
        await runAll((words) => bench.run(words, wrong), some);
      }),
  );

  all('P47 no passphrase is told: a new one, the right one, a wrong one, one that is typed as a recipient', () =>
    onBench(async (bench) => {
      const { folder } = bench;
      await backUpNamed(bench);
      const keys = [PASSPHRASE, NEXT_PASSPHRASE, WRONG_PASSPHRASE, NEVER_A_FILE];
      await writeFile(join(folder, 'home', 'passphrase.key'), `${PASSPHRASE}\n`);
      const calls: Array<[status: number, words: string[], env: NodeJS.ProcessEnv]> = [
        [2, ['key', 'set', '--recipient', PASSPHRASE, '--new-key-file', '$/home/passphrase.key'], {}],
        [2, ['key', 'set', '--passphrase', PASSPHRASE], {}],
        [1, ['key', 'set', '--new-key-file', NEVER_A_FILE], {}],
        [0, ['key', 'set', '--new-key-file', '$/home/passphrase.key'], {}],
        [1, ['show', 'latest', '--key-file', NEVER_A_FILE], {}],
        [1, ['show', 'latest'], { MPBACKUP_PASSPHRASE: WRONG_PASSPHRASE }],
        [0, ['key', 'change'], { MPBACKUP_PASSPHRASE: PASSPHRASE, MPBACKUP_NEW_PASSPHRASE: NEXT_PASSPHRASE }],
        [0, ['backup', 'sim:shed', '--record-unchanged'], { MPBACKUP_PASSPHRASE: NEXT_PASSPHRASE }],
      ];
      for (const [status, words, env] of calls) {
        const ended = await bench.run([...words, '--verbose', '--json'], env);
        assertSilent(words, ended, keys);
        assert.equal(ended.status, status, `${words.join(' ')}\n${ended.stdout}${ended.stderr}`);
      }
      await assertLocked(bench, keys);
    }),
  );

  all(
    'P47 no password of a remote is told or kept, wherever it was written and whatever does not answer; what travels is as it was',
    () =>
      onBench(async (bench) => {
        const { folder } = bench;
        await backUpNamed(bench);
        const identity = await identityOf(bench, 'own.key');
        const secrets = [identity, REMOTE];
        const own = { MPBACKUP_KEY_FILE: join(folder, 'home', 'own.key') };
        await bench.run(['key', 'set', '--new-key-file', '$/home/own.key']);
        const remote = {
          ...own,
          RCLONE_CONFIG_NAS_TYPE: 'webdav',
          RCLONE_CONFIG_NAS_URL: `http://shed:${REMOTE}@127.0.0.1:1/${REMOTE}`,
          RCLONE_CONFIG_NAS_USER: 'shed',
          RCLONE_CONFIG_NAS_PASS: REMOTE,
          RCLONE_RETRIES: '1',
          RCLONE_LOW_LEVEL_RETRIES: '1',
        };
        const places = [
          `:webdav,url="http://127.0.0.1:1",user=shed,pass=${REMOTE}:backups`,
          `:webdav,url="http://shed:${REMOTE}@127.0.0.1:1":backups`,
          `:s3,access_key_id=AKIA,secret_access_key=${REMOTE}:bucket`,
          `webdav://shed:${REMOTE}@127.0.0.1/backups`,
          'nas:backups',
        ];
        const asked = ['status', 'sync', 'check', 'list'].map((what) => ['offsite', what]);
        for (const place of places) {
          const calls = [
            ['offsite', 'set', place],
            ['offsite', 'list', '--from', place],
            ['offsite', 'restore', '--all', '--from', place, '--store', '$/other'],
            ...(place.startsWith('nas') ? asked : []),
          ];
          for (const words of calls) {
            const ended = await bench.run([...words, '--verbose', ...(words.length > 3 ? ['--json'] : [])], remote);
            assertSilent(words, ended, secrets);
            if (words[1] !== 'status') assert.notEqual(ended.status, 0, `${words.join(' ')}\n${ended.stdout}`);
          }
        }
        await assertLocked(bench, [identity, REMOTE]);

        await mkdir(join(folder, 'place'));
        for (const words of [
          ['set', '$/place'],
          ['sync'],
          ['check'],
          ['list'],
          ['status'],
          ['restore', '--all', '--from', '$/place', '--store', '$/other'],
        ]) {
          const ended = await bench.run(['offsite', ...words, '--verbose'], own);
          assertSilent(words, ended, secrets);
        }
        const files = await readdir(join(folder, 'place'), { recursive: true });
        assert.ok(
          files.some((name) => name.endsWith('.blb.age')),
          files.join('\n'),
        );
        await assertLocked(bench, [identity, REMOTE]);
        await rm(join(folder, 'place'), { recursive: true });
        for (const [, ...words] of asked) {
          const ended = await bench.run(['offsite', ...words, '--verbose'], own);
          assertSilent(words, ended, secrets);
        }
        await assertLocked(bench, [identity, REMOTE]);
      }),
  );
});
