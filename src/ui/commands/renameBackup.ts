import * as vscode from 'vscode';
import { annotate } from '../../core/jobs/annotate.js';
import { t } from '../../core/l10n.js';
import { NO_SHARES } from '../jobBar.js';
import { nameBackups } from '../nameBackups.js';
import { backupMeant } from '../pickBackup.js';
import type { JobWords } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Command } from './command.js';

export const renameBackup: Command = {
  name: 'renameBackup',
  async run(services, target) {
    const backup = await backupMeant(services, target, t('Which backup do you want to rename?'));
    if (!backup) return;
    const name = nameBackups([backup]);
    const text = await vscode.window.showInputBox({
      title: t('Rename Backup'),
      prompt: t('A label for {0}. Leave it empty to take the label away.', name),
      placeHolder: t('before the trip'),
      value: backup.label ?? '',
    });
    if (text === undefined) return;
    const words: JobWords = { title: t('Renaming {0}', name), noun: t('Rename'), shares: NO_SHARES, place: 'view' };
    await runStoreJob(services, words, (context, store) =>
      annotate(context, store, [backup], { label: text.trim() === '' ? null : text.trim() }),
    );
  },
};
