// Carries out the plan of a restore on a board, in the way that the board allows.

import type { ConnectedBoard } from '../board/connect.js';
import type { Store } from '../store/store.js';
import type { JobContext, Phases } from './job.js';
import { type ToWriteAside, writeAside } from './writeAside.js';
import { type ToWriteInPlace, writeInPlace } from './writeInPlace.js';

/** @throws NothingChanged; otherwise the error of the line or the board, and the board has some files of the plan and some older ones */
export async function carryOut(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  work: ToWriteAside & ToWriteInPlace,
  phases: Phases,
): Promise<void> {
  if (work.state.can.rename) await writeAside(context, board, store, work, phases);
  else await writeInPlace(context, board, store, work, phases);
}
