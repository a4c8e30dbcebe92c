// One direction of a line, and the ways to break it: slow, stalled, or with a byte changed, lost or doubled.

export interface Lane {
  /** Takes bytes in at this end. */
  push(bytes: Uint8Array): void;
  /** At most so many bytes a second from now on; undefined takes the limit away. */
  throttle(bytesPerSecond: number | undefined): void;
  /** Holds everything back until {@link Lane.resume}. */
  stall(): void;
  resume(): void;
  /** Damages the byte number `index`, counted from 0 at the next byte that comes in. */
  damage(index: number, how: Damage): void;
  /** How many bytes have come in. */
  readonly count: number;
  /** Nothing goes out any more. */
  end(): void;
}

export type Damage = 'corrupt' | 'drop' | 'double';

/** How often a throttled lane lets bytes through, in milliseconds. */
const beat = 10;

/** @param out takes the bytes at the other end */
export function openLane(out: (bytes: Uint8Array) => void): Lane {
  let waiting: Uint8Array[] = [];
  let rate: number | undefined;
  let stalled = false;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let budget = 0;
  let filledAt = 0;
  const damages = new Map<number, Damage>();

  function pump(): void {
    while (!ended && !stalled && timer === undefined) {
      const first = waiting[0];
      if (first === undefined) return;
      const allowed = rate === undefined ? first.length : refill(rate);
      const now = first.subarray(0, allowed);
      if (now.length === first.length) waiting.shift();
      else waiting[0] = first.subarray(now.length);
      budget -= now.length;
      if (now.length > 0) out(now);
      if (now.length < first.length) timer = setTimeout(afterBeat, beat).unref();
    }
  }

  /** The bucket holds what passes in two beats: an idle line saves up nothing for later. */
  function refill(perSecond: number): number {
    const now = performance.now();
    budget = Math.min(budget + ((now - filledAt) * perSecond) / 1000, Math.max(1, (2 * beat * perSecond) / 1000));
    filledAt = now;
    return Math.floor(budget);
  }

  function afterBeat(): void {
    timer = undefined;
    pump();
  }

  function damaged(bytes: Uint8Array, from: number): Uint8Array {
    const result = [...bytes].flatMap((byte, at) => {
      const how = damages.get(from + at);
      if (how === 'drop') return [];
      if (how === 'double') return [byte, byte];
      return [how === 'corrupt' ? byte ^ 0x01 : byte];
    });
    return Uint8Array.from(result);
  }

  const lane = {
    count: 0,
    push(bytes: Uint8Array) {
      waiting.push(damages.size === 0 ? Uint8Array.from(bytes) : damaged(bytes, lane.count));
      lane.count += bytes.length;
      pump();
    },
    throttle(bytesPerSecond: number | undefined) {
      rate = bytesPerSecond;
      budget = 0;
      filledAt = performance.now();
      pump();
    },
    stall() {
      stalled = true;
    },
    resume() {
      stalled = false;
      pump();
    },
    damage(index: number, how: Damage) {
      damages.set(lane.count + index, how);
    },
    end() {
      ended = true;
      waiting = [];
      clearTimeout(timer);
    },
  };
  return lane;
}
