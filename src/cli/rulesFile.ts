// The rules of schedules as a file: the settings of VS Code by their short names, in JSON.

import { isAbsolute, resolve } from 'node:path';
import { DEFAULT_EXCLUDE, MEGABYTE, USUAL_FREE_SPACE_WARNING, USUAL_FULL_AFTER } from '../core/defaults.js';
import { BackupError, messageOf, systemCode } from '../core/errors.js';
import { ROOT } from '../core/paths.js';
import { type RetentionPolicy, USUAL_POLICY } from '../core/plan/retentionPolicy.js';
import { retentionPolicy } from '../core/plan/retentionSetting.js';
import { parseConfig, parsePatterns, type ScheduleConfig } from '../core/plan/scheduleRules.js';
import type { Scope } from '../core/plan/scope.js';
import { parseUpkeep, type UpkeepRules } from '../core/plan/upkeepRules.js';
import type { Call } from './usage.js';

export interface Rules {
  config: ScheduleConfig;
  /** Of the set that has no name. */
  usualScope: Scope;
  fullAfter: number;
  upkeep: UpkeepRules;
  /** What goes after each backup; null if nothing goes. */
  policy: RetentionPolicy | null;
  /** Bytes that should be free on the disk of the backups; 0 for no limit. */
  warnBelow: number;
  /** Whether what waits is copied to the second place after the backups. */
  copiesOffsite: boolean;
  /** Absent for the one on the PATH. */
  rclonePath?: string | undefined;
}

const NAMES = [
  'schedule',
  'boardSchedules',
  'backupSets',
  'include',
  'exclude',
  'fullAfter',
  'checkSeconds',
  'testRestore',
  'testRestoreSeconds',
  'retention',
  'pruneAfterBackup',
  'freeSpaceWarning',
  'secondPlaceCopies',
  'rclonePath',
];

/** Far more than anybody writes. */
const LARGEST = 1 << 20;

/** What the file of `--rules` says; all is as usual without it. @throws BackupError `bad-argument`, with the path and what is wrong */
export async function rulesOf(call: Call): Promise<Rules> {
  const file = call.text('rules');
  if (file === undefined) return rulesIn({});
  const path = resolve(file);
  const settings = await read(call, path);
  try {
    return rulesIn(settings);
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    const { message, hint, code } = error;
    throw new BackupError(code, message, { path, ...(hint !== undefined && { hint: `${hint} The file is ${path}.` }) });
  }
}

function rulesIn(settings: Record<string, unknown>): Rules {
  const unknown = Object.keys(settings).find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new BackupError('bad-argument', `A rules file has no ${JSON.stringify(unknown)}.`, {
      hint: `It can have ${NAMES.join(', ')}.`,
    });
  return {
    config: parseConfig(settings),
    usualScope: {
      root: ROOT,
      include: parsePatterns(settings.include, 'include'),
      exclude: [...DEFAULT_EXCLUDE, ...parsePatterns(settings.exclude, 'exclude')],
    },
    fullAfter: fullAfterOf(settings.fullAfter),
    upkeep: parseUpkeep(settings),
    policy: prunesIn(settings) ? retentionPolicy(overUsual(settings.retention)) : null,
    warnBelow: warnBelowIn(settings),
    copiesOffsite: copiesIn(settings),
    rclonePath: rcloneIn(settings),
  };
}

/** As VS Code does it: what is not named is kept as is usual, and null takes a rule away. */
function overUsual(retention: unknown): unknown {
  const isObject = typeof retention === 'object' && retention !== null && !Array.isArray(retention);
  return isObject ? { ...USUAL_POLICY.origins, ...retention } : retention;
}

function prunesIn({ pruneAfterBackup = true }: Record<string, unknown>): boolean {
  if (typeof pruneAfterBackup === 'boolean') return pruneAfterBackup;
  throw impossible('pruneAfterBackup', pruneAfterBackup, 'It must be true or false.');
}

function warnBelowIn({ freeSpaceWarning = USUAL_FREE_SPACE_WARNING / MEGABYTE }: Record<string, unknown>): number {
  if (typeof freeSpaceWarning === 'number' && freeSpaceWarning >= 0) return freeSpaceWarning * MEGABYTE;
  throw impossible(
    'freeSpaceWarning',
    freeSpaceWarning,
    'It must be a number of megabytes, such as 500, or 0 for never.',
  );
}

function copiesIn({ secondPlaceCopies = 'afterBackup' }: Record<string, unknown>): boolean {
  if (secondPlaceCopies === 'afterBackup' || secondPlaceCopies === 'never') return secondPlaceCopies === 'afterBackup';
  throw impossible('secondPlaceCopies', secondPlaceCopies, 'It must be afterBackup or never.');
}

function rcloneIn({ rclonePath = '' }: Record<string, unknown>): string | undefined {
  if (rclonePath === '') return undefined;
  if (typeof rclonePath === 'string' && isAbsolute(rclonePath)) return rclonePath;
  throw impossible('rclonePath', rclonePath, 'It must be the absolute path of rclone, such as /usr/bin/rclone.');
}

function fullAfterOf(value: unknown = USUAL_FULL_AFTER): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw impossible('fullAfter', value, 'It must be a whole number of at least 1, such as 30.');
}

function impossible(name: string, value: unknown, hint: string): BackupError {
  return new BackupError('bad-argument', `The value of ${name} cannot be ${JSON.stringify(value)}.`, { hint });
}

async function read({ context }: Call, path: string): Promise<Record<string, unknown>> {
  const { fs } = context.env;
  const info = await fs.info(path);
  if (info?.kind !== 'file' || info.size > LARGEST)
    throw new BackupError('bad-argument', `${path} is not a rules file.`, {
      path,
      hint: 'Name a JSON file, such as {"schedule": {"daily": "12:00"}}.',
    });
  try {
    // Some editors begin a file with a mark of its encoding.
    const text = Buffer.from(await fs.readFile(path))
      .toString('utf8')
      .replace(/^\ufeff/, '');
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    throw new SyntaxError('it is not an object');
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && systemCode(cause) === undefined) throw cause;
    throw new BackupError('bad-argument', `${path} cannot be read: ${messageOf(cause)}.`, {
      path,
      hint: 'It must contain one JSON object, such as {"schedule": {"daily": "12:00"}}.',
      cause,
    });
  }
}
