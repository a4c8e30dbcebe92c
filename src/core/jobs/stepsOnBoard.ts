// What both ways of carrying out a plan share (writeAside.ts, writeInPlace.ts).

import type { ConnectedBoard } from '../board/connect.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { WriteStep } from '../plan/restoreSteps.js';
import type { ContentReference } from '../store/contents.js';
import type { Store } from '../store/store.js';
import type { JobContext, Phases } from './job.js';
import { putFile } from './putFile.js';

export interface ToClear {
  plan: RestorePlan;
  /** Temporary files of an interrupted restore: they belong to nobody, and take up flash. */
  leftovers: readonly BoardPath[];
  /** Which of them may be the same file as one of the board: see twins.ts. */
  twins: ReadonlyMap<BoardPath, BoardPath>;
}

/** The restore failed before anything on the board was changed; what had been written aside is removed again. */
export class NothingChanged extends Error {
  constructor(
    override readonly cause: unknown,
    sentence = t('Nothing was changed on the board.'),
  ) {
    super(sentence);
  }
}

/**
 * Removes leftovers. One that has a twin is removed, with its twin, only if the plan writes or removes the twin anyway.
 *
 * @param onRemoved is called before a file of the board is removed
 */
export async function clearLeftovers(
  board: ConnectedBoard,
  { plan, leftovers, twins }: ToClear,
  onRemoved: () => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const changing = new Set(plan.steps.map(({ path }) => path));
  for (const path of leftovers) {
    const twin = twins.get(path);
    if (twin !== undefined) {
      if (!changing.has(twin)) continue;
      onRemoved();
      await board.files.remove(twin, 'file', signal);
    }
    await board.files.remove(path, 'file', signal);
  }
}

/** The content of a step, by the path that the backup has for it: an error of the store names that one. */
export function referenceTo({ content: { from, size, sha256 } }: WriteStep): ContentReference {
  return { path: from, size, sha256 };
}

/** @param place where the file is written: under a temporary name, or in place */
export async function writeProven(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  step: WriteStep,
  place: BoardPath,
  phases: Phases,
): Promise<void> {
  phases.file(step.path);
  let sent = 0;
  const chunks = () => {
    phases.add({ bytes: -sent });
    sent = 0;
    return counted(store.readContent(referenceTo(step)), (bytes) => {
      sent += bytes;
      phases.add({ bytes });
    });
  };
  await putFile(context, board, { path: step.path, sha256: step.content.sha256, chunks }, place);
  phases.add({ files: 1 });
}

/** In small pieces, as the agent on the board takes them: progress is counted for each. */
async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += 4096) {
      const piece = chunk.subarray(at, at + 4096);
      yield piece;
      onBytes(piece.length);
    }
  }
}
