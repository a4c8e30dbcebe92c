// An Env that cannot write: a folder that is only looked at gets no index, nor any other file of ours.

import type { Env } from '../env.js';

/** @param isSeen whether a name in a folder is listed */
export function onlyReading(env: Env, isSeen: (name: string) => boolean = () => true): Env {
  const refuse = async (path: string) => {
    throw Object.assign(new Error(`EROFS: this is only looked at, '${path}'`), { code: 'EROFS' });
  };
  const fs: Env['fs'] = {
    open: (path, mode) => (mode === 'read' ? env.fs.open(path, mode) : refuse(path)),
    readFile: (path) => env.fs.readFile(path),
    list: async (path) => (await env.fs.list(path)).filter(isSeen),
    info: (path) => env.fs.info(path),
    freeSpace: (path) => env.fs.freeSpace(path),
    rename: refuse,
    remove: refuse,
    makeFolder: refuse,
    removeFolder: refuse,
    setReadOnly: refuse,
    syncFolder: refuse,
  };
  return { ...env, fs };
}
