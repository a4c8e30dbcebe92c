import * as vscode from 'vscode';
import type { HealthFinding } from '../../core/plan/health.js';
import { age } from '../../core/text.js';
import { showInformation } from '../messages.js';
import { readHealth } from '../health/readHealth.js';
import type { Services } from '../services.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

/** What helps, and what it is called. */
const REMEDIES: Record<HealthFinding['remedy'], { title: string; command: string; icon: string }> = {
  backup: { title: 'Backup Device', command: 'backupDevice', icon: 'cloud-download' },
  repair: { title: 'Repair Backups…', command: 'repairBackups', icon: 'tools' },
  prune: { title: 'Prune Backups…', command: 'pruneBackups', icon: 'clear-all' },
  emptyTrash: { title: 'Empty Trash…', command: 'emptyTrash', icon: 'trash' },
  diagnose: { title: 'Diagnose Connection…', command: 'diagnoseConnection', icon: 'debug-disconnect' },
  log: { title: 'Show Log', command: 'showLog', icon: 'output' },
};

interface Choice extends vscode.QuickPickItem {
  finding: HealthFinding;
  /** Key of the board. */
  board?: string;
}

export const showHealth: Command = {
  name: 'showHealth',
  async run(services, target) {
    const wanted = boardNamedBy(target);
    const choices = await choicesOf(services, wanted?.key);
    if (choices.length === 0) {
      void showInformation(wellSentence(services));
      return;
    }
    const picked = await vscode.window.showQuickPick(choices, {
      title: 'Health of Backups',
      placeHolder: 'Choose what helps',
      matchOnDetail: true,
    });
    if (!picked) return;
    const { command } = REMEDIES[picked.finding.remedy];
    await vscode.commands.executeCommand(`micropythonBackup.${command}`, ...(picked.board === undefined ? [] : [picked.board]));
  },
};
