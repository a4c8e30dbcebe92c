// Lets the code import Python for boards (`import source from './scan.py'`) without its comments and with one space of
// indentation: every byte of it travels over a slow line.

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

/**
 * Drops lines that hold only a comment, and empty lines; indents by one space where the source has four.
 * Our sources keep to what this understands: no text over several lines.
 *
 * @param {string} source
 */
export function shrinkPython(source) {
  if (/"""|'''/.test(source))
    throw new Error('Python for boards has no text over several lines: the build could change it.');
  return source
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .map((line) => line.replace(/^( {4})+/, (indent) => ' '.repeat(indent.length / 4)).trimEnd())
    .join('\n')
    .concat('\n');
}
