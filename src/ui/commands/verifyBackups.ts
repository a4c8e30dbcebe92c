import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type VerifyResult, verify } from '../../core/jobs/verify.js';
import { displayPath } from '../../core/paths.js';
import { count } from '../../core/text.js';
import { VERIFY_SHARES } from '../jobBar.js';
import { runJob } from '../runJob.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

export const verifyBackups: Command = {
  name: 'verifyBackups',
  async run(services) {
    const { boards } = services;
    const words = { title: 'Verifying backups', noun: 'Verify', shares: VERIFY_SHARES };
    const result = await runJob(services, words, async (context) => verify(context, await boards.openStore()));
    if (result) await tell(services, result);
  },
};

async function tell({ log }: Services, { archives, damaged }: VerifyResult): Promise<void> {
  if (damaged.length === 0) {
    const sentence =
      archives === 0 ? 'There is no backup yet.' : `All backups are sound: ${count(archives, 'archive')} read.`;
    void vscode.window.showInformationMessage(sentence);
    return;
  }
  for (const { archive, path, reason } of damaged) {
    log.error(`${archive}${path === null ? '' : `, ${displayPath(path)}`}: ${reason}`);
  }
  const names = [...new Set(damaged.map(({ archive }) => basename(archive)))];
  const lost = new Set(damaged.flatMap(({ backups }) => backups)).size;
  const effect = lost > 0 ? `${count(lost, 'backup')} lost files.` : 'No backup lost a file.';
  const answer = await vscode.window.showErrorMessage(`Damage was found in ${names.join(', ')}. ${effect}`, 'Show Log');
  if (answer) log.show();
}
