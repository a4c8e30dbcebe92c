import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { reportPage } from '../../core/jobs/reportPage.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { unawaited } from '../failures.js';
import { localPath } from '../files/localPath.js';
import { showInformation } from '../messages.js';
import { reportOf } from '../report/drawReport.js';
import { pickReported } from '../report/pickReported.js';
import { hasFileManager, showFolder } from '../showFolder.js';
import type { Command } from './command.js';

export const exportReport: Command = {
  name: 'exportReport',
  async run(services, target) {
    const board = await pickReported(services, target, t('Whose report do you want to save?'));
    if (!board) return;
    // A name that a dialog takes on any system: the user may choose another one.
    const name = `report-${displayPath(board.name)}.html`.replace(/[<>:"|?*\\/]/g, '_');
    const uri = await vscode.window.showSaveDialog({
      title: t('Export Report'),
      defaultUri: vscode.Uri.file(join(homedir(), name)),
      filters: { [t('Page')]: ['html'] },
    });
    if (!uri) return;
    const page = reportPage(await reportOf(services, board.id));
    await vscode.workspace.fs.writeFile(uri, Buffer.from(page));
    unawaited(services, tell(uri));
  },
};

async function tell(uri: vscode.Uri): Promise<void> {
  const path = localPath(uri);
  // A browser is asked where it can see the file.
  const open = hasFileManager() ? t('Open') : t('Copy Path');
  if ((await showInformation(t('The report is saved: {0}.', path), open)) === undefined) return;
  if (hasFileManager()) await vscode.env.openExternal(uri);
  else await showFolder(path);
}
