// Verifies backups, and says what is damaged and what can be done.

import * as vscode from 'vscode';
import { type VerifyResult, verify } from '../core/jobs/verify.js';
import { damageSentence } from '../core/jobs/verifyText.js';
import { t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { count, duration } from '../core/text.js';
import { unawaited } from './failures.js';
import { VERIFY_SHARES } from './jobBar.js';
import { showError, showInformation, showWarning } from './messages.js';
import { capitalized, nameBackups } from './nameBackups.js';
import { offerFirstBackup } from './pickBackup.js';
import type { JobWords } from './runJob.js';
import { runStoreJob } from './runStoreJob.js';
import type { Services } from './services.js';

/** @param only the archives that hold the bytes of this one; else all */
export async function runVerify(services: Services, only?: BackupSummary): Promise<void> {
  const result = await runVerification(services, only);
  if (result) await tell(services, result, only);
}

/** Without a word of what came of it. @returns undefined if it did not come to its end: that is told */
export function runVerification(services: Services, only?: BackupSummary): Promise<VerifyResult | undefined> {
  const what = only ? nameBackups([only]) : t('backups');
  const words: JobWords<VerifyResult> = {
    title: t('Verifying {0}', what),
    noun: t('Verify'),
    shares: VERIFY_SHARES,
    isWhole: ({ damaged }) => damaged.length === 0,
  };
  return runStoreJob(services, words, (context, store) => verify(context, store, { ...(only && { only }) }));
}

async function tell(services: Services, result: VerifyResult, only: BackupSummary | undefined): Promise<void> {
  const { log } = services;
  const { archives, damaged } = result;
  if (damaged.length === 0) {
    if (archives === 0) unawaited(services, offerFirstBackup());
    else unawaited(services, tellSound(services, result, only));
    return;
  }
  for (const { archive, path, reason } of damaged) {
    log.error(`${archive}${path === null ? '' : `, ${displayPath(path)}`}: ${reason}`);
  }
  const showLog = t('Show Log');
  const isLacking = damaged.every(({ certainty }) => certainty === 'missing');
  const show = isLacking ? showWarning : showError;
  const answer = await show(damageSentence(damaged), t('Repair Backups…'), showLog);
  if (answer === showLog) log.show();
  else if (answer) await vscode.commands.executeCommand('micropythonBackup.repairBackups');
}

async function tellSound(
  services: Services,
  { archives, seconds }: VerifyResult,
  only: BackupSummary | undefined,
): Promise<void> {
  const what = only ? t('{0} is sound', capitalized(nameBackups([only]))) : t('All backups are sound');
  const sentence = t('{0}: {1} read in {2}.', what, count(archives, 'archive'), duration(seconds));
  const show = await showInformation(sentence, ...(only ? [t('Show Backup')] : []));
  if (show && only) await services.revealBackup(only.id);
}
