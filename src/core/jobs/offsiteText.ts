// What there is to say of a second place, in words: the same in VS Code and on the command line.

import { msg } from '../l10n.js';
import { displayPath } from '../paths.js';
import { isBehind } from '../plan/offsitePlan.js';
import { describePolicy } from '../plan/retentionPolicy.js';
import { age, bytes, count, duration, figure, localTime } from '../text.js';
import type { OffsiteCheck } from './checkOffsite.js';
import type { FarStore } from './farStore.js';
import type { OffsiteState, OlderThere } from './offsitePlace.js';
import type { SyncResult } from './syncOffsite.js';

/** To be read before a key is set or changed, where there is a second place. */
export const OLDER_THERE =
  'At the second place, older archives that this computer has no more stay as they are, and so do damaged copies in the folder .replaced: not encrypted, or under the earlier key. Keep that key for them.';

/** Several lines: where it is, what waits, what went wrong, what was found. @param now milliseconds since 1970 */
export function describeOffsite(state: OffsiteState, now: number): string {
  const { place, folder, keep, trouble, lastCheck } = state;
  return [
    `Second place: ${displayPath(place)}, folder ${displayPath(folder)}.`,
    keep === null ? 'Everything is kept there.' : describePolicy(keep, msg('Kept there: {0}.')),
    copiedSentence(state, now),
    ...olderSentences(state),
    ...(trouble ? [`The last try failed (${localTime(trouble.at)}): ${displayPath(trouble.message)}`] : []),
    ...(lastCheck ? [`Last check (${localTime(lastCheck.at)}): ${foundThere(lastCheck)}`] : []),
  ].join('\n');
}

/** `up to date, 5 min ago`, `3 to copy`, `3 to copy, the last try failed`: for a row. */
export function offsiteBrief(state: OffsiteState, now: number): string {
  return [copiedBrief(state, now), ...olderBrief(state)].join(', ');
}

function copiedBrief(state: OffsiteState, now: number): string {
  const { waiting, lastCopyAt, trouble } = state;
  if (waiting === 0 && isBehind(state)) return trouble ? 'the last copy failed' : 'the last copy did not end';
  if (waiting === 0 && lastCopyAt !== null) return `up to date, ${age(lastCopyAt, now)}`;
  if (waiting === 0) return 'nothing to copy yet';
  return `${figure(waiting)} to copy${trouble ? ', the last try failed' : ''}`;
}

function olderBrief({ plainThere, lockedThere, outdatedThere }: OlderThere): string[] {
  return [
    ...(plainThere > 0 ? [`${figure(plainThere)} older not encrypted`] : []),
    ...(lockedThere > 0 ? [`${figure(lockedThere)} older under an earlier key`] : []),
    ...(outdatedThere > 0 ? [`${figure(outdatedThere)} outdated`] : []),
  ];
}

/** What a change of key did not reach there. */
export function olderSentences({ plainThere, lockedThere, outdatedThere }: OlderThere): string[] {
  return [
    ...(plainThere > 0
      ? [
          `${count(plainThere, 'older archive')} there ${plainThere === 1 ? 'is' : 'are'} not encrypted. A copy with the key takes away what is there encrypted, too; what is left can be brought back, and is encrypted then.`,
        ]
      : []),
    ...(lockedThere > 0
      ? [
          `${count(lockedThere, 'older archive')} there ${lockedThere === 1 ? 'opens' : 'open'} with an earlier key only. A copy that has that key as well takes away what later archives have.`,
        ]
      : []),
    ...(outdatedThere > 0
      ? [
          `${count(outdatedThere, 'older archive')} there ${outdatedThere === 1 ? 'was' : 'were'} written anew here since, for another key perhaps. A copy that has the key and finds no damage takes away what later archives have.`,
        ]
      : []),
  ];
}

function copiedSentence(state: OffsiteState, now: number): string {
  const { waiting, waitingSince, lastCopyAt } = state;
  const last = lastCopyAt === null ? 'Nothing has been copied yet' : `Last copied ${age(lastCopyAt, now)}`;
  if (waiting === 0)
    return `${last}; ${isBehind(state) ? 'the copy after that did not come to its end' : 'nothing waits'}.`;
  const since = waitingSince === null ? '' : ` since ${localTime(waitingSince)}`;
  return `${last}; ${count(waiting, 'archive')} ${waiting === 1 ? 'waits' : 'wait'}${since}.`;
}

function foundThere({ checked, damaged, missing }: { checked: number; damaged: number; missing: number }): string {
  const found = [
    ...(damaged > 0 ? [`${figure(damaged)} damaged`] : []),
    ...(missing > 0 ? [`${figure(missing)} missing`] : []),
  ];
  return `${count(checked, 'archive')}, ${found.length === 0 ? 'all sound' : found.join(', ')}.`;
}

export function describeSync({ place, copied, bytes: size, present, replaced, removed, seconds }: SyncResult): string {
  const where = displayPath(place);
  const there = present === 0 ? '' : `; ${figure(present)} ${present === 1 ? 'was' : 'were'} there`;
  const done =
    copied > 0
      ? `Copied ${count(copied, 'archive')} (${bytes(size)}) to ${where} in ${duration(seconds)}${there}.`
      : `Nothing had to be copied: ${count(present, 'archive')} ${present === 1 ? 'is' : 'are'} at ${where}.`;
  return [
    done,
    ...(replaced > 0 ? [`${count(replaced, 'archive')} took the place of a damaged copy.`] : []),
    ...(removed > 0
      ? [
          removed === 1
            ? '1 copy there that is no longer needed was removed.'
            : `${figure(removed)} copies there that are no longer needed were removed.`,
        ]
      : []),
  ].join(' ');
}

/** What was left out, and why. */
export function detailsOfSync(result: SyncResult): string[] {
  const { notCopied, waiting } = result;
  const more = waiting - notCopied.length;
  return [
    ...notCopied.map(({ archive, reason }) => `Not copied: ${displayPath(archive)}. ${displayPath(reason)}`),
    ...(more > 0 ? [`${count(more, 'archive')} ${more === 1 ? 'waits' : 'wait'} still.`] : []),
    ...olderSentences(result),
  ];
}

/** Whether all is as it should be: there, and here. */
export function isSoundCheck({ ok, damagedHere }: OffsiteCheck): boolean {
  return ok && damagedHere.length === 0;
}

/** A line for each finding, then the sum. */
export function describeCheck(check: OffsiteCheck): string {
  const { place, checked, damaged, missing, extra, damagedHere, unclear, replacedBytes, seconds } = check;
  const where = displayPath(place);
  const left = damaged.filter(({ repaired }) => !repaired).length + missing.length;
  const sum = `${count(checked, 'archive')} checked at ${where} in ${duration(seconds)}`;
  const mended = damaged.length > 0 ? 'what was found is mended' : 'all are sound there';
  const also = extra === 0 ? '' : ` ${count(extra, 'more archive')} ${extra === 1 ? 'is' : 'are'} there from before.`;
  return [
    ...damaged.map(
      ({ archive, reason, repaired }) =>
        `${repaired ? 'Copied anew' : 'Damaged there'}: ${displayPath(archive)}: ${displayPath(reason)}`,
    ),
    ...missing.map((archive) => `Missing there: ${displayPath(archive)}`),
    ...damagedHere.map(
      ({ archive, reason }) => `Damaged here, sound there: ${displayPath(archive)}: ${displayPath(reason)}`,
    ),
    ...unclear.map(
      (archive) => `Not what was copied, and only the key tells whether it is damaged: ${displayPath(archive)}`,
    ),
    ...(replacedBytes > 0
      ? [
          `${bytes(replacedBytes)} of damaged copies are kept in the folder .replaced there: delete it by hand when nothing in it is missed.`,
        ]
      : []),
    `${sum}: ${left > 0 ? `${count(left, 'finding')} left` : mended}.${also}`,
  ].join('\n');
}

/** `laptop-1a2b3c4d  laptop  12 archives  newest 2026-11-26 12:00` */
export function farStoreLine({ folder, machine, backups, newest }: FarStore): string {
  return [
    ...[displayPath(folder), displayPath(machine), count(backups, 'archive')],
    ...(newest === null ? [] : [`newest ${localTime(newest)}`]),
  ].join('  ');
}
