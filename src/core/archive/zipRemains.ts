// Reads an archive that was cut off while it was written: it has no directory yet, and its last entry may be torn. Goes from
// one local header to the next; where one ends, the descriptor behind it says.

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

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_HEADER = 30;
const DESCRIPTOR_SIGNATURE = Buffer.from('PK\x07\x08', 'latin1');
const DESCRIPTOR = 16;
const READ_SIZE = 1 << 16;

/** @throws BackupError `store-failed`, … if the disk fails; what is no archive has no entries */
export function findRemains(env: Env, path: string): Promise<RemainingEntry[]> {
  return reading(
    env,
    path,
    async (file) => {
      const entries: RemainingEntry[] = [];
      for (let position = 0; ; ) {
        const head = await readUpTo(file, position, LOCAL_HEADER);
        if (head.length < LOCAL_HEADER || head.readUInt32LE(0) !== LOCAL_SIGNATURE) return entries;
        const nameLength = head.readUInt16LE(26);
        const name = (await readUpTo(file, position + LOCAL_HEADER, nameLength)).toString('utf8');
        const start = position + LOCAL_HEADER + nameLength + head.readUInt16LE(28);
        const found = await findDescriptor(file, start);
        if (!found) return entries;
        entries.push({ name, start, ...found, isDeflated: head.readUInt16LE(8) !== 0 });
        position = found.end + DESCRIPTOR;
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

/**
 * The bytes of an entry end where a descriptor stands that tells just their number. Content that has such bytes in it by
 * chance, or on purpose, ends early: then its hash is not the one that is looked for.
 */
async function findDescriptor(
  file: OpenFile,
  start: number,
): Promise<Pick<RemainingEntry, 'end' | 'size' | 'crc32'> | undefined> {
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
