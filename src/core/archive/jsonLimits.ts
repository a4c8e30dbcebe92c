// How much JSON from outside we take into memory: a few kilobytes of a ZIP, or a file put into a store, can otherwise
// become gigabytes of empty lists (P44).

export interface JsonLimits {
  bytes: number;
  /** Levels of objects and arrays inside each other. */
  depth: number;
  /** Objects and arrays in all. */
  values: number;
}

/** What docs/archive-format.md allows a manifest: a hundred times the largest board that we know of. */
export const MANIFEST_LIMITS: JsonLimits = { bytes: 1 << 25, depth: 32, values: 1 << 18 };

const [QUOTE, BACKSLASH, OPENING, CLOSING] = Buffer.from('"\\{}');
/** The one bit in which `[` and `{` differ, and `]` and `}`. */
const CURLY = 0x20;

/**
 * Each object and each list takes two bytes at least: in fewer than this there cannot be too many, and however deep they lie inside
 * each other, they take no more memory than any. A store of a thousand backups has as many manifests, and nearly all are smaller.
 */
function isSurelyHarmless(json: Uint8Array, { values }: JsonLimits): boolean {
  return json.length <= 2 * values;
}

/** Which of the limits is exceeded. */
export type Excess = keyof JsonLimits;

/**
 * Only counts; whether it is JSON, the parser says.
 *
 * @returns what is too much; undefined if it is within the limits, or too small to do harm
 */
export function excessOf(json: Uint8Array, limits: JsonLimits): Excess | undefined {
  if (isSurelyHarmless(json, limits)) return undefined;
  if (json.length > limits.bytes) return 'bytes';
  let depth = 0;
  let values = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = endOfText(json, at);
    else if ((byte | CURLY) === CLOSING) depth -= 1;
    else if ((byte | CURLY) === OPENING) {
      depth += 1;
      values += 1;
      if (depth > limits.depth) return 'depth';
      if (values > limits.values) return 'values';
    }
  }
  return undefined;
}

/** @param start of a text: its quote. @returns where its other quote is, or the end of all */
function endOfText(json: Uint8Array, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return json.length;
}
