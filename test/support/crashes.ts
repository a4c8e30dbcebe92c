// Ends a process, or cuts the power, at every effect that a piece of work has on the disk, and has each disk checked that this
// can leave. The work runs once, on a disk that records (powerCutFileSystem.ts): a process that is gone at the n-th effect has
// had the first n and none after, whatever its error paths would have done. Nothing is left to chance, so all runs are the same.

import { createHash } from 'node:crypto';
import { type Env, emptyKeyRing, silentLog } from '../../src/core/env.js';
import type { Annotation } from '../../src/core/store/annotations.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { type Files, MORNING } from './builders.js';
import { applyEffect, copyImage, type Effect, emptyImage, type Image, pathsIn } from './diskImage.js';
import { recordingDisk } from './powerCutFileSystem.js';
import { type CutOptions, cutPower, statesAfter } from './powerCuts.js';

/** Something that is cut off at each of its effects. It works on the store at {@link STORE}. */
export interface Work {
  name: string;
  /** What stands on the disk for good before it begins. */
  setUp(env: Env, ledger: Ledger): Promise<void>;
  run(env: Env, ledger: Ledger): Promise<void>;
  /** Does the same on a disk that a crash of it has left, and says whether that came to what it should. */
  again?(env: Env, held: Held): Promise<void>;
}

/** Where work says what is promised from this moment on. */
export interface Ledger {
  /** Announced as taken, taken in or brought back: must be listed from now on. */
  completed(backup: Pick<BackupSummary, 'id'>, files: Files): void;
  /** About to be deleted: must be listed or in the trash from now on. */
  mayGo(backup: Pick<BackupSummary, 'id'>): void;
  /** About to be removed for good: may be anywhere or nowhere from now on. */
  mayVanish(backup: Pick<BackupSummary, 'id'>): void;
  /** About to be noted on a backup: is known from now on, or is not. */
  noting(backup: Pick<BackupSummary, 'id'>, annotation: Annotation): void;
  /** What was about to be noted must be known from now on. */
  noted(backup: Pick<BackupSummary, 'id'>): void;
  /** An archive with these bytes is damaged, and known to be. */
  damaged(hash: string): void;
}

/** What is promised at one moment. */
export interface Held {
  /** By id, in the order of their completion. */
  backups: Map<string, Files>;
  /** Those of them that were there before the work began. */
  earlier: ReadonlySet<string>;
  /** By id: listed, or in the trash. */
  deleted: Map<string, Files>;
  /** By the id of a backup: what is noted on it, and what may be as well. */
  notes: Map<string, { sure: Annotation; unsure: Annotation }>;
  /** Hashes of archives that are damaged and have to be borne. */
  damaged: Set<string>;
}

/**
 * `killed`: the process alone ends, also in the middle of a write (P01). `power`: everything that was not synced may be lost
 * (P02). `killed, then power`: the process ends, another one takes a backup, and then the power is cut.
 * `no folder sync`: the power is cut where names cannot be synced, and last in their order (P03); `no folder sync, no order`: or
 * not even that.
 */
export type Crash = 'killed' | 'power' | 'killed, then power' | 'no folder sync' | 'no folder sync, no order';

/** @throws where a promise is broken */
export type Check = (env: Env, held: Held) => Promise<void>;

export interface Explored {
  /** Effects of the work, each of which was the first that did not happen. */
  boundaries: number;
  /** Disks that were checked: each once, however many ways lead to it. */
  states: number;
}

export const STORE = '/home/backups';

interface Note {
  /** Effects that had happened. */
  after: number;
  change(held: Held): void;
}

interface Run {
  effects: readonly Effect[];
  notes: readonly Note[];
  image: Image;
}

interface Disk {
  image: Image;
  story: string[];
}

/**
 * @param goOn takes a backup after a crash, for `killed, then power`
 * @param fewer tries a selection of what a power cut may leave: for work of many steps
 */
export async function exploreCrashes(
  work: Work,
  { check, goOn, fewer = false }: { check: Check; goOn: Work['run']; fewer?: boolean },
  crash: Crash,
): Promise<Explored> {
  const setUp = await runOn(computer(), 1, work.setUp);
  const start = setUp.image;
  const run = await runOn(start, 2, work.run);
  const before = heldAt(nothingHeld(), setUp.notes, setUp.effects.length);
  const earlier = { ...before, earlier: new Set(before.backups.keys()) };
  const seen = new Set<string>();

  for (let count = 0; count <= run.effects.length; count++) {
    const held = heldAt(earlier, run.notes, count);
    const effects = run.effects.slice(0, count);
    for await (const disk of disksAfter(start, effects, run.effects[count], held)) {
      const key = keyOf(disk.image, held);
      if (seen.has(key)) continue;
      seen.add(key);
      try {
        const env = environment(recordingDisk(disk.image).fs, 9);
        await check(env, held);
        await work.again?.(env, held);
      } catch (error) {
        throw failure(error, `${work.name}, ${crash}`, effects, disk);
      }
    }
  }
  return { boundaries: run.effects.length, states: seen.size };

  async function* disksAfter(
    from: Image,
    effects: readonly Effect[],
    next: Effect | undefined,
    held: Held,
  ): AsyncGenerator<Disk> {
    const image = imageAfter(from, effects);
    if (crash === 'killed') {
      yield { image, story: [] };
      if (next?.kind === 'append') yield { image: halfDone(image, next), story: ['half of a write'] };
    } else if (crash === 'killed, then power') {
      const second = await runOn(image, 3, goOn);
      for (const note of second.notes) note.change(held);
      // Cuts in the midst of a backup are tried without an earlier kill; here the question is what the kill had left unsynced.
      yield* statesAfter(cutPower(from, [...effects, ...second.effects]), effects.length, { fewer: true });
    } else {
      const options: CutOptions = {
        noFolderSync: crash !== 'power',
        inOrder: crash === 'no folder sync',
        fewer: fewer || crash === 'no folder sync, no order',
      };
      yield* statesAfter(cutPower(from, effects, options), effects.length, options);
    }
  }
}

/** A disk with a folder in which stores may be made. */
export function computer(): Image {
  const image = emptyImage(MORNING);
  applyEffect(image, {
    kind: 'create',
    to: { folder: 0, name: 'home' },
    node: 1,
    what: 'folder',
    modified: MORNING,
  });
  return image;
}

async function runOn(start: Image, processNumber: number, work: Work['run']): Promise<Run> {
  const { fs, image, effects } = recordingDisk(start);
  const notes: Note[] = [];
  const note = (change: Note['change']) => void notes.push({ after: effects.length, change });
  await work(environment(fs, processNumber), {
    completed: ({ id }, files) =>
      note((held) => {
        held.deleted.delete(id);
        held.backups.set(id, files);
      }),
    mayGo: ({ id }) =>
      note((held) => {
        const files = held.backups.get(id);
        held.backups.delete(id);
        if (files) held.deleted.set(id, files);
      }),
    mayVanish: ({ id }) =>
      note((held) => {
        held.backups.delete(id);
        held.deleted.delete(id);
      }),
    noting: ({ id }, unsure) => note((held) => held.notes.set(id, { sure: held.notes.get(id)?.sure ?? {}, unsure })),
    noted: ({ id }) =>
      note((held) => {
        const { sure, unsure } = held.notes.get(id) ?? {};
        held.notes.set(id, { sure: { ...sure, ...unsure }, unsure: {} });
      }),
    damaged: (hash) => note((held) => held.damaged.add(hash)),
  });
  return { effects, notes, image };
}

/** Where nobody asks what was promised. */
export const noLedger: Ledger = {
  completed() {},
  mayGo() {},
  mayVanish() {},
  noting() {},
  noted() {},
  damaged() {},
};

/** A process on that computer: each has its own hour and its own random numbers, and finds the others gone. */
export function environment(fs: Env['fs'], processNumber: number): Env {
  const own = `${processNumber}-00000001`;
  let asked = 0;
  let drawn = 0;
  return {
    fs,
    clock: {
      now: () => MORNING + processNumber * 3_600_000 + 1000 * asked++,
      ticks: () => 0,
      timeZone: () => 'Europe/Berlin',
      // Nobody else works here, so there is nothing to wait for: who does it all the same was locked out by the dead. And what
      // beats meanwhile would make no two runs the same.
      sleep: (_ms, signal) =>
        signal
          ? new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
          : Promise.reject(new Error('somebody waits, and nobody is there to be waited for')),
    },
    random: (count) => createHash('shake256', { outputLength: count }).update(`${own} ${drawn++}`).digest(),
    processes: { own, mayRun: (name) => name === own },
    log: silentLog,
    keys: emptyKeyRing(),
  };
}

function imageAfter(start: Image, effects: readonly Effect[]): Image {
  const image = copyImage(start);
  for (const effect of effects) applyEffect(image, effect);
  return image;
}

function halfDone(image: Image, effect: Effect & { kind: 'append' }): Image {
  return imageAfter(image, [{ ...effect, bytes: effect.bytes.subarray(0, effect.bytes.length >> 1) }]);
}

function nothingHeld(): Held {
  return { backups: new Map(), earlier: new Set(), deleted: new Map(), notes: new Map(), damaged: new Set() };
}

function heldAt(before: Held, notes: readonly Note[], count: number): Held {
  const held = {
    backups: new Map(before.backups),
    earlier: before.earlier,
    deleted: new Map(before.deleted),
    notes: new Map(before.notes),
    damaged: new Set(before.damaged),
  };
  for (const { after, change } of notes) if (after <= count) change(held);
  return held;
}

/** Two disks with the same key are the same to whoever reads them, and as much is promised of both. */
function keyOf(image: Image, { backups, deleted, notes }: Held): string {
  const hash = createHash('sha1');
  for (const [path, stored] of [...pathsIn(image)].sort(([one], [other]) => (one < other ? -1 : 1))) {
    hash.update(`${path}\0${stored.kind}\0`);
    if (stored.kind === 'file') hash.update(`${stored.modified}\0${stored.bytes.length}\0`).update(stored.bytes);
  }
  return hash.update(JSON.stringify([[...backups.keys()], [...deleted.keys()], [...notes]])).digest('hex');
}

function failure(error: unknown, what: string, effects: readonly Effect[], { image, story }: Disk): Error {
  const last = effects.at(-1);
  const files = [...pathsIn(image)].map(([path, stored]) =>
    stored.kind === 'file' ? `${path} (${stored.bytes.length} bytes)` : `${path}/`,
  );
  const lines = [
    `${what}, after ${effects.length} effects${last ? `, the last one: ${last.kind}` : ''}`,
    ...story,
    'which left',
    ...files,
  ];
  return new Error(`${lines.join('\n  ')}\n${error instanceof Error ? (error.stack ?? error.message) : error}`, {
    cause: error,
  });
}
