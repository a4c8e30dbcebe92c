// What came of taking backups into a store, wherever they came from.

import type { ImportResult } from '../core/jobs/importBackups.js';
import { describeImport, detailsOfImport } from '../core/jobs/importText.js';
import type { Store } from '../core/store/store.js';
import type { Call, ExitCode } from './usage.js';

/** @returns the exit code: 3 if something did not come */
export function tellImport(call: Call, store: Store, result: ImportResult): ExitCode {
  const { imported, present, healed, missing, refused, seconds } = result;
  for (const sentence of detailsOfImport(result)) call.output.note(sentence);
  call.output.result(
    {
      imported: imported.map(({ id, archive }) => ({ id, archive })),
      present,
      healed,
      missing,
      refused: refused.map(({ path, error }) => ({ path, code: error.code, message: error.message })),
      seconds,
    },
    describeImport(result, store.root),
  );
  return missing.length > 0 || refused.length > 0 ? 3 : 0;
}
