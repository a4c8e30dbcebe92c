// The retention policy as it is written: in the settings of VS Code, and in the rules file of the command line.

import { MEGABYTE } from '../defaults.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { checkPolicy, type RetentionPolicy, USUAL_POLICY } from './retentionPolicy.js';

/**
 * Values are refused rather than passed over: backups would be deleted by a policy that nobody meant. `null` takes back what
 * another settings file says.
 *
 * @throws BackupError `bad-argument`
 */
export function retentionPolicy(value: unknown): RetentionPolicy {
  if (value === undefined || value === null) return USUAL_POLICY;
  if (typeof value !== 'object' || Array.isArray(value))
    throw impossible(t('The retention policy has {0}, which is not possible.', JSON.stringify(value)));
  const origins: Record<string, number | 'all'> = {};
  const limits: Pick<RetentionPolicy, 'last' | 'maxCount' | 'maxBytes' | 'maxAgeDays'> = {};
  for (const [name, wish] of Object.entries(value)) {
    if (wish === null) continue;
    if (name === 'last' || name === 'maxCount' || name === 'maxAgeDays') limits[name] = numberOf(name, wish);
    else if (name === 'maxMegabytes') limits.maxBytes = bytesOf(name, wish);
    else origins[name] = wish === 'all' ? 'all' : numberOf(name, wish);
  }
  const policy: RetentionPolicy = { ...limits, ...(Object.keys(origins).length > 0 && { origins }) };
  checkPolicy(policy);
  return policy;
}

function numberOf(name: string, wish: unknown): number {
  if (typeof wish === 'number') return wish;
  throw impossible(t('The retention policy has {0} for {1}, which is not possible.', `${JSON.stringify(wish)}`, name));
}

/** Parts of a megabyte may be meant; parts of a byte may not. */
function bytesOf(name: string, megabytes: unknown): number {
  const bytes = Math.round(numberOf(name, megabytes) * MEGABYTE);
  if (bytes > 0) return bytes;
  throw impossible(
    t('The retention policy has {0} for {1}, which is not possible.', `${JSON.stringify(megabytes)}`, name),
  );
}

function impossible(message: string): BackupError {
  return new BackupError('bad-argument', message, {
    hint: t('It says how many are kept, such as {"daily": 7, "manual": "all"}.'),
  });
}
