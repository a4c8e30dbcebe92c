// Which lines of a text file a reader who is not its owner may not see. Where secretScan.ts warns somebody of their own secrets, and
// keeps quiet in doubt, this one hides in doubt: a line too many costs nothing, a password that is told cannot be taken back.

import { DEVICE_FILES } from '../defaults.js';
import { type BoardPath, ROOT } from '../paths.js';
import { scopeTest } from './scope.js';
import { secretsIn } from './secretScan.js';
import { wordsOf } from './secretWords.js';
import { textGroups } from './textGroups.js';

/** Kinds whose ways of writing secrets down are known here. */
const CODE = /\.pyi?$/i;
const SETTINGS = /\.(?:json|toml|ini|cfg|conf|properties|ya?ml|css)$/i;
const PROSE = /\.(?:txt|md|rst|html?)$/i;

/** Files that are called so, or lie in a folder that is, are there to hold secrets. */
const SECRET_NAME =
  /secret|passw|passphrase|pwd|psk|credential|creds|token|kennwort|wachtwoord|motdepasse|contrase|senha|login|webreplcfg/;
const SECRET_NAMES = new Set([
  'key',
  'keys',
  'pass',
  'passes',
  'pw',
  'auth',
  'clave',
  'claves',
  'cred',
  'user',
  'users',
  'account',
  'accounts',
]);
/** Those may hold networks with their passwords, and nothing in them says so: `{"Home": "…"}`. */
const NETWORK_NAME = /wifi|wlan|ssid|wpa|network|hotspot|accesspoint/;
const NETWORK_NAMES = new Set(['ap', 'aps', 'net', 'nets', 'sta', 'station', 'stations']);

/** What a password or a key is called, given to or used for, wherever it stands: `MYWIFI_PASSWD2`. */
const SECRET_WORD =
  /pass|pwd|psk|psw|kennwort|wachtwoord|mot_?de_?passe|contrase|senha|clave|key|secret|token|auth|bearer|cred|login|connect|ssid|wi-?_?fi|wlan|wpa|network|hotspot|access_?point|webhook|(?<![a-z])(?:pw|nets?|aps?)(?![a-z])/i;
/** Names that are given a secret itself. Others only stand near one. */
const GIVEN_NAME = /pass|pwd|psk|psw|kennwort|wachtwoord|contrase|senha|clave|secret|token|bearer|api_?key/i;
/** The statement of Python that does nothing. */
const PASS_STATEMENT = /(?:^|[:;])\s*pass\s*$/;
/** Long, and no word: what a machine has made. */
const MADE = /[\w+/=-]{24,}/g;
/** No line that somebody writes. */
const LONGEST_LINE = 1_000;

/** A name and what comes after it: `"password": "…",`, `- name: …`, `secret: str = "…"`. */
const ENTRY = /^[\s\-{[(,]*["']?([\p{L}\p{N}_][\p{L}\p{N}_. -]{0,59}?)["']?\s*(?::\s*\w{1,20}\s*=|[:=])(?!=)/u;
const QUOTED = /^[rbu]{0,2}(["']).{4,}\1$/i;
/** A value without quotes; those of a switch are none. */
const BARE = /^(?!(?:true|false|null|none|default)$|\d{1,3}$)[^\s"'#()[\]{}]{4,}$/i;

/** So many lines around one that tells of a secret, which may stand there. */
const NEAR_LINES = 3;
/** In code, only a text or a number can be one. */
const MAY_BE_VALUE = /["']|\d{4}/;

/** What comes next belongs to it: `password = \\`, `password:`, `password: |-`. */
const GOES_ON = /(?:[=:+&([{\\]|[>|][+-]?\d?[+-]?|\s-)\s*$/;
const COMMENT = /(?:^|\s)#.*$/;
const SECTION = /^\s*\[[^\]]*\]+\s*(?:[#;].*)?$/;

/**
 * Whether lines of it may be shown at all, once those of {@link guardedLines} are left out.
 *
 * @param deviceFiles patterns of files that belong to one board alone, such as passwords, besides the usual ones
 */
export function mayBeShown(path: BoardPath, deviceFiles: readonly string[]): boolean {
  const isKnown = [CODE, SETTINGS, PROSE].some((kinds) => kinds.test(path));
  if (!isKnown || isCalled(path, SECRET_NAME, SECRET_NAMES)) return false;
  if (!CODE.test(path) && isCalled(path, NETWORK_NAME, NETWORK_NAMES)) return false;
  return !scopeTest({ root: ROOT, include: [...DEVICE_FILES, ...deviceFiles], exclude: [] })(path);
}

/** @param some parts of a name, however it is put together @param words of it */
function isCalled(path: string, some: RegExp, words: ReadonlySet<string>): boolean {
  return path.split('/').some((name) => {
    const own = wordsOf(name);
    return some.test(own.join('')) || own.some((word) => words.has(word));
  });
}

/** Counted from 1. */
export function guardedLines(path: string, text: string): Set<number> {
  const lines = text.split('\n');
  const found = scannedLines(path, text, lines);
  const isCode = CODE.test(path);
  // Passwords of networks have any name there.
  const isOfNetworks = isCode && isCalled(path, NETWORK_NAME, NETWORK_NAMES);
  const [lists, objects] = [textGroups(lines, '(['), textGroups(lines, '([{')];
  const facts = lines.map((line) => factsOf(line, !isCode));
  const paragraphs = PROSE.test(path) ? paragraphsOf(facts) : undefined;
  /** How many ranges more, or fewer, a line is in than the one before. */
  const steps = new Int32Array(lines.length + 1);
  const hide = (start: number, end: number) => {
    const [from, to] = [Math.max(start, 0), Math.min(end, lines.length - 1) + 1];
    steps[from] = (steps[from] ?? 0) + 1;
    steps[to] = (steps[to] ?? 0) - 1;
  };
  const hideGroup = (at: number) => hide(lists[at]?.start ?? at, lists[at]?.end ?? at);
  const hideEntry = (at: number) => {
    hideGroup(at);
    hide(at, entryEnd(facts, at));
  };
  const mayHold = (at: number) => !isCode || lists[at]?.isText === true || MAY_BE_VALUE.test(lines[at] ?? '');
  lines.forEach((line, at) => {
    if (isOfNetworks && mayHold(at)) hideGroup(at);
    const telling = tellingOf(line, isCode);
    if (!telling) return;
    hideEntry(at);
    if (paragraphs) hide(paragraphs[at]?.start ?? at, paragraphs[at]?.end ?? at);
    if (telling === 'all') return;
    for (let near = at - NEAR_LINES; near <= at + NEAR_LINES; near++) {
      if (near !== at && lines[near] !== undefined && mayHold(near)) isCode ? hideGroup(near) : hide(near, near);
    }
    // What a comment names comes next.
    const next = facts[at]?.isComment ? nextStatement(facts, at) : undefined;
    if (next !== undefined) hideEntry(next);
    if (telling !== 'of-others') return;
    const { start, end } = objects[at] ?? { start: at, end: at };
    hide(start, end);
    const block = isCode ? undefined : blockOf(facts, at);
    if (block) hide(block.start, block.end);
  });
  let ranges = 0;
  lines.forEach((_, at) => {
    ranges += steps[at] ?? 0;
    if (ranges > 0) found.add(at + 1);
  });
  return found;
}

/**
 * What a line tells of a secret: `all`, as the secret itself stands in it; `by-name`, and it goes on or is nearby; `of-others`, that what
 * stands with it is one: `"name": "password"`. Undefined where it tells nothing.
 */
function tellingOf(line: string, isCode: boolean): 'all' | 'by-name' | 'of-others' | undefined {
  if (line.length > LONGEST_LINE) return 'of-others';
  const plain = line.normalize('NFKD').replace(/\p{M}/gu, '');
  const said = isCode ? plain.replace(PASS_STATEMENT, '') : plain;
  if (!SECRET_WORD.test(said)) return isMade(plain) ? 'all' : undefined;
  const [entry, name] = ENTRY.exec(said) ?? [];
  if (entry === undefined || name === undefined || !SECRET_WORD.test(name)) return 'of-others';
  const value = said
    .slice(entry.length)
    .trim()
    .replace(/[\s,;}]+$/, '');
  const isValue = QUOTED.test(value) || (!isCode && BARE.test(value));
  return GIVEN_NAME.test(name) && isValue && !SECRET_WORD.test(value) ? 'all' : 'by-name';
}

function isMade(plain: string): boolean {
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

/** What a line is, looked at once: files may be long. */
interface Facts {
  isEmpty: boolean;
  indent: number;
  /** The same, behind the marks of items. */
  inner: number;
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
    inner: /^\s*(?:-\s+)*/.exec(line)?.[0].length ?? 0,
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

function nextStatement(facts: readonly Facts[], from: number): number | undefined {
  const next = facts.findIndex(({ isEmpty, isComment }, at) => at > from && !isEmpty && !isComment);
  return next < 0 ? undefined : next;
}

interface Range {
  start: number;
  end: number;
}

/** What is indented as a line is, or further, around it: the item of a list with all its names. Else its section. */
function blockOf(facts: readonly Facts[], at: number): Range | undefined {
  const inner = facts[at]?.inner ?? 0;
  if (inner === 0) return sectionOf(facts, at);
  let [start, end] = [at, at];
  for (let before = at; before >= 0; before--) {
    const line = facts[before];
    if (!line || line.isEmpty) continue;
    if (line.inner >= inner) start = before;
    if (line.indent < inner) break;
  }
  for (let after = at + 1; after < facts.length; after++) {
    const line = facts[after];
    if (!line || line.isEmpty) continue;
    if (line.indent < inner) break;
    end = after;
  }
  return { start, end };
}

function sectionOf(facts: readonly Facts[], at: number): Range | undefined {
  let start = at;
  while (start >= 0 && !facts[start]?.isSection) start -= 1;
  if (start < 0) return undefined;
  let end = at;
  while (end + 1 < facts.length && !facts[end + 1]?.isSection) end += 1;
  return { start, end };
}

/** From the last empty line to the next one, and where that is the next line, to the end of what follows. */
function paragraphsOf(facts: readonly Facts[]): Range[] {
  const plain: number[] = [];
  const isLast = (at: number) => facts[at + 1]?.isEmpty ?? true;
  for (let at = facts.length - 1; at >= 0; at--)
    plain[at] = isLast(at) && !facts[at]?.isEmpty ? at : (plain[at + 1] ?? at);
  let start = 0;
  return facts.map(({ isEmpty }, at) => {
    if (isEmpty) start = at + 1;
    return { start: Math.min(start, at), end: plain[isLast(at) ? at + 1 : at] ?? at };
  });
}
