// What a restore would do, before it does anything: shown to whoever decides, who may leave files out, settle conflicts, and look
// at what the board has.

import { createHash } from 'node:crypto';
import type { ConnectedBoard } from '../board/connect.js';
import type { BoardIdentity } from '../board/identity.js';
import { collected } from '../chunks.js';
import { cancelled } from '../errors.js';
import type { BoardPath } from '../paths.js';
import { type Decisions, fingerprint, NO_DECISIONS, type RestorePlan } from '../plan/planToward.js';
import type { WantedContent } from '../plan/restoreItem.js';
import type { Store } from '../store/store.js';
import { holding } from './holding.js';
import { type JobContext, trackPhases } from './job.js';
import type { Look } from './lookForRestore.js';
import { readVerified } from './readVerified.js';

export interface RestorePreview {
  url: string;
  board: BoardIdentity;
  /** As it is without any decision. */
  plan: RestorePlan;
  /** Sentences that somebody should read first. */
  warnings: string[];
  /** What is and what is not included: one sentence. */
  included: string;
  /** True if the board has changed since the last preview, which is void. */
  isAgain: boolean;
  /** The plan with these decisions: what will be carried out. */
  planWith(decisions: Decisions): RestorePlan;
  /** Reads a file of the board, to be compared. Only while the preview is being decided on. */
  readFromBoard(path: BoardPath): Promise<Uint8Array>;
  /** Reads what is to be written, to be compared with it. */
  readWanted(content: WantedContent): Promise<Uint8Array>;
}

/**
 * @param over aborted if nobody waits for the answer any more: the board has gone, or it took too long
 * @returns undefined to do nothing
 */
export type Decide = (preview: RestorePreview, over: AbortSignal) => Promise<Decisions | undefined>;

/** How long the board stands still for somebody's decision. */
const DECIDE_MS = 15 * 60_000;

export interface Deciding {
  board: ConnectedBoard;
  store: Store;
  look(): Promise<Look>;
  plan(look: Look, decisions: Decisions): RestorePlan;
  describe(plan: RestorePlan, look: Look): Pick<RestorePreview, 'warnings' | 'included'>;
}

/** A plan that somebody agreed to, and the look at the board that it was made from. */
export interface Agreed {
  plan: RestorePlan;
  look: Look;
  /** How long that took somebody. */
  waitedMs: number;
}

/**
 * The plan that was shown is the one that is returned: while somebody decided the board may have changed, and if it would make
 * another plan, that one is shown (P28).
 *
 * @throws BackupError `cancelled` if nothing is to be done, or nobody decides in time
 */
export async function agree(context: JobContext, deciding: Deciding, decide: Decide | undefined): Promise<Agreed> {
  let look = await deciding.look();
  if (!decide) return { plan: deciding.plan(look, NO_DECISIONS), look, waitedMs: 0 };
  let waitedMs = 0;
  for (let isAgain = false; ; isAgain = true) {
    const shown = context.env.clock.ticks();
    const decisions = await askOn(context, deciding, look, isAgain, decide);
    waitedMs += context.env.clock.ticks() - shown;
    const plan = deciding.plan(look, decisions);
    const now = await deciding.look();
    if (fingerprint(deciding.plan(now, decisions)) === fingerprint(plan)) return { plan, look: now, waitedMs };
    context.env.log.info(`${deciding.board.url}: the board has changed since the plan was shown`);
    look = now;
  }
}

/** Runs some work while the store is shared with others, or at once if it is so already. */
type Locked = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * The store is shared from the beginning; only if somebody decides first, not before that is done: others need not wait for it.
 *
 * @param does what is done, for the message that others get
 */
export function lockingOf(
  context: JobContext,
  store: Store,
  does: string,
  decide: Decide | undefined,
): { around: Locked; within: Locked } {
  const locked: Locked = (work) => holding(context, store, 'shared', does, work);
  const atOnce: Locked = (work) => work();
  return decide ? { around: atOnce, within: locked } : { around: locked, within: atOnce };
}

/** Names a plan: two that do the same to the same board have one name. */
export function planId(plan: RestorePlan): string {
  return createHash('sha256').update(fingerprint(plan)).digest('hex').slice(0, 12);
}

async function askOn(
  context: JobContext,
  deciding: Deciding,
  look: Look,
  isAgain: boolean,
  decide: Decide,
): Promise<Decisions> {
  trackPhases(context).begin('decide');
  // One thing at a time on the line, and nothing once it has been decided.
  let reading: Promise<unknown> = Promise.resolve();
  const preview = { ...previewOf(context, deciding, look), isAgain };
  const over = new AbortController();
  const readFromBoard: RestorePreview['readFromBoard'] = (path) => {
    const mine = reading.then(() => preview.readFromBoard(path));
    reading = mine.catch(() => undefined);
    return mine;
  };
  const decided = decide({ ...preview, readFromBoard }, over.signal);
  try {
    const decisions = await Promise.race([decided, untilLate(context, over.signal), untilGone(deciding.board)]);
    if (!decisions) throw cancelled();
    return decisions;
  } finally {
    over.abort();
    await reading;
  }
}

/** @throws BackupError `cancelled` */
async function untilLate({ env, signal }: JobContext, over: AbortSignal): Promise<undefined> {
  await env.clock.sleep(DECIDE_MS, AbortSignal.any([over, ...(signal ? [signal] : [])]));
  return undefined;
}

/** Ends the wait for a decision if the board goes away. @throws the error that ended the line */
async function untilGone({ lineOver }: ConnectedBoard): Promise<never> {
  throw await lineOver;
}

/** What would be done, to be shown. */
export function previewOf(context: JobContext, deciding: Deciding, look: Look): RestorePreview {
  const { board } = deciding;
  const plan = deciding.plan(look, NO_DECISIONS);
  return {
    url: board.url,
    board: board.identity,
    plan,
    isAgain: false,
    ...deciding.describe(plan, look),
    planWith: (decisions) => deciding.plan(look, decisions),
    async readFromBoard(path) {
      const there = look.state.present.get(path);
      const size = there && there !== 'folder' ? there.size : 0;
      await using content = await readVerified(context, board, deciding.store.root, { path, size }, () => {});
      return collected(content.spool.chunks());
    },
    readWanted: ({ from, size, sha256 }) => collected(deciding.store.readContent({ path: from, size, sha256 })),
  };
}
