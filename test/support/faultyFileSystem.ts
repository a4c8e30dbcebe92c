// A disk that fails when it is told to: the real one, with every call counted.

import type { FileSystem, OpenFile } from '../../src/core/env.js';

export interface FaultPlan {
  /** The call that fails, counted from 1 over all calls. */
  call: number;
  /** `ENOSPC`, `EIO`, … */
  code: string;
  /** `once`: only this call. `for-good`: this one and all that follow. */
  lasting: 'once' | 'for-good';
}

export interface FaultyFileSystem extends FileSystem {
  /** The names of all calls so far. */
  readonly made: readonly string[];
  /** The names of the calls that were made to fail: a planned fault that never came is a failed test (P08). */
  readonly fired: string[];
}

/** @param plan undefined only counts */
export function faultyFileSystem(real: FileSystem, plan?: FaultPlan): FaultyFileSystem {
  const made: string[] = [];
  const fired: string[] = [];

  /** A write that fails has written half of it before: that is what a full disk does (P05). */
  async function counted<Result>(
    name: string,
    act: () => Promise<Result>,
    halfway?: () => Promise<unknown>,
  ): Promise<Result> {
    made.push(name);
    const fails = plan && (plan.lasting === 'once' ? made.length === plan.call : made.length >= plan.call);
    if (!fails) return act();
    fired.push(name);
    await halfway?.();
    throw Object.assign(new Error(`${plan.code}: planned, ${name}`), { code: plan.code });
  }

  function wrap(file: OpenFile): OpenFile {
    return {
      read: (into, position) => counted('read', () => file.read(into, position)),
      append: (bytes) =>
        counted(
          'append',
          () => file.append(bytes),
          () => file.append(bytes.subarray(0, bytes.length >> 1)),
        ),
      // No power is cut here: a thousand backups need not wait for the real disk.
      sync: () => counted('sync', async () => {}),
      size: () => counted('size', () => file.size()),
      // The handle is given back whatever the caller is told, else tests run out of them.
      close: () =>
        counted(
          'close',
          () => file.close(),
          () => file.close(),
        ),
    };
  }

  return {
    made,
    fired,
    open: (path, mode) => counted(`open ${mode}`, async () => wrap(await real.open(path, mode))),
    readFile: (path) => counted('readFile', () => real.readFile(path)),
    rename: (from, to) => counted('rename', () => real.rename(from, to)),
    remove: (path) => counted('remove', () => real.remove(path)),
    makeFolder: (path) => counted('makeFolder', () => real.makeFolder(path)),
    removeFolder: (path) => counted('removeFolder', () => real.removeFolder(path)),
    list: (path) => counted('list', () => real.list(path)),
    info: (path) => counted('info', () => real.info(path)),
    syncFolder: () => counted('syncFolder', async () => {}),
    setReadOnly: (path) => counted('setReadOnly', () => real.setReadOnly(path)),
    freeSpace: (path) => counted('freeSpace', () => real.freeSpace(path)),
  };
}
