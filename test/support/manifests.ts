// Manifests for tests, with defaults; and archives that our own writer would never make.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMAT, type Manifest, type ManifestFile } from '../../src/core/archive/manifest.js';
import { createZipWriter } from '../../src/core/archive/zipWriter.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { aBoard, hashOf, inChunks } from './builders.js';

const ARCHIVE = 'backup_20251121_091000.blb';

export function aManifest(overrides: Partial<Manifest> = {}): Manifest {
  const numbers = { files: 1, folders: 0, bytes: 1, read: 1, readBytes: 1, storedBytes: 1 };
  return {
    format: FORMAT,
    archive: ARCHIVE,
    sequence: 1,
    createdAt: '2025-11-21T09:10:00.000Z',
    timeZone: 'Europe/Berlin',
    product: 'micropython-backup 0.1.0',
    kind: 'full',
    origin: 'manual',
    parent: null,
    label: null,
    metadata: [],
    board: aBoard(),
    options: { hashOnBoard: true, ways: ['base64'] },
    scope: { root: ROOT, include: [], exclude: [] },
    entries: [],
    errors: [],
    statistics: { ...numbers, ratio: 1, durationMs: 1, wireSent: 1, wireReceived: 1, bytesPerSecond: 1 },
    ...overrides,
  };
}

/** A file whose one byte stands in the archive of {@link aManifest}. */
export function aManifestFile(path: string): ManifestFile {
  return {
    type: 'file',
    path: parseBoardPath(path),
    size: 1,
    storedSize: 1,
    mtime: null,
    sha256: hashOf(Buffer.from('x')),
    evidence: 'board-hash',
    archive: ARCHIVE,
    stored: `files/${path}`,
  };
}

/** A sealed archive with these entries, whatever they are, under the name that {@link aManifest} has. @returns its path */
export async function archiveWith(
  folder: string,
  entries: [name: string, bytes: Uint8Array][],
  name = ARCHIVE,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  const zip = await createZipWriter({ append: async (bytes) => void pieces.push(bytes.slice()) });
  for (const [entry, bytes] of entries) await zip.addFile(entry, Date.UTC(2025, 0), bytes.length, inChunks(bytes));
  await zip.finish();
  const path = join(folder, name);
  await writeFile(path, Buffer.concat(pieces));
  return path;
}
