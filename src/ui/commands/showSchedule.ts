import { askedOf } from '../../core/jobs/scheduled.js';
import { outlookSentences } from '../../core/jobs/scheduleText.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { outlooks } from '../../core/plan/dueRuns.js';
import { showInformation } from '../messages.js';
import { readSchedules } from '../schedule/readSchedules.js';
import type { Command } from './command.js';

export const showSchedule: Command = {
  name: 'showSchedule',
  async run({ env, boards, pages, scheduler }) {
    const { config } = readSchedules();
    await boards.refresh();
    const store = await boards.openStore();
    const lines: string[] = [];
    for (const { id, name, url } of boards.list) {
      if (id === undefined) continue;
      const { connectedAt, sessionEndedAt } = scheduler.presenceOf(id) ?? {};
      const board = { id, name, ...(url !== undefined && { connectedAt }), sessionEndedAt };
      const standing = outlooks(await askedOf({ env }, store, board, config));
      const putOff = await scheduler.whyPutOff(id);
      lines.push(`${displayPath(name)}, ${url ?? t('away')}`);
      for (const outlook of standing) {
        const [schedule, ...facts] = outlookSentences(outlook, url !== undefined, putOff);
        lines.push(`  ${schedule}`, ...facts.map((fact) => `    ${fact}`));
      }
      lines.push('');
    }
    if (lines.length === 0)
      void showInformation(t('No board has been backed up yet. Scheduled backups begin after the first one.'));
    else await pages.show(t('Schedule'), lines.join('\n').trimEnd());
  },
};
