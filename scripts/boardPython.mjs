// Lets the code import Python for boards (`import source from './agent.py'`) as short as it can be: every byte of it travels
// over a slow line. Comments go, names that are ours become one or two letters, and spaces that separate nothing go.

import { readFile } from 'node:fs/promises';

/** @type {import('esbuild').Plugin} */
export const boardPython = {
  name: 'board-python',
  setup(build) {
    build.onLoad({ filter: /\.py$/ }, async ({ path }) => ({
      loader: 'text',
      contents: shrinkPython(await readFile(path, 'utf8')),
    }));
  },
};

/** Text, comment, word, space, or one other character. Our sources have no text over several lines. */
const TOKEN = /[bru]*"(?:[^"\\\n]|\\.)*"|[bru]*'(?:[^'\\\n]|\\.)*'|#[^\n]*|\w+|[ \t]+|./gsy;

/**
 * What Python calls by name from outside, or calls itself, keeps its name: attributes, keyword arguments, imported modules,
 * and names that begin with an underscore.
 *
 * @param {string} source
 * @returns {string}
 */
export function shrinkPython(source) {
  if (/"""|'''/.test(source))
    throw new Error('Python for boards has no text over several lines: the build could change it.');
  const lines = source
    .split('\n')
    .map((line) => ({ depth: (/^( {4})*/.exec(line)?.[0].length ?? 0) / 4, tokens: tokensOf(line.trim()) }))
    .filter(({ tokens }) => tokens.length > 0);
  const short = shortNames(lines);
  return lines.map(({ depth, tokens }) => `${' '.repeat(depth)}${join(tokens, short)}\n`).join('');
}

/** @param {string} line */
function tokensOf(line) {
  return (line.match(TOKEN) ?? []).filter((token) => !/^(#|[ \t])/.test(token));
}

/**
 * Names that our source gives: functions, their parameters, variables, loop variables, errors.
 *
 * @param {{ depth: number, tokens: string[] }[]} lines
 * @returns {Map<string, string>}
 */
function shortNames(lines) {
  const given = new Map();
  const kept = new Set(['self']);
  let members = -1;
  for (const line of lines) {
    const { tokens } = line;
    if (line.depth < members) members = -1;
    if (tokens[0] === 'class') members = line.depth + 1;
    const isImport = tokens[0] === 'import' || tokens[0] === 'from';
    // What a class has is reached from outside by its name.
    if (line.depth === members) kept.add(tokens[0] === 'def' ? (tokens[1] ?? '') : (tokens[0] ?? ''));
    let depth = 0;
    for (const [at, token] of tokens.entries()) {
      if ('([{'.includes(token)) depth++;
      if (')]}'.includes(token)) depth--;
      if (!/^[A-Za-z]\w*$/.test(token)) continue;
      const before = tokens[at - 1];
      const after = tokens[at + 1];
      if (before === '.' || isImport) kept.add(token);
      const isParameter = tokens[0] === 'def' && at > 1 && (before === '(' || before === ',' || before === '*');
      const isKeyword = after === '=' && tokens[at + 2] !== '=' && depth > 0 && tokens[0] !== 'def';
      if (isKeyword) kept.add(token);
      const isAssigned = after === '=' && tokens[at + 2] !== '=' && depth === 0;
      const isNamed =
        ['def', 'as', 'for', 'nonlocal'].includes(before ?? '') || (before === ',' && inTargets(tokens, at));
      if (isParameter || isAssigned || isNamed) given.set(token, (given.get(token) ?? 0) + 1);
    }
  }
  const names = [...given.keys()].filter((name) => !kept.has(name) && !name.startsWith('_'));
  const all = lines.flatMap(({ tokens }) => tokens);
  const used = new Set(all);
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const free = [...letters, ...letters.flatMap((a) => letters.map((b) => a + b))].filter((name) => !used.has(name));
  const count = (/** @type {string} */ name) => all.filter((token) => token === name).length;
  names.sort((a, b) => count(b) - count(a));
  return new Map(names.map((name, at) => [name, free[at] ?? name]));
}

/**
 * @param {string[]} tokens
 * @param {number} at
 * @returns {boolean} true for the later names of `for a, b in` and of `a, b = `
 */
function inTargets(tokens, at) {
  const start = tokens.lastIndexOf('for', at);
  if (start >= 0) return !tokens.slice(start, at).includes('in') && tokens.indexOf('in', at) > at;
  return tokens[0] !== 'def' && tokens.indexOf('=') > at && !tokens.slice(0, at).some((token) => '([{'.includes(token));
}

/**
 * @param {string[]} tokens
 * @param {Map<string, string>} short
 */
function join(tokens, short) {
  let line = '';
  for (const [at, token] of tokens.entries()) {
    const word = tokens[at - 1] === '.' ? token : (short.get(token) ?? token);
    line += /\w$/.test(line) && /^[\w"']/.test(word) ? ` ${word}` : word;
  }
  return line;
}
