// How a text file differs, for readers who are not its owner: what may be a secret is not told. The lines are compared as they
// are, and only then masked, so that a password that has changed is seen to have changed.

import { structuredPatch } from 'diff';
import type { BoardPath } from '../paths.js';
import { guardedLines, mayBeShown } from './guardedLines.js';

/** What stands in place of a line that may hold a secret. */
const MASK = '[line with a possible secret: not shown]';

/** Lines around each change. */
const CONTEXT = 3;
/** Lines of a side, and lines that differ: the work grows with the square of the latter. */
const MOST_LINES = 10_000;
const MOST_EDITS = 1_000;

/**
 * @param before undefined where there was no such file
 * @param deviceFiles patterns of files that are not shown, besides those that are known to hold secrets
 * @returns the differing lines as of `diff -u`, without its head; empty where nothing differs; a sentence where it is not shown
 */
export function maskedDiff(
  path: BoardPath,
  before: string | undefined,
  after: string | undefined,
  deviceFiles: readonly string[] = [],
): string {
  if (!mayBeShown(path, deviceFiles)) return 'Not shown: a file of this kind or name may hold secrets.';
  const [old = '', now = ''] = [before, after];
  if (linesOf(old) > MOST_LINES || linesOf(now) > MOST_LINES) return 'Not shown: it has too many lines.';
  // Where one side is empty there is nothing to look for.
  const maxEditLength = old === '' || now === '' ? MOST_LINES : MOST_EDITS;
  const patch = structuredPatch(path, path, old, now, '', '', { context: CONTEXT, maxEditLength });
  if (!patch) return 'Not shown: it differs in too many lines.';
  const secrets = { old: guardedLines(path, old), now: guardedLines(path, now) };
  return patch.hunks.map((hunk) => maskedHunk(hunk, secrets)).join('\n');
}

function linesOf(text: string): number {
  return text.split('\n').length;
}

interface Hunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: string[];
}

function maskedHunk(
  { oldStart, oldLines, newStart, newLines, lines }: Hunk,
  secrets: { old: ReadonlySet<number>; now: ReadonlySet<number> },
): string {
  let [old, now] = [oldStart, newStart];
  const shown = lines.map((line) => {
    const sign = line.charAt(0);
    // `\ No newline at end of file` is no line of either side.
    if (sign === '\\') return line;
    const isSecret = (sign !== '+' && secrets.old.has(old)) || (sign !== '-' && secrets.now.has(now));
    if (sign !== '+') old += 1;
    if (sign !== '-') now += 1;
    return isSecret ? `${sign}${MASK}` : line;
  });
  // Of no lines, what is named is the line before.
  const from = `${oldStart - (oldLines === 0 ? 1 : 0)},${oldLines}`;
  const to = `${newStart - (newLines === 0 ? 1 : 0)},${newLines}`;
  return [`@@ -${from} +${to} @@`, ...shown].join('\n');
}
