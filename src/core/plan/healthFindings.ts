// What health finds of one board, one thing a function: a sentence, what to do about it, and whether somebody has to.

import { type Message, msg, t } from '../l10n.js';
import { latestAmong } from '../latest.js';
import { displayPath } from '../paths.js';
import type { HistoryRecord } from '../store/history.js';
import type { BackupSummary } from '../store/summary.js';
import { age, bytes, count, localTime } from '../text.js';
import { medianOf } from './median.js';
import { lackingHint, soundnessOf } from './soundness.js';

export interface HealthFinding {
  /** Stable: `--json` prints it. */
  kind:
    | (
        | 'overdue'
        | 'away'
        | 'failing'
        | 'damaged'
        | 'lacks-files'
        | 'incomplete'
        | 'test-failed'
        | 'unverified'
        | 'growth'
        | 'shrunk'
      )
    /** Of the store. */
    | ('unreadable' | 'disk-short' | 'clock' | 'offsite-behind' | 'offsite-damaged')
    /** Nothing happens by itself until somebody mends them. */
    | 'settings';
  /** Else it is good to know. */
  needsPerson: boolean;
  sentence: string;
  hint: string;
  /** What helps. */
  remedy:
    | ('backup' | 'repair' | 'import' | 'verify' | 'prune' | 'emptyTrash' | 'log' | 'diagnose' | 'compare')
    | ('copyOffsite' | 'checkOffsite');
}

const DAY_MS = 86_400_000;
/** What nobody has read for so long may have rotted. */
const UNREAD_MS = 30 * DAY_MS;
/** After so long, what somebody has done once is no news. */
const NEWS_MS = 7 * DAY_MS;
const FAILURES = 3;
/** Backups before the newest, for what is usual. */
const COMPARED = 10;
const LEAST_COMPARED = 3;
const GROWTH = 2;
const LEAST_GROWTH = 64_000;
const LEAST_LOSS = 4_000;

export function overdueFinding(
  name: string,
  set: string | null,
  lastGoodAt: number | null,
  now: number,
): HealthFinding {
  return {
    kind: 'overdue',
    needsPerson: true,
    remedy: 'backup',
    sentence: overdueSentence(displayPath(name), set, lastGoodAt, now),
    hint: t('Back it up now, or allow scheduled backups to stop a program that runs.'),
  };
}

export function awayFinding(name: string, set: string | null, lastGoodAt: number | null, now: number): HealthFinding {
  return {
    kind: 'away',
    needsPerson: false,
    remedy: 'backup',
    sentence: awaySentence(displayPath(name), set, lastGoodAt, now),
    hint: t('It is backed up once it is connected again.'),
  };
}

function overdueSentence(name: string, set: string | null, lastGoodAt: number | null, now: number): string {
  if (lastGoodAt === null) return t('{0} is connected, and has no sound backup.', name);
  const last = age(new Date(lastGoodAt).toISOString(), now);
  if (set === null) return t('{0} is connected, and was last backed up {1}.', name, last);
  return t('{0} is connected, and its set "{1}" was last backed up {2}.', name, displayPath(set), last);
}

function awaySentence(name: string, set: string | null, lastGoodAt: number | null, now: number): string {
  if (lastGoodAt === null) return t('{0} is away, and has no sound backup.', name);
  const last = age(new Date(lastGoodAt).toISOString(), now);
  if (set === null) return t('{0} is away, and was last backed up {1}.', name, last);
  return t('{0} is away, and its set "{1}" was last backed up {2}.', name, displayPath(set), last);
}

/** @param backups of one board, one at least */
function sentenceOf([first, ...others]: readonly BackupSummary[], one: Message, several: Message): string {
  const name = displayPath(first?.board.name ?? '');
  return others.length === 0
    ? t(one, localTime(first?.createdAt ?? ''), name)
    : t(several, count(others.length + 1, 'backup'), name);
}

export function damageFindings(backups: readonly BackupSummary[]): HealthFinding[] {
  const damaged = backups.filter((backup) => soundnessOf(backup) === 'damaged');
  const lacking = backups.filter((backup) => soundnessOf(backup) === 'lacking');
  const newest = latestAmong(backups);
  const findings: HealthFinding[] = [];
  if (damaged.length > 0) {
    findings.push({
      kind: 'damaged',
      needsPerson: true,
      remedy: 'repair',
      sentence: sentenceOf(
        damaged,
        msg('Damage was found in the backup of {0} of {1}.'),
        msg('Damage was found in {0} of {1}.'),
      ),
      hint: t('What is lost is looked for in other archives, the trash and the board.'),
    });
  }
  if (lacking.length > 0) {
    findings.push({
      kind: 'lacks-files',
      needsPerson: true,
      remedy: 'import',
      sentence: sentenceOf(
        lacking,
        msg('The backup of {0} of {1} has files whose content is in no archive.'),
        msg('{0} of {1} have files whose content is in no archive.'),
      ),
      hint: lackingHint(),
    });
  }
  if (newest && newest.errors > 0) {
    findings.push({
      kind: 'incomplete',
      needsPerson: false,
      remedy: 'log',
      sentence: t(
        'The newest backup of {0} lacks {1} that the board could not read.',
        displayPath(newest.board.name),
        count(newest.errors, 'path'),
      ),
      hint: t('See the log for their names, and check whether the board can read them.'),
    });
  }
  return findings;
}

/** @param where `isThere`: the board is connected; one that was put away needs nobody after some days */
export function failingFinding(
  name: string,
  set: string | null,
  history: readonly HistoryRecord[],
  { isThere, now }: { isThere: boolean; now: number },
): HealthFinding | undefined {
  const runs = history.filter(
    ({ operation, code, at, ...record }) =>
      operation === 'backup' && (record.set ?? null) === set && code !== 'cancelled' && Date.parse(at) <= now,
  );
  // Whoever took one by hand has seen that it works.
  const failures = runs
    .slice(runs.findLastIndex(({ ok }) => ok) + 1)
    .filter(({ scheduled }) => scheduled !== undefined);
  const last = failures.at(-1);
  if (!last || failures.length < FAILURES) return undefined;
  const what = `${displayPath(name)}${set === null ? '' : ` (${displayPath(set)})`}`;
  const { why, hint, remedy } = FAILED_BY.get(last.code ?? '') ?? UNKNOWN_FAILURE;
  return {
    kind: 'failing',
    needsPerson: isThere || now - Date.parse(last.at) < NEWS_MS,
    remedy,
    hint: t(hint),
    sentence: t('The last {0} scheduled backups of {1} failed: {2}.', failures.length, what, t(why)),
  };
}

type FailureText = { why: Message; hint: Message } & Pick<HealthFinding, 'remedy'>;

const UNKNOWN_FAILURE: FailureText = { why: msg('the log says why'), hint: msg('See the log.'), remedy: 'log' };
const LINE_FAILURE = { hint: msg('Check the connection.'), remedy: 'diagnose' } as const;
const DISK_FAILURE = { hint: msg('Check the disk of the backups.'), remedy: 'log' } as const;

const FAILED_BY: ReadonlyMap<string, FailureText> = new Map<string, FailureText>([
  ['board-silent', { why: msg('the board did not answer'), ...LINE_FAILURE }],
  ['board-busy', { why: msg('its program could not be stopped'), ...LINE_FAILURE }],
  ['board-reset', { why: msg('the board restarted unexpectedly'), ...LINE_FAILURE }],
  ['board-error', { why: msg('the board reported an error'), ...LINE_FAILURE }],
  ['line-damaged', { why: msg('data was damaged on the line'), ...LINE_FAILURE }],
  ['port-lost', { why: msg('the connection was lost'), ...LINE_FAILURE }],
  ['port-denied', { why: msg('the port may not be opened'), ...LINE_FAILURE }],
  ['port-failed', { why: msg('the port could not be opened'), ...LINE_FAILURE }],
  ['serial-unavailable', { why: msg('serial ports do not work here'), ...LINE_FAILURE }],
  ['content-missing', { why: msg('the backups lack content'), hint: msg('Repair the backups.'), remedy: 'repair' }],
  ['archive-damaged', { why: msg('an archive is damaged'), hint: msg('Repair the backups.'), remedy: 'repair' }],
  [
    'store-full',
    { why: msg('the disk of the backups is full'), hint: msg('Free some space there.'), remedy: 'emptyTrash' },
  ],
  ['store-denied', { why: msg('the folder of the backups cannot be written to'), ...DISK_FAILURE }],
  ['store-failed', { why: msg('the disk of the backups failed'), ...DISK_FAILURE }],
]);

/** @returns why a backup failed, by the code of the failure; undefined for what is not to be told in a few words */
export function whyFailed(code: string): string | undefined {
  const why = FAILED_BY.get(code)?.why;
  return why && t(why);
}

/** Of the last test restore. Damage that it found is noted on the backup, and told there. */
export function testFinding(name: string, history: readonly HistoryRecord[], now: number): HealthFinding | undefined {
  const last = history.findLast(
    ({ operation, code, at }) =>
      operation === 'test-restore' && code !== 'cancelled' && code !== 'store-busy' && Date.parse(at) <= now,
  );
  if (!last || last.ok || last.code === 'archive-damaged') return undefined;
  // What the disk did not give, or what came back as something else; the rest is a simulated board that did not run.
  const isSerious = last.code === 'content-missing' || last.code === 'file-changed';
  return {
    kind: 'test-failed',
    needsPerson: isSerious,
    remedy: isSerious ? 'verify' : 'log',
    sentence: t(
      isSerious
        ? 'The test restore of {0} did not give back what was backed up.'
        : 'The test restore of {0} could not be carried out.',
      displayPath(name),
    ),
    hint: t(isSerious ? 'Verify the backups, then test again.' : 'See the log. The test is repeated automatically.'),
  };
}

/** The newest backup of each set against those before it. */
export function sizeFindings(backups: readonly BackupSummary[], now: number): HealthFinding[] {
  const sets = new Map<string | undefined, BackupSummary[]>();
  for (const backup of backups) {
    if (backup.origin === 'safety') continue;
    sets.set(backup.set, [...(sets.get(backup.set) ?? []), backup]);
  }
  return [...sets.values()].flatMap((own) => sizeFinding(own, now) ?? []);
}

function sizeFinding([newest, ...earlier]: readonly BackupSummary[], now: number): HealthFinding | undefined {
  const sizes = earlier.slice(0, COMPARED).map((backup) => backup.bytes);
  const usual = medianOf(sizes);
  if (!newest || usual === undefined || sizes.length < LEAST_COMPARED) return undefined;
  const values = [displayPath(newest.board.name), bytes(newest.bytes), bytes(usual)] as const;
  if (newest.bytes > GROWTH * usual && newest.bytes - usual > LEAST_GROWTH)
    return {
      kind: 'growth',
      needsPerson: false,
      remedy: 'compare',
      sentence: t('The newest backup of {0} has {1} instead of the usual {2}.', ...values),
      hint: t('Compare it with the one before. A log that grows can be left out.'),
    };
  if (newest.bytes < usual / GROWTH && usual - newest.bytes > LEAST_LOSS)
    return {
      // Whoever meant it need not be told forever.
      kind: 'shrunk',
      needsPerson: now - Date.parse(newest.createdAt) < NEWS_MS,
      remedy: 'compare',
      sentence: t(
        'The newest backup of {0} has {1} instead of the usual {2}: files may be missing on the board.',
        ...values,
      ),
      hint: t('Compare it with the one before.'),
    };
  return undefined;
}

export function unverifiedFinding(
  name: string,
  backups: readonly BackupSummary[],
  history: readonly HistoryRecord[],
  now: number,
): HealthFinding | undefined {
  const newest = latestAmong(backups);
  if (!newest || unverifiedIn([newest], now).length === 0) return undefined;
  // A test restore reads the newest one.
  const tested = history.findLast(({ operation, ok }) => operation === 'test-restore' && ok)?.at;
  if (tested !== undefined && tested > newest.createdAt && now - Date.parse(tested) <= UNREAD_MS) return undefined;
  return {
    kind: 'unverified',
    needsPerson: false,
    remedy: 'verify',
    sentence: t('The newest backup of {0} has not been read for 30 days.', displayPath(name)),
    hint: t('Verify it, or let some of the backups be read each day.'),
  };
}

/** Taken long ago, and not read since, or long ago. A backup is read as it is taken. */
export function unverifiedIn(backups: readonly BackupSummary[], now: number): BackupSummary[] {
  return backups.filter(({ createdAt, verified }) => now - Date.parse(verified?.at ?? createdAt) > UNREAD_MS);
}
