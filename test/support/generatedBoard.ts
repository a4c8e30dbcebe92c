// A connected board that holds nothing: its files are made up as they are read, the same on every read, so that a tree of any
// size takes no memory and no disk. Half of it shrinks as text does, half is noise.

import { createCipheriv, createHash } from 'node:crypto';
import type { BoardFiles } from '../../src/core/board/boardFiles.js';
import type { ConnectedBoard } from '../../src/core/board/connect.js';
import { type BoardPath, parseBoardPath, ROOT } from '../../src/core/paths.js';
import type { ContentHash, ScannedFile } from '../../src/core/tree.js';

export interface GeneratedTree {
  /** Of the whole tree; a quarter of them is one file. */
  bytes: number;
  files: number;
  /** With each version, every tenth file is another one. */
  version: number;
}

const FILES_PER_FOLDER = 100;
/** What comes from a board at once. */
const CHUNK = 4096;
const POOL = 1 << 20;
const SCALE = 40;

/** @returns the board with this tree, which can only be read */
export function generatedBoard(tree: GeneratedTree): ConnectedBoard {
  const files = filesOf(tree);
  const numbers = new Map(files.map(({ path }, number) => [path, number]));

  function contentOf(path: BoardPath): Iterable<Uint8Array> {
    const number = numbers.get(path) ?? 0;
    const version = number % 10 === tree.version % 10 ? tree.version : 0;
    return contentFor(number, version, files[number]?.size ?? 0);
  }

  const board: Partial<BoardFiles> = {
    ways: ['made up'],
    hashesOnBoard: true,
    scansHashes: false,
    scan: async () => ({ folders: foldersOf(tree), files, temporaries: [], unreadable: [] }),
    hash: async (paths) => new Map(paths.map((path) => [path, hashOfAll(contentOf(path))])),
    async read(path, sink) {
      const hash = createHash('sha256');
      for (const chunk of contentOf(path)) {
        hash.update(chunk);
        await sink(chunk);
      }
      return hash.digest('hex') as ContentHash;
    },
    space: async () => undefined,
    forget: async () => {},
  };
  const can = Object.fromEntries(['binary', 'sha256', 'stat', 'ilistdir'].map((ability) => [ability, true]));
  return {
    url: 'generated',
    identity: { id: 'uid:generated', idSource: 'unique-id', name: 'generated', machine: 'Generated', firmware: '1' },
    profile: { mounts: [], can } as unknown as ConnectedBoard['profile'],
    files: board as BoardFiles,
    wire: { sent: 0, received: 0 },
    program: { state: 'none' },
    lineOver: new Promise(() => {}),
  };
}

/** Small ones and large ones, as on the card of a camera. */
function filesOf({ bytes, files }: GeneratedTree): ScannedFile[] {
  const weights = Array.from({ length: files }, (_, number) => (number === 0 ? 0 : 1 + (number % SCALE) ** 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight, number) => ({
    type: 'file',
    path: pathOf(number),
    size: number === 0 ? Math.floor(bytes / 4) : Math.floor((weight * bytes * 0.75) / sum),
  }));
}

function pathOf(number: number): BoardPath {
  return parseBoardPath(`part${Math.floor(number / FILES_PER_FOLDER)}/file${number}.bin`);
}

function foldersOf({ files }: GeneratedTree) {
  const folders = Array.from({ length: Math.ceil(files / FILES_PER_FOLDER) }, (_, part) => `part${part}`);
  return folders.map((path) => ({ type: 'folder' as const, path: parseBoardPath(path) }));
}

/** Nothing in it repeats within the reach of deflate, but for what is text. */
const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(Buffer.alloc(POOL));
const text = Buffer.from(
  Array.from({ length: POOL / 32 }, (_, line) =>
    `sample ${noise.readUInt16LE(2 * line) % 5000},${line}\n`.padStart(32, '.'),
  ).join(''),
);

/** The chunks are one buffer, which is used again. */
function* contentFor(number: number, version: number, size: number): Generator<Uint8Array> {
  const pool = number % 2 === 0 ? text : noise;
  const chunk = Buffer.alloc(Math.min(CHUNK, size));
  for (let at = 0; at < size; at += CHUNK) {
    const from = (number * 40_961 + at) % (POOL - CHUNK);
    pool.copy(chunk, 0, from);
    // No two files are the same.
    if (chunk.length >= 16) chunk.write(`${number} ${version} ${at}`.padEnd(16), 'latin1');
    yield chunk.subarray(0, size - at);
  }
}

function hashOfAll(chunks: Iterable<Uint8Array>): ContentHash {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex') as ContentHash;
}

export const WHOLE_BOARD = { root: ROOT, include: [], exclude: [] };
