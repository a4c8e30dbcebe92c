// Second places for tests: folders, a WebDAV server that rclone itself serves on loopback, and an S3-compatible server.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Env, realEnv } from '../../src/core/env.js';
import type { JobContext } from '../../src/core/jobs/job.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { aBoard, inFolder, noise, takeBackup, takeIncremental } from './builders.js';

export interface TestServer extends AsyncDisposable {
  /** `name:` of a remote that leads there, for rclone that is started by this process. */
  remote: string;
  /** What is served lies here. */
  folder: string;
  port: number;
  stop(): Promise<void>;
}

/** Only the remotes of tests, and whatever the user has configured left alone. */
export async function withoutConfiguration(folder: string): Promise<void> {
  await writeFile(join(folder, 'rclone.conf'), '');
  process.env.RCLONE_CONFIG = join(folder, 'rclone.conf');
  // rclone 1.60 cannot talk to S3 where it is set.
  delete process.env.AWS_CA_BUNDLE;
}

/** @param port a free one is taken where none is given */
export async function serveWebdav(folder: string, name: string, flags: string[] = [], port = 0): Promise<TestServer> {
  await mkdir(folder, { recursive: true });
  const words = ['serve', 'webdav', folder, '--addr', `127.0.0.1:${port}`, '--dir-cache-time', '0', ...flags];
  const server = await serve('rclone', words, folder, /started on http:\/\/127\.0\.0\.1:(\d+)/, 'stderr');
  setRemote(name, { type: 'webdav', vendor: 'other', url: `http://127.0.0.1:${server.port}` });
  return { ...server, remote: `${name}:` };
}

/** With a bucket `backups`. */
export async function serveS3(folder: string, name: string): Promise<TestServer> {
  await mkdir(folder, { recursive: true });
  const program = join(ASSETS_FOLDER, '..', 'node_modules', 's3rver', 'bin', 's3rver.js');
  const words = [program, '-d', folder, '-a', '127.0.0.1', '-p', '0', '--configure-bucket', 'backups'];
  const server = await serve(process.execPath, words, folder, /listening on 127\.0\.0\.1:(\d+)/, 'stdout');
  const endpoint = `http://127.0.0.1:${server.port}`;
  const keys = { access_key_id: 'S3RVER', secret_access_key: 'S3RVER' };
  setRemote(name, { type: 's3', provider: 'Other', endpoint, force_path_style: 'true', ...keys });
  return { ...server, remote: `${name}:backups` };
}

function setRemote(name: string, settings: Record<string, string>): void {
  for (const [key, value] of Object.entries(settings))
    process.env[`RCLONE_CONFIG_${name.toUpperCase()}_${key.toUpperCase()}`] = value;
}

async function serve(
  program: string,
  words: string[],
  folder: string,
  listening: RegExp,
  stream: 'stdout' | 'stderr',
): Promise<Omit<TestServer, 'remote'>> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${program} has ended`)));
    createInterface(child[stream]).on('line', (line) => {
      const found = listening.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    // Nobody reads it, and it must not wait for anybody.
    child[stream === 'stdout' ? 'stderr' : 'stdout'].resume();
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { folder, port, stop, [Symbol.asyncDispose]: stop };
}

export interface TestStore {
  store: Store;
  context: JobContext;
  env: Env;
}

/** A store with this many small backups of one board, of which each needs content of the ones before. */
export async function aStoreWith(root: string, backups: number, name = 'Kitchen sensor'): Promise<TestStore> {
  const env = realEnv();
  const store = await openStore(env, root);
  const board = aBoard({ name, id: `id of ${name}` });
  for (let number = 0; number < backups; number++) {
    const files = { 'main.py': `print(${number})\n`, 'lib/a.bin': noise(900, number >> 2).toString('latin1') };
    if (number === 0) await takeBackup(store, files, { board });
    else await takeIncremental(store, files, { board });
  }
  return { store, env, context: { env } };
}

/** Makes many archives of few: each folder of a board is there once more under other names. */
export async function multiply(root: string, times: number): Promise<void> {
  const [board = ''] = (await readdir(root)).filter((name) => name.startsWith('kitchen'));
  for (let number = 1; number < times; number++)
    await cp(join(root, board), join(root, `${board}-${number}`), { recursive: true });
}

/** Every file below a folder, by its path with slashes. */
export async function filesBelow(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1).replaceAll('\\', '/'), await readFile(path));
  }
  return files;
}

/** Counts the runs of rclone by what is logged. */
export function countingRuns({ env }: TestStore): { context: JobContext; runs: string[] } {
  const runs: string[] = [];
  const debug = (message: string) => {
    const verb = /^rclone (\w+)/.exec(message)?.[1];
    if (verb !== undefined) runs.push(verb);
  };
  return { context: { env: { ...env, log: { ...env.log, debug } } }, runs };
}

type Kind = 'folder' | 'WebDAV' | 'S3';

/** A place of this kind, and where its files can be looked at; S3 keeps them in a form of its own. */
export async function withPlace(
  kind: Kind,
  test: (place: { place: string; disk: string; here: string; server?: TestServer }) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await withoutConfiguration(folder);
    const [disk, here] = [join(folder, 'there'), join(folder, 'here')];
    if (kind === 'folder') {
      await mkdir(disk);
      return test({ place: disk, disk, here });
    }
    await using server = kind === 'S3' ? await serveS3(disk, 'far') : await serveWebdav(disk, 'far');
    const place = kind === 'S3' ? `${server.remote}/of all` : `${server.remote}of all`;
    await test({ place, disk: join(disk, 'of all'), here, server });
  });
}

export async function archivesIn(folder: string): Promise<string[]> {
  return [...(await filesBelow(folder)).keys()].filter((path) => /\.blb(\.age)?$/.test(path)).sort();
}

export async function idsOf({ store }: Pick<TestStore, 'store'>): Promise<string[]> {
  return (await store.list()).backups.map(({ id }) => id).sort();
}

/** Rot: the size stays. @param share of the file that comes before; a quarter hits content, and nothing that a list reads */
export async function flipByte(path: string, share = 0.5): Promise<void> {
  await chmod(path, 0o644);
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length * share);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
