// Which lines of a text brackets and quotes hold together. One pass, so that no text takes long, whatever it holds.

/** The lines that brackets and quotes hold together with a line. */
export interface TextGroup {
  /** Of what is around it; its own line where that is nothing. */
  start: number;
  /** Where all is closed that was opened up to here. */
  end: number;
  /** It is in a text of several lines. */
  isText: boolean;
}

/** What quotes hold opens nothing, and neither does what is said in a comment. */
const MARKS = /(?<=^|\s)#.*|"""|'''|"(?:[^"\\]|\\.){0,999}"|'(?:[^'\\]|\\.){0,999}'|[()[\]{}]/g;

interface Open {
  mark: string;
  line: number;
}

/** @param around the brackets that hold the lines in them together: entries of a table in others have names of their own */
export function textGroups(lines: readonly string[], around: string): TextGroup[] {
  const groups = lines.map((_, at) => ({ start: at, end: at, isText: false }));
  const nextFree = lines.map((_, at) => at);
  /** The first line from here on that is in no group yet. */
  const freeFrom = (at: number) => {
    let free = at;
    while ((nextFree[free] ?? free) !== free) free = nextFree[free] ?? free;
    for (let step = at; step !== free; ) {
      const next = nextFree[step] ?? free;
      nextFree[step] = free;
      step = next;
    }
    return free;
  };
  const open: Open[] = [];
  const close = ({ line, mark }: Open, end: number) => {
    const first = groups[line];
    if (first) first.end = Math.max(first.end, end);
    if (/[([{]/.test(mark) && !around.includes(mark)) return;
    // Those further out are closed later: what is nearest counts.
    for (let at = freeFrom(line + 1); at <= end; at = freeFrom(at + 1)) {
      const group = groups[at];
      if (!group) return;
      group.start = line;
      group.end = Math.max(group.end, end);
      nextFree[at] = at + 1;
    }
  };
  let block: Open | undefined;
  lines.forEach((line, at) => {
    let from = 0;
    if (block) {
      const group = groups[at];
      if (group) group.isText = true;
      const end = line.indexOf(block.mark);
      if (end < 0) return;
      close(block, at);
      from = end + block.mark.length;
      block = undefined;
    }
    for (const [mark] of line.slice(from).matchAll(MARKS)) {
      if (block) {
        if (mark === block.mark) block = undefined;
      } else if (mark === '"""' || mark === "'''") block = { mark, line: at };
      else if (/^[([{]$/.test(mark)) open.push({ mark, line: at });
      else if (/^[)\]}]$/.test(mark)) {
        const opened = open.pop();
        if (opened && opened.line < at) close(opened, at);
      }
    }
  });
  // What is never closed may reach anywhere.
  for (const left of [...(block ? [block] : []), ...open.reverse()]) close(left, lines.length - 1);
  return groups;
}
