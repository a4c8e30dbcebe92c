import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type BoardPath, isInside, parseBoardPath, ROOT } from '../../src/core/paths.js';
import {
  type ComparedEntry,
  type ComparedFile,
  type ComparedTree,
  compareTrees,
  type TreeDifference,
} from '../../src/core/plan/compareTrees.js';
import { openStore } from '../../src/core/store/store.js';
import { hashOf, inFolder, takeBackup, testEnv } from '../support/builders.js';

describe('What differs between two trees', () => {
  it('is what was added, removed and changed, each sorted by path, with the sizes of both sides', () => {
    const before = tree({ 'old.py': 'old', 'main.py': 'one', 'b.py': 'b', 'a.py': 'a' });
    const after = tree({ 'z.py': 'z', 'new.py': 'new', 'main.py': 'eleven', 'b.py': 'c', 'a.py': 'a' });
    const found = compareTrees(before, after);
    assert.deepEqual(shown(found), ['+ new.py', '+ z.py', '- old.py', '~ b.py 1 1', '~ main.py 3 6', '= a.py']);
    assert.deepEqual(found.bytes, { added: 4, removed: 3, changed: { before: 4, after: 7 }, same: 1 });
  });

  it('is nothing between a tree and itself', () => {
    const one = tree({ 'main.py': '1', 'lib/a.py': '2' }, { folders: ['empty', 'lib'] });
    assert.deepEqual(shown(compareTrees(one, one)), ['= lib/a.py', '= main.py']);
  });

  it('takes the manifests of backups as they are', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), folder);
      const [first, second] = [await takeBackup(store, { 'a.py': '1' }), await takeBackup(store, { 'lib/a.py': '2' })];
      const found = compareTrees(await store.readManifest(first), await store.readManifest(second));
      assert.deepEqual(shown(found), ['+ lib/a.py', '- a.py']);
    });
  });

  it('P31 takes a file that one side could not read neither for removed nor for added', () => {
    const whole = tree({ 'data.bin': 'x', 'main.py': '1' });
    const unread = tree({ 'main.py': '1' }, { errors: ['data.bin'] });
    assert.deepEqual(shown(compareTrees(whole, unread)), ['= main.py', '? data.bin after']);
    assert.deepEqual(shown(compareTrees(unread, whole)), ['= main.py', '? data.bin before']);
    assert.deepEqual(shown(compareTrees(unread, tree({ 'main.py': '1' }))), ['= main.py', '? data.bin before']);
    assert.deepEqual(shown(compareTrees(unread, unread)), ['= main.py', '? data.bin before']);
  });

  it('P31 knows nothing of what is in a folder that could not be listed, and says so once', () => {
    const whole = tree({ 'sd/a': '1', 'sd/deep/b': '2', 'sd/c': '3', 'sdk.py': '4' });
    const unread = tree({ 'sd/c': '3' }, { folders: ['sd'], errors: ['sd'] });
    assert.deepEqual(shown(compareTrees(whole, unread)), ['- sdk.py', '= sd/c', '? sd after']);
    assert.deepEqual(shown(compareTrees(tree({}), unread)), ['+ sd/c', '? sd after']);
    assert.deepEqual(shown(compareTrees(tree({}), tree({}, { folders: ['sd'], errors: ['sd'] }))), ['? sd after']);
  });

  it('P31 knows nothing of what is missing where the root could not be listed in whole', () => {
    const whole = tree({ 'main.py': '1', 'boot.py': '2' });
    const unread = tree({ 'main.py': '1' }, { errors: [''] });
    assert.deepEqual(shown(compareTrees(whole, unread)), ['= main.py', '?  after']);
  });

  it('P31 compares files of unknown content by their size, and calls them unknown where it is the same', () => {
    const known = tree({ 'a.bin': '1', 'b.bin': '1' });
    const unread: ComparedTree = {
      ...tree({}, { errors: ['b.bin'] }),
      entries: [
        { type: 'file', path: parseBoardPath('a.bin'), size: 2, sha256: null },
        { type: 'file', path: parseBoardPath('b.bin'), size: 1, sha256: null },
      ],
    };
    assert.deepEqual(shown(compareTrees(known, unread)), ['~ a.bin 1 2', '? b.bin after']);
    assert.equal(compareTrees(unread, known).unknown[0]?.message, 'b.bin cannot be read');
  });

  it('P31 takes no file for added or removed that the other side did not look at, and names it', () => {
    const whole = tree({ 'main.py': '1', 'a.log': '2', 'data/b.log': '3' });
    const some = tree({ 'main.py': '1' }, { scope: { root: ROOT, include: [], exclude: ['*.log'] } });
    const expected = ['= main.py', 'outside a.log', 'outside data/b.log'];
    assert.deepEqual(shown(compareTrees(whole, some)), ['- data', ...expected]);
    assert.deepEqual(shown(compareTrees(some, whole)), ['+ data', ...expected]);
    const inLib = tree({ 'lib/a.py': '1' }, { scope: { root: ROOT, include: ['lib/*.py'], exclude: [] } });
    const all = tree({ 'lib/a.py': '1', 'main.py': '1', 'lib/b.py': '2' }, { folders: ['lib', 'empty'] });
    assert.deepEqual(shown(compareTrees(inLib, all)), ['+ lib/b.py', '= lib/a.py', 'outside main.py']);
  });

  it('lists a folder only where nothing in it is listed', () => {
    const before = tree({ 'gone/a.py': '1' }, { folders: ['gone', 'gone/empty', 'stays'] });
    const after = tree({ 'new/deep/b.py': '2' }, { folders: ['new', 'new/deep', 'fresh', 'stays'] });
    assert.deepEqual(shown(compareTrees(before, after)), [
      ...['+ fresh', '+ new/deep/b.py', '- gone/a.py', '- gone/empty'],
    ]);
  });

  it('calls a file that became a folder removed, and what is in the folder added', () => {
    const file = tree({ x: '1' });
    assert.deepEqual(shown(compareTrees(file, tree({ 'x/a.py': '2' }, { folders: ['x'] }))), ['+ x/a.py', '- x']);
    assert.deepEqual(shown(compareTrees(file, tree({}, { folders: ['x'] }))), ['+ x', '- x']);
    assert.deepEqual(shown(compareTrees(tree({}, { folders: ['x'] }), file)), ['+ x', '- x']);
  });

  it('says from where a file was moved, where no other file has that content', () => {
    const moved = compareTrees(tree({ 'a.py': 'content' }), tree({ 'lib/b.py': 'content' }));
    assert.deepEqual(shown(moved), ['+ lib/b.py from a.py', '- a.py']);
    const pairs: ReadonlyArray<[Record<string, string>, Record<string, string>]> = [
      [{ 'a.py': 'content' }, { 'a.py': 'content', 'b.py': 'content' }],
      [{ 'a.py': 'content', 'c.py': 'content' }, { 'b.py': 'content' }],
      [{ 'a.py': 'content' }, { 'b.py': 'content', 'c.py': 'content' }],
      [{ 'a.py': '' }, { 'b.py': '' }],
    ];
    for (const [before, after] of pairs) {
      const { added } = compareTrees(tree(before), tree(after));
      assert.ok(added.length > 0 && added.every((entry) => !('movedFrom' in entry)));
    }
  });

  it('is looked for only in the files and folders that are named', () => {
    const before = tree({ 'lib/a.py': '1', 'library.py': '1', 'main.py': '1' }, { errors: ['lib/x', 'y', 'sd'] });
    const paths = ['lib', 'main.py', 'sd/deep'].map(parseBoardPath);
    assert.deepEqual(shown(compareTrees(before, tree({ 'main.py': '1' }), paths)), [
      ...['- lib/a.py', '= main.py', '? lib/x before', '? sd before'],
    ]);
  });

  it('P31 accounts for every file once, the same from both sides, and never guesses what was not read', () => {
    const places = ['a', 'b', 'lib', 'lib/a', 'lib/b', 'lib/deep/c', 'x.log'].map(parseBoardPath);
    const state = fc.constantFrom('none', 'one', 'two', 'error', 'folder', 'unread');
    const anyTree = fc.record({ states: fc.tuple(...places.map(() => state)), isPartial: fc.boolean() });
    let tried = 0;
    let unknowns = 0;
    fc.assert(
      fc.property(anyTree, anyTree, (one, other) => {
        const [before, after] = [treeOf(places, one), treeOf(places, other)];
        const found = compareTrees(before, after);
        tried += 1;
        unknowns += found.unknown.length;
        const mirrored = compareTrees(after, before);
        assert.deepEqual(found.added.map(pathOf), mirrored.removed.map(pathOf));
        assert.deepEqual(found.changed.map(pathOf), mirrored.changed.map(pathOf));
        assert.deepEqual(found.unknown.map(pathOf), mirrored.unknown.map(pathOf));
        for (const { path, sha256 } of filesOf(before)) {
          const now = filesOf(after).find((file) => file.path === path);
          // What holds something is a folder, whether it could be listed or not.
          const holds = [...after.entries, ...after.errors].some((inner) => inner.path.startsWith(`${path}/`));
          const isFolder = holds || after.entries.some((entry) => entry.path === path && entry.type === 'folder');
          const isUnread = !isFolder && after.errors.some((error) => isInside(path, error.path));
          const verdicts = [found.removed, found.changed, found.same].filter((list) => list.map(pathOf).includes(path));
          const isUnknown = found.unknown.some((place) => isInside(path, place.path));
          const isOutside = found.outside.includes(path);
          if (now && sha256 && now.sha256)
            assert.deepEqual(verdicts, [sha256 === now.sha256 ? found.same : found.changed]);
          else if (verdicts.length === 0) assert.ok(isUnknown || isOutside, path);
          else assert.deepEqual([verdicts, now, isUnread || isOutside], [[found.removed], undefined, false], path);
        }
      }),
      { numRuns: 2000 },
    );
    console.log(`      ${tried} pairs of trees, ${unknowns} paths unknown`);
    assert.ok(unknowns > 100);
  });
});

type State = 'none' | 'one' | 'two' | 'error' | 'folder' | 'unread';

/** A tree in which no file holds another. */
function treeOf(places: readonly BoardPath[], one: { states: readonly string[]; isPartial: boolean }): ComparedTree {
  const entries: ComparedEntry[] = [];
  const errors: Array<{ path: BoardPath; message: string }> = [];
  for (const [at, path] of places.entries()) {
    const state = one.states[at] as State;
    if (one.isPartial && path === 'x.log') continue;
    if (entries.some((entry) => entry.type === 'file' && isInside(path, entry.path))) continue;
    if (state === 'error' || state === 'unread') errors.push({ path, message: 'cannot be read' });
    if (state === 'folder') entries.push({ type: 'folder', path });
    if (state === 'unread') entries.push({ type: 'file', path, size: 3, sha256: null });
    if (state === 'one' || state === 'two') entries.push(file(path, state));
  }
  return { entries, errors, scope: { root: ROOT, include: [], exclude: one.isPartial ? ['*.log'] : [] } };
}

function tree(
  files: Record<string, string>,
  {
    folders = [] as string[],
    errors = [] as string[],
    scope = { root: ROOT, include: [], exclude: [] } as ComparedTree['scope'],
  } = {},
): ComparedTree {
  return {
    entries: [
      ...folders.map((path): ComparedEntry => ({ type: 'folder', path: parseBoardPath(path) })),
      ...Object.entries(files).map(([path, content]) => file(parseBoardPath(path), content)),
    ],
    errors: errors.map((path) => ({ path: parseBoardPath(path), message: `${path} cannot be read` })),
    scope,
  };
}

function file(path: BoardPath, content: string): ComparedFile {
  return { type: 'file', path, size: content.length, sha256: hashOf(Buffer.from(content)) };
}

function filesOf({ entries }: ComparedTree): ComparedFile[] {
  return entries.filter((entry) => entry.type === 'file');
}

function pathOf({ path }: { path: BoardPath }): BoardPath {
  return path;
}

function shown({ added, removed, changed, same, unknown, outside }: TreeDifference): string[] {
  return [
    ...added.map((entry) => `+ ${entry.path}${'movedFrom' in entry ? ` from ${entry.movedFrom}` : ''}`),
    ...removed.map(({ path }) => `- ${path}`),
    ...changed.map(({ path, before, after }) => `~ ${path} ${before.size} ${after.size}`),
    ...same.map(({ path }) => `= ${path}`),
    ...unknown.map(({ path, side }) => `? ${path} ${side}`),
    ...outside.map((path) => `outside ${path}`),
  ];
}
