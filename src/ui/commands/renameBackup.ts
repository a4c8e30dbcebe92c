import * as vscode from 'vscode';
import { annotate } from '../../core/jobs/annotate.js';
import { NO_SHARES } from '../jobBar.js';
import { nameBackups } from '../nameBackups.js';
import { backupMeant } from '../pickBackup.js';
import type { JobWords } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Command } from './command.js';

export const renameBackup: Command = {
  name: 'renameBackup',
  async run(services, target) {
    const backup = await backupMeant(services, target, 'Which backup do you want to rename?');
    if (!backup) return;
    const name = nameBackups([backup]);
    const text = await vscode.window.showInputBox({
      title: 'Rename Backup',
      prompt: `A label for ${name}. Leave it empty to take the label away.`,
      placeHolder: 'before the trip',
      value: backup.label ?? '',
    });
    if (text === undefined) return;
    const words: JobWords = { title: `Renaming ${name}`, noun: 'Rename', shares: NO_SHARES, place: 'view' };
    await runStoreJob(services, words, (context, store) =>
      annotate(context, store, [backup], { label: text.trim() === '' ? null : text.trim() }),
    );
  },
};
