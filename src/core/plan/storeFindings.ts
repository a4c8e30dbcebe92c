// What health finds of the store as a whole, one thing a function.

import type { ErrorCode } from '../errors.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { HistoryRecord } from '../store/history.js';
import type { BackupSummary, UnreadableArchive } from '../store/summary.js';
import { bytes, count, localTime } from '../text.js';
import type { HealthFinding } from './healthFindings.js';
import { isBehind } from './offsitePlan.js';

/** How it stands with the second place; times ISO 8601. */
export interface HealthOffsite {
  place: string;
  waiting: number;
  waitingSince: string | null;
  isOpen: boolean;
  lastCopyAt: string | null;
  trouble: { at: string; message: string } | null;
  lastCheck: { damaged: number; missing: number } | null;
}

/** How it stands with the disk of the store: bytes. */
export interface HealthSpace {
  free: number;
  /** Null if it is not short. */
  trashBytes: number | null;
  isShort: boolean;
}

/** So long may a second place be out of reach: a week without the office, a disk in a drawer. */
const BEHIND_MS = 7 * 86_400_000;
const CLOCK_SLACK_MS = 3_600_000;
/** Another key, or a later version, reads these. */
const NO_DAMAGE: readonly ErrorCode[] = ['key-missing', 'key-wrong', 'archive-unsupported'];

/** What is damaged beyond reading is in no list of backups: nothing else would tell of it. One that no key opens may be anybody's. */
export function unreadableFinding(unreadable: readonly UnreadableArchive[]): HealthFinding | undefined {
  const [first, ...others] = unreadable.filter(({ error }) => !NO_DAMAGE.includes(error.code));
  if (!first) return undefined;
  return {
    kind: 'unreadable',
    needsPerson: true,
    remedy: 'repair',
    sentence:
      others.length === 0
        ? t('The archive {0} cannot be read.', displayPath(first.path))
        : t('{0} cannot be read, {1} among them.', count(others.length + 1, 'archive'), displayPath(first.path)),
    hint: t('What is lost is looked for in other archives, the trash and the board.'),
  };
}

export function spaceFinding(space: HealthSpace | undefined): HealthFinding | undefined {
  if (!space?.isShort) return undefined;
  const { free, trashBytes } = space;
  return {
    kind: 'disk-short',
    needsPerson: true,
    remedy: trashBytes ? 'emptyTrash' : 'prune',
    sentence: t('Only {0} are free on the disk of the backups.', bytes(free)),
    hint: trashBytes
      ? t('Empty the trash of the backups: that frees up to {0}.', bytes(trashBytes))
      : t('Prune the backups, or free some space there.'),
  };
}

/** That something waits is no news; that nothing has come there for long is. */
export function offsiteFindings(offsite: HealthOffsite | undefined, now: number): HealthFinding[] {
  if (!offsite) return [];
  const { place, waiting, waitingSince, lastCopyAt, trouble, lastCheck } = offsite;
  const findings: HealthFinding[] = [];
  // What did not come to its end has no archive to wait for: then it counts from the last time that one did.
  const begun = waitingSince ?? lastCopyAt ?? trouble?.at ?? '';
  const since = Math.max(Date.parse(begun), Date.parse(lastCopyAt ?? begun));
  if (isBehind(offsite) && now - since > BEHIND_MS) {
    findings.push({
      kind: 'offsite-behind',
      needsPerson: true,
      remedy: 'copyOffsite',
      sentence: lastCopyAt === null ? neverCopied(place, waiting) : notCopiedSince(lastCopyAt, place, waiting),
      hint: trouble ? t('The last try failed: {0}', displayPath(trouble.message)) : t('Copy to the second place now.'),
    });
  }
  const wrong = (lastCheck?.damaged ?? 0) + (lastCheck?.missing ?? 0);
  if (wrong > 0) {
    findings.push({
      kind: 'offsite-damaged',
      needsPerson: true,
      remedy: 'checkOffsite',
      sentence: t(
        'The last check of the second place {0} found {1} damaged or missing.',
        displayPath(place),
        count(wrong, 'archive'),
      ),
      hint: t('Check it again, and have what is damaged copied again.'),
    });
  }
  return findings;
}

function neverCopied(place: string, waiting: number): string {
  const name = displayPath(place);
  if (waiting === 0)
    return t('Nothing has been copied to the second place {0}, and the last copy was not completed.', name);
  return t(
    waiting === 1
      ? 'Nothing has been copied to the second place {0}, and {1} waits.'
      : 'Nothing has been copied to the second place {0}, and {1} wait.',
    name,
    count(waiting, 'archive'),
  );
}

function notCopiedSince(lastCopyAt: string, place: string, waiting: number): string {
  const [last, name] = [localTime(lastCopyAt), displayPath(place)];
  if (waiting === 0) {
    return t(
      'Nothing has been copied since {0} to the second place {1}, and the last copy was not completed.',
      last,
      name,
    );
  }
  return t(
    waiting === 1
      ? 'Nothing has been copied since {0} to the second place {1}, and {2} waits.'
      : 'Nothing has been copied since {0} to the second place {1}, and {2} wait.',
    last,
    name,
    count(waiting, 'archive'),
  );
}

/** @param error what cannot be meant */
export function settingsFinding({ message, hint = '' }: { message: string; hint?: string | undefined }): HealthFinding {
  return { kind: 'settings', needsPerson: true, remedy: 'log', sentence: message, hint };
}

/** Schedules go by the clock of the computer, which was ahead then or is behind now. */
export function clockFinding(
  backups: readonly BackupSummary[],
  history: readonly HistoryRecord[],
  now: number,
): HealthFinding | undefined {
  const times = [...backups.map(({ createdAt }) => createdAt), ...history.map(({ at }) => at)].map(Date.parse);
  const ahead = times.filter((time) => time - now > CLOCK_SLACK_MS);
  const isLater = ({ createdAt }: BackupSummary) => Date.parse(createdAt) - now > CLOCK_SLACK_MS;
  if (ahead.length === 0) return undefined;
  const latest = new Date(ahead.reduce((last, time) => Math.max(last, time))).toISOString();
  return {
    // If all backups are from later, none counts as the last good one.
    kind: 'clock',
    needsPerson: backups.length > 0 && backups.every(isLater),
    remedy: 'log',
    sentence: t('Something is dated {0}, which is in the future.', localTime(latest)),
    hint: t('Check the clock of this computer: schedules go by it.'),
  };
}
