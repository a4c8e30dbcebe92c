// checksums.txt: what `sha256sum -c` reads, so that recovered files can be checked without this software (P42).

/** Names in an archive hold no backslash and no line break, so no line needs the escapes that `sha256sum` knows. */
export function encodeChecksums(hashes: ReadonlyMap<string, string>): Uint8Array {
  return Buffer.from([...hashes].map(([name, sha256]) => `${sha256}  ${name}\n`).join(''), 'utf8');
}

/** Names may hold what JavaScript takes for ends of lines (U+2028). @returns hashes by the names of entries; undefined if a line has another form or a name comes twice */
export function parseChecksums(bytes: Uint8Array): Map<string, string> | undefined {
  const hashes = new Map<string, string>();
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  if (lines.pop() !== '') return undefined;
  for (const line of lines) {
    const [, sha256, name] = /^([0-9a-f]{64}) {2}(.+)$/su.exec(line) ?? [];
    if (sha256 === undefined || name === undefined || hashes.has(name)) return undefined;
    hashes.set(name, sha256);
  }
  return hashes;
}
