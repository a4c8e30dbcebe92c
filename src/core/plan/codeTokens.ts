// Source text taken apart just far enough to tell a text from what it is given to. It takes Python, JSON and TOML alike, and any other
// text without harm: one pass, so that no file takes long, whatever it holds.

export interface CodeToken {
  kind: 'name' | 'text' | 'mark';
  /** A name, one character, or what stands between quotes, as it is written. */
  text: string;
  /** Counted from 1. */
  line: number;
  /** Quoted three times: documentation more often than a value. */
  isBlock?: true;
  /** Put together when the program runs: `f"{name}"`. */
  isFormat?: true;
}

const SPACE = /[\s\\]/;
const NAME_START = /[\p{L}_]/u;
const NAME_PART = /[\p{L}\p{N}_]/u;
/** A comment that holds a line of code, which somebody has switched off; what it gives away is as good as ever. */
const SWITCHED_OFF = /^#+\s*(?:[\w.]+\s*=(?!=)|[\w.]+\.connect\()/;

export function codeTokens(text: string): CodeToken[] {
  const tokens: CodeToken[] = [];
  const unclosed = new Map<string, number>();
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\n') line += 1;
    if (SPACE.test(char)) at += 1;
    else if (char === '#') at = isSwitchedOff(text, at) ? afterMarks(text, at) : endOfLine(text, at);
    else if (char === '"' || char === "'") {
      const found = quoted(text, at, unclosed);
      const prefix = tokens.at(-1);
      const isPrefixed =
        prefix?.kind === 'name' && /^[rbuf]{1,2}$/i.test(prefix.text) && text[at - 1] === prefix.text.at(-1);
      if (isPrefixed) tokens.pop();
      const isFormat = isPrefixed && /f/i.test(prefix.text) && found.content.includes('{');
      tokens.push({
        kind: found.isWhole ? 'text' : 'mark',
        text: found.content,
        line,
        ...(found.isBlock && { isBlock: true }),
        ...(isFormat && { isFormat: true }),
      });
      for (let inner = at; inner < found.end; inner++) if (text[inner] === '\n') line += 1;
      at = found.end;
    } else if (NAME_START.test(char)) {
      const start = at;
      while (at < text.length && NAME_PART.test(text.charAt(at))) at += 1;
      tokens.push({ kind: 'name', text: text.slice(start, at), line });
    } else {
      tokens.push({ kind: 'mark', text: char, line });
      at += 1;
    }
  }
  return tokens;
}

interface Quoted {
  content: string;
  end: number;
  isBlock: boolean;
  /** False for an apostrophe: no quote ends it on its line. */
  isWhole: boolean;
}

/** @param unclosed by the quote: up to where none closes a text that was looked for. Whatever begins before meets none either */
function quoted(text: string, start: number, unclosed: Map<string, number>): Quoted {
  const quote = text.charAt(start);
  const block = quote.repeat(3);
  if (text.startsWith(block, start)) {
    const end = text.indexOf(block, start + 3);
    const until = end < 0 ? text.length : end;
    return {
      content: text.slice(start + 3, until),
      end: Math.min(until + 3, text.length),
      isBlock: true,
      isWhole: true,
    };
  }
  const none: Quoted = { content: quote, end: start + 1, isBlock: false, isWhole: false };
  if (start < (unclosed.get(quote) ?? 0)) return none;
  let at = start + 1;
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  if (text[at] !== quote) {
    unclosed.set(quote, at);
    return none;
  }
  return { content: text.slice(start + 1, at), end: at + 1, isBlock: false, isWhole: true };
}

function isSwitchedOff(text: string, at: number): boolean {
  return SWITCHED_OFF.test(text.slice(at, at + 200).split('\n', 1)[0] ?? '');
}

function afterMarks(text: string, at: number): number {
  let after = at;
  while (text[after] === '#') after += 1;
  return after;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
