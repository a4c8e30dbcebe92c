// How much time a job has left, as far as it knows what is to be done: the phase at work by its own pace, and what comes after it
// by what the line has cost so far.

import type { BoardPath } from '../paths.js';
import { type Amount, type Cost, type Countdown, createCountdown, createRate, learnPace, secondsFor } from './eta.js';
import { packedShare } from './lineBytes.js';
import type { RestoreMode } from './restoreSteps.js';

/** Work of a job that comes after the phase at work. Bytes are those on the line, but for `check` and `save`: there they are those of the files. */
export interface Ahead {
  kind: 'write' | 'rename' | 'check' | 'save';
  work: Amount;
}

/** What the parts of one job tell each other. */
export interface Course {
  ahead: readonly Ahead[];
  /** What a transfer costs, once there was one: the same object in all parts. */
  learned: { line?: Cost; countdown?: Countdown };
}

interface SizedFile {
  path: BoardPath;
  size: number;
}

/** Files that a phase moves. */
export interface Transfer {
  files: readonly SizedFile[];
  /** Whether they travel packed. Asked once the first bytes have come: before, that may not be decided. */
  isPacked(): boolean;
  /** What the job does after this phase, besides what its {@link Course} says. */
  ahead: readonly Ahead[];
}

export function toBackUp(files: readonly SizedFile[], isPacked: () => boolean): Transfer {
  return { files, isPacked, ahead: [{ kind: 'save', work: sumOf(files) }] };
}

export function toRestore(files: readonly SizedFile[], isPacked: boolean, mode: RestoreMode): Transfer {
  const total = sumOf(files);
  // If they are not all written aside first, each takes its place at once.
  const renames = mode === 'stage-all' ? [{ kind: 'rename', work: { files: total.files, bytes: 0 } } as const] : [];
  return { files, isPacked: () => isPacked, ahead: [...renames, { kind: 'check', work: total }] };
}

/** What a restore has before it while it takes its safety backup. */
export function beforeRestore({ files, isPacked, ahead }: Transfer): Ahead[] {
  const bytes = onLine(files, isPacked()).total;
  return [{ kind: 'write', work: { files: files.length, bytes } }, ...ahead];
}

export function sumOf(files: readonly SizedFile[]): Amount {
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

/** Counts what bytes of files come to on the line, as far as that can be guessed. */
export interface OnLine {
  readonly done: number;
  /** Undefined if nothing is known of the files. */
  readonly total: number | undefined;
  add(path: BoardPath | undefined, bytes: number): void;
}

export function countOnLine(transfer: Transfer | undefined): OnLine {
  let known: ReturnType<typeof onLine> | undefined;
  let done = 0;
  return {
    get done() {
      return done;
    },
    get total() {
      return known?.total;
    },
    add(path, bytes) {
      if (bytes > 0 && transfer) known ??= onLine(transfer.files, transfer.isPacked());
      done += bytes * ((path !== undefined && known?.shares.get(path)) || 1);
    },
  };
}

function onLine(files: readonly SizedFile[], isPacked: boolean) {
  const shares = new Map(files.map(({ path, size }) => [path, isPacked ? packedShare(path, size) : 1]));
  return { shares, total: files.reduce((sum, { path, size }) => sum + size * (shares.get(path) ?? 1), 0) };
}

/** Writing goes piece by piece, and each waits for the board: it is no faster than this, however fast the line is. */
const LEAST_TO_WRITE: Cost = { perFile: 0.005, perByte: 6e-6 };
/** What the board does for each file by itself, and bytes on the line for each. */
const TO_RENAME = { perFile: 0.001, bytes: 45, perByte: 0 };
const TO_CHECK = { perFile: 0.001, bytes: 45, perByte: 1e-6 };
/** On our own disk. */
const TO_SAVE = { perFile: 0.001, perByte: 5e-8 };

function secondsAhead(ahead: readonly Ahead[], line: Cost): number {
  return ahead.reduce((sum, { kind, work }) => sum + secondsFor(work, costOf(kind, line)), 0);
}

function costOf(kind: Ahead['kind'], line: Cost): Cost {
  if (kind === 'write') return costToWrite(line);
  if (kind === 'save') return TO_SAVE;
  const { perFile, bytes, perByte } = kind === 'rename' ? TO_RENAME : TO_CHECK;
  return { perFile: perFile + bytes * line.perByte, perByte };
}

function costToWrite({ perFile, perByte }: Cost): Cost {
  return {
    perFile: Math.max(perFile, LEAST_TO_WRITE.perFile),
    perByte: Math.max(perByte, LEAST_TO_WRITE.perByte),
  };
}

/** What is told of a phase while it goes on. */
export interface Told {
  bytesPerSecond?: number;
  secondsLeft?: number;
}

/** Less than this says nothing. */
const FIRST_SECONDS = 0.5;

/**
 * @param phase as the job names it: `read` and `write` go over the line
 * @param course what is known of the rest of the job, and learns what the line costs
 * @returns is told how far the phase is, for how many seconds it has gone on, and what time it is, in seconds
 */
export function followPhase(
  phase: string,
  total: Amount | undefined,
  { ahead, learned }: Course,
): (done: Amount, onLine: OnLine, seconds: number, now: number) => Told {
  const isTransfer = phase === 'read' || phase === 'write';
  const earlier = isTransfer ? learned.line : undefined;
  const pace = learnPace(earlier && phase === 'write' ? costToWrite(earlier) : earlier);
  const rate = createRate();
  learned.countdown ??= createCountdown();
  const { countdown } = learned;
  return (done, onLine, seconds, now) => {
    pace.note({ files: done.files, bytes: onLine.done }, seconds);
    const bytesPerSecond = total && rate(done.bytes, seconds);
    const cost = pace.cost();
    if (isTransfer && cost) learned.line = cost;
    const { line } = learned;
    const isKnown = earlier !== undefined || seconds >= FIRST_SECONDS;
    // A phase without a total is short, if something comes after it.
    const ofTotal = total && isKnown && cost ? secondsFor(leftOf(total, done, onLine), cost) : undefined;
    const here = total || ahead.length === 0 ? ofTotal : 0;
    const later = ahead.length === 0 ? 0 : line && secondsAhead(ahead, line);
    const rateTold = isKnown && bytesPerSecond !== undefined ? { bytesPerSecond } : {};
    if (here === undefined || later === undefined) return rateTold;
    return { ...rateTold, secondsLeft: countdown(here + later, now) };
  };
}

function leftOf(total: Amount, done: Amount, onLine: OnLine): Amount {
  return { files: total.files - done.files, bytes: (onLine.total ?? total.bytes) - onLine.done };
}
