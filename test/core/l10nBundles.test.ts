// The words of the interface and their translations: nothing that people read in VS Code is outside the bundles, and the bundles say
// just what the sources say.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import packageJson from '../../package.json';
import english from '../../package.nls.json';
import { englishBundle, faultsOf, filesOf, languages, placeholdersOf, read } from '../../scripts/l10nBundles.mjs';
import { keysIn, wordsLeftIn } from '../../scripts/l10nPackage.mjs';
import { readSources, saidIn, saidTooEarly, wordsOutside } from '../../scripts/l10nSources.mjs';
import { NOT_TRANSLATED } from '../support/notTranslated.js';

const sourcesByPath = readSources();
const sources = [...sourcesByPath.values()];
const bundleInEnglish = englishBundle(sourcesByPath);
/** Of VS Code: the command line speaks English. */
const ofInterface = sources.filter(({ fileName }) => !/^src\/cli(\/|\.ts$)/.test(fileName));

describe('The words of the interface', () => {
  const outside = ofInterface.flatMap(wordsOutside);

  it('are in the bundles, all of them', () => {
    const forgotten = outside.filter(({ path, words }) => !NOT_TRANSLATED.some((known) => covers(known, path, words)));
    assert.deepEqual(
      forgotten.map(({ path, line, words }) => `${path}:${line}: ${words}`),
      [],
    );
  });

  it('that are not have a reason, and are still there', () => {
    const gone = NOT_TRANSLATED.filter((known) => {
      const wanted: ReadonlyArray<string | undefined> = known.words ?? [undefined];
      return !wanted.every((words) =>
        outside.some((found) =>
          covers({ path: known.path, ...(words && { words: [words] }) }, found.path, found.words),
        ),
      );
    });
    assert.deepEqual(gone, []);
  });

  it('are said when somebody reads them: while a file is loaded, no language is spoken yet', () => {
    assert.deepEqual(
      sources.flatMap(saidTooEarly).map(({ path, line, words }) => `${path}:${line}: ${words}`),
      [],
    );
  });

  it('have a place for each value that they are given, and no other', () => {
    const wrong = sources.flatMap(saidIn).filter(({ words, values }) => {
      const places = placeholdersOf(words);
      return places.some((place, index) => place !== `${index}`) || places.length !== (values ?? places.length);
    });
    assert.deepEqual(
      wrong.map(({ path, line, words }) => `${path}:${line}: ${words}`),
      [],
    );
  });

  it('are listed for those who translate: `npm run l10n` was run', () => {
    assert.deepEqual(read('l10n/bundle.l10n.json'), bundleInEnglish);
  });
});

describe('The words of package.json', () => {
  it('are in package.nls.json, each under a key that package.json names: `npm run l10n` was run', () => {
    assert.deepEqual(wordsLeftIn(packageJson), []);
    assert.deepEqual(Object.keys(english), keysIn(packageJson));
    assert.deepEqual(
      Object.entries(english).filter(([, words]) => words.trim() === ''),
      [],
    );
  });
});

for (const language of languages()) {
  describe(`The translation into ${language}`, () => {
    const { bundle, nls } = filesOf(language);

    it('has all words with their values, and none that nothing says any more', () => {
      assert.ok(existsSync(nls), `${nls} is missing`);
      assert.deepEqual([...faultsOf(bundle, bundleInEnglish), ...faultsOf(nls, english)], []);
    });

    it('translates: what is the same in both languages is known to be', () => {
      const alike = [...sameAs(read(bundle), bundleInEnglish), ...sameAs(read(nls), english)];
      assert.deepEqual([...new Set(alike)].sort(), [...(SAME[language] ?? [])].sort());
    });

    it('links to what the English words link to', () => {
      for (const [key, words] of Object.entries(english))
        assert.deepEqual(linksIn(read(nls)[key] ?? ''), linksIn(words), key);
    });
  });
}

/** Names, and words that the languages share. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  de: [
    ...['Board', 'Board {0}', 'Boards', 'Bytes', 'Firmware', 'In {0}', 'in {0}', 'Passphrase', 'Passphrase…', 'Plan'],
    ...['Problem: {0} {1}', 'Tags', '{0}/s'],
    ...['{0} B', '{0} kB', '{0} MB', '{0} GB', '{0} TB', '{0} s', '{0} min', '{0} min {1} s', '{0} h', '{0} h {1} min'],
  ],
};

function covers(known: { path: string; words?: readonly string[] }, path: string, words: string): boolean {
  return path.startsWith(known.path) && (known.words?.includes(words) ?? true);
}

function sameAs(translated: Record<string, string>, source: Record<string, string>): string[] {
  const alike = Object.keys(source).filter((key) => translated[key] === source[key]);
  // Values and punctuation alone are no words.
  return alike.map((key) => source[key] ?? '').filter((words) => /\p{L}/u.test(words.replace(/\{\d+\}/g, '')));
}

/** Links, settings and code: they are for VS Code, and the same in all languages. */
function linksIn(words: string): string[] {
  return [...words.matchAll(/\(command:[^)]+\)|\(https:[^)]+\)|`[^`]+`|\bmicropythonBackup\.\w+/g)]
    .map(([link]) => link)
    .sort();
}
