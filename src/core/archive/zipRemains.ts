// Reads an archive that was cut off while it was written, or whose directory cannot be read: its last entry may be torn. Goes from
// one local header to the next; where one ends, it says itself, or the descriptor behind it.

import type { Env, OpenFile } from '../env.js';
import { t } from '../l10n.js';
import { reading, readRange } from './archiveBytes.js';
import { damagedArchive } from './archiveErrors.js';
import { asDamage, inflated } from './zipReader.js';

/** An entry that was written whole: where its bytes lie in the file, and how many they are when unpacked, as the ZIP says. */
export interface RemainingEntry {
  name: string;
  start: number;
  end: number;
  isDeflated: boolean;
  size: number;
  crc32: number;
}

const LOCAL_SIGNATURE = Buffer.from('PK\x03\x04', 'latin1');
const LOCAL_HEADER = 30;
const DESCRIPTOR_SIGNATURE = Buffer.from('PK\x07\x08', 'latin1');
const DESCRIPTOR = 16;
const HAS_DESCRIPTOR = 0x0008;
const READ_SIZE = 1 << 16;

/** @throws BackupError `store-failed`, … if the disk fails; what is no archive has no entries */
export function findRemains(env: Env, path: string): Promise<RemainingEntry[]> {
  return reading(
    env,
    path,
    async (file) => {
      const entries: RemainingEntry[] = [];
      const fileSize = await file.size();
      for (let position = 0; ; ) {
        const head = await readUpTo(file, position, LOCAL_HEADER);
        if (head.length < LOCAL_HEADER) return entries;
        if (!head.subarray(0, LOCAL_SIGNATURE.length).equals(LOCAL_SIGNATURE)) {
          // Somebody may have put bytes before the first entry, or between two.
          const next = await findHeader(file, position + 1);
          if (next === undefined) return entries;
          position = next;
          continue;
        }
        const nameLength = head.readUInt16LE(26);
        const name = (await readUpTo(file, position + LOCAL_HEADER, nameLength)).toString('utf8');
        const start = position + LOCAL_HEADER + nameLength + head.readUInt16LE(28);
        const hasDescriptor = (head.readUInt16LE(6) & HAS_DESCRIPTOR) !== 0;
        const found = hasDescriptor ? await findDescriptor(file, start) : toldBy(head, start);
        if (!found || found.end > fileSize) return entries;
        entries.push({ name, start, ...found, isDeflated: head.readUInt16LE(8) !== 0 });
        position = found.end + (hasDescriptor ? DESCRIPTOR : 0);
      }
    },
    'remains',
  );
}

/** The content of one entry: never more than its `size`. @throws BackupError `archive-damaged`, `store-failed`, … */
export async function* readRemains(env: Env, path: string, entry: RemainingEntry): AsyncGenerator<Uint8Array> {
  const packed = readRange(env, path, entry.start, entry.end, 'remains');
  let size = 0;
  try {
    for await (const chunk of entry.isDeflated ? inflated(packed) : packed) {
      size += chunk.length;
      if (size > entry.size) throw damagedArchive(path, t('an entry has more bytes than the archive says'));
      yield chunk;
    }
  } catch (error) {
    throw asDamage(path, error);
  }
}

async function findHeader(file: OpenFile, from: number): Promise<number | undefined> {
  for (let position = from; ; position += READ_SIZE - LOCAL_SIGNATURE.length + 1) {
    const window = await readUpTo(file, position, READ_SIZE);
    const at = window.indexOf(LOCAL_SIGNATURE);
    if (at >= 0) return position + at;
    if (window.length < READ_SIZE) return undefined;
  }
}

type End = Pick<RemainingEntry, 'end' | 'size' | 'crc32'>;

/** Whoever could go back in the file when the entry was written, as most programs can, has put it into the header. */
function toldBy(head: Buffer, start: number): End {
  return { end: start + head.readUInt32LE(18), size: head.readUInt32LE(22), crc32: head.readUInt32LE(14) };
}

/**
 * The bytes of an entry end where a descriptor stands that tells just their number. Content that has such bytes in it by
 * chance, or on purpose, ends early: then its hash is not the one that is looked for.
 */
async function findDescriptor(file: OpenFile, start: number): Promise<End | undefined> {
  for (let position = start; ; position += READ_SIZE - DESCRIPTOR + 1) {
    const window = await readUpTo(file, position, READ_SIZE);
    for (let at = 0; ; at++) {
      at = window.indexOf(DESCRIPTOR_SIGNATURE, at);
      if (at < 0 || at + DESCRIPTOR > window.length) break;
      const end = position + at;
      if (window.readUInt32LE(at + 8) === end - start) {
        return { end, size: window.readUInt32LE(at + 12), crc32: window.readUInt32LE(at + 4) };
      }
    }
    if (window.length < READ_SIZE) return undefined;
  }
}

async function readUpTo(file: OpenFile, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, await file.read(bytes, position));
}
