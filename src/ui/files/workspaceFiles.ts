// Which file of a workspace is the one of a board? Told by the end of its path. Knows nothing of VS Code.

import type { BoardPath } from '../../core/paths.js';

/**
 * @param files by their path, with `/`: `/home/ada/project/src/lib/wifi.py`
 * @returns those that have as many last parts as possible in common with `path`, and the name at least
 */
export function bestMatches<File>(path: BoardPath, files: ReadonlyArray<readonly [path: string, file: File]>): File[] {
  const scored = files.map(([own, file]) => ({ file, score: partsInCommon(path.split('/'), own.split('/')) }));
  const best = Math.max(1, ...scored.map(({ score }) => score));
  return scored.filter(({ score }) => score === best).map(({ file }) => file);
}

/** A pattern for the files of this name, wherever they are. */
export function patternOf(name: string): string {
  return `**/${name.replace(/[*?[\]{}]/g, '[$&]')}`;
}

function partsInCommon(one: readonly string[], other: readonly string[]): number {
  let parts = 0;
  while (parts < one.length && one.at(-1 - parts) === other.at(-1 - parts)) parts++;
  return parts;
}
