// What an import came to, in words: the same in VS Code and on the command line.

import { displayPath } from '../paths.js';
import { count } from '../text.js';
import type { ImportResult } from './importBackups.js';

/** @param root of the store */
export function describeImport({ imported, present, healed, missing }: ImportResult, root: string): string {
  return [
    `${count(imported.length, 'backup')} taken into ${displayPath(root)}.`,
    ...(present > 0 ? [`${count(present, 'backup')} ${present === 1 ? 'was' : 'were'} there already.`] : []),
    ...(healed > 0 ? [`${count(healed, 'backup')} got back what had been lost.`] : []),
    ...(missing.length > 0 ? [`${count(missing.length, 'file')} came without content.`] : []),
  ].join(' ');
}

/** What the sum above leaves out: what was not taken in, and what came without its content. */
export function detailsOfImport({ refused, missing }: ImportResult): string[] {
  return [
    ...refused.map(({ path, error }) => `Not taken in: ${displayPath(path)}. ${displayPath(error.message)}`),
    ...missing.map(({ id, path }) => `Missing in ${id.slice(0, 8)}: ${displayPath(path)}`),
  ];
}
