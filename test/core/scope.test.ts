import assert from 'node:assert/strict';
import fc from 'fast-check';
import packageJson from '../../package.json';
import { DEFAULT_EXCLUDE } from '../../src/core/defaults.js';
import { isInside, parseBoardPath, ROOT } from '../../src/core/paths.js';
import { type Scope, scopeTest, scopeWith, skippedPaths } from '../../src/core/plan/scope.js';

const TREE = [
  'boot.py',
  'main.py',
  '.hidden',
  'data',
  'data/1.csv',
  'data/old',
  'data/old/2.csv',
  'lib',
  'lib/net',
  'lib/net/wifi.py',
  'remote',
  'remote/host.py',
  'x/lib',
  'x/lib/copy.py',
];

describe('The scope of a backup', () => {
  it('is everything where nothing is said', () => {
    assert.deepEqual(covered({}), TREE);
  });

  it('is what lies below its root', () => {
    assert.deepEqual(covered({ root: parseBoardPath('lib') }), ['lib', 'lib/net', 'lib/net/wifi.py']);
  });

  const patterns: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['*.csv', ['data/1.csv', 'data/old/2.csv']],
    ['main.py', ['main.py']],
    ['lib', ['lib', 'lib/net', 'lib/net/wifi.py', 'x/lib', 'x/lib/copy.py']],
    ['lib/', ['lib', 'lib/net', 'lib/net/wifi.py', 'x/lib', 'x/lib/copy.py']],
    ['/lib', ['lib', 'lib/net', 'lib/net/wifi.py']],
    ['./lib', ['lib', 'lib/net', 'lib/net/wifi.py']],
    ['/lib/', ['lib', 'lib/net', 'lib/net/wifi.py']],
    ['data/*.csv', ['data/1.csv']],
    ['data/**', ['data/1.csv', 'data/old', 'data/old/2.csv']],
    ['**/wifi.py', ['lib/net/wifi.py']],
    ['?oot.py', ['boot.py']],
    ['{boot,main}.py', ['boot.py', 'main.py']],
    ['[bm]*.py', ['boot.py', 'main.py']],
    ['.*', ['.hidden']],
    ['../main.py', []],
    ['MAIN.PY', []],
    ['', []],
  ];
  for (const [pattern, matches] of patterns) {
    it(`with "${pattern}" takes in ${matches.length === 0 ? 'nothing' : matches.join(', ')}`, () => {
      assert.deepEqual(covered({ include: [pattern] }), matches);
    });

    it(`without "${pattern}" leaves out just that`, () => {
      assert.deepEqual(
        covered({ exclude: [pattern] }),
        TREE.filter((path) => !matches.includes(path)),
      );
    });
  }

  it('leaves out what is both taken in and left out', () => {
    assert.deepEqual(covered({ include: ['*.py'], exclude: ['lib', '/remote'] }), ['boot.py', 'main.py']);
    assert.deepEqual(covered({ include: ['/data'], exclude: ['data/old'] }), ['data', 'data/1.csv']);
  });

  it('takes a pattern for text where its first character means something elsewhere', () => {
    const has = (pattern: string, path: string) => scopeTest(scopeOf({ include: [pattern] }))(parseBoardPath(path));
    assert.ok(has('#notes', '#notes'));
    assert.ok(has('!important', '!important'));
    assert.ok(has('-rf', '-rf'));
    assert.ok(!has('!main.py', 'other.py'));
  });

  it('knows names that hold a backslash or a line break', () => {
    const has = (pattern: string, path: string) => scopeTest(scopeOf({ include: [pattern] }))(parseBoardPath(path));
    assert.ok(has('back\\\\slash', 'back\\slash'));
    assert.ok(has('*slash', 'back\\slash'));
    assert.ok(!has('slash', 'back\\slash'));
    assert.ok(has('*.txt', 'two\nlines.txt'));
    assert.ok(has('data/*', 'data/__proto__'));
  });

  it('leaves out by default the folder of the computer that mpremote shows on a board', () => {
    assert.deepEqual(
      covered({ exclude: DEFAULT_EXCLUDE }),
      TREE.filter((path) => !isInside(parseBoardPath(path), parseBoardPath('remote'))),
    );
    const { exclude } = {
      exclude: packageJson.contributes.configuration.properties['micropythonBackup.exclude'].default,
    };
    assert.deepEqual(exclude, DEFAULT_EXCLUDE);
  });

  describe('names the folders that need not be looked into', () => {
    it('where a pattern is a plain path', () => {
      const exclude = ['/remote', 'data/old/', './x', 'lib', '*.csv', '/a*', '/[b]', '../up', '/', ''];
      assert.deepEqual(skippedPaths(scopeOf({ exclude })), ['remote', 'data/old', 'x']);
    });

    it('and none of them holds anything of the scope', () => {
      const part = fc.string({ unit: fc.constantFrom(...'ab*?[]{}!/\\.+@('), maxLength: 8 });
      const path = fc
        .array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 3 })
        .map((names) => names.join('/'));
      fc.assert(
        fc.property(fc.array(part, { maxLength: 4 }), fc.array(path), (exclude, paths) => {
          const scope = scopeOf({ exclude });
          const covers = scopeTest(scope);
          const skipped = skippedPaths(scope);
          for (const path of paths.map(parseBoardPath)) {
            if (skipped.some((folder) => isInside(path, folder))) assert.ok(!covers(path), path);
          }
        }),
        { numRuns: 1000 },
      );
    });
  });
});

describe('A scope with certain paths', () => {
  const paths = ['data/log.csv', 'main.py'].map(parseBoardPath);

  it('is the whole board, whatever the one that it is made of takes in', () => {
    const scope = scopeOf({ root: parseBoardPath('lib'), include: ['*.mpy'] });
    assert.deepEqual(scopeWith(paths, scope), scopeOf({}));
  });

  it('keeps the patterns that leave out none of them, and drops the others', () => {
    const scope = scopeOf({ exclude: ['/remote', '*.csv', 'data/', '*.tmp', '/main.py'] });
    assert.deepEqual(scopeWith(paths, scope).exclude, ['/remote', '*.tmp']);
  });
});

function scopeOf(overrides: Partial<Scope>): Scope {
  return { root: ROOT, include: [], exclude: [], ...overrides };
}

function covered(overrides: Partial<Scope>): string[] {
  return TREE.map(parseBoardPath).filter(scopeTest(scopeOf(overrides)));
}
