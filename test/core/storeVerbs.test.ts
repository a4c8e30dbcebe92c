// The verbs of the command line that work on a store alone, as someone types them: what they say, to people and to programs, and how
// they end.

import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lackingHint } from '../../src/core/plan/soundness.js';
import { noteInHistory } from '../../src/core/store/history.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import {
  aBoard,
  aDraft,
  inFolder,
  MORNING,
  readTree,
  takeBackup,
  takeIncremental,
  testEnv,
} from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { mpbackup } from '../support/mpbackup.js';
import { mpbackupHere } from '../support/mpbackupHere.js';

/** Not compressed, so that a test finds it in an archive. */
const MARK = 'q8#Zx!';
const TOOK = '(under )?\\S+ s';
const TIME = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d';

interface Said {
  status: number | null;
  out: string;
  err: string;
}

interface Bench {
  /** Of the test; the store is in it. */
  folder: string;
  store: Store;
  full: BackupSummary;
  incremental: BackupSummary;
  differential: BackupSummary;
  /** What `mpbackup` says to people. */
  say(...words: string[]): Promise<Said>;
  /** The result that `--json` prints, and the exit code. */
  ask(...words: string[]): Promise<Record<string, unknown> & { status: number | null }>;
}

/** A store with three backups of one board, one of each kind. */
function onStore(test: (bench: Bench) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const root = join(folder, 'store');
    const store = await openStore(testEnv(), root);
    const full = await takeBackup(store, { 'main.py': MARK, 'lib/a.py': 'a' });
    const incremental = await takeIncremental(store, { 'main.py': MARK, 'lib/a.py': 'a', 'b.py': 'b' });
    const base = { id: full.id, manifest: await store.readManifest(full) };
    const draft = aDraft({ kind: 'differential', origin: 'daily', base, metadata: [['where', 'kitchen']] });
    const differential = await takeBackup(store, { 'main.py': MARK, 'c.py': 'c' }, { draft });
    const env = { ...process.env, MPBACKUP_STORE: root };
    const run = (words: string[]) => mpbackupHere(words, env);
    await test({
      ...{ folder, store, full, incremental, differential },
      async say(...words) {
        const { status, stdout, stderr } = await run(words);
        return { status, out: `${stdout}`, err: stderr };
      },
      async ask(...words) {
        const { status, result } = await run([...words, '--json']);
        return { ...result, status };
      },
    });
  });
}

const short = ({ id }: BackupSummary) => id.slice(0, 8);
const ids = (list: unknown) => (list as { id: string }[]).map(({ id }) => id);

describe('mpbackup list and show', function () {
  this.timeout(60_000);

  it('give what was noted: label, tags, pin, note, metadata, and the last verification', async () => {
    await onStore(async ({ say, ask, differential, full }) => {
      const noted = ['label', 'latest', 'before the trip', '--tag', 'good', '--tag', 'v1', '--note', 'Two\nlines'];
      assert.equal((await say(...noted, '--meta', 'who=me')).status, 0);
      await say('pin', 'latest');
      await say('verify', 'latest');
      const { status, out } = await say('list');
      assert.equal(status, 0);
      const [first = '', second = '', third = '', ...rest] = out.trimEnd().split('\n');
      assert.match(
        first,
        new RegExp(
          `^${short(differential)}  ${TIME}  differential  daily       2 files      7 B unpacked  Kitchen sensor  "before the trip"  #good  #v1  pinned$`,
        ),
      );
      assert.match(second, / {2}incremental {3}manual {6}3 files {6}8 B unpacked {2}Kitchen sensor$/);
      assert.match(
        third,
        new RegExp(`^${short(full)}  .*  full          manual      2 files      7 B unpacked  Kitchen sensor$`),
      );
      assert.deepEqual(rest, []);

      const shown = await say('show', 'latest');
      assert.match(
        shown.out,
        new RegExp(
          [
            `^Kitchen sensor \\(Raspberry Pi Pico W with RP2040\\), differential backup of ${TIME}`,
            '"before the trip"',
            'Two',
            'lines',
            '#good #v1',
            'where: kitchen',
            'who: me',
            'Pinned: it cannot be deleted\\.',
            `Verified at ${TIME}: every byte is sound\\.`,
            '2 files, 7 B; .*\\.blb',
            '',
            '[0-9a-f]{8}      1 B c\\.py',
            '[0-9a-f]{8}      6 B main\\.py',
            '$',
          ].join('\n'),
        ),
      );
      const { backups } = await ask('list');
      const [entry] = backups as Record<string, unknown>[];
      assert.deepEqual(
        [entry?.label, entry?.tags, entry?.pinned, entry?.note],
        ['before the trip', ['good', 'v1'], true, 'Two\nlines'],
      );
      const { backup } = await ask('show', 'latest');
      assert.deepEqual((backup as { metadata: unknown }).metadata, [
        ['where', 'kitchen'],
        ['who', 'me'],
      ]);
    });
  });

  it('say so where what was noted cannot all be read', async () => {
    await onStore(async ({ say, ask, full }) => {
      await say('pin', 'latest');
      const notes = join(dirname(full.archive), 'annotations.jsonl');
      await appendFile(notes, '{"pinned":"what"}\n');
      const { status, out, err } = await say('list');
      assert.equal(status, 3);
      assert.match(err, /^Not all of .* can be read: labels and pins may be missing\.\n$/);
      assert.equal(out.trimEnd().split('\n').length, 3);
      assert.deepEqual((await ask('list')).unclearNotes, [dirname(full.archive)]);
      const pruned = await ask('prune', '--dry-run');
      assert.deepEqual([pruned.status, pruned.code], [1, 'store-failed']);
    });
  });
});

describe('mpbackup label', function () {
  this.timeout(60_000);

  it('notes what it is given, leaves the rest, and says all that is noted now', async () => {
    await onStore(async ({ say, ask }) => {
      const texts = [
        (await say('label', 'latest', 'one')).out,
        (await say('label', 'latest', '--tag', 'a', '--meta', 'k=1')).out,
        (await say('label', 'latest', '--note', 'more', '--tag', 'b', '--tag', 'c', '--meta', 'l=2=3')).out,
        (await say('label', 'latest', '--meta', 'k=4')).out,
        (await say('label', 'latest', '--remove')).out,
      ];
      const what = texts.map((text) => text.replace(new RegExp(`^The backup of ${TIME} has (.*)\\.\n$`), '$1'));
      assert.deepEqual(what, [
        'the label "one"',
        'the label "one", the tag #a and 1 more that `mpbackup show` prints',
        'the label "one", the tags #b #c, a note and 2 more that `mpbackup show` prints',
        'the label "one", the tags #b #c, a note and 2 more that `mpbackup show` prints',
        '2 more that `mpbackup show` prints',
      ]);
      const { backup } = await ask('show', 'latest');
      const { label, note, tags, metadata } = backup as Record<string, unknown>;
      assert.deepEqual(
        [label, note, tags, metadata],
        [
          null,
          undefined,
          undefined,
          [
            ['where', 'kitchen'],
            ['k', '4'],
            ['l', '2=3'],
          ],
        ],
      );
    });
  });

  const refused: ReadonlyArray<readonly [string[], number, RegExp]> = [
    [['label', 'latest'], 2, /^There is nothing to add: give TEXT, --note, --tag, --meta or --remove\./],
    [['label', 'latest', ''], 2, /^TEXT is empty\./],
    [
      ['label', 'latest', 'two\nlines'],
      1,
      /^A label or a tag must be a single line\.\nUse the note for longer texts\.\n$/,
    ],
    [['label', 'latest', '--tag', 'two\rlines'], 1, /^A label or a tag must be a single line\./],
    [['label', 'latest', 'x'.repeat(201)], 1, /^A label can have 200 characters at most\.\nMake it shorter\.\n$/],
    [['label', 'latest', '--note', 'x'.repeat(10_001)], 1, /^A note can have 10,000 characters at most\./],
    [['label', 'latest', '--tag', 'x'.repeat(101)], 1, /^A tag can have 100 characters at most\./],
    [['label', 'latest', '--meta', 'novalue'], 2, /^--meta must be KEY=VALUE, not novalue\./],
    [['label', 'latest', '--remove', 'new'], 2, /^--remove cannot be combined with TEXT, --note, --tag or --meta\./],
    [
      ['label', 'latest', '--remove', '--meta', 'a=b'],
      2,
      /^--remove cannot be combined with TEXT, --note, --tag or --meta\./,
    ],
    [['label', 'nosuch', 'text'], 1, /^There is no backup "nosuch"\.\nList the backups/],
    [['pin', 'latest', '0000000'], 1, /^There is no backup "0000000"\./],
    [['unpin'], 2, /^BACKUP is missing\./],
  ];
  it('and pin refuse what nobody could mean or read, and note nothing', async () => {
    await onStore(async ({ say, full }) => {
      for (const [words, code, text] of refused) {
        const { status, out, err } = await say(...words);
        assert.deepEqual([status, out], [code, ''], words.join(' ').slice(0, 60));
        assert.match(err, text);
      }
      console.log(`      ${refused.length} calls refused`);
      assert.deepEqual(
        (await readdir(dirname(full.archive))).filter((name) => name.endsWith('.jsonl')),
        [],
      );
    });
  });
});

describe('mpbackup pin, delete, trash and undelete', function () {
  this.timeout(60_000);

  it('P20 go there and back again', async () => {
    await onStore(async ({ say, ask, full, incremental, differential, store }) => {
      assert.match((await say('pin', full.id, short(incremental))).out, /^Pinned 2 backups\.\n$/);
      assert.deepEqual((await ask('unpin', full.id)).backups, [{ id: full.id, pinned: false }]);

      const silent = await say('delete', full.id);
      assert.deepEqual([silent.status, silent.out], [2, '']);
      assert.match(silent.err, /^This deletes backups: add --yes to allow it\./);
      const pinned = await ask('delete', full.id, incremental.id, '--yes');
      assert.deepEqual([pinned.status, pinned.code, pinned.hint], [1, 'bad-argument', 'Unpin it first.']);
      assert.equal((await store.list()).backups.length, 3);

      const deleted = await say('delete', full.id, short(full), '--yes');
      assert.equal(deleted.status, 0);
      assert.match(
        deleted.out,
        new RegExp(
          `^Deleted the backup of ${TIME}\\. 2 files \\(7 B\\) that other backups need are now in their archives\\. ` +
            '`mpbackup undelete` brings it back until the trash is emptied\\.\n$',
        ),
      );
      assert.deepEqual(ids((await ask('list')).backups), [differential.id, incremental.id]);
      const { archives, trash } = await ask('trash');
      assert.deepEqual([ids(trash), archives], [[full.id], 2]);
      const listed = await say('trash');
      assert.match(listed.out, new RegExp(`^${short(full)}  .*  Kitchen sensor  deleted ${TIME}\n`));
      assert.match(listed.out, /\n2 archives in the trash, \d\.\d kB; 1 of them is an older version of another\.\n$/);

      assert.match((await say('undelete', 'latest')).out, new RegExp(`^Brought back the backup of ${TIME}\\.\n$`));
      assert.deepEqual(ids((await ask('list')).backups), [differential.id, incremental.id, full.id]);
      const gone = await say('undelete', full.id);
      assert.equal(gone.status, 1);
      assert.match(
        gone.err,
        /^There is no backup "[0-9a-f]+" in the trash\.\n`mpbackup trash` lists what is there\.\n$/,
      );
      assert.match((await say('undelete', 'latest')).err, /^There is no backup in the trash\./);
    });
  });

  it('remove for good only what was deleted long enough ago, and only where that is allowed', async () => {
    await onStore(async ({ say, ask, full, folder, differential, store }) => {
      await say('delete', full.id, '--yes');
      const refusals: ReadonlyArray<readonly [string[], RegExp]> = [
        [['trash', '--empty'], /^This removes deleted backups for good: add --yes to allow it\./],
        [['trash', '--older-than', '3'], /^--older-than can be used only with --empty\./],
        [['trash', '--empty', '--yes', '--older-than', 'x'], /^--older-than must be a number of days, not x\./],
        [['trash', '--empty', '--yes', '--older-than', '-1'], /^Option '--older-than'/],
      ];
      for (const [words, text] of refusals) {
        const { status, err } = await say(...words);
        assert.equal(status, 2, words.join(' '));
        assert.match(err, text);
      }
      // The tests' clock is in 2025: what they delete is told by the clock of the program.
      assert.equal((await say('trash', '--empty', '--older-than', '1', '--yes')).out, 'There was nothing to remove.\n');
      assert.match((await say('trash', '--empty', '--yes')).out, /^Removed 2 archives for good, \d\.\d kB\.\n$/);
      assert.equal((await say('trash')).out, 'The trash is empty.\n');
      assert.equal((await ask('trash', '--empty', '--yes')).archives, 0);
      const late = await openStore(testEnv(), join(folder, 'store'));
      assert.equal(`${(await readTree(late, differential)).get('main.py')}`, MARK);
      assert.equal((await store.list()).backups.length, 2);
    });
  });
});

describe('mpbackup prune', function () {
  this.timeout(60_000);

  it('P22 says what would become of each backup and why, and then does just that', async () => {
    await onStore(async ({ say, ask, full, incremental, differential }) => {
      const dry = await say('prune', '--dry-run', '--keep-last', '1', '--keep', 'manual=1');
      assert.equal(dry.status, 0);
      const lines = dry.out.trimEnd().split('\n');
      assert.equal(lines[0], 'Keep: last 1, manual 1.');
      assert.match(lines[1] ?? '', /^Kitchen sensor: \d\.\d kB before, \d\.\d kB after$/);
      assert.match(lines[2] ?? '', new RegExp(`^  keep    ${short(differential)}  ${TIME}  daily    The newest sound`));
      assert.match(lines[3] ?? '', new RegExp(`^  keep    ${short(incremental)}  ${TIME}  manual   The newest manual`));
      assert.match(lines[4] ?? '', new RegExp(`^  delete  ${short(full)}  ${TIME}  manual   \\S.*\\.$`));
      assert.equal(lines.length, 5);
      assert.equal(ids((await ask('list')).backups).length, 3);

      const silent = await say('prune', '--keep-last', '1');
      assert.deepEqual([silent.status, silent.out], [2, '']);
      const done = await say('prune', '--yes', '--keep-last', '1', '--keep', 'manual=1');
      assert.equal(done.status, 0);
      assert.match(done.out, new RegExp(`\n  delete  ${short(full)}  `));
      assert.match(done.out, /\nDeleted 1 backup: \d\.\d kB will be free once the trash is emptied\.\n$/);
      assert.deepEqual(ids((await ask('list')).backups), [differential.id, incremental.id]);
      const again = await ask('prune', '--yes', '--keep-last', '1', '--keep', 'manual=1');
      assert.deepEqual([again.status, again.removed, again.dryRun], [0, 0, false]);
    });
  });

  it('takes limits, and a board by its name or its id', async () => {
    await onStore(async ({ say, ask, store }) => {
      const other = aBoard({ id: 'uid:ffff', name: 'Garden' });
      await takeBackup(store, { 'main.py': 'garden' }, { board: other });
      const boardsOf = async (...words: string[]) =>
        ((await ask('prune', '--dry-run', ...words)).boards as { board: { name: string } }[]).map(
          ({ board }) => board.name,
        );
      assert.deepEqual((await boardsOf()).sort(), ['Garden', 'Kitchen sensor']);
      assert.deepEqual([await boardsOf('Garden'), await boardsOf('uid:ffff')], [['Garden'], ['Garden']]);
      const unknown = await say('prune', 'Attic', '--dry-run');
      assert.equal(unknown.status, 1);
      assert.match(unknown.err, /^There is no backup of a board named "Attic"\.\nThe boards are .*Garden \(uid:ffff\)/);
      await takeBackup(store, { 'main.py': 'two' }, { board: { ...other, id: 'uid:eeee' } });
      const both = await ask('prune', 'Garden', '--dry-run');
      assert.deepEqual([both.status, both.code], [1, 'bad-argument']);

      const removed = async (...words: string[]) =>
        (
          (await ask('prune', '--dry-run', 'Kitchen sensor', ...words)).boards as { plan: unknown; remove: unknown[] }[]
        )[0]?.remove.length;
      assert.equal(await removed('--max-count', '1'), 2);
      assert.equal(await removed('--max-age', '1'), 2, 'all but the newest sound one');
      assert.equal(await removed('--max-age', '36500'), 0);
      assert.equal(await removed('--max-bytes', '1MB'), 0);
      assert.equal(await removed('--max-bytes', '1 kB'), 2);
      assert.equal(await removed(), 0);
    });
  });

  const wrong: ReadonlyArray<readonly [string[], number, RegExp]> = [
    [['--keep', 'odd=2'], 2, /^--keep must be ORIGIN=N, such as daily=7, not odd=2\./],
    [['--keep', 'constructor=2'], 2, /^--keep must be ORIGIN=N/],
    [['--keep', 'daily'], 2, /^--keep must be ORIGIN=N/],
    [['--keep', 'daily=some'], 2, /^--keep must be ORIGIN=N/],
    [['--keep', 'daily=0'], 1, /^The retention policy keeps no backup of any origin\.\nKeep backups/],
    [['--keep-last', '0'], 2, /^--keep-last must be a whole number of at least 1, not 0\./],
    [['--keep-last', '1.5'], 2, /^--keep-last must be a whole number/],
    [['--max-count', 'many'], 2, /^--max-count must be a whole number of at least 1, not many\./],
    [['--max-age', '0'], 2, /^--max-age must be a whole number of at least 1, not 0\./],
    [['--max-bytes', '0'], 2, /^--max-bytes must be a size such as 20MB, not 0\./],
    [['--max-bytes', '5XB'], 2, /^--max-bytes must be a size such as 20MB, not 5XB\./],
    [['--max-bytes', 'MB'], 2, /^--max-bytes must be a size/],
    [['Kitchen sensor', 'more'], 2, /^Unexpected argument: more\n/],
  ];
  it('P22 refuses a policy that cannot be meant, before it looks at anything', async () => {
    await onStore(async ({ say, ask }) => {
      for (const [words, code, text] of wrong) {
        const { status, out, err } = await say('prune', '--yes', ...words);
        assert.deepEqual([status, out], [code, ''], words.join(' '));
        assert.match(err, text);
      }
      console.log(`      ${wrong.length} policies refused`);
      assert.equal(ids((await ask('list')).backups).length, 3);
    });
  });
});

describe('mpbackup make-full, export and import', function () {
  this.timeout(60_000);

  it('make an archive that needs no other', async () => {
    await onStore(async ({ say, ask, full, incremental, folder }) => {
      const { status, out } = await say('make-full', short(incremental));
      assert.equal(status, 0);
      assert.match(
        out,
        new RegExp(`^The backup of ${TIME} now holds all of its 3 files \\(8 B\\): .*backup_\\d+_\\d+\\.2\\.blb\n$`),
      );
      const { backup } = await ask('make-full', incremental.id);
      assert.deepEqual((backup as { id: string; files: number }).files, 3);
      await rm(full.archive, { force: true });
      const late = await openStore(testEnv(), join(folder, 'store'));
      assert.equal((await readTree(late, incremental)).size, 3);
      assert.equal((await ask('make-full', 'nosuch')).code, 'backup-not-found');
    });
  });

  it('P43 take backups out and in again, in every form', async () => {
    await onStore(async ({ say, ask, full, incremental, differential, folder }) => {
      const at = (name: string) => join(folder, name);
      const one = await say('export', 'latest', at('one.blb'));
      assert.equal(one.status, 0);
      assert.match(one.out, new RegExp(`^Exported the backup of ${TIME}, 7 B of files, verified: .*one\\.blb\n$`));
      assert.equal((await say('export', incremental.id, at('plain'))).status, 0);
      assert.equal(await readFile(at('plain/files/main.py'), 'utf8'), MARK);
      const chain = await ask('export', full.id, at('chain.blb'), '--chain');
      assert.deepEqual([chain.status, chain.backups, chain.contents], [0, 3, 4]);

      for (const target of ['one.blb', 'plain']) {
        const taken = await say('export', 'latest', at(target));
        assert.equal(taken.status, 1);
        assert.match(taken.err, /^.* already exists\. Nothing was written\.\nChoose another name\.\n$/);
      }
      assert.match((await say('export', 'latest')).err, /^TARGET is missing\./);
      assert.equal((await ask('export', 'nosuch', at('two.blb'))).code, 'backup-not-found');

      const into = ['--store', at('new')];
      assert.equal((await say('import', at('one.blb'), ...into)).out, `1 backup imported into ${at('new')}.\n`);
      assert.equal((await ask('import', at('plain'), ...into)).present, 0);
      assert.equal(
        (await say('import', at('chain.blb'), ...into)).out,
        `1 backup imported into ${at('new')}. 2 backups were already there.\n`,
      );
      const all = await ask('import', at('store'), ...into);
      assert.deepEqual([all.status, all.imported, all.present], [0, [], 3]);
      const taken = new Set(ids((await ask('list', ...into)).backups));
      assert.deepEqual(taken, new Set([full.id, incremental.id, differential.id]));
      assert.equal((await ask('verify', ...into)).ok, true);
    });
  });

  it('P44 say what was not taken in and why, and take the rest', async () => {
    await onStore(async ({ say, ask, folder, incremental }) => {
      const from = join(folder, 'from');
      await mkdir(from);
      await say('export', incremental.id, join(from, 'good.blb'));
      await writeFile(join(from, 'bad.blb'), 'no archive');
      const into = ['--store', join(folder, 'new')];
      const { status, out, err } = await say('import', from, ...into);
      assert.equal(status, 3);
      assert.match(err, /^Not imported: .*bad\.blb\. .*\.\n$/);
      assert.match(out, /^1 backup imported into /);
      const again = await ask('import', from, ...into);
      assert.deepEqual(
        [again.status, again.present, (again.refused as { code: string }[])[0]?.code],
        [3, 1, 'archive-damaged'],
      );

      assert.equal((await ask('import', join(from, 'bad.blb'), ...into)).status, 1);
      const nothing = await say('import', join(folder, 'nothing'), ...into);
      assert.equal(nothing.status, 1);
      assert.match(nothing.err, /^There is no backup in .*nothing\.\nName an archive/);
      assert.match((await say('import', ...into)).err, /^FROM is missing\./);
    });
  });

  it('say which files came without content', async () => {
    await onStore(async ({ say, ask, folder, incremental, full }) => {
      const into = ['--store', join(folder, 'new')];
      const { status, out, err } = await say('import', incremental.archive, ...into);
      assert.equal(status, 3);
      assert.equal(err, `Missing in ${short(incremental)}: lib/a.py\nMissing in ${short(incremental)}: main.py\n`);
      assert.equal(
        out,
        `1 backup imported into ${join(folder, 'new')}. 2 files came without content. ${lackingHint()}\n`,
      );
      assert.match((await say('list', ...into)).out, / {2}FILES MISSING\n/);
      assert.match(
        (await say('show', 'latest', ...into)).out,
        /: FILES MISSING, see mpbackup verify; import the archives that have them\.$/m,
      );
      const health = await say('health', ...into);
      assert.equal(health.status, 1);
      const words = /The backup of .* has files whose content is in no archive\. Import the archives that have them/;
      assert.match(health.out, words);
      const report = (await say('report', full.board.id, ...into)).out;
      assert.match(report, words);
      assert.doesNotMatch(health.out + report, /damage/i);
      assert.doesNotMatch(report, /All is well/);
      const healing = await ask('import', full.archive, ...into);
      assert.deepEqual([healing.status, healing.missing], [0, []]);
      assert.doesNotMatch((await say('list', ...into)).out, /MISSING/);
      assert.equal((await ask('verify', ...into)).ok, true);
    });
  });
});

describe('mpbackup verify and repair', function () {
  this.timeout(60_000);

  it('P12 verify in three depths, and refuse two at once', async () => {
    await onStore(async ({ say, ask }) => {
      assert.match(
        (await say('verify')).out,
        /^3 archives verified in \S+ s: every byte is sound, and no backup is missing files\.\n$/,
      );
      assert.match((await say('verify', '--quick')).out, /: no backup is missing files\. Not every byte was read\.\n$/);
      const sample = await say('verify', '--sample', '0');
      assert.match(
        sample.out,
        /^1 archive verified in .*no backup is missing files\. 2 backups are left for the next time\.\n$/,
      );
      assert.deepEqual((await ask('verify', '--sample', '60')).left, 0);
      const { archives } = await ask('verify', 'latest');
      assert.equal(archives, 2);
      for (const [words, text] of [
        [['--quick', '--sample', '3'], /^--quick and --sample cannot be combined\./],
        [['--sample', 'x'], /^--sample must be a number of seconds, not x\./],
      ] as const) {
        const { status, err } = await say('verify', ...words);
        assert.equal(status, 2);
        assert.match(err, text);
      }
      assert.equal((await ask('verify', 'nosuch')).code, 'backup-not-found');
    });
  });

  it('P13 P18 name what is damaged, save what is sound, and say what is lost and where it may come from', async () => {
    await onStore(async ({ say, ask, full, incremental, folder }) => {
      assert.equal((await say('repair')).out, 'Every byte is sound: there was nothing to repair.\n');
      await say('export', full.id, join(folder, 'copy.blb'));
      await damageArchive(full.archive, MARK);
      const found = await say('verify');
      assert.equal(found.status, 1);
      assert.match(
        found.out,
        new RegExp(`^Damaged: backup_.*, main\\.py: .* Lost for 3 backups: .*${short(full)}`, 'm'),
      );
      assert.equal(found.err, '`mpbackup repair` saves what is sound, and looks for the rest.\n');
      assert.match((await say('list')).out, / {2}DAMAGED\n/);
      assert.match((await say('show', full.id)).out, /^Verified at .*: DAMAGED, see mpbackup verify\.$/m);

      const repaired = await say('repair');
      assert.equal(repaired.status, 3);
      assert.match(repaired.err, new RegExp(`^Lost: main\\.py, 6 B, in 3 backups: .*${short(incremental)}.*\\.\n$`));
      assert.equal(
        repaired.out,
        '1 damaged archive put into quarantine. 1 archive rewritten. 1 file is lost. If a board still has it, `mpbackup repair BOARD` reads it from there.\n',
      );
      const again = await say('repair');
      assert.deepEqual([again.status, again.out.startsWith('1 file is lost.')], [3, true]);
      const healed = await say('import', join(folder, 'copy.blb'));
      assert.equal(healed.status, 0);
      assert.match(healed.out, / got back what had been lost\.\n$/);
      assert.equal((await say('verify')).status, 0);
      assert.doesNotMatch((await say('list')).out, /DAMAGED/);
      const { status, lost, written } = await ask('repair');
      assert.deepEqual([status, lost, written], [0, [], []]);
    });
  });

  it('fail on a store that is not there, and others find it empty', async () => {
    await inFolder(async (folder) => {
      const nowhere = join(folder, 'nowhere');
      const at = async (...words: string[]) => {
        const { status, stdout, stderr } = await mpbackup([...words, '--store', nowhere]);
        return [status, `${stdout}${stderr}`.split('\n')[0]];
      };
      assert.deepEqual(await at('verify'), [1, `There is no folder ${nowhere}: nothing to verify.`]);
      assert.deepEqual(await at('repair'), [1, `There is no folder ${nowhere}: nothing to repair.`]);
      assert.deepEqual(await at('list'), [0, `There is no backup in ${nowhere} yet.`]);
      assert.deepEqual(await at('prune', '--yes'), [0, `There is no backup in ${nowhere} yet.`]);
      assert.deepEqual(await at('trash'), [0, 'The trash is empty.']);
      assert.deepEqual(await at('trash', '--empty', '--yes'), [0, 'There was nothing to remove.']);
      assert.deepEqual(await at('history'), [0, 'Nothing has been recorded yet.']);
      for (const verb of ['show', 'make-full', 'pin', 'undelete'])
        assert.deepEqual((await at(verb, 'latest'))[0], 1, verb);
      assert.deepEqual(await readdir(folder), [], 'nothing was made');
    });
  });
});

describe('mpbackup history', function () {
  this.timeout(60_000);

  it('tells what was done, newest first, and how often it succeeded', async () => {
    await onStore(async ({ say, ask, full, folder, store }) => {
      const operation = 'prune';
      await noteInHistory(testEnv(), store.root, {
        at: new Date(MORNING).toISOString(),
        operation,
        ok: true,
        seconds: 0.01,
      });
      await say('verify');
      await say('export', 'latest', join(folder, 'one.blb'));
      await say('export', 'latest', join(folder, 'one.blb'));
      await say('delete', full.id, '--yes');
      const { out } = await say('history');
      const lines = out.trimEnd().split('\n');
      const expected = [
        `^${TIME}  delete  done    +${TOOK}  1 backup$`,
        `^${TIME}  export  failed  +${TOOK}  path-taken$`,
        `^${TIME}  export  done    +${TOOK}  1 backup  7 B$`,
        `^${TIME}  verify  done    +${TOOK}$`,
        `^${TIME}  prune   done    under 0\\.1 s$`,
        '^$',
        `^delete  1 of 1 succeeded, ${TOOK} on average$`,
        `^export  1 of 2 succeeded, ${TOOK} on average$`,
        '^prune   1 of 1 succeeded, under 0\\.1 s on average$',
        `^verify  1 of 1 succeeded, ${TOOK} on average$`,
      ];
      assert.equal(lines.length, expected.length, out);
      for (const [at, line] of expected.entries()) assert.match(lines[at] ?? '', new RegExp(line));
      const { history, sums } = await ask('history');
      assert.deepEqual([(history as unknown[]).length, (sums as unknown[]).length], [5, 4]);
    });
  });
});

describe('mpbackup backup', function () {
  this.timeout(60_000);

  const wrong: ReadonlyArray<readonly [string[], number, RegExp]> = [
    [['--kind', 'odd'], 2, /^--kind must be full, incremental or differential, not odd\./],
    [['--full-after', '0'], 2, /^--full-after must be a whole number of at least 1, not 0\./],
    [['--full-after', '1.5'], 2, /^--full-after must be a whole number/],
    [['--origin', 'safety'], 2, /^--origin must be one of manual, quick, .*, not safety\./],
    [['--meta', '=x'], 2, /^--meta must be KEY=VALUE, not =x\./],
    [['--label', 'two\nlines'], 1, /^A label or a tag must be a single line\./],
    [['--label', 'x'.repeat(201)], 1, /^A label can have 200 characters at most\./],
    [['--meta', `k=${'x'.repeat(10_001)}`], 1, /^A value can have 10,000 characters at most\./],
  ];
  it('refuses what it cannot mean, before it looks for the board', async () => {
    await inFolder(async (folder) => {
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: folder, MPBACKUP_STORE: join(folder, 'store') };
      for (const [words, code, text] of wrong) {
        const { status, stdout, stderr } = await mpbackup(['backup', 'sim:away', ...words], { env });
        assert.deepEqual([status, `${stdout}`], [code, ''], words.join(' ').slice(0, 60));
        assert.match(stderr, text);
      }
      console.log(`      ${wrong.length} calls refused`);
      assert.deepEqual(await readdir(folder), []);
    });
  });
});
