// What came into the store from elsewhere, as the user sees it.

import * as vscode from 'vscode';
import { isOfKey } from '../core/archive/archiveErrors.js';
import type { ImportResult } from '../core/jobs/importBackups.js';
import { describeImport, detailsOfImport } from '../core/jobs/importText.js';
import { t } from '../core/l10n.js';
import { showInformation, showWarning } from './messages.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';

/** @param next what may be done besides */
export async function tellImport(
  services: Services,
  result: ImportResult,
  next?: { label: string; run: () => Promise<void> },
): Promise<void> {
  const { log } = services;
  const details = detailsOfImport(result);
  for (const sentence of details) log.warn(sentence);
  const sentence = describeImport(result, readSettings().storeFolder);
  const [first] = result.imported;
  const isLocked = result.refused.some(({ error }) => isOfKey(error));
  const [enterKey, repair, showLog] = [t('Enter Key…'), t('Repair Backups…'), t('Show Log')];
  const actions = [
    ...(next ? [next.label] : []),
    ...(isLocked ? [enterKey] : []),
    ...(result.missing.length > 0 ? [repair] : []),
    ...(first ? [t('Show Backup')] : []),
    ...(details.length > 0 ? [showLog] : []),
  ];
  const show = details.length > 0 ? showWarning : showInformation;
  const answer = await show(sentence, ...actions);
  if (next && answer === next.label) await next.run();
  else if (answer === enterKey) await vscode.commands.executeCommand('micropythonBackup.enterKey');
  else if (answer === repair) await vscode.commands.executeCommand('micropythonBackup.repairBackups');
  else if (answer === showLog) log.show();
  else if (answer && first) await services.revealBackup(first.id);
}
