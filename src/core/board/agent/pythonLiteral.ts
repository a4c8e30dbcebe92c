// Bytes as they stand in Python code that is sent to a board. No name and no content is ever code.

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
