import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ManifestEntry } from '../../src/core/archive/manifest.js';
import { type BoardPath, isInside, parentOf, parseBoardPath, parseUserPath, ROOT } from '../../src/core/paths.js';
import { besideName } from '../../src/core/plan/besideName.js';
import { fingerprint, planToward, type RestorePlan } from '../../src/core/plan/planToward.js';
import { isOfRecord, pathsToSave, recordedItems, wantedByRecord } from '../../src/core/plan/recordedPlan.js';
import type { BoardMount, BoardState, ConflictChoice, OnBoard, RestoreItem } from '../../src/core/plan/restoreItem.js';
import { planRestore, type RestoreRequest, selectEntries } from '../../src/core/plan/restorePlan.js';
import type { ContentHash } from '../../src/core/tree.js';

const BACKUP = [
  file('boot.py'),
  folder('data'),
  file('data/log.csv'),
  folder('lib'),
  file('lib/wifi.py'),
  file('library.py'),
  file('main.py'),
];

describe('What a restore concerns', () => {
  it('is everything where the root is chosen', () => {
    assert.deepEqual(selectEntries(BACKUP, [ROOT]), { selected: BACKUP, missing: [] });
    assert.deepEqual(selectEntries([], [ROOT]), { selected: [], missing: [] });
  });

  it('P29 is one file where one file is chosen', () => {
    assert.deepEqual(selected('main.py'), ['main.py']);
  });

  it('P29 is a folder with all that is in it, and no neighbour that begins with its name', () => {
    assert.deepEqual(selected('lib'), ['lib', 'lib/wifi.py']);
  });

  it('is each entry once, however often it is chosen', () => {
    assert.deepEqual(selected('lib', 'lib/wifi.py', 'lib'), ['lib', 'lib/wifi.py']);
  });

  it('names what the backup does not have', () => {
    const paths = ['main.py', 'gone.py', 'lib/gone'].map(parseBoardPath);
    assert.deepEqual(selectEntries(BACKUP, paths).missing, ['gone.py', 'lib/gone']);
  });

  it('P29 is never anything outside the choice, whatever is chosen', () => {
    fc.assert(
      fc.property(fc.subarray(BACKUP.map(({ path }) => path)), (paths) => {
        for (const { path } of selectEntries(BACKUP, paths).selected)
          assert.ok(paths.some((chosen) => isInside(path, chosen)));
      }),
    );
  });
});

describe('The plan of a restore', () => {
  it('P24 makes folders first, and writes boot.py and main.py last', () => {
    assert.deepEqual(stepsOf(plan()), [
      'make-folder data',
      'make-folder lib',
      'write data/log.csv',
      'write lib/wifi.py',
      'write library.py',
      'write boot.py',
      'write main.py',
    ]);
  });

  it('makes the folders of a file, even where only the file was chosen', () => {
    const steps = stepsOf(plan({ entries: [file('a/b/c.py')], paths: ['a/b/c.py'] }));
    assert.deepEqual(steps, ['make-folder a', 'make-folder a/b', 'write a/b/c.py']);
  });

  it('P27 does not write a file that is the same already', () => {
    const { items, steps } = plan({ paths: ['main.py'], onBoard: { 'main.py': 'main.py' } });
    assert.deepEqual([items.map(shown), steps], [['same main.py'], []]);
  });

  it('P26 tells a file whose content the store has from one that is in no backup', () => {
    const { items } = plan({
      paths: ['boot.py', 'library.py', 'main.py'],
      onBoard: { 'library.py': 'known', 'main.py': 'edited', 'boot.py': null },
      saved: ['known'],
    });
    assert.deepEqual(items.map(shown), ['conflict boot.py', 'replace library.py', 'conflict main.py']);
    assert.deepEqual(pathsToSave({ items }), ['boot.py', 'library.py', 'main.py']);
  });

  it('says where a folder is in the way of a file, and a file in the way of a folder', () => {
    const { items, problems } = plan({ onBoard: { 'main.py': 'folder', lib: 'a file', data: 'folder' } });
    const blocked = items.filter(({ action }) => action === 'blocked');
    assert.deepEqual(blocked.map(shown), ['blocked lib', 'blocked main.py']);
    assert.deepEqual(
      problems.map(({ code, path }) => `${code} ${path}`),
      ['path-taken lib', 'path-taken main.py'],
    );
    const rest = plan({ onBoard: { 'main.py': 'folder', lib: 'a file' }, leftOut: ['main.py', 'lib'] });
    assert.deepEqual([rest.problems, stepsOf(rest).includes('write library.py')], [[], true]);
  });

  it('P36 says of a board without folders what cannot go there', () => {
    const { problems } = plan({ can: { rename: false, mkdir: false } });
    assert.deepEqual(
      problems.map(({ code, path }) => `${code} ${path}`),
      ['board-unsupported data/log.csv', 'board-unsupported lib/wifi.py'],
    );
    assert.deepEqual(plan({ can: { rename: false, mkdir: false }, paths: ['main.py'] }).problems, []);
  });

  it('P29 takes of the selection what the patterns take, and none of what they leave out', () => {
    assert.deepEqual(stepsOf(plan({ include: ['*.py'], exclude: ['lib'] })), [
      'write library.py',
      'write boot.py',
      'write main.py',
    ]);
  });

  it('P29 leaves out what the user unticked, with all that is in it', () => {
    const { items, steps } = plan({ leftOut: ['lib', 'main.py'] });
    assert.ok(!stepsOf({ steps }).some((step) => /lib\/|lib$|main/.test(step)));
    assert.deepEqual(
      items.filter(({ skip }) => skip === 'left-out').map(({ path }) => path),
      ['lib', 'lib/wifi.py', 'main.py'],
    );
  });

  it('P29 makes no folder of which nothing is wanted, but one that is empty in the backup', () => {
    const entries = [folder('a'), folder('a/b'), file('a/b/c.py'), folder('empty'), file('d/e.py')];
    const made = (leftOut: string[]) => stepsOf(plan({ entries, leftOut }));
    assert.deepEqual(made(['a/b/c.py']), ['make-folder d', 'make-folder empty', 'write d/e.py']);
    assert.deepEqual(made(['d/e.py', 'empty']), ['make-folder a', 'make-folder a/b', 'write a/b/c.py']);
    assert.deepEqual(made(['a/b/c.py', 'd/e.py']), ['make-folder empty']);
  });

  it('puts what is in a folder of the backup into another one of the board', () => {
    const to = (from: string, to: string) => stepsOf(plan({ paths: ['lib'], mapping: [from, to] }));
    assert.deepEqual(to('', 'old'), ['make-folder old', 'make-folder old/lib', 'write old/lib/wifi.py']);
    assert.deepEqual(to('lib', 'old'), ['make-folder old', 'write old/wifi.py']);
    assert.deepEqual(to('lib', ''), ['write wifi.py']);
    assert.deepEqual(to('data', 'old'), ['make-folder lib', 'write lib/wifi.py']);
  });

  it('says where two files of the backup would be one on the board', () => {
    const entries = [file('lib/main.py'), file('main.py')];
    const { problems } = plan({ entries, mapping: ['lib', ''] });
    assert.deepEqual(
      problems.map(({ code, path }) => `${code} ${path}`),
      ['path-taken main.py'],
    );
    assert.deepEqual(plan({ entries, mapping: ['lib', 'other'] }).problems, []);
  });

  it('says where a file of the backup would be in the place of a folder', () => {
    const taken = (entries: ManifestEntry[], mapping: [string, string]) =>
      plan({ entries, mapping }).problems.map(({ code, path }) => `${code} ${path}`);
    assert.deepEqual(taken([folder('a'), file('a/x'), folder('b'), file('b/x/y')], ['a', 'b']), ['path-taken b/x']);
    assert.deepEqual(taken([folder('lib'), file('lib/wifi.py'), file('x')], ['lib', 'x']), ['path-taken x']);
    assert.deepEqual(taken([folder('a'), folder('a/x'), folder('b'), folder('b/x')], ['a', 'b']), []);
  });

  it('leaves files of one board alone off another, unless they are the same there', () => {
    const { items } = plan({ deviceFiles: ['main.py', 'boot.py'], onBoard: { 'boot.py': 'boot.py' } });
    assert.deepEqual(items.filter(({ skip }) => skip).map(shown), ['skip main.py']);
  });

  it('has one step for each file, and makes every folder before what lies in it', () => {
    fc.assert(
      fc.property(trees(), (tree) => {
        const { steps } = plan({ entries: entriesOf(tree) });
        const made = new Set<BoardPath>([ROOT]);
        for (const step of steps) {
          assert.ok(made.has(parentOf(step.path)), step.path);
          if (step.kind === 'make-folder') made.add(step.path);
        }
        const written = steps.filter(({ kind }) => kind === 'write').map(({ path }) => path);
        const files = Object.keys(tree).filter((path) => tree[path] !== 'folder');
        assert.deepEqual(written.sort(), files.sort());
      }),
    );
  });

  it('and that of its undo are there at once, however many files a folder has', () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `data/${at}.csv`);
    const entries = [folder('data'), ...names.map(file)];
    const made = plan({ entries, free: null });
    assert.equal(made.steps.length, entries.length);
    const onBoard = Object.fromEntries(names.map((name) => [name, name]));
    const state = stateOf({ onBoard: { data: 'folder', ...onBoard } });
    const record = recordedItems(made, new Map());
    const { steps } = planToward(wantedByRecord(record, 'before', state), state, isOfRecord(record), 'backup');
    assert.equal(steps.length, entries.length);
    const edited = Object.fromEntries(names.map((name) => [name, `${name} edited`]));
    const both = plan({ entries, conflicts: 'both', onBoard: { data: 'folder', ...edited } });
    assert.equal(both.steps.length, names.length);
  });

  it('P28 is another one where the board has changed, and the same where only its free space has', () => {
    const one = plan({ onBoard: { 'main.py': 'edited' } });
    assert.equal(fingerprint(one), fingerprint(plan({ onBoard: { 'main.py': 'edited' }, free: 900_000 })));
    assert.notEqual(fingerprint(one), fingerprint(plan({ onBoard: { 'main.py': 'edited again' } })));
    assert.notEqual(fingerprint(one), fingerprint(plan({ onBoard: { 'main.py': 'edited', 'boot.py': 'x' } })));
    assert.notEqual(fingerprint(one), fingerprint(plan({ onBoard: { 'main.py': 'edited' }, conflicts: 'board' })));
  });
});

describe('A conflict', () => {
  const onBoard = { 'main.py': 'edited' };

  it('is settled for the backup, for the board, or for both under two names', () => {
    assert.deepEqual(stepsOf(plan({ paths: ['main.py'], onBoard })), ['write main.py']);
    assert.deepEqual(stepsOf(plan({ paths: ['main.py'], onBoard, conflicts: 'board' })), []);
    assert.deepEqual(stepsOf(plan({ paths: ['main.py'], onBoard, conflicts: 'both' })), ['write main.backup.py']);
    const taken = { ...onBoard, 'main.backup.py': 'x' };
    assert.deepEqual(stepsOf(plan({ paths: ['main.py'], onBoard: taken, conflicts: 'both' })), [
      'write main.backup-2.py',
    ]);
  });

  it('can be settled one by one', () => {
    const both = { 'main.py': 'edited', 'boot.py': 'edited' };
    const settled = plan({ paths: ['main.py', 'boot.py'], onBoard: both, chosen: { 'boot.py': 'board' } });
    assert.deepEqual(stepsOf(settled), ['write main.py']);
  });

  it('about a file that is to go, is kept on the board where both shall be kept', () => {
    const settled = plan({ mirror: 5, onBoard: { 'mine.txt': 'mine' }, conflicts: 'both' });
    assert.deepEqual(
      settled.items.filter(({ path }) => path === 'mine.txt').map(({ settled }) => settled),
      ['board'],
    );
  });

  it('names a file without an ending, or of its ending alone, so that both are told apart', () => {
    const beside = (name: string) => besideName(parseBoardPath(name), new Set());
    assert.deepEqual(['a/LICENSE', '.env', 'x.tar.gz'].map(beside), [
      'a/LICENSE.backup',
      '.env.backup',
      'x.tar.backup.gz',
    ]);
  });

  it('gets a name that a board can have, also beside the longest one', () => {
    const first = besideName(parseBoardPath(`a/${'é'.repeat(126)}.py`), new Set());
    assert.equal(first, `a/${'é'.repeat(122)}.backup.py`);
    assert.equal(
      besideName(parseBoardPath(`a/${'é'.repeat(126)}.py`), new Set([first])),
      `a/${'é'.repeat(121)}.backup-2.py`,
    );
    assert.equal(besideName(parseBoardPath(`x.${'y'.repeat(253)}`), new Set()), `x.${'y'.repeat(246)}.backup`);
  });
});

describe('A mirror', () => {
  const extras = {
    'junk.txt': 'known',
    'lib/old.py': 'known',
    lib: 'folder',
    'tmp/a': 'known',
    tmp: 'folder',
  } as const;

  it('P30 deletes what the backup does not have, after what is written, and folders last', () => {
    const steps = stepsOf(plan({ mirror: 9, onBoard: extras, saved: ['known'] }));
    assert.deepEqual(steps.slice(-4), ['remove junk.txt', 'remove lib/old.py', 'remove tmp/a', 'remove-folder tmp']);
    assert.ok(steps.indexOf('write main.py') < steps.indexOf('remove junk.txt'));
  });

  it('P30 deletes nothing where nobody said so', () => {
    assert.ok(!stepsOf(plan({ onBoard: extras, saved: ['known'] })).some((step) => step.startsWith('remove')));
  });

  it('P30 deletes no more files than are allowed', () => {
    assert.deepEqual(plan({ mirror: 3, onBoard: extras, saved: ['known'] }).problems, []);
    const [problem] = plan({ mirror: 2, onBoard: extras, saved: ['known'] }).problems;
    assert.match(problem?.message ?? '', /3 files on the board would be deleted, and the limit is 2/);
    const rest = plan({ mirror: 2, onBoard: extras, saved: ['known'], leftOut: ['junk.txt'] });
    assert.deepEqual(rest.problems, []);
  });

  it('P30 stays inside of what the backup looked at, and of the selection', () => {
    const removed = (more: Partial<Case>) =>
      stepsOf(plan({ mirror: 9, onBoard: extras, saved: ['known'], ...more })).filter((step) => /^remove/.test(step));
    assert.deepEqual(removed({ scopeExclude: ['tmp', '*.txt'] }), ['remove lib/old.py']);
    assert.deepEqual(removed({ paths: ['lib'] }), ['remove lib/old.py']);
    assert.deepEqual(removed({ exclude: ['*.py'] }), ['remove junk.txt', 'remove tmp/a', 'remove-folder tmp']);
    assert.deepEqual(removed({ deviceFiles: ['junk.txt'] }), [
      'remove lib/old.py',
      'remove tmp/a',
      'remove-folder tmp',
    ]);
  });

  it('P30 deletes nothing of a card that was not there when the backup was made, nor of a ROM', () => {
    const onBoard = { sd: 'folder', 'sd/photo.raw': 'known', rom: 'folder', 'rom/font.bin': 'known' } as const;
    const mounts: BoardMount[] = [mount(''), mount('sd'), mount('rom', 'rom')];
    const removed = (mountsThen: string[]) =>
      stepsOf(plan({ mirror: 9, onBoard, saved: ['known'], mounts, mountsThen })).filter((step) =>
        /^remove/.test(step),
      );
    assert.deepEqual(removed(['/']), []);
    assert.deepEqual(removed(['/', '/sd']), ['remove sd/photo.raw']);
  });

  it('P31 never takes what the backup could not read for deleted, nor the folder that holds it', () => {
    const removed = (errors: string[]) =>
      stepsOf(plan({ mirror: 9, onBoard: extras, saved: ['known'], errors })).filter((step) => /^remove/.test(step));
    assert.deepEqual(removed(['tmp/a']), ['remove junk.txt', 'remove lib/old.py']);
    assert.deepEqual(removed(['tmp']), ['remove junk.txt', 'remove lib/old.py']);
    assert.deepEqual(removed(['']), []);
  });

  it('P31 keeps a folder in which the board could not look', () => {
    const { steps } = plan({ mirror: 9, onBoard: { tmp: 'folder' }, unreadable: ['tmp'] });
    assert.ok(!stepsOf({ steps }).some((step) => /^remove/.test(step)));
  });

  it('P30 keeps a folder of which somebody keeps a file', () => {
    const removed = (more: Partial<Case>) =>
      stepsOf(plan({ mirror: 9, onBoard: extras, saved: ['known'], ...more })).filter((step) => /^remove/.test(step));
    assert.deepEqual(removed({ leftOut: ['tmp/a'] }), ['remove junk.txt', 'remove lib/old.py']);
    const edited = { ...extras, 'tmp/a': 'edited' };
    assert.deepEqual(removed({ onBoard: edited, conflicts: 'board' }), ['remove junk.txt', 'remove lib/old.py']);
  });

  it('P30 keeps a folder of which somebody keeps a folder', () => {
    const onBoard = { a: 'folder', 'a/b': 'folder' };
    assert.deepEqual(stepsOf(plan({ entries: [], mirror: 9, onBoard, leftOut: ['a/b'] })), []);
  });

  it('of a mapped folder deletes in that folder only', () => {
    const onBoard = {
      'junk.txt': 'known',
      old: 'folder',
      'old/junk.txt': 'known',
      'old/wifi.py': 'lib/wifi.py',
    } as const;
    const { steps } = plan({ mirror: 9, paths: ['lib'], mapping: ['lib', 'old'], onBoard, saved: ['known'] });
    assert.deepEqual(stepsOf({ steps }), ['remove old/junk.txt']);
  });
});

describe('A restore onto a file system', () => {
  const fat = [mount('', 'fat')];

  it('of FAT takes two spellings for one file, and says which names it cannot have', () => {
    const entries = ['a.py', 'A.py', 'x:y.txt', 'dot.', 'fine.txt', 'a:b/c.py'].map(file);
    const { items } = plan({ entries, mounts: fat });
    assert.deepEqual(
      items.map(shown),
      ['skip A.py', 'new a.py', 'skip a:b/c.py', 'skip dot.', 'new fine.txt', 'skip x:y.txt'].sort(byName),
    );
    assert.deepEqual(
      plan({ entries }).items.map(({ action }) => action),
      Array(7).fill('new'),
    );
  });

  it('of FAT replaces a file in whatever spelling the board has it, and a mirror does not delete it', () => {
    const entries = [file('main.py')];
    const { steps } = plan({ entries, mounts: fat, mirror: 9, onBoard: { 'MAIN.PY': 'known' }, saved: ['known'] });
    assert.deepEqual(stepsOf({ steps }), ['write MAIN.PY']);
  });

  it('of FAT gets one of two spellings of the file that it has, and says so of the other', () => {
    const entries = ['Main.py', 'a.py', 'main.py'].map(file);
    for (const [there, written] of [
      ['main.py', 'main.py'],
      ['Main.py', 'Main.py'],
      ['MAIN.PY', 'Main.py'],
    ] as const) {
      const { items } = plan({ entries, mounts: fat, mirror: 9, onBoard: { [there]: 'known' }, saved: ['known'] });
      const other = written === 'main.py' ? 'Main.py' : 'main.py';
      assert.deepEqual(items.map(shown).sort(), ['new a.py', `replace ${there}`, `skip ${other}`].sort());
      const { wanted } = items.find(({ path }) => path === there) ?? {};
      assert.equal(typeof wanted === 'object' && wanted?.from, written);
    }
  });

  it('of FAT writes a new file into the folder that the board has, in whatever spelling', () => {
    const entries = [folder('Lib'), file('Lib/a.py')];
    const { steps } = plan({ entries, mounts: fat, mirror: 9, onBoard: { lib: 'folder' } });
    assert.deepEqual(stepsOf({ steps }), ['write lib/a.py']);
  });

  it('that nobody can write leaves files out', () => {
    const mounts = [mount(''), mount('lib', 'rom')];
    assert.deepEqual(plan({ paths: ['lib'], mounts }).items.map(shown), ['skip lib/wifi.py']);
  });
});

describe('Where flash is short', () => {
  const big = (path: string, size: number): ManifestEntry => ({ ...file(path), size }) as ManifestEntry;
  const entries = [big('a.bin', 10_000), big('b.bin', 20_000), big('main.py', 10)];
  const onBoard = { 'a.bin': 'known', 'b.bin': 'known' };
  const sizes = { 'a.bin': 30_000, 'b.bin': 10_000 };
  const at = (free: number | null, more: Partial<Case> = {}) =>
    plan({ entries, onBoard, sizes, saved: ['known'], free, ...more });

  it('all files are written aside, or one by one, or in the place of the old ones', () => {
    assert.equal(at(100_000).mode, 'stage-all');
    assert.equal(at(45_055).mode, 'stage-one');
    assert.equal(at(20_480).mode, 'stage-one');
    assert.equal(at(20_479).mode, 'in-place');
    assert.equal(at(null).mode, 'stage-one');
  });

  it('what makes room comes first, and starts last', () => {
    assert.deepEqual(stepsOf(at(21_000)), ['write a.bin', 'write b.bin', 'write main.py']);
    const grown = { 'a.bin': 5_000, 'b.bin': 90_000 };
    assert.deepEqual(stepsOf(at(21_000, { sizes: grown })), ['write b.bin', 'write a.bin', 'write main.py']);
  });

  it('what is deleted goes before what is written where its room is needed', () => {
    const full = { ...onBoard, 'junk.bin': 'known' };
    const steps = stepsOf(at(0, { mirror: 5, onBoard: full, sizes: { ...sizes, 'junk.bin': 50_000 } }));
    assert.equal(steps[0], 'remove junk.bin');
  });

  it('what does not fit at all is refused with the figure', () => {
    const [problem] = at(1_000, { sizes: { 'a.bin': 1, 'b.bin': 1 } }).problems;
    assert.equal(problem?.code, 'board-full');
    assert.match(problem?.message ?? '', /21 kB more is needed/);
    assert.deepEqual(at(30_000, { sizes: { 'a.bin': 1, 'b.bin': 1 } }).problems, []);
  });

  it('the blocks of a file system count: small files take whole ones on FAT, and may take none on littlefs', () => {
    const small = Array.from({ length: 20 }, (_, number) => big(`${number}.txt`, 100));
    const on = (kind: 'fat' | 'littlefs', block: number, free: number) =>
      plan({ entries: small, mounts: [{ ...mount('', kind, free), block }] });
    assert.equal(on('fat', 512, 20 * 512 + 2_048).mode, 'stage-all');
    assert.match(on('fat', 512, 19 * 512).problems[0]?.message ?? '', /512 B more is needed/);
    assert.deepEqual(on('littlefs', 4_096, 0).problems, []);
  });

  it('where each file goes before the new one is there, a program that shrinks makes room as well', () => {
    const shrinking = { 'main.py': 'known', 'a.bin': 'known' };
    const made = at(0, { onBoard: shrinking, sizes: { 'main.py': 60_000, 'a.bin': 10_000 } });
    assert.deepEqual(stepsOf(made), ['write main.py', 'write a.bin', 'write b.bin']);
  });

  it('each file system is counted by itself', () => {
    const mounts = [mount('', 'littlefs', 0), mount('sd', 'fat', 1_000_000)];
    const { mode, space, problems } = plan({ entries: [big('sd/a.bin', 5_000)], onBoard: { sd: 'folder' }, mounts });
    assert.deepEqual([mode, problems], ['stage-all', []]);
    assert.deepEqual(space, [{ mount: 'sd', needed: 12_288, free: 1_000_000, lacking: 0 }]);
  });
});

describe('The record of a restore', () => {
  it('P25 leads from any moment of it to what it found, and to what it was to make', () => {
    fc.assert(
      fc.property(trees(), trees(), fc.nat(40), fc.boolean(), (backup, before, stop, mirrors) => {
        const made = plan({
          entries: entriesOf(backup),
          onBoard: before,
          mirror: mirrors ? 99 : null,
          conflicts: 'backup',
        });
        if (made.problems.length > 0) return;
        const record = recordedItems(made, new Map());
        const goal = apply(before, made.steps);
        const between = apply(before, made.steps.slice(0, stop));
        for (const [toward, end] of [
          ['after', goal],
          ['before', before],
        ] as const) {
          const state = stateOf({ onBoard: between });
          const wanted = wantedByRecord(record, toward, state);
          const { steps, problems, items } = planToward(wanted, state, isOfRecord(record), 'backup');
          assert.deepEqual(problems, []);
          assert.ok(
            items.every(({ action }) => action !== 'conflict'),
            "what a restore wrote is nobody else's",
          );
          const reached = apply(between, steps);
          assert.deepEqual(reached, end, `${toward} after ${stop} steps`);
          const again = stateOf({ onBoard: reached });
          const rest = planToward(wantedByRecord(record, toward, again), again, isOfRecord(record), 'backup');
          assert.deepEqual(rest.steps, []);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('P29 P30 a restore ends in the tree that an independent account of it says', () => {
    fc.assert(
      fc.property(trees(), trees(), fc.constantFrom('', 'a', 'b'), fc.boolean(), (backup, before, chosen, mirrors) => {
        if (chosen !== '' && !(chosen in backup)) return;
        const made = plan({
          entries: entriesOf(backup),
          onBoard: before,
          paths: [chosen],
          mirror: mirrors ? 99 : null,
        });
        if (made.problems.length > 0) return;
        const inside = (path: string) => chosen === '' || path === chosen || path.startsWith(`${chosen}/`);
        const expected: Record<string, Held> = {};
        for (const [path, held] of Object.entries(before)) if (!inside(path) || !mirrors) expected[path] = held;
        for (const [path, held] of Object.entries(backup)) if (inside(path)) expected[path] = held;
        assert.deepEqual(apply(before, made.steps), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('does not remove a folder that somebody has put something into since', () => {
    const made = plan({ paths: ['lib'], onBoard: {} });
    const state = stateOf({ onBoard: { lib: 'folder', 'lib/wifi.py': 'lib/wifi.py', 'lib/mine.py': 'mine' } });
    const { steps } = planToward(
      wantedByRecord(recordedItems(made, new Map()), 'before', state),
      state,
      () => true,
      'backup',
    );
    assert.deepEqual(stepsOf({ steps }), ['remove lib/wifi.py']);
  });

  it('takes a file that was changed since for a conflict', () => {
    const made = plan({ paths: ['main.py'], onBoard: { 'main.py': 'old' } });
    const record = recordedItems(made, new Map());
    const state = stateOf({ onBoard: { 'main.py': 'newer' } });
    const { items } = planToward(wantedByRecord(record, 'before', state), state, isOfRecord(record), 'backup');
    assert.deepEqual(items.map(shown), ['conflict main.py']);
  });
});

/** What a path of a board holds: `folder`, or a file with this text; null where its hash is not known. */
type Held = string | null;

interface Case {
  entries: readonly ManifestEntry[];
  paths: readonly string[];
  include: readonly string[];
  exclude: readonly string[];
  scopeExclude: readonly string[];
  errors: readonly string[];
  mapping: readonly [from: string, to: string];
  deviceFiles: readonly string[];
  conflicts: ConflictChoice;
  mirror: number | null;
  onBoard: Readonly<Record<string, Held>>;
  sizes: Readonly<Record<string, number>>;
  unreadable: readonly string[];
  mounts: readonly BoardMount[];
  mountsThen: readonly string[];
  free: number | null;
  can: BoardState['can'];
  saved: readonly string[];
  leftOut: readonly string[];
  chosen: Readonly<Record<string, ConflictChoice>>;
}

function plan(given: Partial<Case> = {}): RestorePlan {
  const { entries = BACKUP, paths = [''], include = [], exclude = [], scopeExclude = [], errors = [], mapping } = given;
  const [from, to] = (mapping ?? []).map(parseBoardPath);
  const request: RestoreRequest = {
    entries,
    errors: errors.map((path) => ({ path: parseBoardPath(path) })),
    scope: { root: ROOT, include: [], exclude: scopeExclude },
    mounts: (given.mountsThen ?? []).map(parseUserPath),
    selection: { paths: paths.map(parseBoardPath), include, exclude },
    mapping: from !== undefined && to !== undefined ? { from, to } : null,
    deviceFiles: given.deviceFiles ?? [],
    conflicts: given.conflicts ?? 'backup',
    mirror: typeof given.mirror === 'number' ? { most: given.mirror } : null,
  };
  const saved = new Set((given.saved ?? []).map(hashOf));
  const decisions = {
    leftOut: new Set((given.leftOut ?? []).map(parseBoardPath)),
    conflicts: new Map(Object.entries(given.chosen ?? {}).map(([path, choice]) => [parseBoardPath(path), choice])),
  };
  return planRestore(request, stateOf(given), (hash) => saved.has(hash), decisions);
}

function stateOf({
  onBoard = {},
  sizes = {},
  unreadable = [],
  mounts,
  free = 1_000_000,
  can,
}: Partial<Case>): BoardState {
  const present = new Map<BoardPath, OnBoard>();
  for (const [path, held] of Object.entries(onBoard)) {
    const sha256 = held === null ? null : hashOf(held);
    present.set(parseBoardPath(path), held === 'folder' ? 'folder' : { size: sizes[path] ?? 1, sha256 });
  }
  return {
    present,
    unreadable: unreadable.map((path) => ({ path: parseBoardPath(path), message: '' })),
    mounts: mounts ?? [mount('', 'littlefs', free)],
    can: can ?? { rename: true, mkdir: true },
  };
}

function mount(path: string, kind: BoardMount['kind'] = 'littlefs', free: number | null = 1_000_000): BoardMount {
  return { path: parseBoardPath(path), kind, free };
}

/** Trees of a few paths, in which every folder is there. */
function trees(): fc.Arbitrary<Record<string, Held>> {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'main.py'), { minLength: 1, maxLength: 3 })
    .map((names) => names.join('/'));
  const files = fc.dictionary(path, fc.constantFrom('one', 'two', 'three'), { maxKeys: 8, noNullPrototype: true });
  return files.map((texts) => {
    const tree: Record<string, Held> = {};
    const folders = new Set(Object.keys(texts).flatMap((path) => parentsOf(path)));
    for (const folder of folders) tree[folder] = 'folder';
    for (const [path, text] of Object.entries(texts)) if (!folders.has(path)) tree[path] = text;
    return tree;
  });
}

function parentsOf(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'));
}

function entriesOf(tree: Record<string, Held>): ManifestEntry[] {
  return Object.entries(tree).map(([path, held]) =>
    held === 'folder' ? folder(path) : ({ ...file(path), sha256: hashOf(held ?? '') } as ManifestEntry),
  );
}

/** A board that does what it is told, and refuses what no board can do. */
function apply(tree: Readonly<Record<string, Held>>, steps: RestorePlan['steps']): Record<string, Held> {
  const after = { ...tree };
  for (const step of steps) {
    const { path } = step;
    const parent = parentOf(path);
    assert.ok(parent === ROOT || after[parent] === 'folder', `no folder for ${path}`);
    if (step.kind === 'make-folder') after[path] = 'folder';
    else if (step.kind === 'write') {
      assert.notEqual(after[path], 'folder');
      after[path] = TEXTS.find((text) => hashOf(text) === step.content.sha256) ?? path;
    } else {
      assert.ok(path in after, `${path} is not there`);
      if (step.kind === 'remove-folder')
        assert.ok(!Object.keys(after).some((other) => other.startsWith(`${path}/`)), `${path} is not empty`);
      delete after[path];
    }
  }
  return after;
}

const TEXTS = ['one', 'two', 'three'];

function stepsOf({ steps }: Pick<RestorePlan, 'steps'>): string[] {
  return steps.map(({ kind, path }) => `${kind} ${path}`);
}

function byName(one: string, other: string): number {
  const [a = '', b = ''] = [one, other].map((line) => line.split(' ')[1]);
  return a < b ? -1 : 1;
}

function selected(...paths: string[]): string[] {
  return selectEntries(BACKUP, paths.map(parseBoardPath)).selected.map((entry) => entry.path);
}

function shown({ action, path }: RestoreItem): string {
  return `${action} ${path}`;
}

function folder(path: string): ManifestEntry {
  return { type: 'folder', path: parseBoardPath(path) };
}

function file(path: string): ManifestEntry {
  return {
    ...{ type: 'file', path: parseBoardPath(path), size: 1, storedSize: 1, mtime: null, sha256: hashOf(path) },
    ...{ evidence: 'board-hash', archive: 'backup_20251121_091000.blb', stored: `files/${path}` },
  };
}

function hashOf(text: string): ContentHash {
  return Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64) as ContentHash;
}
