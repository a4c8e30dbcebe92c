// Bytes as they stand in Python code that is sent to a board. No name and no content is ever code.

/**
 * Python with bytes in it, each as a literal as short as raw-paste takes it: that is 8-bit clean but for the bytes that
 * control it, and those that MicroPython itself reads otherwise (line ends, quotes, backslashes).
 */
export function pythonCode(text: TemplateStringsArray, ...values: Array<string | number | Uint8Array>): Buffer {
  const filled = values.map((value) => (value instanceof Uint8Array ? compactLiteral(value) : String(value)));
  return Buffer.from(String.raw({ raw: text }, ...filled), 'latin1');
}

function compactLiteral(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const escaped = text.replace(/[\0-\x06\r\n'\\]/g, (byte, at: number) => {
    if (byte === '\n') return '\\n';
    if (byte === '\r') return '\\r';
    if (byte === "'" || byte === '\\') return `\\${byte}`;
    // An octal escape is shortest, unless a digit follows.
    return /^[0-7]/.test(text.slice(at + 1, at + 2)) ? `\\x0${byte.charCodeAt(0)}` : `\\${byte.charCodeAt(0)}`;
  });
  return `b'${escaped}'`;
}

/** A Python bytes literal in one line: printable ASCII stands for itself, the rest is escaped. Ctrl-C is never among it. */
export function bytesLiteral(bytes: Uint8Array): string {
  return `b'${Array.from(bytes, escaped).join('')}'`;
}

/** Cuts bytes into pieces whose literals have no more than `longest` characters, at least one byte each. */
export function* literalPieces(bytes: Uint8Array, longest: number): Generator<Uint8Array> {
  let start = 0;
  let length = "b''".length;
  for (const [at, byte] of bytes.entries()) {
    const more = escaped(byte).length;
    if (length + more > longest && at > start) {
      yield bytes.subarray(start, at);
      start = at;
      length = "b''".length;
    }
    length += more;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '\n') return '\\n';
  if (character === "'" || character === '\\') return `\\${character}`;
  return byte >= 0x20 && byte < 0x7f ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
}
