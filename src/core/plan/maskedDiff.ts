// How a text file differs, for readers who are not its owner. The lines are compared as they are, and only then masked, so that a
// password that has changed is seen to have changed. Of what is no source in Python, only how many lines differ is told: in settings
// and notes, anything may be a password.

import { structuredPatch } from 'diff';
import { DEVICE_FILES } from '../defaults.js';
import { type BoardPath, ROOT } from '../paths.js';
import { maskedCode } from './maskedCode.js';
import { scopeTest } from './scope.js';

const CODE = /\.pyi?$/i;

/** Lines around each change. */
const CONTEXT = 3;
/** Lines of a side, and lines that differ: the work grows with the square of the latter. */
const MOST_LINES = 10_000;
const MOST_EDITS = 1_000;

/**
 * @param before undefined if there was no such file
 * @param deviceFiles patterns of files that belong to one board alone, such as passwords, besides the usual ones
 * @returns the differing lines as of `diff -u`, without its head; empty if nothing differs; a sentence if they are not shown
 */
export function maskedDiff(
  path: BoardPath,
  before: string | undefined,
  after: string | undefined,
  deviceFiles: readonly string[] = [],
): string {
  const [old = '', now = ''] = [before, after];
  if (linesOf(old) > MOST_LINES || linesOf(now) > MOST_LINES) return 'Not shown: it has too many lines.';
  // If one side is empty there is nothing to look for.
  const maxEditLength = old === '' || now === '' ? MOST_LINES : MOST_EDITS;
  const patch = structuredPatch(path, path, old, now, '', '', { context: CONTEXT, maxEditLength });
  if (!patch) return 'Not shown: it differs in too many lines.';
  if (patch.hunks.length === 0) return '';
  const ofOneBoard = scopeTest({ root: ROOT, include: [...DEVICE_FILES, ...deviceFiles], exclude: [] });
  if (!CODE.test(path) || ofOneBoard(path)) {
    const lines = patch.hunks.flatMap((hunk) => hunk.lines);
    const [added, removed] = ['+', '-'].map((sign) => lines.filter((line) => line.startsWith(sign)).length);
    return `Not shown: lines added: ${added}, removed: ${removed}. Lines are shown of sources in Python, unless they are for one board alone.`;
  }
  const [oldLines, nowLines] = [maskedCode(old), maskedCode(now)];
  return patch.hunks.map((hunk) => maskedHunk(hunk, oldLines, nowLines)).join('\n');
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

function maskedHunk(hunk: Hunk, oldShown: readonly string[], nowShown: readonly string[]): string {
  let [old, now] = [hunk.oldStart, hunk.newStart];
  const shown = hunk.lines.map((line) => {
    const sign = line.charAt(0);
    // `\ No newline at end of file` is no line of either side.
    if (sign === '\\') return line;
    const [was, is] = [oldShown[old - 1], nowShown[now - 1]];
    if (sign !== '+') old += 1;
    if (sign !== '-') now += 1;
    if (sign === '-') return `-${was}`;
    // What is a text on one side is not shown as code of the other.
    return sign === '+' || was === is ? `${sign}${is}` : ' …';
  });
  // Of no lines, what is named is the line before.
  const from = `${hunk.oldStart - (hunk.oldLines === 0 ? 1 : 0)},${hunk.oldLines}`;
  const to = `${hunk.newStart - (hunk.newLines === 0 ? 1 : 0)},${hunk.newLines}`;
  return [`@@ -${from} +${to} @@`, ...shown].join('\n');
}
