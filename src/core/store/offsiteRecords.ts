// What a store knows of its second place: `offsite.json`, which is what was wished, and `offsite-state.json`, which is what became of
// it. The state is a cache of what the place would answer; deleted, it is made again at the next copy.

import { join } from 'node:path';
import * as v from 'valibot';
import { diskError } from '../archive/diskErrors.js';
import type { JsonLimits } from '../archive/jsonLimits.js';
import { ORIGINS } from '../archive/manifest.js';
import type { Env } from '../env.js';
import { BackupError, messageOf } from '../errors.js';
import { t } from '../l10n.js';
import { makeFolderDurably, replaceFile } from './durable.js';
import { parseJson } from './parseJson.js';

/** As much of a retention policy as a store has to know. */
export interface KeptThere {
  last?: number | undefined;
  origins?: Partial<Record<(typeof ORIGINS)[number], number | 'all'>> | undefined;
  maxCount?: number | undefined;
  maxBytes?: number | undefined;
  maxAgeDays?: number | undefined;
}

export interface OffsiteConfig {
  /** Absolute path of a folder, or a remote of rclone. */
  place: string;
  /** Of this store there. */
  folder: string;
  /** Absent if everything is kept. */
  keep?: KeptThere | undefined;
}

/** A file as it was when it was copied. */
export interface CopiedFile {
  path: string;
  size: number;
  /** Of the file here, milliseconds since 1970: what the index knows it by. */
  modified: number;
  sha256: string;
  sha1: string;
  md5: string;
}

export interface OffsiteMemory {
  /** A copy has begun, and has not come to its end. */
  isOpen: boolean;
  lastCopyAt: string | null;
  trouble: { at: string; code: string; message: string } | null;
  lastCheck: { at: string; checked: number; damaged: number; missing: number } | null;
  /** Archives that are there. */
  archives: CopiedFile[];
  /** Archives that were there and were not found by the last check. */
  lost: CopiedFile[];
  /** Archives that are being removed there: if that was cut off, they are not missed. */
  going: string[];
  /** Archives that were rewritten here and stand there as they were before, with the same content: their sizes here, by path. */
  alike: Record<string, number>;
  /** SHA-256 of the other files that are there, by their paths. */
  others: Record<string, string>;
  /** Archives of this store that are not kept there, and what that was decided for. */
  unwanted: string[];
  decidedFor: string | null;
  /** What encrypted archives hold that are there, as a digest, from when they were read from end to end: by their paths. */
  proven: Record<string, string>;
  /** Archives that are there alone, under a key of before, as far as anybody with the present one has looked. */
  locked: string[];
}

export interface OffsiteRecords {
  /** @throws BackupError `store-failed` if it is there and cannot be read */
  config(): Promise<OffsiteConfig | undefined>;
  /** Forgets what was known of the place before, if it is another. @throws BackupError `store-…` */
  choose(config: OffsiteConfig | undefined): Promise<void>;
  memory(): Promise<OffsiteMemory>;
  /** @throws BackupError `store-…` */
  remember(memory: OffsiteMemory): Promise<void>;
}

const CONFIG = 'offsite.json';
const STATE = 'offsite-state.json';
const LIMITS: JsonLimits = { bytes: 1 << 26, depth: 8, values: 1 << 21 };
const EMPTY_MEMORY: OffsiteMemory = {
  isOpen: false,
  lastCopyAt: null,
  trouble: null,
  lastCheck: null,
  archives: [],
  lost: [],
  going: [],
  alike: {},
  others: {},
  unwanted: [],
  decidedFor: null,
  proven: {},
  locked: [],
};

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const configSchema = v.object({
  version: v.literal(1),
  place: v.pipe(v.string(), v.nonEmpty()),
  folder: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]*$/)),
  keep: v.optional(
    v.object({
      last: v.optional(count),
      origins: v.optional(v.record(v.picklist(ORIGINS), v.union([count, v.literal('all')]))),
      maxCount: v.optional(count),
      maxBytes: v.optional(count),
      maxAgeDays: v.optional(count),
    }),
  ),
});
const copiedSchema = v.array(v.tuple([v.string(), count, v.number(), v.string(), v.string(), v.string()]));
const stateSchema = v.object({
  version: v.literal(1),
  place: v.string(),
  folder: v.string(),
  isOpen: v.boolean(),
  lastCopyAt: v.nullable(v.string()),
  trouble: v.nullable(v.object({ at: v.string(), code: v.string(), message: v.string() })),
  lastCheck: v.nullable(v.object({ at: v.string(), checked: count, damaged: count, missing: count })),
  archives: copiedSchema,
  lost: copiedSchema,
  going: v.optional(v.array(v.string()), []),
  alike: v.record(v.string(), count),
  others: v.record(v.string(), v.string()),
  unwanted: v.array(v.string()),
  decidedFor: v.nullable(v.string()),
  proven: v.optional(v.record(v.string(), v.string()), {}),
  locked: v.optional(v.array(v.string()), []),
});

export function offsiteRecordsIn(env: Env, root: string): OffsiteRecords {
  const [configPath, statePath] = [join(root, CONFIG), join(root, STATE)];

  async function write(path: string, value: object): Promise<void> {
    try {
      await makeFolderDurably(env, root);
      await replaceFile(env, path, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
    } catch (error) {
      throw diskError(error, path);
    }
  }

  async function config(): Promise<OffsiteConfig | undefined> {
    const bytes = await readSmall(env, configPath);
    if (!bytes) return undefined;
    const parsed = parseJson(bytes, configSchema, LIMITS);
    if (!parsed) {
      throw new BackupError('store-failed', t('{0} cannot be read.', configPath), {
        path: configPath,
        hint: t('Set the second place again: what lies there stays as it is.'),
      });
    }
    const { place, folder, keep } = parsed;
    return { place, folder, ...(keep && { keep }) };
  }

  /** Whatever is wrong with it, it is only a cache. */
  async function memory(): Promise<OffsiteMemory> {
    try {
      const bytes = await readSmall(env, statePath);
      const parsed = bytes && parseJson(bytes, stateSchema, LIMITS);
      const chosen = await config();
      if (parsed && parsed.place === chosen?.place && parsed.folder === chosen.folder) {
        const { version: _, place: __, folder: ___, archives, lost, ...rest } = parsed;
        return { ...rest, archives: archives.map(copiedFrom), lost: lost.map(copiedFrom) };
      }
    } catch (error) {
      env.log.debug(`${statePath} is made again: ${messageOf(error)}`);
    }
    return EMPTY_MEMORY;
  }

  async function remember({ archives, lost, ...rest }: OffsiteMemory): Promise<void> {
    const chosen = await config();
    if (!chosen) return;
    const { place, folder } = chosen;
    const lists = { archives: archives.map(flat), lost: lost.map(flat) };
    await write(statePath, { version: 1, place, folder, ...rest, ...lists });
  }

  return {
    config,
    async choose(chosen) {
      try {
        if (chosen) return await write(configPath, { version: 1, ...chosen });
        await env.fs.remove(statePath);
        await env.fs.remove(configPath);
      } catch (error) {
        throw diskError(error, configPath);
      }
    },
    memory,
    remember,
  };
}

/** The same, as it travels along: what each archive is known by, so that it can be checked if the store is gone. */
export function encodeCopied(archives: readonly CopiedFile[]): Uint8Array {
  return Buffer.from(`${JSON.stringify({ version: 1, archives: archives.map(flat) })}\n`);
}

/** @returns nothing for anything else */
export function decodeCopied(bytes: Uint8Array): CopiedFile[] {
  const schema = v.object({ version: v.literal(1), archives: copiedSchema });
  return parseJson(bytes, schema, LIMITS)?.archives.map(copiedFrom) ?? [];
}

function flat({ path, size, modified, sha256, sha1, md5 }: CopiedFile): unknown[] {
  return [path, size, modified, sha256, sha1, md5];
}

function copiedFrom([path, size, modified, sha256, sha1, md5]: v.InferOutput<typeof copiedSchema>[number]): CopiedFile {
  return { path, size, modified, sha256, sha1, md5 };
}

async function readSmall({ fs }: Env, path: string): Promise<Uint8Array | undefined> {
  try {
    const found = await fs.info(path);
    if (!found) return undefined;
    if (found.kind !== 'file' || found.size > LIMITS.bytes) return new Uint8Array();
    return await fs.readFile(path);
  } catch (error) {
    throw diskError(error, path);
  }
}
