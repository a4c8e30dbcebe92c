import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ManifestEntry } from '../../src/core/archive/manifest.js';
import { type BoardPath, isInside, parentOf, parseBoardPath, ROOT } from '../../src/core/paths.js';
import type { OnBoard } from '../../src/core/plan/restoreItem.js';
import { planRestore, type RestoreStep, selectEntries } from '../../src/core/plan/restorePlan.js';
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
    assert.deepEqual(planRestore(BACKUP, new Map()).map(shown), [
      'folder data',
      'folder lib',
      'write data/log.csv',
      'write lib/wifi.py',
      'write library.py',
      'write boot.py',
      'write main.py',
    ]);
  });

  it('makes the folders of a file, even where only the file was chosen', () => {
    const steps = planRestore([file('a/b/c.py')], new Map());
    assert.deepEqual(steps.map(shown), ['folder a', 'folder a/b', 'write a/b/c.py']);
  });

  it('P27 does not write a file that is the same already', () => {
    const steps = planRestore([file('main.py')], new Map([[parseBoardPath('main.py'), hashOf('main.py')]]));
    assert.deepEqual(steps.map(shown), ['same main.py']);
  });

  it('P26 says which files it replaces: those that are different, and those that the board cannot hash', () => {
    const onBoard = new Map<BoardPath, ContentHash | null>([
      [parseBoardPath('library.py'), hashOf('something else')],
      [parseBoardPath('main.py'), null],
    ]);
    const steps = planRestore(BACKUP, onBoard).flatMap((step) => (step.kind === 'write' ? [step] : []));
    assert.deepEqual(
      steps.filter(({ replaces }) => replaces).map(({ path }) => path),
      ['library.py', 'main.py'],
    );
  });

  it('says where a folder is in the way of a file, and a file in the way of a folder', () => {
    const onBoard = new Map<BoardPath, OnBoard>([
      [parseBoardPath('main.py'), 'folder'],
      [parseBoardPath('lib'), hashOf('a file')],
      [parseBoardPath('data'), 'folder'],
    ]);
    const blocked = planRestore(BACKUP, onBoard).filter(({ kind }) => kind === 'blocked');
    assert.deepEqual(blocked, [
      { kind: 'blocked', path: 'lib', onBoard: 'file' },
      { kind: 'blocked', path: 'main.py', onBoard: 'folder' },
    ]);
  });

  it('P36 says of a board without folders what cannot go there', () => {
    const steps = planRestore(BACKUP, new Map(), false);
    assert.deepEqual(steps.map(shown), [
      'needs-folders data',
      'needs-folders lib',
      'needs-folders data/log.csv',
      'needs-folders lib/wifi.py',
      'write library.py',
      'write boot.py',
      'write main.py',
    ]);
  });

  it('has one step for each file, and makes every folder before what lies in it', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'main.py'), { minLength: 1, maxLength: 4 })
      .map((names) => names.join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 12 }), (paths) => {
        const files = paths.map(file);
        const steps = planRestore(files, new Map());
        const made = new Set<BoardPath>([ROOT]);
        for (const step of steps) {
          assert.ok(made.has(parentOf(step.path)), step.path);
          if (step.kind === 'folder') made.add(step.path);
        }
        const written = steps.filter(({ kind }) => kind === 'write').map((step) => step.path);
        assert.deepEqual(written.sort(), files.map((entry) => entry.path).sort());
      }),
    );
  });
});

function selected(...paths: string[]): string[] {
  return selectEntries(BACKUP, paths.map(parseBoardPath)).selected.map((entry) => entry.path);
}

function shown(step: RestoreStep): string {
  return `${step.kind} ${step.path}`;
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
