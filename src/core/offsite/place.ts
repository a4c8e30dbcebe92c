// A second place: somewhere else, where the folders of several stores may lie side by side. What has its name there is whole.

import type { Env } from '../env.js';
import { t } from '../l10n.js';

export interface Hashes {
  sha256?: string | undefined;
  sha1?: string | undefined;
  md5?: string | undefined;
}

export interface AllHashes {
  sha256: string;
  sha1: string;
  md5: string;
}

/** A file in the folder of a store. */
export interface PlacedFile {
  /** Below that folder, with slashes. */
  path: string;
  size: number;
  /** As far as the place knows them without giving out the file. */
  hashes?: Hashes | undefined;
}

/** A file that is to be copied there, and what it has to be when it has arrived. */
export interface Travelling {
  path: string;
  size: number;
  hashes: AllHashes;
}

/** What came of it: paths. */
export interface Put {
  /** They are there now. */
  there: string[];
  failed: { path: string; reason: string }[];
}

export interface Work {
  signal?: AbortSignal | undefined;
  /** Is told of each piece. */
  onBytes?: ((bytes: number) => void) | undefined;
}

export interface Place {
  /** Safe to show. */
  readonly shown: string;

  /** Proves that something can be written there, and makes the folder. */
  make(folder: string, work: Work): Promise<void>;

  /** Of all stores, below the folders of which each is named. */
  listAll(work: Work): Promise<PlacedFile[]>;

  /** @returns nothing if there is no such folder */
  list(folder: string, work: Work & { hashes?: boolean }): Promise<PlacedFile[]>;

  /**
   * Copies files from a local folder, under passing names first; each takes its own name when it is known to be there as it should be.
   *
   * @param from absolute path, below which the files have the same paths
   * @param how `new`: nothing that is there is touched; `replace`: takes the place of what is there
   * One that cannot be put stops no other. A file that is gone at `from` is passed over.
   *
   * @throws if nothing of it could be put
   */
  put(folder: string, from: string, files: readonly Travelling[], how: 'new' | 'replace', work: Work): Promise<Put>;

  /** Takes damaged files out of the folder; they are kept beside it. */
  setAside(folder: string, paths: readonly string[], work: Work): Promise<void>;

  /** What was set aside, of this store; nothing clears it. */
  listAside(folder: string, work: Work): Promise<PlacedFile[]>;

  remove(folder: string, paths: readonly string[], work: Work): Promise<void>;

  /** Clears away what copying left, also that of a process that was killed. For who has the turn. */
  tidy(folder: string, work: Work): Promise<void>;

  /**
   * Brings files below `into`, an absolute path. What is not there is passed over.
   *
   * @returns those that lie there and cannot be read; they stop no other
   */
  fetch(folder: string, paths: readonly string[], into: string, work: Work): Promise<Put['failed']>;

  /** Where a file can be read without being brought here first. */
  pathOf?(folder: string, path: string): string;
}

/** @returns false for a path that must not become one here, wherever it comes from */
export function isPlainPath(path: string): boolean {
  return !/[\\\p{C}]/u.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Of a folder for one run. By the time, so that people find their way; by chance, because two may come at once. */
export function runName(env: Env): string {
  const time = new Date(env.clock.now()).toISOString().replace(/\D/g, '').slice(0, 14);
  return `${time}-${Buffer.from(env.random(4)).toString('hex')}`;
}

/** Names besides the folders of stores. */
export const INCOMING = '.incoming';
export const REPLACED = '.replaced';

/** @returns what is wrong with a file, or nothing */
export function mismatch(expected: Travelling, found: Pick<PlacedFile, 'size' | 'hashes'>): string | undefined {
  if (found.size !== expected.size) return t('It has {0} bytes instead of {1}.', found.size, expected.size);
  const differs = (['sha256', 'sha1', 'md5'] as const).some((kind) => {
    const actual = found.hashes?.[kind];
    return actual !== undefined && actual !== expected.hashes[kind];
  });
  return differs ? t('Its bytes are not those that were copied.') : undefined;
}

export function hasHash({ hashes = {} }: PlacedFile): boolean {
  return hashes.sha256 !== undefined || hashes.sha1 !== undefined || hashes.md5 !== undefined;
}
