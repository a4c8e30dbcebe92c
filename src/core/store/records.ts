// A file of records that only grows: one JSON object a line. Adding one line never endangers another, needs no lock against
// other writers, and survives a power cut once it is synced. What was cut off in the middle of its line was never promised.

import { dirname } from 'node:path';
import type * as v from 'valibot';
import { diskError } from '../archive/diskErrors.js';
import type { JsonLimits } from '../archive/jsonLimits.js';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { parseJson } from './parseJson.js';

export interface Records<Record> {
  /** Oldest first. */
  records: Record[];
  /** Lines that are whole and yet no record: somebody or something changed them. */
  damaged: number;
}

/** More than decades of use make; what is larger is not ours. */
const LARGEST = 1 << 26;
const NEWLINE = 0x0a;

/** Of one record: far more than all that can be noted on thousands of backups at once. */
export const LINE_LIMITS: JsonLimits = { bytes: 1 << 24, depth: 8, values: 1 << 18 };

/** @throws BackupError `store-full`, `store-denied`, `store-failed`; the record is on the disk when this resolves */
export async function addRecord(env: Env, path: string, record: object): Promise<void> {
  try {
    const before = await env.fs.info(path);
    // Whoever opens a pipe waits forever.
    if (before && before.kind !== 'file') throw notOurs(path);
    const start = before && (await endsInLine(env, path, before.size)) ? '\n' : '';
    const file = await env.fs.open(path, 'append');
    try {
      await file.append(Buffer.from(`${start}${JSON.stringify(record)}\n`, 'utf8'));
      await file.sync();
    } finally {
      await file.close();
    }
    if (!before) await env.fs.syncFolder(dirname(path));
  } catch (error) {
    throw diskError(error, path);
  }
}

/** A file that is not there has no records. @throws BackupError `store-denied`, `store-failed` */
export async function readRecords<Record>(
  env: Env,
  path: string,
  schema: v.GenericSchema<unknown, Record>,
): Promise<Records<Record>> {
  try {
    const found = await env.fs.info(path);
    if (!found) return { records: [], damaged: 0 };
    if (found.kind !== 'file' || found.size > LARGEST) throw notOurs(path);
    const text = Buffer.from(await env.fs.readFile(path)).toString('utf8');
    return parseRecords(text, schema);
  } catch (error) {
    throw diskError(error, path);
  }
}

/** One line for each. */
export function encodeRecords(records: readonly object[]): Uint8Array {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''), 'utf8');
}

function parseRecords<Record>(text: string, schema: v.GenericSchema<unknown, Record>): Records<Record> {
  const records: Record[] = [];
  // Somebody's editor has saved it in another encoding (UTF-16 begins so): nothing in it can be read.
  let damaged = text.startsWith('\ufffd\ufffd') ? 1 : 0;
  for (const each of text.split('\n')) {
    // Editors may end lines as Windows does.
    const line = each.trimEnd();
    // A power cut keeps a line from being written: its end is missing, or blocks of it are zeros, which no JSON holds.
    if (!line.endsWith('}') || line.includes('\0')) continue;
    const record = parseJson(Buffer.from(line), schema, LINE_LIMITS);
    if (record === undefined) damaged += 1;
    else records.push(record);
  }
  return { records, damaged };
}

/** A line that was cut off must not swallow the next one. */
async function endsInLine(env: Env, path: string, size: number): Promise<boolean> {
  if (size === 0) return false;
  const file = await env.fs.open(path, 'read');
  try {
    const last = new Uint8Array(1);
    return (await file.read(last, size - 1)) === 1 && last[0] !== NEWLINE;
  } finally {
    await file.close();
  }
}

function notOurs(path: string): BackupError {
  return new BackupError('store-failed', t('{0} is not a file of records.', path), {
    path,
    hint: t('Move it away: a new one is created when it is needed.'),
  });
}
