// Manifests for tests, with defaults.

import { FORMAT, type Manifest, type ManifestFile } from '../../src/core/archive/manifest.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { aBoard, hashOf } from './builders.js';

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
