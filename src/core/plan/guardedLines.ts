// Which lines of a text file a reader who is not its owner may not see. Where secretScan.ts warns somebody of their own secrets, and
// keeps quiet in doubt, this one hides in doubt: a line too many costs nothing, a password that is told cannot be taken back.

import { secretsIn } from './secretScan.js';

/** Kinds whose ways of writing secrets down are known here. */
const CODE = /\.pyi?$/i;
const SETTINGS = /\.(?:json|toml|ini|cfg|conf|properties|ya?ml|css)$/i;
const PROSE = /\.(?:txt|md|rst|html?)$/i;

/** Files that are called so are there to hold secrets. */
const SECRET_NAME = /secret|passw|passphrase|pwd|psk|credential|token|(?:^|[^a-z])(?:keys?|pass|pw)(?:[^a-z]|$)/i;

/** What a password or a key is called, given to or used for, wherever it stands: `MYWIFI_PASSWD2`. */
const SECRET_WORD =
  /pass|pwd|psk|psw|kennwort|wachtwoord|mot_?de_?passe|contrase|senha|clave|key|secret|token|auth|bearer|cred|login|connect|ssid|wi-?_?fi|wlan|wpa|network|hotspot|access_?point|webhook|(?<![a-z])(?:pw|nets?|aps?)(?![a-z])/i;
/** The statement of Python that does nothing. */
const PASS_STATEMENT = /(?:^|[:;])\s*pass\s*$/;
/** Long, and no word: what a machine has made. */
const MADE = /[\w+/=-]{24,}/g;

/** What comes next belongs to it: `password = \\`, `password:`, `password: |-`. */
const GOES_ON = /(?:[=:+&([{\\]|[>|][+-]?\d?[+-]?|\s-)\s*$/;
const COMMENT = /(?:^|\s)#.*$/;
const SECTION = /^\s*\[[^\]]*\]+\s*(?:[#;].*)?$/;
/** What quotes hold opens nothing, and neither does what is said in a comment. */
const MARKS = /(?<=^|\s)#.*|"""|'''|"(?:[^"\\]|\\.){0,999}"|'(?:[^'\\]|\\.){0,999}'|[()[\]{}]/g;

/** Whether lines of it may be shown at all, once those of {@link guardedLines} are left out. */
export function mayBeShown(path: string): boolean {
  return (
    [CODE, SETTINGS, PROSE].some((kinds) => kinds.test(path)) &&
    !SECRET_NAME.test(path.slice(path.lastIndexOf('/') + 1))
  );
}

/** Counted from 1. */
export function guardedLines(path: string, text: string): Set<number> {
  const lines = text.split('\n');
  const found = scannedLines(path, text, lines);
  const isCode = CODE.test(path);
  const groups = groupsOf(lines);
  const facts = lines.map((line) => factsOf(line, !isCode));
  const paragraphs = PROSE.test(path) ? paragraphEnds(facts) : [];
  let hidden = -1;
  /** By the line that a group begins on: the first line of it that is not hidden yet. */
  const shownFrom = new Map<number, number>();
  lines.forEach((line, at) => {
    if (isTelling(line, isCode)) {
      const { start, end } = groups[at] ?? { start: at, end: at };
      for (let before = shownFrom.get(start) ?? start; before < at; before++) found.add(before + 1);
      shownFrom.set(start, at);
      hidden = Math.max(hidden, end, entryEnd(facts, at), paragraphs[at] ?? at);
    }
    if (at <= hidden) found.add(at + 1);
  });
  return found;
}

function isTelling(line: string, isCode: boolean): boolean {
  const plain = line.normalize('NFKD').replace(/\p{M}/gu, '');
  if (SECRET_WORD.test(isCode ? plain.replace(PASS_STATEMENT, '') : plain)) return true;
  return [...plain.matchAll(MADE)].some(([made]) => /\d/.test(made) && /[a-z]/i.test(made));
}

/** What the scanner knows by its shape, too. A private key is secret to its end, and where that is missing, to the end of the file. */
function scannedLines(path: string, text: string, lines: readonly string[]): Set<number> {
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

/** The lines that brackets and quotes hold together with a line. */
interface Group {
  /** Of the call or list around it; its own line where there is none: entries of a table have names of their own. */
  start: number;
  /** Where all is closed that was opened up to here. */
  end: number;
}

interface Open {
  mark: string;
  line: number;
}

/** One pass over the text. */
function groupsOf(lines: readonly string[]): Group[] {
  const groups = lines.map((_, at) => ({ start: at, end: at }));
  const open: Open[] = [];
  const close = ({ line, mark }: Open, end: number) => {
    const first = groups[line];
    if (first) first.end = Math.max(first.end, end);
    if (mark === '{') return;
    // Those further out are closed later: what is nearest counts.
    for (let at = line; at <= end; at++) {
      const group = groups[at];
      if (!group || group.start < at) continue;
      group.start = line;
      group.end = Math.max(group.end, end);
    }
  };
  let block: Open | undefined;
  lines.forEach((line, at) => {
    let from = 0;
    if (block) {
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

/** What a line is, looked at once: files may be long. */
interface Facts {
  isEmpty: boolean;
  indent: number;
  goesOn: boolean;
  isItem: boolean;
  isList: boolean;
  isSection: boolean;
  isComment: boolean;
}

function factsOf(line: string, mayBeSection: boolean): Facts {
  const said = line.replace(COMMENT, '');
  return {
    isEmpty: line.trim() === '',
    indent: line.length - line.trimStart().length,
    goesOn: GOES_ON.test(said),
    isItem: /^\s*-/.test(line),
    isList: /:\s*$/.test(said),
    isSection: mayBeSection && SECTION.test(line),
    isComment: /^\s*(?:#|\/\/|;)/.test(line),
  };
}

/** With the lines that it goes on in, what is indented below it, the items of its list, its section, and the comment that it is in. */
function entryEnd(facts: readonly Facts[], from: number): number {
  const first = facts[from];
  let last = first;
  let end = from;
  for (let at = from + 1; first && last && at < facts.length; at++) {
    const next = facts[at];
    if (!next) break;
    if (next.isEmpty) continue;
    const belongs = first.isSection
      ? !next.isSection
      : next.indent > first.indent ||
        last.goesOn ||
        (first.isList && next.indent === first.indent && next.isItem) ||
        (first.isComment && next.isComment && at === end + 1);
    if (!belongs) break;
    end = at;
    last = next;
  }
  return end;
}

/** To the next empty line, and where that is the next one, to the end of what follows. */
function paragraphEnds(facts: readonly Facts[]): number[] {
  const plain: number[] = [];
  const isLast = (at: number) => facts[at + 1]?.isEmpty ?? true;
  for (let at = facts.length - 1; at >= 0; at--)
    plain[at] = isLast(at) && !facts[at]?.isEmpty ? at : (plain[at + 1] ?? at);
  return facts.map((_, at) => plain[isLast(at) ? at + 1 : at] ?? at);
}
