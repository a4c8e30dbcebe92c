// When boards came and when they were last there, over windows that open and close: a connection begins, and the session before it
// has ended, where a board had been away. Knows nothing of VS Code.

/** Times in milliseconds since 1970. */
export interface Presence {
  isThere: boolean;
  /** When it was last seen. */
  seenAt: number;
  /** When it was connected, the last time. */
  connectedAt: number;
  /** When it was last seen before that; absent if it never was. */
  sessionEndedAt?: number;
}

/** By the id of a board. */
export type Presences = Readonly<Record<string, Presence>>;

/** A window that is opened again within this time, or a computer that was busy, ends no session. */
export const GAP_MS = 180_000;

/**
 * @param there ids of the boards that are connected now
 * @param blindMs for so long since the last look, this window could not look: it was at work
 */
export function presencesAfter(before: Presences, there: readonly string[], now: number, blindMs = 0): Presences {
  const after: Record<string, Presence> = {};
  for (const [id, presence] of Object.entries(before)) after[id] = { ...presence, isThere: false };
  for (const id of there) {
    const known = before[id];
    const goesOn = known?.isThere === true && now - known.seenAt - blindMs <= GAP_MS;
    after[id] = goesOn
      ? { ...known, seenAt: now }
      : { isThere: true, seenAt: now, connectedAt: now, ...(known && { sessionEndedAt: known.seenAt }) };
  }
  return after;
}
