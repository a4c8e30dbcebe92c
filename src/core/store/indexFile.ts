// The form of index.json. It is believed only where its own hash fits, so damage of any kind means making it again (P21).

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { canonicalJson } from '../archive/canonicalJson.js';
import { excessOf, type JsonLimits } from '../archive/jsonLimits.js';
import { boardSchema, hashSchema, kindSchema, originSchema } from '../archive/parseManifest.js';
import type { ArchiveContent } from '../archive/reader.js';
import type { ManifestSummary } from './summary.js';

/** What is remembered of one archive, for as long as its size and time stay the same. */
export interface IndexRow {
  /** Path within the store, with slashes. */
  archive: string;
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
  summary: ManifestSummary;
  contents: ArchiveContent[];
}

/** Counts up with every change of the rows: an index of another version is not read. */
const VERSION = 3;

/** A larger one is made again with every look: slow, and never wrong. */
export const INDEX_LIMITS: JsonLimits = { bytes: 1 << 27, depth: 16, values: 1 << 21 };

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const rows: v.GenericSchema<unknown, IndexRow[]> = v.array(
  v.object({
    archive: v.string(),
    size: count,
    modified: v.number(),
    summary: v.object({
      id: v.string(),
      board: boardSchema,
      kind: kindSchema,
      origin: originSchema,
      ...{ sequence: count, files: count, bytes: count, stored: count, storedBytes: count, errors: count },
      createdAt: v.string(),
      label: v.nullable(v.string()),
      parent: v.nullable(v.string()),
    }),
    contents: v.array(v.object({ sha256: hashSchema, stored: v.string(), storedSize: count, size: count })),
  }),
);

const envelope = v.object({ version: v.literal(VERSION), sha256: v.string(), rows });

export function encodeIndex(indexRows: readonly IndexRow[]): Uint8Array {
  return Buffer.from(canonicalJson({ version: VERSION, sha256: hashOf(indexRows), rows: indexRows }), 'utf8');
}

/** @returns undefined for anything but a whole index of this version */
export function decodeIndex(bytes: Uint8Array): IndexRow[] | undefined {
  if (excessOf(bytes, INDEX_LIMITS)) return undefined;
  try {
    const parsed = v.safeParse(envelope, JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.success && hashOf(parsed.output.rows) === parsed.output.sha256 ? parsed.output.rows : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function hashOf(indexRows: readonly IndexRow[]): string {
  return createHash('sha256').update(canonicalJson(indexRows)).digest('hex');
}
