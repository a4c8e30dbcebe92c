import assert from 'node:assert/strict';
import type { ManifestFile } from '../../src/core/archive/manifest.js';
import { BackupError } from '../../src/core/errors.js';
import type { BoardLook } from '../../src/core/jobs/lookAtBoard.js';
import type { OffsiteState } from '../../src/core/jobs/offsitePlace.js';
import { type BoardPath, parseBoardPath, ROOT } from '../../src/core/paths.js';
import { chainsOf } from '../../src/core/plan/chains.js';
import { compareTrees } from '../../src/core/plan/compareTrees.js';
import type { KnownBoard } from '../../src/core/plan/knownBoards.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { Choosing } from '../../src/ui/tree/choosing.js';
import type { Node } from '../../src/ui/tree/nodes.js';
import { PAGE, rowsBelow, rowsInFolder, type TreeModel, topRows } from '../../src/ui/tree/rows.js';
import { sinceBackup } from '../../src/ui/tree/sinceBackup.js';
import {
  boardsInOrder,
  choicesOf,
  describeLook,
  fits,
  parseLook,
  type TreeLook,
  USUAL_LOOK,
} from '../../src/ui/tree/treeLook.js';
import { aBoard, hashOf } from '../support/builders.js';

const SCOPE = { root: ROOT, include: [], exclude: [] };

describe('The rows of the tree', () => {
  it('of a board that is there begin with its files, and with its first backup where it has none', () => {
    const [board] = topRows(aModel([]));
    assert.ok(board);
    assert.deepEqual(rowsBelow(board, aModel([]))?.map(shown), ['live', 'first: Back Up This Board']);
    const { url: _, ...gone } = BOARD;
    const away = aModel([aSummary(1)], { boards: [gone] });
    assert.deepEqual(below(topRows(away)[0], away).map(shown), ['chain 1']);
  });

  it('say nothing of a first backup where backups could not be listed', () => {
    const model = aModel([], { backupsListed: false });
    assert.deepEqual(below(topRows(model)[0], model).map(shown), ['live']);
  });

  it('end with the second place, where there is one', () => {
    const state = { place: '/media/usb' } as OffsiteState;
    const rows = topRows(aModel([], { secondPlace: { state, isWorking: true } }));
    assert.deepEqual(rows.at(-1), { kind: 'secondPlace', state, isWorking: true });
  });

  it('have one for the missing key, and those of archives that it would not open either', () => {
    const error = new BackupError('key-missing', 'It is encrypted.');
    const damage = new BackupError('archive-damaged', 'It is damaged.');
    const unreadable = [
      { path: '/store/a.blb.age', error },
      { path: '/store/b.blb', error: damage },
    ];
    const kinds = (model: TreeModel) =>
      topRows(model).flatMap((row) => (row.kind === 'damage' ? [row.archive.path] : []));
    assert.deepEqual(kinds(aModel([], { unreadable, isLocked: true })), ['/store/b.blb']);
    // The others are open: this one has another key.
    assert.deepEqual(kinds(aModel([], { unreadable })), ['/store/a.blb.age', '/store/b.blb']);
  });

  it('come a page at a time', () => {
    const model = aModel(Array.from({ length: 2 * PAGE + 5 }, (_, at) => aSummary(2 * PAGE + 5 - at)));
    const [, chain] = below(topRows(model)[0], model);
    const first = below(chain, model);
    assert.equal(first.length, PAGE + 1);
    assert.equal(shown(first.at(-1)), `more: Show ${PAGE} more of ${PAGE + 5}`);
    const second = below(chain, { ...model, pagesOf: () => 2 });
    assert.equal(shown(second.at(-1)), 'more: Show 5 more of 5');
    assert.equal(below(chain, { ...model, pagesOf: () => 3 }).length, 2 * PAGE + 5);
  });

  it('are newest first, or oldest first, chains and their backups alike', () => {
    const backups = [aSummary(4), aSummary(3, { kind: 'full' }), aSummary(2), aSummary(1, { kind: 'full' })];
    const newest = aModel(backups);
    assert.deepEqual(allBackups(newest), [4, 3, 2, 1]);
    assert.deepEqual(allBackups(aModel(backups, { look: { ...USUAL_LOOK, oldestFirst: true } })), [1, 2, 3, 4]);
  });

  it('leave out what the filter does not want, and say so where nothing is left', () => {
    const backups = [aSummary(3, { pinned: true }), aSummary(2), aSummary(1, { kind: 'full' })];
    const pinned = aModel(backups, { look: aLook('pinned') });
    assert.deepEqual(allBackups(pinned), [3]);
    const damaged = aModel(backups, { look: aLook('damaged') });
    assert.deepEqual(below(topRows(damaged)[0], damaged).map(shown), [
      'live',
      'filtered: 3 backups hidden by the filter',
    ]);
  });

  it('of the files on a board are read only when somebody asks, and then by folder', () => {
    const unread = aModel([]);
    const [live] = below(topRows(unread)[0], unread);
    assert.deepEqual(below(live, unread).map(shown), ['read: Read the files']);
    const outdated = aModel([], { live: () => ({ kind: 'unread', isOutdated: true }) });
    const [again] = below(topRows(outdated)[0], outdated);
    assert.deepEqual(below(again, outdated).map(shown), ['read: Changed since: read the files again']);

    const model = aModel([aSummary(1)], { live: () => ({ kind: 'read', at: 0, look: aLookAtBoard() }) });
    const [read] = below(topRows(model)[0], model);
    const rows = below(read, model);
    assert.deepEqual(rows.map(shown), ['liveFolder lib', 'liveFile main.py', 'liveFile new.py']);
    assert.deepEqual(
      rows.map((row) => row.kind === 'liveFile' && row.isInBackup),
      [false, true, false],
    );
    const [wifi] = below(rows[0], model);
    assert.deepEqual(shown(wifi), 'liveFile lib/wifi.py');
    // What the board itself, its folders and its files are marked with.
    const isChanged = [topRows(model)[0], ...rows, wifi].map((row) => row && 'isChanged' in row && row.isChanged);
    assert.deepEqual(isChanged, [true, true, false, false, true]);
    assert.deepEqual(
      rows.map((row) => row.kind === 'liveFile' && row.isNew),
      [false, false, true],
    );
  });

  it('of a board have what is missing there since the last backup, too, with the folders that it was in', () => {
    const entries = ['gone.py', 'old/deep/lost.py'].map(aFile);
    const look = aLookAtBoard();
    assert.ok(look.since);
    const since = { ...look.since, difference: { ...look.since.difference, removed: entries } };
    const model = aModel([aSummary(1)], { live: () => ({ kind: 'read', at: 0, look: { ...look, since } }) });
    const [read] = below(topRows(model)[0], model);
    const rows = below(read, model);
    assert.deepEqual(
      rows.map((row) => `${shown(row)}${row.kind === 'liveFile' && row.isMissing ? ' missing' : ''}`),
      ['liveFolder lib', 'liveFolder old', 'liveFile gone.py missing', 'liveFile main.py', 'liveFile new.py'],
    );
    const [deep] = below(rows[1], model);
    assert.deepEqual(below(deep, model).map(shown), ['liveFile old/deep/lost.py']);
  });

  it('say what has changed on a board, and never take what was not compared for the same', () => {
    const { since } = aLookAtBoard();
    assert.ok(since);
    assert.equal(sinceBackup(since.difference), '1 changed, 1 new');
    const none = { ...since.difference, added: [], changed: [] };
    assert.equal(sinceBackup(none), 'as in the last backup');
    const unknown = [{ path: path('main.py'), side: 'after' as const, message: '' }];
    assert.equal(sinceBackup({ ...none, unknown, removed: [aFile('old.py')] }), '1 missing, 1 not compared');
    assert.equal(sinceBackup(undefined), '');
  });

  it('of the folders of a backup know whether something in them came with it', () => {
    const entries = [aFile('lib/a.py'), { ...aFile('old/b.py'), archive: 'earlier.blb' }];
    const folders = ['lib', 'old'].map((name) => ({ type: 'folder' as const, path: path(name) }));
    const marked = (backup: BackupSummary) => {
      const model = aModel([backup]);
      const [, chain] = below(topRows(model)[0], model);
      const [row] = below(chain, model);
      assert.ok(row?.kind === 'backup');
      const rows = rowsInFolder(row, [...entries, ...folders], () => undefined);
      return rows.map((folder) => folder.kind === 'folder' && folder.holdsOwn);
    };
    assert.deepEqual(marked(aSummary(1)), [true, false]);
    assert.deepEqual(marked(aSummary(1, { kind: 'full' })), [false, false]);
  });

  it('of a backup have check boxes while its files are chosen, and a folder stands for what is in it', () => {
    const entries = [
      aFile('lib/a.py'),
      aFile('lib/b.py'),
      { type: 'folder' as const, path: path('lib') },
      aFile('c.py'),
    ];
    const backup = aSummary(1);
    const choosing = new Choosing(backup, entries);
    const model = aModel([backup]);
    const [, chain] = below(topRows(model)[0], model);
    const [row] = below(chain, model);
    assert.ok(row?.kind === 'backup');
    const ticks = () =>
      rowsInFolder(row, entries, (at) => choosing.isTicked(at)).map((file) => 'isTicked' in file && file.isTicked);
    assert.deepEqual(ticks(), [false, false]);
    choosing.tick(path('lib'), true);
    assert.deepEqual(
      [ticks(), choosing.paths],
      [
        [true, false],
        ['lib/a.py', 'lib/b.py'],
      ],
    );
    choosing.tick(path('lib/a.py'), false);
    assert.deepEqual([ticks(), choosing.paths], [[true, false], ['lib/b.py']]);
    choosing.tick(path('lib'), false);
    assert.deepEqual([ticks(), choosing.paths], [[false, false], []]);
  });
});

describe('What the tree shows', () => {
  it('is chosen from what there is', () => {
    const backups = [aSummary(3, { pinned: true, origin: 'quick' }), aSummary(2, { tags: ['flash'], errors: 1 })];
    assert.deepEqual(
      choicesOf(backups).map(({ label, backups }) => `${label} ${backups}`),
      ['Pinned 1', 'Damaged or incomplete 1', 'Manual 1', 'Quick 1', 'Incremental 2', '#flash 1'],
    );
    assert.deepEqual(choicesOf([]), []);
  });

  it('fits any of what was chosen, and everything where nothing was', () => {
    const quick = aSummary(1, { origin: 'quick' });
    assert.ok(fits(quick, []) && fits(quick, ['pinned', 'origin:quick']) && !fits(quick, ['pinned', 'kind:full']));
    assert.ok(fits(aSummary(1, { tags: ['a:b'] }), ['tag:a:b']));
  });

  it('is remembered, whatever is in the memory', () => {
    const look: TreeLook = { criteria: ['pinned', 'tag:x'], oldestFirst: true, boardsBy: 'lastBackup' };
    assert.deepEqual(parseLook(JSON.parse(JSON.stringify(look))), look);
    for (const value of [undefined, null, 7, 'x', [], { criteria: 7 }, { criteria: ['x', 7, 'kind:'], boardsBy: 'y' }])
      assert.deepEqual(parseLook(value), USUAL_LOOK);
    assert.equal(describeLook(look), 'Filter: Pinned, #x; oldest first; boards by last backup');
    assert.equal(describeLook(USUAL_LOOK), '');
  });

  it('may begin with the boards that were not backed up for the longest time', () => {
    const named = (name: string, latest?: BackupSummary): KnownBoard => ({
      key: name,
      name,
      ...(latest && { latest }),
    });
    const boards = [named('new', aSummary(9)), named('never'), named('old', aSummary(1))];
    const names = (boardsBy: TreeLook['boardsBy']) =>
      boardsInOrder(boards, { ...USUAL_LOOK, boardsBy }).map(({ name }) => name);
    assert.deepEqual(names('lastBackup'), ['never', 'old', 'new']);
    assert.deepEqual(names('name'), ['new', 'never', 'old']);
  });
});

const BOARD: KnownBoard = { key: 'uid:1', id: 'uid:1', url: 'sim:demo', name: 'demo' };

function aModel(backups: BackupSummary[], overrides: Partial<TreeModel> = {}): TreeModel {
  const [latest] = backups;
  return {
    ...{ troubles: [], boards: [{ ...BOARD, ...(latest && { latest }) }], backupsListed: true, unreadable: [] },
    ...{ look: USUAL_LOOK, chainsOf: () => chainsOf(backups), restoreOf: () => undefined, portIsNamed: () => false },
    ...{
      isDenied: () => false,
      findingOf: () => undefined,
      workOn: () => undefined,
      live: () => ({ kind: 'unread', isOutdated: false }),
    },
    ...{ pagesOf: () => 1, choosing: undefined, isLocked: false, secondPlace: undefined },
    ...overrides,
  };
}

function aLook(...criteria: TreeLook['criteria']): TreeLook {
  return { ...USUAL_LOOK, criteria };
}

function aSummary(sequence: number, overrides: Partial<BackupSummary> = {}): BackupSummary {
  return {
    ...{ id: `${sequence}`.padStart(64, '0'), board: aBoard(), kind: 'incremental', origin: 'manual', sequence },
    ...{ createdAt: new Date(sequence * 86_400_000).toISOString(), label: null, parent: null },
    ...{ files: 1, bytes: 1, stored: 1, storedBytes: 1, errors: 0, archive: '/store/a.blb' },
    ...{ note: '', tags: [], pinned: false },
    ...overrides,
  };
}

/** Since the last backup, `new.py` came and `lib/wifi.py` changed. */
function aLookAtBoard(): BoardLook {
  const tree = (...names: string[]) => ({
    entries: [{ type: 'folder' as const, path: path('lib') }, ...names.map(aFile)],
    errors: [],
    scope: SCOPE,
  });
  const now = tree('lib/wifi.py', 'main.py', 'new.py');
  const old = tree('lib/wifi.py', 'main.py');
  const isWifi = (entry: ManifestFile | { type: 'folder'; path: BoardPath }) => entry.path === 'lib/wifi.py';
  const before = {
    ...old,
    entries: old.entries.map((entry) => (isWifi(entry) ? { ...entry, sha256: hashOf(Buffer.from('old')) } : entry)),
  };
  return {
    board: { id: 'uid:1', idSource: 'unique-id', name: 'demo', machine: '', firmware: '' },
    program: { state: 'none' },
    tree: now,
    since: { backup: aSummary(1), difference: compareTrees(before, now) },
  };
}

function aFile(name: string): ManifestFile {
  const sha256 = hashOf(Buffer.from(name));
  const stored = { archive: 'a.blb', stored: name, storedSize: 1 };
  return { type: 'file', path: path(name), size: 1, mtime: null, sha256, evidence: 'board-hash', ...stored };
}

const path = parseBoardPath;

function below(node: Node | undefined, model: TreeModel): Node[] {
  assert.ok(node);
  return rowsBelow(node, model) ?? [];
}

/** Sequences of all backups, in the order in which they are shown. */
function allBackups(model: TreeModel): number[] {
  const chains = below(topRows(model)[0], model).filter(({ kind }) => kind === 'chain');
  return chains.flatMap((chain) => below(chain, model).map((row) => (row.kind === 'backup' ? row.backup.sequence : 0)));
}

function shown(node: Node | undefined): string {
  if (node?.kind === 'hint') return `${node.hint}: ${node.text}`;
  if (node?.kind === 'chain') return `chain ${node.shown.length}`;
  return node && 'path' in node ? `${node.kind} ${node.path}` : (node?.kind ?? '');
}
