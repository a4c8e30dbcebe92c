// How fast does a transfer go, and how long will it take? A pure function of what has been done so far.

export interface Amount {
  files: number;
  bytes: number;
}

export interface Estimate {
  bytesPerSecond: number;
  secondsLeft: number;
}

/** A file costs time beyond its bytes (opening, hashing, one round trip): about as much as this many bytes. */
const FILE_OVERHEAD_BYTES = 512;

/**
 * @param seconds since the first byte
 * @returns undefined while too little is known for a figure that helps
 */
export function estimate(done: Amount, total: Amount, seconds: number): Estimate | undefined {
  const work = weight(done);
  if (seconds < 0.5 || work === 0) return undefined;
  const left = Math.max(0, weight(total) - work);
  return { bytesPerSecond: done.bytes / seconds, secondsLeft: (left * seconds) / work };
}

function weight({ files, bytes }: Amount): number {
  return bytes + files * FILE_OVERHEAD_BYTES;
}
