// The bundles of l10n/ and package.nls.*.json: which there are, and what each lacks. All paths begin at the top of the repository.

import { readdirSync, readFileSync } from 'node:fs';
import { readSources, saidIn } from './l10nSources.mjs';

/** @typedef {Record<string, string>} Bundle */

/**
 * English by English: what there is to translate.
 *
 * @param {ReturnType<typeof readSources>} sources
 * @returns {Bundle}
 */
export function englishBundle(sources = readSources()) {
  const said = [...sources.values()].flatMap(saidIn).map(({ words }) => words);
  return Object.fromEntries([...new Set(said)].sort().map((words) => [words, words]));
}

/** @returns {string[]} that there are translations for */
export function languages() {
  return readdirSync('l10n').flatMap((name) => /^bundle\.l10n\.([\w-]+)\.json$/.exec(name)?.[1] ?? []);
}

/** @param {string} language */
export function filesOf(language) {
  return { bundle: `l10n/bundle.l10n.${language}.json`, nls: `package.nls.${language}.json` };
}

/**
 * What is missing in a translation, what nothing says any more, and what has other places for values.
 *
 * @param {string} file
 * @param {Bundle} english
 * @returns {string[]}
 */
export function faultsOf(file, english) {
  const translated = read(file);
  const missing = Object.keys(english).filter((key) => !translated[key]);
  const stale = Object.keys(translated).filter((key) => english[key] === undefined);
  const both = Object.keys(english).filter((key) => translated[key]);
  const other = both.filter((key) => placeholdersOf(english[key]).join() !== placeholdersOf(translated[key]).join());
  return [
    ...missing.map((key) => `${file} lacks: ${key}`),
    ...stale.map((key) => `${file} has what nothing says any more: ${key}`),
    ...other.map((key) => `${file} has other values in: ${key}`),
  ];
}

/**
 * @param {string} words
 * @returns {string[]} each once, sorted
 */
export function placeholdersOf(words) {
  return [...new Set([...words.matchAll(/\{(\d+)\}/g)].map(([, number]) => number))].sort();
}

/**
 * @param {string} file
 * @returns {any}
 */
export function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
