// The report of a restore, in an editor.

import { describeReport } from '../core/jobs/restoreText.js';
import { t } from '../core/l10n.js';
import type { Services } from './services.js';

/** @param id of its record */
export async function showReport({ boards, pages }: Services, id: string): Promise<void> {
  const { records } = await (await boards.openStore()).restores();
  const record = records.find((restore) => restore.id === id);
  if (record) await pages.show(t('Restore Report'), describeReport(record));
}
