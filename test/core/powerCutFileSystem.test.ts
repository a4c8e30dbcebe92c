// The disk that power is cut from behaves as a real one while it is on, and forgets what it may forget when it is off.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Env, type OpenFile, realEnv } from '../../src/core/env.js';
import { systemCode } from '../../src/core/errors.js';
import { inFolder } from '../support/builders.js';
import { type Crash, exploreCrashes, type Work } from '../support/crashes.js';
import { emptyImage } from '../support/diskImage.js';
import { recordingDisk } from '../support/powerCutFileSystem.js';

/** One call; `file` counts the files that were opened so far. */
type Call =
  | { act: 'open'; path: string; mode: 'read' | 'create' | 'append' }
  | { act: 'append'; file: number; bytes: Uint8Array }
  | { act: 'read'; file: number; position: number; length: number }
  | { act: 'sync' | 'size' | 'close'; file: number }
  | { act: 'rename'; path: string; to: string }
  | { act: 'readFile' | 'remove' | 'makeFolder' | 'removeFolder' | 'list' | 'info' | 'syncFolder'; path: string };

const path = fc.constantFrom('a', 'b', 'a/b', 'a/c', 'b/a', 'a/b/c', 'a/b/d', 'b/a/c/d');
const file = fc.nat({ max: 8 });

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ act: fc.constant('open' as const), path, mode: fc.constantFrom('read', 'create', 'append') }),
  fc.record({ act: fc.constant('append' as const), file, bytes: fc.uint8Array({ maxLength: 20 }) }),
  fc.record({ act: fc.constant('read' as const), file, position: fc.nat({ max: 30 }), length: fc.nat({ max: 30 }) }),
  fc.record({ act: fc.constantFrom('sync', 'size', 'close'), file }),
  { weight: 2, arbitrary: fc.record({ act: fc.constant('rename' as const), path, to: path }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom('readFile', 'remove', 'makeFolder', 'removeFolder', 'list', 'info', 'syncFolder'),
      path,
    }),
  },
);

/** A disk that calls are made to, and the files that they opened. */
interface Tried {
  fs: Env['fs'];
  root: string;
  files: OpenFile[];
}

/** What the caller sees of it. The size of a folder is the file system's own affair. */
async function outcomeOf(disk: Tried, call: Call): Promise<unknown> {
  try {
    return await perform(disk, call);
  } catch (error) {
    return systemCode(error);
  }
}

async function perform({ fs, root, files }: Tried, call: Call): Promise<unknown> {
  if ('path' in call) {
    const path = join(root, call.path);
    if (call.act === 'open') {
      const isFolder = (await fs.info(path))?.kind === 'folder';
      const opened = await fs.open(path, call.mode);
      return void files.push(isFolder ? { ...opened, size: async () => 0 } : opened);
    }
    if (call.act === 'rename') return fs.rename(path, join(root, call.to));
    if (call.act === 'list') return (await fs.list(path)).sort();
    if (call.act !== 'info') return fs[call.act](path);
    const info = await fs.info(path);
    return info && [info.kind, info.kind === 'file' ? info.size : 0];
  }
  const file = files[call.file];
  if (call.act === 'append') return file?.append(call.bytes);
  if (call.act !== 'read') return file?.[call.act]();
  const into = new Uint8Array(call.length);
  return [await file?.read(into, call.position), into];
}

const HELD = new TextEncoder().encode('what is to be held');

/** Writes a file in a way that is or is not safe: a crash in it must leave all bytes or none, and one after it all. */
async function explore(crash: Crash, write: (fs: Env['fs'], file: OpenFile) => Promise<void>) {
  const work: Work = {
    name: 'a file',
    setUp: (env) => env.fs.makeFolder('/home/backups'),
    async run(env, ledger) {
      await write(env.fs, await env.fs.open('/home/backups/new', 'create'));
      ledger.completed({ id: 'the file' } as Parameters<typeof ledger.completed>[0], {});
    },
  };
  const check = async ({ fs }: Env, { backups }: { backups: ReadonlyMap<string, unknown> }) => {
    const size = (await fs.info('/home/backups/file'))?.size ?? 0;
    if (!backups.has('the file') && size === 0) return;
    assert.deepEqual(await fs.readFile('/home/backups/file'), HELD);
  };
  return exploreCrashes(work, { check, goOn: async () => {} }, crash);
}

async function safely(fs: Env['fs'], file: OpenFile): Promise<void> {
  await file.append(HELD);
  await file.sync();
  await fs.rename('/home/backups/new', '/home/backups/file');
  await fs.syncFolder('/home/backups');
}

describe('A disk whose power can be cut', () => {
  it('does what a real disk does, call by call, with the same error codes', async function () {
    this.timeout(60_000);
    let calls = 0;
    const codes = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 40 }), async (sequence) => {
        await inFolder(async (root) => {
          const real: Tried = { fs: realEnv().fs, root, files: [] };
          const ours: Tried = { fs: recordingDisk(emptyImage(0)).fs, root: '/', files: [] };
          for (const call of sequence) {
            const expected = await outcomeOf(real, call);
            const found = await outcomeOf(ours, call);
            if (call.act === 'readFile' && expected instanceof Uint8Array) {
              assert.deepEqual(Buffer.from(found as Uint8Array), Buffer.from(expected));
            } else assert.deepEqual(found, expected, JSON.stringify(call));
            calls += 1;
            if (typeof expected === 'string') codes.add(expected);
          }
          for (const file of real.files) await file.close();
        });
      }),
      { numRuns: 150 },
    );
    console.log(`      ${calls} calls, with ${[...codes].sort().join(', ')}`);
    for (const code of ['EEXIST', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EBADF', 'ENOTEMPTY'])
      assert.ok(codes.has(code), code);
  });

  it('loses nothing of a file that is written, synced, renamed, and its folder synced', async () => {
    for (const crash of ['killed', 'power', 'killed, then power'] as const) {
      assert.equal((await explore(crash, safely)).boundaries, 5);
    }
  });

  it('loses a name where the folder is not synced, or cannot be', async () => {
    await assert.rejects(
      explore('power', (fs, file) => safely({ ...fs, syncFolder: async () => {} }, file)),
      /after 4 effects, the last one: rename.*rename new to file: lost/s,
    );
    await assert.rejects(explore('no folder sync', safely), /after 5 effects/);
    await assert.rejects(explore('no folder sync, no order', safely), /after 5 effects/);
  });

  it('tears bytes where the file is not synced before it is renamed', async () => {
    await assert.rejects(
      explore('power', (fs, file) => safely(fs, { ...file, sync: async () => {} })),
      /rename new to file: kept/,
    );
    await assert.rejects(
      explore('power', async (fs, file) => {
        await file.append(HELD);
        await fs.rename('/home/backups/new', '/home/backups/file');
        await file.sync();
        await fs.syncFolder('/home/backups');
      }),
      /rename new to file: kept/,
    );
  });

  it('shows half of a write where the process is killed in it', async () => {
    await assert.rejects(
      explore('killed', async (fs, file) => {
        await fs.rename('/home/backups/new', '/home/backups/file');
        await file.append(HELD);
        await file.sync();
      }),
      /half of a write/,
    );
  });

  it('keeps a file that moves to another folder under one of its names, whichever folder is synced', async () => {
    const moved: Work = {
      name: 'a move',
      async setUp({ fs }, ledger) {
        await fs.makeFolder('/home/trash');
        await (await fs.open('/home/file', 'create')).append(HELD);
        ledger.completed({ id: 'the file' } as Parameters<typeof ledger.completed>[0], {});
      },
      async run({ fs }) {
        await fs.rename('/home/file', '/home/trash/file');
        await fs.syncFolder('/home');
        await fs.syncFolder('/home/trash');
      },
    };
    const seen = new Set<string>();
    const check = async ({ fs }: Env) => {
      const places = ['/home/file', '/home/trash/file'];
      const found = await Promise.all(places.map(async (path) => ((await fs.info(path)) ? path : '')));
      seen.add(found.join(' '));
      assert.notEqual(found.join(''), '');
    };
    await exploreCrashes(moved, { check, goOn: async () => {} }, 'power');
    assert.deepEqual([...seen].sort(), [' /home/trash/file', '/home/file ', '/home/file /home/trash/file']);
  });
});
