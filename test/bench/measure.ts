// Runs one trial, ours or mpremote's, and looks whether every byte has come through.

import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { realEnv, silentLog } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import type { JobContext } from '../../src/core/jobs/job.js';
import { restore } from '../../src/core/jobs/restore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { readTree } from '../support/builders.js';
import type { BenchBoard } from './boards.js';
import type { Files } from './fileSets.js';
import { openMpremote } from './mpremote.js';
import type { Trial } from './trials.js';

export interface Measured {
  /** Bytes to the board and from it. */
  up: number;
  down: number;
  /** From before the port is opened until all is done, the archive verified and named. */
  seconds: number;
}

/** What a trial begins with; the same for every run and speed. */
export interface Prepared {
  /** The board's, with the files of the trial. */
  flash: string;
  /** A store with the backup that a restore takes its files from, or that an incremental one goes on from; else empty. */
  store: string;
}

/** What went wrong on a line and was done again has its place beside the figures. */
const context: JobContext = { env: realEnv({ ...silentLog, warn: console.error }) };

/** @param folder is kept as long as runs go on */
export async function prepare(board: BenchBoard, trial: Trial, folder: string): Promise<Prepared> {
  const work = await mkdtemp(join(folder, 'trial-'));
  const flash = join(work, 'board');
  const store = join(work, 'store');
  await mkdir(store);
  const inStore = trial.direction === 'restore' ? trial.files : trial.earlier;
  if (inStore) {
    await board.write(flash, inStore);
    const opened = await openStore(context.env, store);
    await withPort(board, flash, undefined, (path) => takeBackup(path, openSerial, opened));
  }
  if (inStore !== trial.files) await board.write(flash, trial.files);
  return { flash, store };
}

/** Runs a trial with our jobs. */
export function runOurs(board: BenchBoard, trial: Trial, prepared: Prepared, speed: number | undefined) {
  return trial.direction === 'backup'
    ? runBackup(board, trial, prepared, speed)
    : runRestore(board, trial, prepared, speed);
}

/** Runs a trial as mpremote would: it copies all files, whatever was there before. */
export function runMpremote(
  board: BenchBoard,
  trial: Trial,
  prepared: Prepared,
  speed: number | undefined,
): Promise<Measured> {
  const copy = async (path: string) => {
    const start = performance.now();
    const mpremote = await openMpremote(path);
    try {
      const files = trial.direction === 'backup' ? await mpremote.readAll() : await mpremote.writeAll(trial.files);
      return { files, measured: { ...mpremote.traffic(), seconds: secondsSince(start) } };
    } finally {
      await mpremote.close();
    }
  };
  if (trial.direction === 'restore')
    return ontoEmpty(board, trial, prepared, speed, async (path) => (await copy(path)).measured);
  return withPort(board, prepared.flash, speed, async (path) => {
    const { files, measured } = await copy(path);
    assertSame(files ?? new Map(), trial.files);
    return measured;
  });
}

async function runBackup(
  board: BenchBoard,
  trial: Trial,
  { flash, store: template }: Prepared,
  speed: number | undefined,
): Promise<Measured> {
  const root = await mkdtemp(`${flash}-store-`);
  try {
    await cp(template, root, { recursive: true });
    const store = await openStore(context.env, root);
    return await withPort(board, flash, speed, async (path) => {
      const line = counted();
      const start = performance.now();
      const { backup: taken } = await takeBackup(path, line.open, store);
      const measured = { ...line.traffic(), seconds: secondsSince(start) };
      assertSame(await readTree(store, taken), trial.files);
      return measured;
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function runRestore(
  board: BenchBoard,
  trial: Trial,
  prepared: Prepared,
  speed: number | undefined,
): Promise<Measured> {
  const store = await openStore(context.env, prepared.store);
  const newest = await store.find('latest');
  return ontoEmpty(board, trial, prepared, speed, async (path) => {
    const line = counted();
    const start = performance.now();
    const options = { backup: newest, paths: [ROOT], allowOtherBoard: true };
    await restore(context, { url: path, open: line.open }, store, options);
    return { ...line.traffic(), seconds: secondsSince(start) };
  });
}

/** Runs `work` with a board of the same kind that holds nothing, and looks at its flash afterwards. */
async function ontoEmpty(
  board: BenchBoard,
  trial: Trial,
  { flash }: Prepared,
  speed: number | undefined,
  work: (path: string) => Promise<Measured>,
): Promise<Measured> {
  const folder = await mkdtemp(`${flash}-empty-`);
  try {
    const empty = join(folder, 'board');
    await board.write(empty, new Map());
    const measured = await withPort(board, empty, speed, work);
    assertSame(await board.read(empty), trial.files);
    return measured;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withPort<Result>(
  board: BenchBoard,
  flash: string,
  speed: number | undefined,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const port = await board.powerOn(flash, speed);
  try {
    return await work(port.path);
  } finally {
    await port.stop();
  }
}

function takeBackup(path: string, open: OpenTransport, store: Store) {
  const scope = { root: ROOT, include: [], exclude: [] };
  return backup(context, { url: path, open }, store, { kind: 'auto', origin: 'manual', scope });
}

/** Serial ports as people open them. */
const openSerial = transportByUrl('');

/** The same, with every byte counted outside of what is measured. */
function counted(): { open: OpenTransport; traffic(): { up: number; down: number } } {
  let up = 0;
  let down = 0;
  return {
    traffic: () => ({ up, down }),
    async open(url, events, signal) {
      const listener = {
        onData(chunk: Uint8Array) {
          down += chunk.length;
          events.onData(chunk);
        },
        onClose: events.onClose.bind(events),
      };
      const transport = await openSerial(url, listener, signal);
      return {
        ...transport,
        write(bytes) {
          up += bytes.length;
          return transport.write(bytes);
        },
      };
    },
  };
}

function assertSame(found: Files, expected: Files): void {
  assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort());
  for (const [path, content] of expected) {
    assert.ok(Buffer.from(content).equals(found.get(path) ?? new Uint8Array()), `${path} is not as it should be.`);
  }
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
