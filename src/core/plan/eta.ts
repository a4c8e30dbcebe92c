// How fast does a transfer go, and how long will it take? Learned from what has been done so far, by least squares: a file costs
// time of its own (opening, hashing, a round trip), and so does each byte. Large files travel first, so that bytes are known early;
// what a file costs is a guess until small ones have come by.

export interface Amount {
  files: number;
  bytes: number;
}

/** Seconds for each file and each byte. */
export interface Cost {
  perFile: number;
  perByte: number;
}

/** Learns the cost of work. Knows no clock: it is told the time. */
export interface Pace {
  /** @param seconds since the work began; what was done by then in all */
  note(done: Amount, seconds: number): void;
  /** @returns undefined while nothing is known */
  cost(): Cost | undefined;
}

/** What a file costs until it is known: what the board takes for it, and so many bytes on the line. */
const FILE_SECONDS = 0.003;
const FILE_BYTES = 30;
/** How far that guess may be off. */
const DOUBT_SECONDS = 0.01;
const DOUBT_BYTES = 60;
/** The variance of a sample of one second, in square seconds: one of 0.2 s may well take half as much again. */
const NOISE = 0.05;
/** So many bytes outweigh what an earlier part of the job has shown. */
const EARLIER_IN_BYTES = 1_000;
/** Chunks come in bursts: what is shorter tells little by itself. */
const SHORTEST_SAMPLE_S = 0.2;
/** After so many seconds a sample counts half: a line that has become slow stays so. */
const HALF_LIFE_S = 60;

/** How long the end that is told may take to move. */
const SLOWEST_S = 2;
const RATE_OVER_S = 5;

/** The sums of least squares. A sample counts by 1 / seconds: what takes longer is as uncertain for longer. */
interface Sums {
  ff: number;
  fb: number;
  bb: number;
  fs: number;
  bs: number;
  files: number;
  bytes: number;
  seconds: number;
}

const NOTHING: Sums = { ff: 0, fb: 0, bb: 0, fs: 0, bs: 0, files: 0, bytes: 0, seconds: 0 };

/** @param earlier what an earlier part of the same job has cost */
export function learnPace(earlier?: Cost): Pace {
  let sums = NOTHING;
  let from: { done: Amount; at: number } | undefined;
  let last = { files: 0, bytes: 0, seconds: 0 };
  return {
    note(done, seconds) {
      if (!from && done.files === 0 && done.bytes === 0) return;
      // Until the first bytes of a file come, a line is set up: that happens once.
      from ??= done.files === 0 ? { done: { ...done }, at: seconds } : { done: { files: 0, bytes: 0 }, at: 0 };
      last = {
        files: done.files - from.done.files,
        bytes: done.bytes - from.done.bytes,
        seconds: seconds - from.at,
      };
      // What was taken back, because it has to come again, has cost its time all the same: it counts with what comes.
      if (last.seconds < SHORTEST_SAMPLE_S || !isProgress(last)) return;
      sums = added(sums, last, 0.5 ** (last.seconds / HALF_LIFE_S));
      from = { done: { ...done }, at: seconds };
      last = { files: 0, bytes: 0, seconds: 0 };
    },
    cost() {
      return bestCost(last.seconds > 0 && isProgress(last) ? added(sums, last, 1) : sums, earlier) ?? earlier;
    },
  };
}

function isProgress({ files, bytes }: Amount): boolean {
  return files >= 0 && bytes >= 0 && files + bytes > 0;
}

/** @param keep how much of what was before still counts */
function added(sums: Sums, { files, bytes, seconds }: { files: number; bytes: number; seconds: number }, keep: number) {
  const weight = 1 / seconds;
  return {
    ff: keep * sums.ff + weight * files * files,
    fb: keep * sums.fb + weight * files * bytes,
    bb: keep * sums.bb + weight * bytes * bytes,
    fs: keep * sums.fs + files,
    bs: keep * sums.bs + bytes,
    files: keep * sums.files + files,
    bytes: keep * sums.bytes + bytes,
    seconds: keep * sums.seconds + seconds,
  };
}

/** The costs that explain the samples best, none below 0, and so that all samples together took as long as they did. */
function bestCost(sums: Sums, earlier: Cost | undefined): Cost | undefined {
  const { files, bytes, seconds } = sums;
  if (seconds <= 0) return undefined;
  if (bytes <= 0) return files > 0 ? { perFile: seconds / files, perByte: 0 } : undefined;
  // The guess is that a file costs `guess.perFile`, a part of which goes by the cost of a byte; or as much as before.
  const aboutPerByte = earlier?.perByte || seconds / (bytes + FILE_BYTES * Math.max(0, files));
  const share = earlier ? 0 : FILE_BYTES;
  const fixed = earlier ? earlier.perFile : FILE_SECONDS;
  const trust = NOISE / (DOUBT_SECONDS + DOUBT_BYTES * aboutPerByte) ** 2;
  const held = earlier && earlier.perByte > 0 ? EARLIER_IN_BYTES / earlier.perByte : 0;
  const ff = sums.ff + trust;
  const fb = sums.fb - trust * share;
  const bb = sums.bb + trust * share * share + held;
  const fs = sums.fs + trust * fixed;
  const bs = sums.bs - trust * share * fixed + held * (earlier?.perByte ?? 0);
  const divisor = ff * bb - fb * fb;
  if (!(divisor > 0)) return undefined;
  const perFile = Math.max(0, (fs * bb - bs * fb) / divisor);
  const perByte = Math.max(0, (ff * bs - fb * fs) / divisor);
  const explained = perFile * files + perByte * bytes;
  if (!(explained > 0)) return undefined;
  const scale = earlier ? 1 : seconds / explained;
  return { perFile: perFile * scale, perByte: perByte * scale };
}

/** Seconds that work takes. */
export function secondsFor({ files, bytes }: Amount, { perFile, perByte }: Cost): number {
  return Math.max(0, files) * perFile + Math.max(0, bytes) * perByte;
}

/** Is told what is expected, and at which second; gives what is shown. */
export type Countdown = (secondsLeft: number, now: number) => number;

/** A figure that is read must not jump: the end that it tells moves to where it is expected by now, in some seconds. */
export function createCountdown(): Countdown {
  let end: number | undefined;
  let shownAt = 0;
  return (secondsLeft, now) => {
    const expected = now + secondsLeft;
    // Short before the end there is no time for it.
    const slowness = Math.min(SLOWEST_S, secondsLeft / 4);
    const share = end === undefined || slowness === 0 ? 1 : 1 - Math.exp((shownAt - now) / slowness);
    end = end === undefined ? expected : end + share * (expected - end);
    shownAt = now;
    return Math.max(0, end - now);
  };
}

/** Bytes a second over the last seconds. */
export function createRate(): (bytes: number, now: number) => number | undefined {
  const seen: Array<{ bytes: number; at: number }> = [];
  return (bytes, now) => {
    // How long the first ones took to come says nothing of the line.
    if (bytes === 0 && seen.length === 0) return undefined;
    const last = seen.at(-1);
    if (!last || now - last.at >= SHORTEST_SAMPLE_S) seen.push({ bytes, at: now });
    while (seen[1] && now - seen[1].at >= RATE_OVER_S) seen.shift();
    const [first] = seen;
    return first && now > first.at ? Math.max(0, bytes - first.bytes) / (now - first.at) : undefined;
  };
}
