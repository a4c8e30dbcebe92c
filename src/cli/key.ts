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

const IN_CLEAR = 'This makes the backups readable for everybody who has the disk';

const WHATS = ['status', 'new', 'set', 'change', 'off', 'finish'] as const;

export const keyVerb: Verb = {
  usage: `status|new|set|change|off|finish ${STORE_USAGE} [--out FILE] [--passphrase] [--new-key-file FILE] [--recipient RECIPIENT]… [--work-factor N] ${YES_USAGE}`,
  summary: 'Encrypts the backups of a store, changes their key, or makes them plain again',
  options: {
    ...storeOption,
    out: { type: 'string', value: 'FILE', about: 'with new: the key file to make; it must not exist yet' },
    ...newKeyOptions,
    ...yesOption,
  },
  details: `status says whether the backups are encrypted, and how. new makes a key file: an age identity, of which it prints the
recipient. set encrypts all backups of the store and those that come, change does so with another key, and off makes them
plain again. What is there is written anew and read back, and only then the old archives are removed, the trash
included. finish goes on with one that was interrupted. At a terminal, set, change and off ask before they begin.

The new key is a passphrase (--passphrase asks for it twice; MPBACKUP_NEW_PASSPHRASE has it where nobody can be
asked), a key file, or recipients of age: then one of them must be that of a key file that is given, lest nobody here could
read the backups. --work-factor N is for computers with little memory: 18 is usual, and takes 256 MB for a moment each time that a
passphrase is tried, here and by whoever guesses; each less takes half. Archives are age files: \`age -d\` opens them without this
software.`,
  async run(call) {
    const [word, ...more] = takeArguments(call, 1, Number.POSITIVE_INFINITY);
    // What is too much may be a passphrase: it is not repeated.
    if (more.length > 0) throw new UsageError(`\`mpbackup key ${word}\` takes no argument, and a key is never one.`);
    const what = WHATS.find((each) => each === word);
    if (what === undefined) throw new UsageError(`There is no \`mpbackup key ${word}\`: it is ${listed(WHATS)}.`);
    if (what !== 'new' && call.text('out') !== undefined) throw new UsageError('--out goes with new.');
    if (what !== 'set' && what !== 'change') refuseNewKey(call);
    return ACTIONS[what](call);
  },
};

const ACTIONS: Record<(typeof WHATS)[number], (call: Call) => Promise<ExitCode>> = {
  async status(call) {
    const store = await existing(call, 'nothing is encrypted there');
    const encryption = await store.encryption();
    if (encryption.state === 'changing' || encryption.state === 'ending')
      call.output.note('`mpbackup key finish` goes on with it.');
    call.output.result(fieldsOf(encryption), describeEncryption(encryption, store.root));
    return 0;
  },

  async new(call) {
    const name = call.text('out');
    if (name === undefined) throw new UsageError('--out FILE is missing: it says where the key file goes.');
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
      throw new BackupError('bad-argument', `The backups in ${store.root} are encrypted already.`, {
        path: store.root,
        hint: 'Another key is set with `mpbackup key change`.',
      });
    return change(call, store);
  },

  async change(call) {
    const store = await existing(call);
    await refusePlain(store, 'A key is set with `mpbackup key set`.');
    await store.unlock();
    return change(call, store);
  },

  async off(call) {
    refuseSilence(call, IN_CLEAR);
    const store = await existing(call);
    const encryption = await store.encryption();
    // If encryption.json is missing, this is the one way to say that it shall be so.
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
  await consent(call, `Make the backups in ${displayPath(store.root)} plain again, readable without a key?`);
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
      : ([
          'An earlier change of the key',
          'Finish it first, with the key that it changes to: `mpbackup key finish`.',
        ] as const);
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
