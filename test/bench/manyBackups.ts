// A store as it is after years: one board, many backups. Written straight through the archive writer, since taking them one by
// one would look at the whole store each time.

import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FORMAT,
  type Manifest,
  type ManifestFile,
  type ManifestFolder,
  sortByPath,
} from '../../src/core/archive/manifest.js';
import { createArchiveWriter } from '../../src/core/archive/writer.js';
import { createZipWriter } from '../../src/core/archive/zipWriter.js';
import { parentOf, parseBoardPath, ROOT } from '../../src/core/paths.js';
import { archiveNames, boardFolderName } from '../../src/core/store/boardFolder.js';
import { aBoard, hashOf, inChunks } from '../support/builders.js';

export interface ManyBackups {
  backups: number;
  /** Files on the board. */
  files: number;
  /** 1: every backup is a full one. */
  fullEvery: number;
}

const START = Date.UTC(2023, 0, 1, 12);
const DAY = 24 * 3_600_000;
const MOST_CHANGED = 3;

/** @param root an empty folder; each backup after a full one has 1 to 3 changed files. The same bytes on every run */
export async function writeBackups(root: string, { backups, files, fullEvery }: ManyBackups): Promise<void> {
  const board = aBoard();
  const folder = join(root, boardFolderName(board));
  await mkdir(folder, { recursive: true });
  const tree = new Map<string, { content: Uint8Array; entry?: ManifestFile }>();
  for (let file = 0; file < files; file++) tree.set(pathOf(file), { content: contentOf(file, 0) });
  let changed = 0;
  let parent: string | null = null;
  for (let number = 0; number < backups; number++) {
    const isFull = number % fullEvery === 0;
    const createdAt = START + number * DAY;
    const [name = ''] = archiveNames(createdAt);
    for (let count = 0; number > 0 && count <= number % MOST_CHANGED; count++) {
      changed = (changed + 7) % files;
      tree.set(pathOf(changed), { content: contentOf(changed, number) });
    }
    const archive = await open(join(folder, name), 'wx');
    const writer = createArchiveWriter(
      await createZipWriter({ append: async (bytes) => void (await archive.write(bytes)) }),
      createdAt,
    );
    const read: ManifestFile[] = [];
    for (const [path, file] of tree) {
      if (file.entry && !isFull) continue;
      const { content } = file;
      const known = {
        path: parseBoardPath(path),
        size: content.length,
        mtime: createdAt / 1000,
        sha256: hashOf(content),
      };
      const stored = await writer.addFile(known, inChunks(content));
      file.entry = { type: 'file', ...known, evidence: 'board-hash', archive: name, ...stored };
      read.push(file.entry);
    }
    const kept = [...tree.values()].flatMap(({ entry }) => entry ?? []);
    const entries = sortByPath([...foldersOf(kept), ...kept]);
    parent = await writer.finish({
      format: FORMAT,
      archive: name,
      sequence: number + 1,
      createdAt: new Date(createdAt).toISOString(),
      ...{ timeZone: 'Europe/Berlin', product: 'micropython-backup 0.1.0', origin: 'daily', label: null, metadata: [] },
      ...{ kind: isFull ? 'full' : 'incremental', parent, board, entries, errors: [] },
      options: { hashOnBoard: true, ways: ['agent'] },
      scope: { root: ROOT, include: [], exclude: [] },
      statistics: statisticsOf(kept, entries.length - kept.length, read),
    });
    await archive.close();
  }
}

function pathOf(file: number): string {
  return `lib/part${file % 10}/module${file}.py`;
}

function foldersOf(files: readonly ManifestFile[]): ManifestFolder[] {
  const paths = new Set(files.map(({ path }) => parentOf(path)));
  return [...new Set([...paths].flatMap((path) => [parentOf(path), path]))].map((path) => ({ type: 'folder', path }));
}

/** Some 300 bytes: how long a file is plays no part in listing. */
function contentOf(file: number, version: number): Uint8Array {
  const lines = Array.from({ length: 10 }, (_, line) => `value${line} = ${file * 31 + version * 17 + line}\n`);
  return Buffer.from(`# ${pathOf(file)}, version ${version}\n${lines.join('')}`);
}

function statisticsOf(
  files: readonly ManifestFile[],
  folders: number,
  read: readonly ManifestFile[],
): Manifest['statistics'] {
  const readBytes = read.reduce((sum, { size }) => sum + size, 0);
  const storedBytes = read.reduce((sum, { storedSize }) => sum + storedSize, 0);
  return {
    ...{ files: files.length, folders, bytes: files.reduce((sum, { size }) => sum + size, 0) },
    ...{ read: read.length, readBytes, storedBytes, ratio: readBytes === 0 ? 1 : storedBytes / readBytes },
    ...{ durationMs: 2000, wireSent: 900, wireReceived: readBytes, bytesPerSecond: readBytes / 2 },
  };
}
