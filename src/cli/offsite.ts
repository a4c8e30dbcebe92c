import { resolve } from 'node:path';
import { bringBack } from '../core/jobs/bringBack.js';
import { checkOffsite } from '../core/jobs/checkOffsite.js';
import { openFarStore, openFarStoreOf, placesAt } from '../core/jobs/farStore.js';
import { forgetPlace, offsiteState, setPlace } from '../core/jobs/offsitePlace.js';
import {
  describeCheck,
  describeOffsite,
  describeSync,
  detailsOfSync,
  farStoreLine,
  isSoundCheck,
  SAME_DISK,
} from '../core/jobs/offsiteText.js';
import { syncOffsite } from '../core/jobs/syncOffsite.js';
import { t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import { checkPolicy } from '../core/plan/retentionPolicy.js';
import { tellImport } from './importTold.js';
import { tellList } from './listTold.js';
import { POLICY_USAGE, policyGiven, policyOptions } from './policyOptions.js';
import { rcloneOf, rcloneOption } from './rcloneOption.js';
import { STORE_USAGE, storeOf, storeOption, storeWithoutKey, withoutAsking } from './storeOption.js';
import { type Call, type ExitCode, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

const WHATS = ['status', 'set', 'forget', 'sync', 'check', 'list', 'restore'] as const;
type What = (typeof WHATS)[number];

/** What opens backups; the others copy them as they are. */
const READING: readonly What[] = ['list', 'restore'];

/** Options that only some take. */
const TAKERS: Record<string, readonly What[]> = {
  from: ['list', 'restore'],
  machine: ['set', 'list', 'restore'],
  all: ['restore'],
  repair: ['check'],
  quick: ['check'],
  ...Object.fromEntries(Object.keys(policyOptions).map((name) => [name, ['set'] as const])),
};

export const offsiteVerb: Verb = {
  usage: `status|set|forget|sync|check|list|restore [PLACE|BACKUP…] ${STORE_USAGE} [--rclone FILE] [--repair] [--quick] [--from PLACE] [--machine FOLDER] [--all] ${POLICY_USAGE}`,
  summary: 'Copy the backups to a second place, check them there, and bring them back',
  options: {
    ...storeOption,
    ...rcloneOption,
    repair: { type: 'boolean', about: 'with check: copy again what is damaged or missing there' },
    quick: { type: 'boolean', about: 'with check: compare only sizes, and hashes if the place provides them' },
    from: {
      type: 'string',
      value: 'PLACE',
      about: 'with list and restore: the place to read from, if it is not the second place of this store',
    },
    machine: {
      type: 'string',
      value: 'FOLDER',
      about: 'with --from and with set: the folder there, if several computers share the place; list shows them',
    },
    all: { type: 'boolean', about: 'with restore: bring all backups back' },
    ...policyOptions,
  },
  details: `set PLACE chooses the second place: a folder (on another disk or a share), or an rclone remote, such as
nas:backups. Each store has its own folder there, so that several computers can share a place.

sync copies what is not there yet; \`mpbackup schedule run\` does so at its end. check compares what is there with what was
copied. list shows the backups that are there, and restore brings some or all of them back into the store. status shows
what is known of the place without contacting it. forget stops using the place, and leaves what is there.

set PLACE --machine FOLDER continues with the folder of a computer that is gone. Bring its backups back first: \`mpbackup
offsite restore --all --from PLACE --machine FOLDER\`. If they are encrypted, this store must have the same key: an empty
store gets it along with the backups; for any other, set it with \`mpbackup key set\` or \`mpbackup key change\`.

All backups are kept there, unless set is given options that say which to keep, as for \`mpbackup prune\`. Encrypted backups
stay encrypted: status, set, forget, sync and check need no key (except set with --machine, if the two stores were
encrypted separately). A folder needs no rclone; for a remote, your own rclone is used, with its configuration.

Exit codes: 0 done, 1 check found damage, 3 some archives could not be copied or brought back.`,
  async run(call) {
    const [word, ...names] = takeArguments(call, 1, Number.POSITIVE_INFINITY);
    const what = WHATS.find((each) => each === word);
    if (what === undefined) {
      const known = `${WHATS.slice(0, -1).join(', ')} or ${WHATS.at(-1)}`;
      throw new UsageError(`There is no \`mpbackup offsite ${word}\`. Use ${known}.`);
    }
    for (const [option, takers] of Object.entries(TAKERS)) {
      if (!isGiven(call, option) || takers.includes(what)) continue;
      throw new UsageError(`--${option} can be used only with ${takers.join(' and ')}.`);
    }
    if (what !== 'set' && call.text('machine') !== undefined && call.text('from') === undefined)
      throw new UsageError('--machine can be used only with --from: it is a folder at that place.');
    const most = what === 'set' ? 1 : what === 'restore' ? Number.POSITIVE_INFINITY : 0;
    if (names.length > most) throw new UsageError(`Unexpected argument: ${names[most]}`);
    // Only the key tells whether that of another computer is the same.
    const mayAsk = READING.includes(what) || call.text('machine') !== undefined;
    return ACTIONS[what](mayAsk ? call : withoutAsking(call), names);
  },
};

const ACTIONS: Record<What, (call: Call, names: readonly string[]) => Promise<ExitCode>> = {
  async status(call) {
    const store = await storeWithoutKey(call);
    const state = await offsiteState(store);
    const { clock } = call.context.env;
    const none = 'No second place is set. Choose one with `mpbackup offsite set PLACE`.';
    call.output.result({ place: null, ...state }, state ? describeOffsite(state, clock.now()) : none);
    return 0;
  },

  async set(call, [name]) {
    if (name === undefined) throw new UsageError('PLACE is missing: a folder, or an rclone remote.');
    const keep = policyGiven(call);
    if (keep) checkPolicy(keep);
    const store = await storeWithoutKey(call);
    const state = await setPlace(call.context, store, placeNamed(name), {
      ...rcloneOf(call),
      keep,
      folder: call.text('machine'),
      simulatedBoards: call.simulatedBoards,
    });
    const next = [
      ...(state.sameDisk ? [t(SAME_DISK)] : []),
      ...(state.waiting > 0 ? ['Copy what waits with `mpbackup offsite sync`.'] : []),
    ];
    call.output.result({ ...state }, [describeOffsite(state, call.context.env.clock.now()), ...next].join('\n'));
    return 0;
  },

  async forget(call) {
    const store = await storeWithoutKey(call);
    // What cannot be read, or names no place, is forgotten as well.
    const before = await offsiteState(store).catch(() => undefined);
    const forgotten = await forgetPlace(store);
    const where = before ? displayPath(before.place) : 'a second place';
    call.output.result(
      { forgotten, place: before?.place ?? null },
      forgotten ? `Nothing is copied to ${where} any more. What is there stays there.` : 'No second place was set.',
    );
    return 0;
  },

  async sync(call) {
    const result = await syncOffsite(call.context, await storeWithoutKey(call), rcloneOf(call));
    for (const sentence of detailsOfSync(result)) call.output.note(sentence);
    call.output.result({ ok: result.waiting === 0, ...result }, describeSync(result));
    return result.waiting > 0 ? 3 : 0;
  },

  async check(call) {
    const store = await storeWithoutKey(call);
    const options = { ...rcloneOf(call), repair: call.flag('repair'), quick: call.flag('quick') };
    const check = await checkOffsite(call.context, store, options);
    const isSound = isSoundCheck(check);
    const isBadThere = check.missing.length > 0 || check.damaged.some(({ repaired }) => !repaired);
    if (isBadThere && !options.repair) call.output.note('`mpbackup offsite check --repair` copies it again.');
    if (check.damagedHere.length > 0) call.output.note('`mpbackup repair` repairs what is damaged here.');
    call.output.result({ ...check, ok: isSound }, describeCheck(check));
    return isSound ? 0 : 1;
  },

  async list(call) {
    const { context } = call;
    const from = call.text('from');
    const folder = call.text('machine');
    if (from !== undefined && folder === undefined) return listStores(call, placeNamed(from));
    const { store, close } =
      from === undefined
        ? await openFarStoreOf(context, await storeWithoutKey(call), rcloneOf(call))
        : await openFarStore(context, placeNamed(from), folder, rcloneOf(call));
    call.atEnd(close);
    await store.unlock();
    return tellList(call, store);
  },

  async restore(call, names) {
    const all = call.flag('all');
    if (all === names.length > 0)
      throw new UsageError(all ? '--all cannot be combined with BACKUP.' : 'BACKUP or --all is missing.');
    const from = call.text('from');
    const store = await storeOf(call);
    const result = await bringBack(call.context, store, {
      ...rcloneOf(call),
      place: from === undefined ? undefined : placeNamed(from),
      folder: call.text('machine'),
      backups: all ? 'all' : names,
    });
    return tellImport(call, store, result);
  },
};

async function listStores(call: Call, place: string): Promise<ExitCode> {
  const stores = await placesAt(call.context, place, rcloneOf(call));
  const next = 'To list the backups in one of these folders, name it with --machine.';
  call.output.result(
    { stores },
    stores.length > 0
      ? [...stores.map(farStoreLine), next].join('\n')
      : `There are no backups at ${displayPath(place)}.`,
  );
  return 0;
}

/** `nas:backups` is a remote of rclone; all else is a folder, also one that is named from here. */
function placeNamed(text: string): string {
  const isDrive = /^[a-z]:[\\/]/i.test(text);
  return !isDrive && /^[^/\\]*:/.test(text) ? text : resolve(text);
}

function isGiven(call: Call, option: string): boolean {
  return call.flag(option) || call.text(option) !== undefined || call.texts(option).length > 0;
}
