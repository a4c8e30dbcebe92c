// Manifests from outside: whatever the bytes are, what comes out is a Manifest that keeps its rules, or an error (P41, P44).

import * as v from 'valibot';
import { BackupError, isBackupError } from '../errors.js';
import { type Message, msg, t } from '../l10n.js';
import { type BoardPath, comparePaths, displayPath, isInside, parseBoardPath, ROOT } from '../paths.js';
import { parseContentHash } from '../tree.js';
import { type Excess, excessOf, MANIFEST_LIMITS } from './jsonLimits.js';
import { FORMAT, KINDS, type Manifest, type ManifestEntry, type ManifestFormat, ORIGINS } from './manifest.js';
import { isFileName, parseEntry } from './parseEntry.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const text = v.string();

/** More than anybody writes; what compares paths with it takes no longer one. */
const LONGEST_PATTERN = 1 << 16;
const pattern = v.pipe(
  text,
  v.maxLength(LONGEST_PATTERN, () => t('This is not a pattern.')),
);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const path = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return parseBoardPath(dataset.value);
    } catch (error) {
      if (!isBackupError(error, 'bad-name')) throw error;
      addIssue({ message: error.message });
      return NEVER;
    }
  }),
);

/** SHA-256 in hex. */
export const hashSchema = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseContentHash(dataset.value);
    if (parsed) return parsed;
    addIssue({ message: t('This is not a SHA-256 in lower-case hex.') });
    return NEVER;
  }),
);

const archiveName = v.custom<string>(isFileName, () => t('This is not a file name.'));

const entry = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseEntry(dataset.value);
    if (typeof parsed !== 'string') return parsed;
    addIssue({ message: t('This is not an entry: {0}.', parsed) });
    return NEVER;
  }),
);

/** ISO 8601 in UTC with milliseconds. */
export const timeSchema = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, () => t('This is not a time.')),
  v.check(
    (text) => !Number.isNaN(Date.parse(text)),
    () => t('This is not a time.'),
  ),
);

export const kindSchema = v.picklist(KINDS);

export const originSchema = v.picklist(ORIGINS);

export const boardSchema = v.object({
  id: v.pipe(text, v.nonEmpty()),
  idSource: v.picklist(['unique-id', 'usb-serial', 'port']),
  name: text,
  machine: text,
  firmware: text,
  mounts: v.array(
    v.object({
      path: text,
      type: v.nullable(text),
      size: v.nullable(count),
      free: v.nullable(count),
      readOnly: v.nullable(v.boolean()),
    }),
  ),
});

const schema: v.GenericSchema<unknown, Omit<Manifest, 'format'>> = v.object({
  archive: archiveName,
  sequence: v.pipe(count, v.minValue(1)),
  createdAt: timeSchema,
  timeZone: text,
  product: text,
  kind: kindSchema,
  origin: originSchema,
  parent: v.nullable(hashSchema),
  label: v.nullable(text),
  metadata: v.array(v.tuple([text, text])),
  board: boardSchema,
  options: v.object({ hashOnBoard: v.boolean(), ways: v.array(text) }),
  scope: v.object({ root: path, include: v.array(pattern), exclude: v.array(pattern) }),
  entries: v.array(entry),
  errors: v.array(v.object({ path, code: text, message: text })),
  statistics: v.object({
    ...{ files: count, folders: count, bytes: count, read: count, readBytes: count, storedBytes: count },
    ...{ ratio: amount, durationMs: amount, wireSent: count, wireReceived: count, bytesPerSecond: amount },
  }),
});

const formatSchema: v.GenericSchema<unknown, ManifestFormat> = v.object({
  name: v.literal('blb'),
  version: v.pipe(count, v.minValue(1)),
  reader: v.pipe(count, v.minValue(1)),
  features: v.array(text),
});

/**
 * @param bytes of a manifest.json
 * @param archive path of the archive that they come from, for the error
 * @throws BackupError `archive-unsupported` if the format asks for a newer reader; `archive-damaged` for anything malformed
 */
export function parseManifest(bytes: Uint8Array, archive: string): Manifest {
  const json = parseJson(bytes, archive);
  // The format first: a newer one may look different everywhere else (P41).
  const outer = v.safeParse(v.object({ format: formatSchema }), json);
  if (!outer.success) throw damaged(archive, reasonOf(outer.issues));
  const { format } = outer.output;
  const unknown = format.features.filter((feature) => !FORMAT.features.includes(feature));
  if (format.reader > FORMAT.version) throw unsupported(archive, t('format version {0}', format.reader));
  if (unknown.length > 0) throw unsupported(archive, unknown.map((feature) => JSON.stringify(feature)).join(', '));

  const parsed = v.safeParse(schema, json, { abortEarly: true });
  if (!parsed.success) throw damaged(archive, reasonOf(parsed.issues));
  const conflict = conflictIn(parsed.output.entries);
  if (conflict) throw damaged(archive, conflict);
  return { format, ...parsed.output };
}

const TOO_MUCH: Readonly<Record<Excess, Message>> = {
  bytes: msg('it has more than {0} bytes.'),
  depth: msg('it is nested deeper than {0} levels.'),
  values: msg('it has more than {0} objects and lists.'),
};

function parseJson(bytes: Uint8Array, archive: string): unknown {
  const excess = excessOf(bytes, MANIFEST_LIMITS);
  if (excess) throw damaged(archive, t(TOO_MUCH[excess], MANIFEST_LIMITS[excess]));
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    // P47: a SyntaxError quotes the text, and causes are logged. A TypeError says that it is no UTF-8: no more than this does.
    throw damaged(archive, t('it is not JSON.'));
  }
}

/** The order of entries leaves no room for a path that comes twice; nothing can lie inside a file. */
function conflictIn(entries: readonly ManifestEntry[]): string | undefined {
  // Files whose paths the one at hand begins with, as `main.py` begins with `main`: in this order, what begins with a path follows
  // it at once. However deep the paths are, each is looked at once.
  const beginnings: BoardPath[] = [];
  let before = ROOT;
  for (const { type, path } of entries) {
    if (comparePaths(before, path) >= 0) return t('the entry {0} is not in order, or comes twice', displayPath(path));
    before = path;
    while (!path.startsWith(beginnings.at(-1) ?? ROOT)) beginnings.pop();
    const file = beginnings.at(-1);
    if (file !== undefined && isInside(path, file)) return t('{0} lies inside a file', displayPath(path));
    if (type === 'file') beginnings.push(path);
  }
  return undefined;
}

/** P47: what a message of the library says was received is text from the manifest; what was expected is ours. */
function reasonOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues
    .map((issue) => {
      const reason =
        issue.kind === 'schema' ? t('Expected {0}.', issue.expected ?? t('something else')) : issue.message;
      return `${v.getDotPath(issue) ?? t('the whole')}: ${reason}`;
    })
    .join('; ');
}

function damaged(archive: string, reason: string): BackupError {
  return new BackupError('archive-damaged', t('The manifest in {0} cannot be read: {1}', archive, reason), {
    path: archive,
    hint: t('Its files can still be taken out by hand: the archive is a ZIP.'),
  });
}

function unsupported(archive: string, needed: string): BackupError {
  return new BackupError(
    'archive-unsupported',
    t('{0} was written by a newer version: it needs {1}.', archive, needed),
    {
      path: archive,
      hint: t('Update MicroPython Backup, then open it again.'),
    },
  );
}
