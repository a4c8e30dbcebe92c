// The key that a store is to be encrypted with: a passphrase, or recipients of age.

import { LEAST_WORK, MOST_WORK, WORK_FACTOR } from '../core/archive/ageHeader.js';
import { isRecipient, recipientOf } from '../core/archive/ageKeys.js';
import type { NewKey } from '../core/jobs/changeKey.js';
import { askNewPassphrase, passphraseIn, readKeyFile, secretsNamed } from './secrets.js';
import type { Call } from './usage.js';
import { UsageError } from './usageError.js';

export const newKeyOptions = {
  passphrase: {
    type: 'boolean',
    about: 'with set and change: ask for a passphrase, or take it from MPBACKUP_NEW_PASSPHRASE',
  },
  'new-key-file': { type: 'string', value: 'FILE', about: 'with set and change: file with the new key' },
  recipient: {
    type: 'string',
    value: 'RECIPIENT',
    multiple: true,
    about: 'with set and change: age recipient (age1…) that can read the backups; may be repeated',
  },
  'work-factor': {
    type: 'string',
    value: 'N',
    about: `with a new passphrase: cost of trying it, from ${LEAST_WORK} to ${MOST_WORK} (default: ${WORK_FACTOR})`,
  },
} as const;

const IDENTITY = 'AGE-SECRET-KEY-1';

/** @throws UsageError if an option says of a new key what this call does not take */
export function refuseNewKey(call: Call): void {
  const given = Object.keys(newKeyOptions).find(
    (name) => call.flag(name) || call.text(name) || call.texts(name).length,
  );
  if (given !== undefined) throw new UsageError(`--${given} can be used only with set and change.`);
}

/** @throws UsageError if it is missing, said twice, or would shut everybody here out; BackupError `cancelled`, `key-missing`, `bad-argument` */
export async function newKeyOf(call: Call): Promise<NewKey> {
  const file = call.text('new-key-file');
  const recipients = call.texts('recipient');
  const isByRecipients = file !== undefined || recipients.length > 0;
  if (call.flag('passphrase') && isByRecipients)
    throw new UsageError('The new key is either a passphrase, or a key file and recipients, but not both.');
  // What was typed in the wrong place may be a secret: it is not repeated.
  if (!recipients.every(isRecipient))
    throw new UsageError('--recipient must be an age recipient: age1 and 58 more characters.');
  const workFactor = workFactorOf(call);
  if (!isByRecipients) return { passphrase: await passphraseOf(call), ...workFactor };

  const given = file === undefined ? [] : await readKeyFile(file, { isNew: true });
  const [passphrase] = given.filter((secret) => !secret.startsWith(IDENTITY));
  if (passphrase !== undefined) {
    if (recipients.length > 0)
      throw new UsageError('A passphrase cannot be combined with recipients: name a key file with an age identity.');
    return { passphrase, ...workFactor };
  }
  if (workFactor) throw new UsageError('--work-factor can be used only with a passphrase.');
  const own = await Promise.all(given.map(recipientOf));
  const all = [...new Set([...own, ...recipients])];
  // Whoever names recipients alone has the identity of one of them in the keys that open the store.
  const named = given.length > 0 ? given : await secretsNamed(call.texts('key-file'));
  const identities = named.filter((key) => key.startsWith(IDENTITY));
  for (const identity of identities) {
    if (all.includes(await recipientOf(identity))) return { recipients: all, identity };
  }
  throw new UsageError(
    'None of the recipients belongs to a key file that was given, so this computer could not read the backups. Name one with --new-key-file.',
  );
}

function workFactorOf(call: Call): { workFactor: number } | undefined {
  const text = call.text('work-factor');
  if (text === undefined) return undefined;
  const workFactor = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (workFactor < LEAST_WORK || workFactor > MOST_WORK)
    throw new UsageError(`--work-factor must be a whole number from ${LEAST_WORK} to ${MOST_WORK}.`);
  return { workFactor };
}

async function passphraseOf(call: Call): Promise<string> {
  const [passphrase] = passphraseIn('MPBACKUP_NEW_PASSPHRASE');
  if (passphrase !== undefined) return passphrase;
  if (process.stdin.isTTY) return askNewPassphrase(call.context.signal);
  throw new UsageError(
    'The new key is missing: put a passphrase into MPBACKUP_NEW_PASSPHRASE, name a key file with --new-key-file, or run this at a terminal.',
  );
}
