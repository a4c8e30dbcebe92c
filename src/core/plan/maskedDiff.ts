// How a text file differs, for readers who are not its owner: what looks like a secret is not told. The lines are compared as they
// are, and only then masked, so that a password that has changed is seen to have changed.

import { structuredPatch } from 'diff';
import { secretsIn } from './secretScan.js';

/** What stands in place of a line that looks like a secret. */
const MASK = '[line with a possible secret: not shown]';

/** Lines around each change. */
const CONTEXT = 3;

/**
 * @param before undefined where there was no such file
 * @returns the differing lines as of `diff -u`, without its head; empty where nothing differs
 */
export function maskedDiff(path: string, before: string | undefined, after: string | undefined): string {
  const { hunks } = structuredPatch(path, path, before ?? '', after ?? '', '', '', { context: CONTEXT });
  const secrets = { old: secretLines(path, before ?? ''), now: secretLines(path, after ?? '') };
  return hunks.map((hunk) => maskedHunk(hunk, secrets)).join('\n');
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

/** Counted from 1. A private key is secret to its end, and where that is missing, to the end of the file. */
function secretLines(path: string, text: string): Set<number> {
  const lines = text.split('\n');
  const found = new Set<number>();
  for (const { line, kind } of secretsIn(path, text)) {
    found.add(line);
    if (kind !== 'private-key') continue;
    for (let at = line; at <= lines.length; at++) {
      found.add(at);
      if (/-----END /.test(lines[at - 1] ?? '')) break;
    }
  }
  return found;
}
