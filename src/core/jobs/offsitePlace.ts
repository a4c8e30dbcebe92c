// The second place of a store: chosen, given up, and how it stands there.

import { hostname } from 'node:os';
import { isEncryptedName, stemOf } from '../archive/archiveName.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { openPlace } from '../offsite/openPlace.js';
import type { Place } from '../offsite/place.js';
import { parsePlace } from '../offsite/placeName.js';
import type { RcloneOptions } from '../offsite/rclone.js';
import { areOnOneDisk } from '../offsite/sameDisk.js';
import { checkPolicy, type RetentionPolicy } from '../plan/retentionPolicy.js';
import type { KeptThere, OffsiteConfig, OffsiteMemory } from '../store/offsiteRecords.js';
import type { Store } from '../store/store.js';
import { type JobContext, trackPhases } from './job.js';
import { refuseOther, refuseOwn, refuseSimulated } from './refusePlace.js';

export interface PlaceOptions extends RcloneOptions {
  /** What is kept there; usual: everything. */
  keep?: RetentionPolicy | undefined;
  /** A folder that is there already, to go on with it: a new computer takes the place of one that is gone. */
  folder?: string | undefined;
  /** Where the files of simulated boards are: no place for copies. */
  simulatedBoards?: string | undefined;
}

/** How it stands with the second place, as far as this computer knows. All times ISO 8601 in UTC. */
export interface OffsiteState {
  /** Safe to show. */
  place: string;
  /** The folder of this store there. */
  folder: string;
  /** Null if everything is kept. */
  keep: RetentionPolicy | null;
  /** Archives that are not there yet. */
  waiting: number;
  /** Since when the oldest of them waits. */
  waitingSince: string | null;
  /** A copy has begun and has not come to its end. */
  isOpen: boolean;
  /** Archives that lie there plain though those here are encrypted, and others that open with an earlier key only. */
  plainThere: number;
  lockedThere: number;
  /** Encrypted archives there that were rewritten here since: nobody with the key has looked at them yet, or something is damaged. */
  outdatedThere: number;
  /** When all that there was had last been copied; null for never. */
  lastCopyAt: string | null;
  /** Why the last try failed; null if it did not. */
  trouble: { at: string; code: string; message: string } | null;
  /** What the last check came to; null if there was none since the place was chosen. */
  lastCheck: { at: string; checked: number; damaged: number; missing: number } | null;
}

export interface ChosenState extends OffsiteState {
  /** It is on the disk of the backups, as far as that can be known: what takes that disk takes both. */
  sameDisk: boolean;
}

/** What a change of key did not reach there. */
export type OlderThere = Pick<OffsiteState, 'plainThere' | 'lockedThere' | 'outdatedThere'>;

/** What a second place is, and how to come there. */
export interface ChosenPlace {
  config: OffsiteConfig;
  place: Place;
}

const LONGEST_MACHINE = 30;

/**
 * @param place absolute path of a folder, or a remote of rclone: `name:path`
 * @throws BackupError `bad-argument`, `rclone-missing`, `place-unreachable`, `place-failed` if nothing can be written there, `store-…`
 */
export async function setPlace(
  context: JobContext,
  store: Store,
  place: string,
  options: PlaceOptions = {},
): Promise<ChosenState> {
  const { env, signal } = context;
  const { keep, simulatedBoards } = options;
  if (keep) checkPolicy(keep);
  const { kind } = parsePlace(place);
  if (kind === 'folder') await refuseOwn(context, store.root, place);
  if (kind === 'folder' && simulatedBoards !== undefined) await refuseSimulated(simulatedBoards, place);
  // What cannot be read is replaced by what is wished now.
  const before = await store.offsite.config().catch(() => undefined);
  const folder = options.folder ?? (before?.place === place ? before.folder : newFolder(env.random(4)));
  if (!/^[a-z0-9][a-z0-9-]*$/.test(folder)) throw noFolderName(folder);
  trackPhases(context).begin('connect');
  const opened = openPlace(env, place, options);
  const isOther = before?.place !== place || before.folder !== folder;
  if (options.folder !== undefined && isOther) await refuseOther(context, store, opened, folder);
  await opened.make(folder, { signal });
  await store.offsite.choose({ place, folder, ...(keep && { keep }) });
  const state = await offsiteState(store);
  if (!state) throw new BackupError('store-failed', t('What is written to {0} does not stay there.', store.root));
  return { ...state, sameDisk: kind === 'folder' && (await areOnOneDisk(store.root, place)) };
}

/** What is there stays there. @returns false if there was none */
export async function forgetPlace(store: Store): Promise<boolean> {
  // What cannot be read is forgotten as well.
  const before = await store.offsite.config().then(
    (config) => config !== undefined,
    () => true,
  );
  if (before) await store.offsite.choose(undefined);
  return before;
}

/** Asks nobody but the folder of the backups. @returns undefined if no second place is set */
export async function offsiteState(store: Store): Promise<OffsiteState | undefined> {
  const config = await store.offsite.config();
  if (!config) return undefined;
  const memory = await store.offsite.memory();
  const { lastCopyAt, trouble, lastCheck, archives, alike, unwanted, isOpen } = memory;
  const there = new Map(archives.map(({ path, size }) => [path, size]));
  const left = new Set(unwanted);
  const isThere = (path: string, size: number) =>
    there.get(path) === size || (there.has(path) && alike[path] === size) || left.has(path);
  const files = await store.files();
  const isEncrypted = (await store.encryption().catch(() => undefined))?.state !== 'plain';
  const waiting = files.filter(({ archive, size }) => !isThere(archive, size));
  const since = waiting.map(({ modified }) => modified).reduce((first, time) => Math.min(first, time), Infinity);
  return {
    place: parsePlace(config.place).shown,
    folder: config.folder,
    keep: policyOf(config.keep),
    waiting: waiting.length,
    waitingSince: waiting.length > 0 ? new Date(since).toISOString() : null,
    lastCopyAt,
    trouble,
    lastCheck,
    isOpen,
    ...olderThere(memory, new Set(files.map(({ archive }) => archive)), isEncrypted),
  };
}

/** What lies there alone and is not encrypted as the store is by now, or may not be. */
export function olderThere(
  { archives, locked, decidedFor }: Pick<OffsiteMemory, 'archives' | 'locked' | 'decidedFor'>,
  here: ReadonlySet<string>,
  isEncrypted: boolean,
): OlderThere {
  const alone = archives.map(({ path }) => path).filter((path) => !here.has(path));
  const encrypted = alone.filter(isEncryptedName);
  const stems = new Set([...here].map(stemOf));
  const isOutdated = (path: string) => stems.has(stemOf(path)) && !locked.includes(path);
  return {
    plainThere: isEncrypted ? alone.length - encrypted.length : 0,
    lockedThere: isEncrypted ? locked.length : encrypted.length,
    // What has been decided stays there for a reason.
    outdatedThere: isEncrypted && decidedFor === null ? encrypted.filter(isOutdated).length : 0,
  };
}

/** @throws BackupError `bad-argument` if none is set */
export async function chosenPlace({ env }: JobContext, store: Store, options: RcloneOptions): Promise<ChosenPlace> {
  const config = await store.offsite.config();
  if (!config) {
    throw new BackupError('bad-argument', t('No second place is set for the backups in {0}.', store.root), {
      path: store.root,
      hint: t('Set one: a folder on another disk, or a remote of rclone.'),
    });
  }
  return { config, place: openPlace(env, config.place, options) };
}

export function policyOf(keep: KeptThere | undefined): RetentionPolicy | null {
  if (!keep) return null;
  return Object.fromEntries(Object.entries(keep).filter(([, value]) => value !== undefined));
}

/** `laptop-1a2b3c4d`: of which computer, and by chance, since two may have one name. */
function newFolder(chance: Uint8Array): string {
  const plain = hostname()
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_MACHINE)
    .replace(/^-|-$/g, '');
  return `${plain || 'computer'}-${Buffer.from(chance).toString('hex')}`;
}

function noFolderName(folder: string): BackupError {
  return new BackupError(
    'bad-argument',
    t('{0} cannot be the name of a folder at a second place.', JSON.stringify(folder)),
    {
      hint: t('Such a folder has the name of the computer and eight digits: laptop-1a2b3c4d.'),
    },
  );
}
