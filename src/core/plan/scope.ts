// Which paths of a board belong to a backup: a root, and patterns that take in and leave out.

import { Minimatch } from 'minimatch';
import { isBackupError } from '../errors.js';
import { type BoardPath, isInside, parentOf, parseUserPath, ROOT } from '../paths.js';

export interface Scope {
  /** The folder that is backed up; the empty path is the whole board. */
  root: BoardPath;
  /** Patterns of what to take; none means all. */
  include: readonly string[];
  /** Patterns of what to leave out; they win over `include`. */
  exclude: readonly string[];
}

/**
 * Makes the test of whether a path belongs to the scope. Patterns are minimatch's: one without a slash matches a name in any
 * folder (`*.log`), one with a slash a path from the board's root (`data/*.csv`, `/main.py`). What matches a folder covers
 * everything below it.
 */
export function scopeTest(scope: Scope): (path: BoardPath) => boolean {
  const included = coveredBy(scope.include);
  const excluded = coveredBy(scope.exclude);
  return (path) => isInside(path, scope.root) && !excluded(path) && (scope.include.length === 0 || included(path));
}

/** Remembers what it said of folders: each path is held against the patterns once, however deep it lies. */
function coveredBy(patterns: readonly string[]): (path: BoardPath) => boolean {
  const tests = patterns.map(patternTest);
  const known = new Map<BoardPath, boolean>([[ROOT, false]]);
  return (path) => {
    const open: BoardPath[] = [];
    let at = path;
    for (; !known.has(at); at = parentOf(at)) open.push(at);
    let isCovered = known.get(at) === true;
    for (const one of open.reverse()) {
      isCovered ||= tests.some((test) => test(one));
      known.set(one, isCovered);
    }
    return isCovered;
  };
}

/** Whether both mean the same paths, by the same patterns in whatever order. */
export function isSameScope(one: Scope, other: Scope): boolean {
  const text = ({ root, include, exclude }: Scope) =>
    JSON.stringify([root, ...[include, exclude].map((patterns) => [...new Set(patterns)].sort())]);
  return text(one) === text(other);
}

/**
 * The whole board, but for what `scope` leaves out; patterns that would leave out one of `paths` are dropped.
 *
 * @param paths what must be in it
 */
export function scopeWith(paths: readonly BoardPath[], { exclude }: Scope): Scope {
  const whole: Scope = { root: ROOT, include: [], exclude: [] };
  const harmless = exclude.filter((pattern) => paths.every(scopeTest({ ...whole, exclude: [pattern] })));
  return { ...whole, exclude: harmless };
}

/** @returns folders and files that are left out by their plain path, so that a scan need not enter them */
export function skippedPaths(scope: Scope): BoardPath[] {
  return scope.exclude
    .map(spelled)
    .filter(({ anywhere, pattern }) => !anywhere && pattern !== '' && !/[*?[\]{}!()\\+@]/.test(pattern))
    .flatMap(({ pattern }) => pathOrNothing(pattern));
}

/** Patterns are written in several ways that mean the same: `data/`, `/data`, `./data`. */
function spelled(pattern: string): { anywhere: boolean; pattern: string } {
  const trimmed = pattern.replace(/\/+$/, '');
  return { anywhere: !trimmed.includes('/'), pattern: trimmed.replace(/^\.?\/+/, '') };
}

/** A pattern that no path can match (`../x`) matches none, and is no mistake that ends a backup. */
function pathOrNothing(text: string): BoardPath[] {
  try {
    return [parseUserPath(text)];
  } catch (error) {
    if (isBackupError(error, 'bad-name')) return [];
    throw error;
  }
}

function patternTest(text: string): (path: BoardPath) => boolean {
  const { anywhere, pattern } = spelled(text);
  // `platform` keeps a backslash in a name of the board a backslash on Windows, too.
  const matcher = new Minimatch(pattern, {
    dot: true,
    nocomment: true,
    nonegate: true,
    matchBase: anywhere,
    platform: 'linux',
  });
  return (path) => matcher.match(path);
}
