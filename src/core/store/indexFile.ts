// The form of index.json, and of what index.age holds. It is believed only if its own hash fits, so damage of any kind means making it again (P21).
// The hash is over the bytes of the rows as they stand in the file: it is checked before anything is parsed, and nothing has to
// be written once more to check it.

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { JsonLimits } from '../archive/jsonLimits.js';
import type { KnownFile } from '../archive/knownKeys.js';
import { isCount } from '../archive/parseEntry.js';
import { boardSchema, hashSchema, kindSchema, originSchema, timeSchema } from '../archive/parseManifest.js';
import type { ArchiveContent } from '../archive/reader.js';
import { parseContentHash } from '../tree.js';
import type { FoundArchive } from './findArchives.js';
import { parseJson } from './parseJson.js';
import type { ManifestSummary } from './summary.js';

/** What is remembered of one archive, for as long as its size and time stay the same. */
export interface IndexRow extends FoundArchive {
  summary: ManifestSummary;
  contents: ArchiveContent[];
  /** Of an encrypted archive: so that opening it costs nothing. Such a row is never written but encrypted. */
  key?: KnownFile;
}

/** Counts up with every change of the rows: an index of another version is not read. */
const VERSION = 5;

/** A larger one is made again with every look: slow, and never wrong. */
export const INDEX_LIMITS: JsonLimits = { bytes: 1 << 27, depth: 16, values: 1 << 22 };

const END = Buffer.from('}');

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** In the order of `summaryOf`: what is read back is written as it was. */
const summary = v.object({
  id: hashSchema,
  board: boardSchema,
  kind: kindSchema,
  origin: originSchema,
  sequence: count,
  createdAt: timeSchema,
  label: v.nullable(v.string()),
  parent: v.nullable(hashSchema),
  files: count,
  bytes: count,
  stored: count,
  storedBytes: count,
  errors: count,
  set: v.optional(v.string()),
}) as v.GenericSchema<unknown, IndexRow['summary']>;

/** One list without parts, four values for each content: a store of many backups has some hundred thousand. */
const contents = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = contentsFrom(dataset.value);
    if (parsed) return parsed;
    addIssue({ message: 'These are no contents.' });
    return NEVER;
  }),
);

const digits = v.pipe(v.string(), v.regex(/^([0-9a-f]{2})+$/));
const key = v.optional(v.tuple([digits, digits, count]));

/** The name of an archive may be anything: a row counts only if its archive is found again. */
const rows = v.array(v.tuple([v.string(), count, v.number(), summary, contents, key]));

export function encodeIndex(indexRows: readonly IndexRow[]): Uint8Array {
  const list = indexRows.map(({ archive, size, modified, summary, contents, key }) => {
    const flat = contents.flatMap(({ sha256, stored, storedSize, size }) => [sha256, stored, storedSize, size]);
    const keys = key ? [[key.digest, Buffer.from(key.fileKey).toString('hex'), key.headerLength]] : [];
    return [archive, size, modified, summary, flat, ...keys];
  });
  const bytes = Buffer.from(JSON.stringify(list), 'utf8');
  return Buffer.concat([headOf(bytes), bytes, END]);
}

/** @returns undefined for anything but a whole index of this version */
export function decodeIndex(bytes: Uint8Array): IndexRow[] | undefined {
  const json = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const list = json.subarray(HEAD_LENGTH, -END.length);
  const isWhole = headOf(list).equals(json.subarray(0, HEAD_LENGTH)) && json.subarray(-END.length).equals(END);
  const parsed = isWhole ? parseJson(list, rows, INDEX_LIMITS) : undefined;
  return parsed?.map(([archive, size, modified, summary, contents, key]) => {
    return { archive, size, modified, summary, contents, ...(key && { key: keyFrom(key) }) };
  });
}

/** What stands before the rows. */
function headOf(list: Uint8Array): Buffer {
  const sha256 = createHash('sha256').update(list).digest('hex');
  return Buffer.from(`{"sha256":"${sha256}","version":${VERSION},"rows":`);
}

const HEAD_LENGTH = headOf(new Uint8Array()).length;

function keyFrom([digest, fileKey, headerLength]: [string, string, number]): KnownFile {
  return { digest, fileKey: Buffer.from(fileKey, 'hex'), headerLength };
}

function contentsFrom(flat: unknown): ArchiveContent[] | undefined {
  if (!Array.isArray(flat)) return undefined;
  const list: readonly unknown[] = flat;
  const found: ArchiveContent[] = [];
  for (let at = 0; at < list.length; at += 4) {
    const hash = list[at];
    const [stored, storedSize, size] = [list[at + 1], list[at + 2], list[at + 3]];
    const sha256 = typeof hash === 'string' ? parseContentHash(hash) : undefined;
    if (sha256 === undefined || typeof stored !== 'string' || !isCount(storedSize) || !isCount(size)) return undefined;
    found.push({ sha256, stored, storedSize, size });
  }
  return found;
}
