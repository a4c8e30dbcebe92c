// The folder of a store at a second place, as a file system that can only be read: so lists, searches and reading work there as they
// do here. A file is brought here when it is first opened, whole, and several that are asked for at once come together.
//
// What is written all the same (the index, which is a cache) goes to a temporary folder, and is what is read from then on.

import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Env, FileInfo, FileSystem } from '../env.js';
import { t } from '../l10n.js';
import type { Place, PlacedFile } from './place.js';

export interface FarFile extends PlacedFile {
  /** Milliseconds since 1970; what the index of the store has, if it is known. */
  modified: number;
  /** Absolute path if the same file lies on this computer. */
  here?: string | undefined;
}

export interface FarFiles {
  fs: FileSystem;
  /** Absolute path that the store has in it. */
  root: string;
  /** Brings these at once, if they are not here yet. */
  bring(paths: readonly string[], signal?: AbortSignal): Promise<void>;
  /** What was to be brought and cannot be read there: reasons, by their paths. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Says when a file was written, as the index of the store has it. */
  date(path: string, modified: number): void;
  /** Brings it if it is not here. @returns absolute path on this computer; undefined if there is no such file */
  localPath(path: string): Promise<string | undefined>;
}

/** @param temporary absolute path of an empty folder */
export function farFiles(
  env: Env,
  place: Place,
  folder: string,
  listed: readonly FarFile[],
  temporary: string,
): FarFiles {
  const root = place.pathOf ? place.pathOf(folder, '').replace(/[/\\]$/, '') : resolve('/', place.shown, folder);
  const files = new Map(listed.map((file) => [file.path, file]));
  const folders = new Set(['']);
  for (const { path } of listed) {
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) folders.add(parent);
  }
  const brought = new Map<string, string>();
  const written = new Map<string, string>();
  const unreadable = new Map<string, string>();
  let asked: { paths: Set<string>; coming: Promise<void> } | undefined;
  let last: Promise<void> = Promise.resolve();

  const nameOf = (path: string) => relative(root, path).split(sep).join('/');
  const isOutside = (path: string) => /^\.\.(\/|$)/.test(nameOf(path)) || isAbsolute(relative(root, path));

  /** One run after the other; what is asked for while one is under way comes with the next. */
  function bringSoon(paths: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    if (asked) {
      for (const path of paths) asked.paths.add(path);
      return asked.coming;
    }
    const set = new Set(paths);
    const begin = async () => {
      asked = undefined;
      const wanted = [...set].filter((path) => !brought.has(path));
      const failed = await place.fetch(folder, wanted, join(temporary, 'brought'), { signal });
      for (const { path, reason } of failed) unreadable.set(path, reason);
      for (const path of wanted) if (!unreadable.has(path)) brought.set(path, join(temporary, 'brought', path));
    };
    const coming = last.then(begin, begin);
    asked = { paths: set, coming };
    last = coming;
    return coming;
  }

  async function bring(paths: readonly string[], signal?: AbortSignal): Promise<void> {
    const away = paths.filter((path) => {
      const file = files.get(path);
      const isHere = file?.here !== undefined || brought.has(path) || written.has(path);
      return file && !isHere && !place.pathOf && !unreadable.has(path);
    });
    if (away.length > 0) await bringSoon(away, signal);
  }

  async function localPath(name: string): Promise<string | undefined> {
    const own = written.get(name);
    if (own !== undefined) return own;
    const file = files.get(name);
    if (!file || file.here !== undefined) return file?.here;
    if (place.pathOf) return place.pathOf(folder, name);
    await bring([name]);
    return brought.get(name);
  }

  async function mustFind(path: string): Promise<string> {
    const found = await localPath(nameOf(path));
    const reason = unreadable.get(nameOf(path));
    if (reason !== undefined) throw Object.assign(new Error(reason), { code: 'EIO' });
    if (found === undefined) throw systemError('ENOENT', path);
    return found;
  }

  const inside: FileSystem = {
    async open(path, mode) {
      if (mode === 'read') return env.fs.open(await mustFind(path), 'read');
      const name = nameOf(path);
      if (mode !== 'create' || !/^index\.(json|age)\./.test(name)) throw systemError('EROFS', path);
      const target = join(temporary, 'written', basename(name));
      await env.fs.makeFolder(dirname(target));
      const opened = await env.fs.open(target, 'create');
      written.set(name, target);
      return opened;
    },
    readFile: async (path) => env.fs.readFile(await mustFind(path)),
    async rename(from, to) {
      const source = written.get(nameOf(from));
      if (source === undefined) throw systemError('EROFS', from);
      written.delete(nameOf(from));
      written.set(nameOf(to), source);
    },
    async remove(path) {
      const source = written.get(nameOf(path));
      if (source === undefined) throw systemError('EROFS', path);
      written.delete(nameOf(path));
      await env.fs.remove(source);
    },
    async makeFolder(path) {
      throw systemError('EROFS', path);
    },
    async removeFolder(path) {
      throw systemError('EROFS', path);
    },
    async list(path) {
      const name = nameOf(path);
      if (!folders.has(name)) throw systemError('ENOENT', path);
      const children = [...files.keys(), ...folders].filter(
        (each) => each !== '' && (dirname(each) === '.' ? '' : dirname(each)) === name,
      );
      return [...new Set([...children, ...(name === '' ? written.keys() : [])].map((each) => basename(each)))];
    },
    async info(path): Promise<FileInfo | undefined> {
      const name = nameOf(path);
      const own = written.get(name);
      if (own !== undefined) return env.fs.info(own);
      const file = files.get(name);
      if (file) return { kind: 'file', size: file.size, modified: file.modified };
      return folders.has(name) ? { kind: 'folder', size: 0, modified: 0 } : undefined;
    },
    async syncFolder() {},
    async setReadOnly(path) {
      throw systemError('EROFS', path);
    },
    freeSpace: async () => 0,
  };
  // What is taken out of the store is written to this computer.
  const at = (path: string) => (isOutside(path) ? env.fs : inside);
  const fs: FileSystem = {
    open: (path, mode) => at(path).open(path, mode),
    readFile: (path) => at(path).readFile(path),
    rename: (from, to) => at(from).rename(from, to),
    remove: (path) => at(path).remove(path),
    makeFolder: (path) => at(path).makeFolder(path),
    removeFolder: (path) => at(path).removeFolder(path),
    list: (path) => at(path).list(path),
    info: (path) => at(path).info(path),
    syncFolder: (path) => at(path).syncFolder(path),
    setReadOnly: (path) => at(path).setReadOnly(path),
    freeSpace: (path) => at(path).freeSpace(path),
  };
  const date = (path: string, modified: number) => {
    const file = files.get(path);
    if (file) files.set(path, { ...file, modified });
  };
  return { fs, root, bring, unreadable, date, localPath };
}

function systemError(code: 'ENOENT' | 'EROFS', path: string): Error {
  const what =
    code === 'ENOENT' ? t('no such file at the second place') : t('nothing is written to a second place that is read');
  return Object.assign(new Error(`${code}: ${what}, '${path}'`), { code });
}
