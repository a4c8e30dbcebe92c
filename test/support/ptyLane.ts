// One direction of a line, and the ways to break it: slow, stalled, or with a byte changed, lost or doubled.

export interface Lane {
  /** Takes bytes in at this end. */
  push(bytes: Uint8Array): void;
  /** At most so many bytes a second from now on; undefined takes the limit away. */
  throttle(bytesPerSecond: number | undefined): void;
  /** Holds everything back until {@link Lane.resume}, or so many bytes, and loses the rest, as boards do whom nobody listens to. */
  stall(bytes?: number): void;
  resume(): void;
  /** Damages the byte number `index`, counted from 0 at the next byte that comes in. */
  damage(index: number, how: Damage): void;
  /** How many bytes have come in. */
  readonly count: number;
  /** Nothing goes out any more. */
  end(): void;
}

export type Damage = 'corrupt' | 'drop' | 'double';

/** How long a throttled lane gathers bytes at most before it lets them through, in milliseconds. */
const beat = 4;

/** @param out takes the bytes at the other end */
export function openLane(out: (bytes: Uint8Array) => void): Lane {
  let waiting: Uint8Array[] = [];
  let rate: number | undefined;
  /** How many bytes may still be held back while the lane is stalled. */
  let room: number | undefined;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  /** Bytes that have crossed the line since `countedAt`, in truth: bits do not wait for timers. */
  let crossed = 0;
  let countedAt = 0;
  const damages = new Map<number, Damage>();

  function pump(): void {
    while (!ended && room === undefined && timer === undefined) {
      const first = waiting[0];
      if (first === undefined) return;
      const allowed = rate === undefined ? first.length : cross(rate);
      const now = first.subarray(0, allowed);
      if (now.length === first.length) waiting.shift();
      else waiting[0] = first.subarray(now.length);
      crossed -= now.length;
      if (now.length > 0) out(now);
      if (rate !== undefined && now.length < first.length) {
        const rest = ((first.length - now.length - crossed) * 1000) / rate;
        timer = setTimeout(afterBeat, Math.min(beat, Math.ceil(rest))).unref();
      }
    }
  }

  /** A timer that comes late loses nothing, as long as there was something to send. */
  function cross(perSecond: number): number {
    const now = performance.now();
    crossed += ((now - countedAt) * perSecond) / 1000;
    countedAt = now;
    return Math.floor(crossed);
  }

  /** An idle line saves up nothing for later: the first byte takes its time, too. */
  function startCrossing(): void {
    crossed = 0;
    countedAt = performance.now();
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
      if (waiting.length === 0) startCrossing();
      const arrived = damages.size === 0 ? Uint8Array.from(bytes) : damaged(bytes, lane.count);
      waiting.push(arrived.subarray(0, room));
      if (room !== undefined) room = Math.max(0, room - arrived.length);
      lane.count += bytes.length;
      pump();
    },
    throttle(bytesPerSecond: number | undefined) {
      rate = bytesPerSecond;
      startCrossing();
      pump();
    },
    stall(bytes = Number.POSITIVE_INFINITY) {
      room = bytes;
    },
    resume() {
      room = undefined;
      startCrossing();
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
