// Python that carries bytes through the raw REPL.

/**
 * Python with bytes in it, each as a literal as short as the raw REPL takes it: it is 8-bit clean but for the bytes that
 * control it, and those that MicroPython itself reads otherwise (line ends, quotes, backslashes).
 */
export function pythonCode(text: TemplateStringsArray, ...values: Array<string | number | Uint8Array>): Buffer {
  const filled = values.map((value) => (value instanceof Uint8Array ? bytesLiteral(value) : String(value)));
  return Buffer.from(String.raw({ raw: text }, ...filled), 'latin1');
}

function bytesLiteral(bytes: Uint8Array): string {
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
