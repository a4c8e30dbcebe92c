// What there is to say of a second place, in words: the same in VS Code and on the command line.

import { msg, t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { isBehind } from '../plan/offsitePlan.js';
import { describePolicy } from '../plan/retentionPolicy.js';
import { age, bytes, count, duration, figure, localTime } from '../text.js';
import type { OffsiteCheck } from './checkOffsite.js';
import type { FarStore } from './farStore.js';
import type { OffsiteState, OlderThere } from './offsitePlace.js';
import type { SyncResult } from './syncOffsite.js';

/** To be read before a key is set or changed, if there is a second place. */
export const OLDER_THERE = msg(
  'At the second place, older archives that this computer no longer has stay as they are, and so do damaged copies in the folder .replaced: not encrypted, or under the earlier key. Keep that key for them.',
);

/** If the place that was chosen is on the disk of the backups. */
export const SAME_DISK = msg(
  'This is the same disk: if it fails, the copies are lost together with the backups. Another disk is better.',
);

/** Several lines: where it is, what waits, what went wrong, what was found. @param now milliseconds since 1970 */
export function describeOffsite(state: OffsiteState, now: number): string {
  const { place, folder, keep, trouble, lastCheck } = state;
  return [
    t('Second place: {0}, folder {1}.', displayPath(place), displayPath(folder)),
    keep === null ? t('All backups are kept there.') : describePolicy(keep, msg('Kept there: {0}.')),
    copiedSentence(state, now),
    ...olderSentences(state),
    ...(trouble ? [t('The last try failed ({0}): {1}', localTime(trouble.at), displayPath(trouble.message))] : []),
    ...(lastCheck ? [t('Last check ({0}): {1}', localTime(lastCheck.at), foundThere(lastCheck))] : []),
  ].join('\n');
}

/** `up to date, 5 min ago`, `3 to copy`, `3 to copy, the last try failed`: for a row. */
export function offsiteBrief(state: OffsiteState, now: number): string {
  return [copiedBrief(state, now), ...olderBrief(state)].join(', ');
}

function copiedBrief(state: OffsiteState, now: number): string {
  const { waiting, lastCopyAt, trouble } = state;
  if (waiting === 0 && isBehind(state))
    return trouble ? t('the last copy failed') : t('the last copy was not completed');
  if (waiting === 0 && lastCopyAt !== null) return t('up to date, {0}', age(lastCopyAt, now));
  if (waiting === 0) return t('nothing to copy yet');
  return t(trouble ? '{0} to copy, the last try failed' : '{0} to copy', figure(waiting));
}

function olderBrief({ plainThere, lockedThere, outdatedThere }: OlderThere): string[] {
  return [
    ...(plainThere > 0 ? [t('{0} older not encrypted', figure(plainThere))] : []),
    ...(lockedThere > 0 ? [t('{0} older under an earlier key', figure(lockedThere))] : []),
    ...(outdatedThere > 0 ? [t('{0} outdated', figure(outdatedThere))] : []),
  ];
}

/** What a change of key did not reach there. */
export function olderSentences({ plainThere, lockedThere, outdatedThere }: OlderThere): string[] {
  return [
    ...(plainThere > 0
      ? [
          t(
            plainThere === 1
              ? '{0} there is not encrypted. The next copy that has the key removes what is also there encrypted; what is left can be brought back, and is then encrypted.'
              : '{0} there are not encrypted. The next copy that has the key removes what is also there encrypted; what is left can be brought back, and is then encrypted.',
            count(plainThere, 'older archive'),
          ),
        ]
      : []),
    ...(lockedThere > 0
      ? [
          t(
            lockedThere === 1
              ? '{0} there opens only with an earlier key. A copy that has that key as well removes what later archives have.'
              : '{0} there open only with an earlier key. A copy that has that key as well removes what later archives have.',
            count(lockedThere, 'older archive'),
          ),
        ]
      : []),
    ...(outdatedThere > 0
      ? [
          t(
            outdatedThere === 1
              ? '{0} there was rewritten here since, perhaps for another key. A copy that has the key and finds no damage removes what later archives have.'
              : '{0} there were rewritten here since, perhaps for another key. A copy that has the key and finds no damage removes what later archives have.',
            count(outdatedThere, 'older archive'),
          ),
        ]
      : []),
  ];
}

function copiedSentence(state: OffsiteState, now: number): string {
  const { waiting, waitingSince, lastCopyAt } = state;
  const last = lastCopyAt === null ? t('Nothing has been copied yet') : t('Last copied {0}', age(lastCopyAt, now));
  if (waiting === 0)
    return t(isBehind(state) ? '{0}; the copy after that was not completed.' : '{0}; nothing waits.', last);
  const archives = count(waiting, 'archive');
  if (waitingSince === null) return t(waiting === 1 ? '{0}; {1} waits.' : '{0}; {1} wait.', last, archives);
  return t(
    waiting === 1 ? '{0}; {1} waits since {2}.' : '{0}; {1} wait since {2}.',
    last,
    archives,
    localTime(waitingSince),
  );
}

function foundThere({ checked, damaged, missing }: { checked: number; damaged: number; missing: number }): string {
  const found = [
    ...(damaged > 0 ? [t('{0} damaged', figure(damaged))] : []),
    ...(missing > 0 ? [t('{0} missing', figure(missing))] : []),
  ];
  return `${[count(checked, 'archive'), ...(found.length === 0 ? [t('all sound')] : found)].join(', ')}.`;
}

export function describeSync({ place, copied, bytes: size, present, replaced, removed, seconds }: SyncResult): string {
  const where = displayPath(place);
  const work = [count(copied, 'archive'), bytes(size), where, duration(seconds)];
  const copiedAll =
    present === 0
      ? t('Copied {0} ({1}) to {2} in {3}.', ...work)
      : t(
          present === 1
            ? 'Copied {0} ({1}) to {2} in {3}; {4} was there.'
            : 'Copied {0} ({1}) to {2} in {3}; {4} were there.',
          ...work,
          figure(present),
        );
  const nothing = t(
    present === 1 ? 'Nothing had to be copied: {0} is at {1}.' : 'Nothing had to be copied: {0} are at {1}.',
    count(present, 'archive'),
    where,
  );
  const gone = t(
    removed === 1
      ? '{0} copy there that is no longer needed was removed.'
      : '{0} copies there that are no longer needed were removed.',
    figure(removed),
  );
  return [
    copied > 0 ? copiedAll : nothing,
    ...(replaced > 0 ? [t('{0} took the place of a damaged copy.', count(replaced, 'archive'))] : []),
    ...(removed > 0 ? [gone] : []),
  ].join(' ');
}

/** What was left out, and why. */
export function detailsOfSync(result: SyncResult): string[] {
  const { notCopied, waiting } = result;
  const more = waiting - notCopied.length;
  return [
    ...notCopied.map(({ archive, reason }) => t('Not copied: {0}. {1}', displayPath(archive), displayPath(reason))),
    ...(more > 0 ? [t(more === 1 ? '{0} still waits.' : '{0} still wait.', count(more, 'archive'))] : []),
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
  const work = [count(checked, 'archive'), where, duration(seconds)];
  const sum =
    left > 0
      ? t('{0} checked at {1} in {2}: {3} left.', ...work, count(left, 'finding'))
      : t(
          damaged.length > 0
            ? '{0} checked at {1} in {2}: what was found is mended.'
            : '{0} checked at {1} in {2}: all are sound there.',
          ...work,
        );
  const also = t(
    extra === 1 ? '{0} is there from before.' : '{0} are there from before.',
    count(extra, 'more archive'),
  );
  return [
    ...damaged.map(({ archive, reason, repaired }) =>
      t(repaired ? 'Copied again: {0}: {1}' : 'Damaged there: {0}: {1}', displayPath(archive), displayPath(reason)),
    ),
    ...missing.map((archive) => t('Missing there: {0}', displayPath(archive))),
    ...damagedHere.map(({ archive, reason }) =>
      t('Damaged here, sound there: {0}: {1}', displayPath(archive), displayPath(reason)),
    ),
    ...unclear.map((archive) =>
      t('Not what was copied, and only the key tells whether it is damaged: {0}', displayPath(archive)),
    ),
    ...(replacedBytes > 0
      ? [
          t(
            '{0} of damaged copies are kept in the folder .replaced there: delete it by hand when nothing in it is missed.',
            bytes(replacedBytes),
          ),
        ]
      : []),
    extra === 0 ? sum : `${sum} ${also}`,
  ].join('\n');
}

/** `laptop-1a2b3c4d  laptop  12 archives  newest 2026-11-26 12:00` */
export function farStoreLine({ folder, machine, backups, newest }: FarStore): string {
  return [
    displayPath(folder),
    displayPath(machine),
    count(backups, 'archive'),
    ...(newest === null ? [] : [t('newest {0}', localTime(newest))]),
  ].join('  ');
}
