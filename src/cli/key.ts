import { resolve } from 'node:path';
import { newIdentity } from '../core/archive/ageKeys.js';
import { BackupError } from '../core/errors.js';
import { changeKey, finishKeyChange, isWhole, isWholeChange, type KeyChangeResult } from '../core/jobs/changeKey.js';
import { writeKeyFile } from '../core/jobs/keyFile.js';
import { describeKeyChange, detailsOfKeyChange, KEEP_THE_KEY, keyFileText } from '../core/jobs/keyText.js';
import { OLDER_THERE } from '../core/jobs/offsiteText.js';
import { storeNotFound } from '../core/jobs/verify.js';
import { t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import type { Encryption, KeyMode } from '../core/store/encryption.js';
import { everyArchive, type FoundArchive } from '../core/store/findArchives.js';
import type { Store } from '../core/store/store.js';
import { consent, refuseSilence, YES_USAGE, yesOption } from './consent.js';
import { beforeKeyChange, describeEncryption, SECOND_PLACE_IS_AS_BEFORE } from './keyTold.js';
import { newKeyOf, newKeyOptions, refuseNewKey } from './newKey.js';
import { STORE_USAGE, storeFolderOf, storeOption, storeWithoutKey } from './storeOption.js';
import { type Call, type ExitCode, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

const IN_CLEAR = 'Anyone who can read the disk could then read the backups';

const WHATS = ['status', 'new', 'set', 'change', 'off', 'finish'] as const;

export const keyVerb: Verb = {
  usage: `status|new|set|change|off|finish ${STORE_USAGE} [--out FILE] [--passphrase] [--new-key-file FILE] [--recipient RECIPIENT]… [--work-factor N] ${YES_USAGE}`,
  summary: 'Encrypt the backups of a store, change their key, or decrypt them again',
  options: {
    ...storeOption,
    out: { type: 'string', value: 'FILE', about: 'with new: the key file to create; it must not exist yet' },
    ...newKeyOptions,
    ...yesOption,
  },
  details: `status says whether the backups are encrypted, and how.

new creates a key file with an age identity, and prints its recipient.

set encrypts all backups of the store, present and future. change does the same with another key, and off decrypts them.
Each archive is rewritten and read back before the old one is removed for good, in the trash too. At a terminal, set,
change and off ask before they begin.

finish continues a set, change or off that was interrupted.

The new key is a passphrase, a key file, or one or more age recipients. --passphrase asks for the passphrase twice, or takes
it from MPBACKUP_NEW_PASSPHRASE. One of the recipients must belong to a key file that is given; otherwise, nobody
here could read the backups.

--work-factor is for computers with little memory. Trying a passphrase takes 256 MB for a moment with the default, 18;
each step less takes half, also for anyone who guesses.

Archives are age files: \`age -d\` opens them without this software.`,
  async run(call) {
    const [word, ...more] = takeArguments(call, 1, Number.POSITIVE_INFINITY);
    // What is too much may be a passphrase: it is not repeated.
    if (more.length > 0)
      throw new UsageError(`\`mpbackup key ${word}\` takes no further argument; a key is never given as an argument.`);
    const what = WHATS.find((each) => each === word);
    if (what === undefined) throw new UsageError(`There is no \`mpbackup key ${word}\`. Use ${listed(WHATS)}.`);
    if (what !== 'new' && call.text('out') !== undefined) throw new UsageError('--out can be used only with new.');
    if (what !== 'set' && what !== 'change') refuseNewKey(call);
    return ACTIONS[what](call);
  },
};

const ACTIONS: Record<(typeof WHATS)[number], (call: Call) => Promise<ExitCode>> = {
  async status(call) {
    const store = await existing(call, 'nothing is encrypted there');
    const encryption = await store.encryption();
    if (encryption.state === 'changing' || encryption.state === 'ending')
      call.output.note('`mpbackup key finish` continues it.');
    call.output.result(fieldsOf(encryption), describeEncryption(encryption, store.root));
    return 0;
  },

  async new(call) {
    const name = call.text('out');
    if (name === undefined) throw new UsageError('--out FILE is missing: it names the key file to create.');
    const file = resolve(name);
    const { identity, recipient } = await newIdentity();
    const created = new Date(call.context.env.clock.now()).toISOString();
    await writeKeyFile(storeFolderOf(call), file, keyFileText(identity, recipient, created));
    call.output.result(
      { file, recipient },
      `Key file: ${displayPath(file)}\nRecipient: ${recipient}\n${t(KEEP_THE_KEY)}`,
    );
    return 0;
  },

  async set(call) {
    const store = await existing(call);
    const { state } = await store.encryption();
    refuseUnfinished(store, state);
    if (state === 'encrypted')
      throw new BackupError('bad-argument', `The backups in ${store.root} are already encrypted.`, {
        path: store.root,
        hint: 'Use `mpbackup key change` to set another key.',
      });
    return change(call, store);
  },

  async change(call) {
    const store = await existing(call);
    await refusePlain(store, 'Use `mpbackup key set` to set a key.');
    await store.unlock();
    return change(call, store);
  },

  async off(call) {
    refuseSilence(call, IN_CLEAR);
    const store = await existing(call);
    const encryption = await store.encryption();
    // If encryption.json is missing, this is the only way to say that backups are to be plain.
    const isLost = encryption.state === 'plain' && (encryption.encrypted ?? 0) > 0;
    if (!isLost && encryption.state !== 'ending') await refusePlain(store, 'There is nothing to do.');
    await store.unlock();
    await agreeToClear(call, store);
    return tell(call, store, await changeKey(call.context, store, null));
  },

  async finish(call) {
    const store = await existing(call);
    const encryption = await store.encryption();
    if (isWhole(encryption)) {
      const mode = encryption.state === 'plain' ? null : encryption.mode;
      call.output.result({ ok: true, mode, changed: 0, isEnded: true, left: [] }, 'Nothing is unfinished.');
      return 0;
    }
    const isEnding = encryption.state === 'ending';
    if (isEnding) refuseSilence(call, IN_CLEAR);
    await store.unlock();
    if (isEnding) await agreeToClear(call, store);
    return tell(call, store, await finishKeyChange(call.context, store));
  },
};

async function agreeToClear(call: Call, store: Store): Promise<void> {
  if (!call.flag('yes')) {
    const hasPlace = await hasSecondPlace(store);
    call.output.note(beforeKeyChange(null, await archivesOf(call, store), hasPlace));
  }
  await consent(call, `Decrypt the backups in ${displayPath(store.root)}, so that they are readable without a key?`);
}

async function change(call: Call, store: Store): Promise<ExitCode> {
  const key = await newKeyOf(call);
  await agreeToKey(call, store, 'passphrase' in key ? 'passphrase' : 'recipients');
  call.keys.keep('passphrase' in key ? key.passphrase : key.identity);
  const code = await tell(call, store, await changeKey(call.context, store, key));
  call.output.note(t(KEEP_THE_KEY));
  return code;
}

/** Who gives the new key without a terminal has made up their mind. */
async function agreeToKey(call: Call, store: Store, mode: KeyMode): Promise<void> {
  if (call.flag('yes') || !process.stdin.isTTY) return;
  call.output.note(beforeKeyChange(mode, await archivesOf(call, store)));
  await consent(call, `Encrypt the backups in ${displayPath(store.root)} with this key?`);
}

async function archivesOf(call: Call, store: Store): Promise<FoundArchive[]> {
  return (await everyArchive(call.context.env, store.root)).found;
}

async function tell(call: Call, store: Store, result: KeyChangeResult): Promise<ExitCode> {
  const { mode, changed, left, isEnded, seconds } = result;
  const isDone = isWholeChange(result);
  for (const sentence of detailsOfKeyChange(result)) call.output.note(sentence);
  const hasPlace = await hasSecondPlace(store);
  if (hasPlace && mode !== null) call.output.note(t(OLDER_THERE));
  call.output.result(
    {
      ok: isDone,
      mode,
      changed,
      isEnded,
      left: left.map(({ path, is, error }) => ({ path, is, code: error.code, message: error.message })),
      seconds,
    },
    [describeKeyChange(result, store.root), ...(hasPlace ? [SECOND_PLACE_IS_AS_BEFORE] : [])].join(' '),
  );
  return isDone ? 0 : 3;
}

/** That nobody can tell must not hide what has been done. */
async function hasSecondPlace(store: Store): Promise<boolean> {
  return store.offsite.config().then(
    (config) => config !== undefined,
    () => true,
  );
}

async function existing(call: Call, so = 'there is nothing to encrypt'): Promise<Store> {
  const store = await storeWithoutKey(call);
  if (!(await store.exists())) throw storeNotFound(store.root, so);
  return store;
}

async function refusePlain(store: Store, hint: string): Promise<void> {
  const { state } = await store.encryption();
  refuseUnfinished(store, state);
  if (state === 'plain')
    throw new BackupError('bad-argument', `The backups in ${store.root} are not encrypted.`, {
      path: store.root,
      hint,
    });
}

function refuseUnfinished(store: Store, state: Encryption['state']): void {
  if (state !== 'changing' && state !== 'ending') return;
  const [what, hint] =
    state === 'ending'
      ? (['Stopping the encryption', 'Finish it first: `mpbackup key finish`.'] as const)
      : (['An earlier change of the key', 'Finish it first, with the new key: `mpbackup key finish`.'] as const);
  throw new BackupError('bad-argument', `${what} of ${store.root} is not finished.`, { path: store.root, hint });
}

function fieldsOf(encryption: Encryption): Record<string, unknown> {
  if (encryption.state === 'plain') return { ...encryption };
  const { state, mode, recipients, pending } = encryption;
  return { state, mode, recipients, pending };
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
