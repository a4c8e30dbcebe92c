// A source in Python as somebody may read it who is not its owner: every text, comment and long number is replaced. Whatever a password
// is called and however it is used, it is written as one of those.

/** What stands in place of what is not shown. */
const MASK = '…';

/** Of a text: `rb"…"`. */
const PREFIX = /^[rbuf]{1,2}$/i;
const WORD = /[\p{L}\p{N}_.]+/uy;
const NUMBER = /^\.?\d/;
/** Pins and seconds; more digits are a code of a door, or a key. */
const SHORT_NUMBER = /^\d{0,3}(?:\.\d{0,3})?$/;
/** Bytes of a key: `[43, 126, 21, 22, 40, 174]`. */
const MANY_NUMBERS = /(?:\b\d{1,3}\b[\s,#…()[\]+*-]+){5,}\d{1,3}\b/g;
const KEYWORD =
  /^(?:False|None|True|and|as|assert|async|await|break|case|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|match|nonlocal|not|or|pass|print|raise|return|try|type|while|with|yield)$/;

/** @returns as many lines as there are in `text` */
export function maskedCode(text: string): string[] {
  let shown = '';
  let at = 0;
  let line = 0;
  /** What comes before, if that is a word or a text and only spaces are between. */
  let before: string | undefined;
  /** Lines that are none of Python, in which anything may be a password. */
  const foreign = new Set<number>();
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"' || char === "'") {
      const { end, isClosed } = endOfText(text, at);
      const lines = text.slice(at, end).split('\n').length - 1;
      if (!isClosed) foreign.add(line);
      shown += `"${`${MASK}\n`.repeat(lines)}${MASK}"`;
      line += lines;
      at = end;
      before = MASK;
    } else if (char === '#') {
      const end = text.indexOf('\n', at);
      shown += `# ${MASK}`;
      at = end < 0 ? text.length : end;
    } else {
      WORD.lastIndex = at;
      const [word] = WORD.exec(text) ?? [];
      if (word !== undefined) {
        const isPrefix = PREFIX.test(word) && /["']/.test(text.charAt(at + word.length));
        if (before !== undefined && !isPrefix && !KEYWORD.test(before) && !KEYWORD.test(word)) foreign.add(line);
        shown += NUMBER.test(word) && !SHORT_NUMBER.test(word) ? MASK : word;
        before = word;
      } else {
        shown += char;
        if (char === '\n') line += 1;
        if (!/[ \t]/.test(char)) before = undefined;
      }
      at += word?.length ?? 1;
    }
  }
  return shown
    .replace(MANY_NUMBERS, (numbers) => numbers.replace(/\d+/g, MASK))
    .split('\n')
    .map((shownLine, number) => (foreign.has(number) ? MASK : shownLine));
}

/** Quotes that nothing closes: three reach to the end of the file, and one to the end of its line. */
function endOfText(text: string, start: number): { end: number; isClosed: boolean } {
  const quote = text.charAt(start);
  const isBlock = text.startsWith(quote.repeat(3), start);
  const mark = isBlock ? quote.repeat(3) : quote;
  let at = start + mark.length;
  while (at < text.length && !text.startsWith(mark, at)) {
    if (!isBlock && text[at] === '\n') return { end: at, isClosed: false };
    at += text[at] !== '\\' ? 1 : text.startsWith('\r\n', at + 1) ? 3 : 2;
  }
  return { end: Math.min(at + mark.length, text.length), isClosed: at < text.length };
}
