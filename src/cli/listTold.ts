// How the backups of a store are listed, wherever it lies.

import { unfinishedSentence } from '../core/jobs/restoreText.js';
import { displayPath } from '../core/paths.js';
import { unfinishedRestores } from '../core/plan/recordedPlan.js';
import type { Store } from '../core/store/store.js';
import { backupFields, backupLine } from './backupText.js';
import type { Call, ExitCode } from './usage.js';

/** @returns the exit code: 3 if something cannot be read */
export async function tellList(call: Call, store: Store): Promise<ExitCode> {
  const { backups, unreadable, unclearNotes } = await store.list();
  const rows = backups.map(backupFields);
  for (const { path, error } of unreadable) call.output.note(`${displayPath(path)}: ${displayPath(error.message)}`);
  for (const { path } of unclearNotes)
    call.output.note(`Not all of ${displayPath(path)} can be read: labels and pins may be missing.`);
  const unfinished = unfinishedRestores((await store.restores()).records);
  for (const record of unfinished) call.output.note(unfinishedSentence(record));
  const lines = backups.map(backupLine);
  const broken = unreadable.map(({ path, error }) => ({ path, code: error.code, message: error.message }));
  call.output.result(
    {
      backups: rows,
      ...(broken.length > 0 && { unreadable: broken }),
      ...(unfinished.length > 0 && { unfinishedRestores: unfinished.map(({ id, board }) => ({ id, board })) }),
      ...(unclearNotes.length > 0 && { unclearNotes: unclearNotes.map(({ path }) => path) }),
    },
    lines.length > 0 ? lines.join('\n') : `There is no backup in ${displayPath(store.root)} yet.`,
  );
  return unreadable.length + unclearNotes.length > 0 ? 3 : 0;
}
