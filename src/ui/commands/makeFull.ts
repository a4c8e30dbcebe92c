import { makeFull as makeFullJob } from '../../core/jobs/makeFull.js';
import { t } from '../../core/l10n.js';
import { bytes, count } from '../../core/text.js';
import { COPY_SHARES } from '../jobBar.js';
import { showInformation } from '../messages.js';
import { capitalized, nameBackups } from '../nameBackups.js';
import { backupMeant } from '../pickBackup.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Command } from './command.js';

export const makeFull: Command = {
  name: 'makeFull',
  async run(services, target) {
    const backup = await backupMeant(services, target, t('Which backup do you want to make self-contained?'));
    if (!backup) return;
    const name = nameBackups([backup]);
    const words = { title: t('Making {0} self-contained', name), noun: t('Copy'), shares: COPY_SHARES };
    const result = await runStoreJob(services, words, (context, store) => makeFullJob(context, store, backup));
    if (!result) return;
    const sentence = t(
      '{0} holds all of its {1} now, {2}.',
      capitalized(name),
      count(result.files, 'file'),
      bytes(result.bytes),
    );
    const show = await showInformation(sentence, t('Show Backup'));
    if (show) await services.revealBackup(backup.id);
  },
};
