// What a user says on the command line of which backups to keep.

import type { BackupOrigin } from '../core/archive/manifest.js';
import { type RetentionPolicy, USUAL_POLICY } from '../core/plan/retentionPolicy.js';
import type { Call } from './usage.js';
import { UsageError } from './usageError.js';

export const POLICY_USAGE =
  '[--keep-last N] [--keep ORIGIN=N|all]… [--max-count N] [--max-bytes SIZE] [--max-age DAYS]';

export const policyOptions = {
  'keep-last': {
    type: 'string',
    value: 'N',
    about: 'keep the newest N backups of each board, whatever their origin',
  },
  keep: {
    type: 'string',
    value: 'ORIGIN=N|all',
    multiple: true,
    about: 'keep the newest N backups of an origin, such as daily=7; may be repeated',
  },
  'max-count': { type: 'string', value: 'N', about: 'keep at most N backups of each board' },
  'max-bytes': {
    type: 'string',
    value: 'SIZE',
    about: 'keep at most this many bytes for each board: 500kB, 20MB, 1GB',
  },
  'max-age': { type: 'string', value: 'DAYS', about: 'keep no backup that is older than this many days' },
} as const;

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
]);

/** @returns undefined if no option is given */
export function policyGiven(call: Call): RetentionPolicy | undefined {
  const last = numberOf(call, 'keep-last');
  const origins = originsOf(call.texts('keep'));
  const maxCount = numberOf(call, 'max-count');
  const maxBytes = sizeOf(call.text('max-bytes'));
  const maxAgeDays = numberOf(call, 'max-age');
  const given: RetentionPolicy = {
    ...(last !== undefined && { last }),
    ...(origins && { origins }),
    ...(maxCount !== undefined && { maxCount }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(maxAgeDays !== undefined && { maxAgeDays }),
  };
  return Object.keys(given).length > 0 ? given : undefined;
}

export function policyOf(call: Call): RetentionPolicy {
  return policyGiven(call) ?? USUAL_POLICY;
}

function originsOf(texts: readonly string[]): RetentionPolicy['origins'] {
  if (texts.length === 0) return undefined;
  const pairs = texts.map((text) => {
    const [, origin = '', keep = ''] = /^([a-z]+)=(\d+|all)$/.exec(text) ?? [];
    if (!Object.hasOwn(USUAL_POLICY.origins, origin))
      throw new UsageError(`--keep must be ORIGIN=N, such as daily=7, not ${text}.`);
    return [origin as BackupOrigin, keep === 'all' ? ('all' as const) : Number(keep)] as const;
  });
  return Object.fromEntries(pairs);
}

function numberOf(call: Call, option: string): number | undefined {
  const text = call.text(option);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} must be a whole number of at least 1, not ${text}.`);
}

function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^([1-9]\d{0,11}) ?([a-z]*)$/i.exec(text) ?? [];
  const factor = UNITS.get(unit.toLowerCase());
  if (number === '' || factor === undefined)
    throw new UsageError(`--max-bytes must be a size such as 20MB, not ${text}.`);
  return Number(number) * factor;
}
