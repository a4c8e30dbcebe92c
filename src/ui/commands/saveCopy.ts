import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type ExtractOptions, type ExtractResult, extract, type OnTaken } from '../../core/jobs/extract.js';
import { fewNames } from '../../core/jobs/restoreText.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath, nameOf, ROOT } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { bytes, count } from '../../core/text.js';
import { unawaited } from '../failures.js';
import { localPath } from '../files/localPath.js';
import { COPY_SHARES } from '../jobBar.js';
import { showInformation, showWarning } from '../messages.js';
import { fileMeant } from '../pickFile.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { showFolder, showFolderLabel } from '../showFolder.js';
import { isNode, isRestorable, leftOutSentence, pathsOfBackup, selectedRows } from '../targets.js';
import type { Command } from './command.js';

interface Wanted {
  backup: BackupSummary;
  paths: readonly BoardPath[];
  /** True for a single file: then the user names the copy. */
  isOneFile: boolean;
}

export const saveCopy: Command = {
  name: 'saveCopy',
  async run(services, target, selection) {
    const wanted = await whatIsWanted(services, target, selection);
    const to = wanted && (await askWhere(wanted));
    if (!to) return;
    const { backup, paths } = wanted;
    const what = wanted.isOneFile ? displayPath(paths[0] ?? '') : count(paths.length, 'item');
    const words = { title: t('Copying {0}', what), noun: t('Copy'), shares: COPY_SHARES };
    const result = await runStoreJob(services, words, (context, store) =>
      extract(context, store, { backup, paths, to, onTaken: askAboutTaken }),
    );
    if (result) unawaited(services, tell(result, 'file' in to ? to.file : to.folder));
  },
};

async function whatIsWanted(services: Services, target: unknown, selection: unknown): Promise<Wanted | undefined> {
  if (!isNode(target) || !isRestorable(target)) {
    const file = await fileMeant(services, target);
    return file && { backup: file.backup, paths: [file.path], isOneFile: true };
  }
  // The row that was clicked says of which backup.
  const { backup } = target;
  const { paths, leftOut } = pathsOfBackup(selectedRows(target, selection).filter(isRestorable), backup);
  if (leftOut > 0) void showInformation(leftOutSentence(leftOut, 'copied'));
  return { backup, paths, isOneFile: paths.length === 1 && target.kind === 'file' };
}

async function askWhere({ paths, isOneFile }: Wanted): Promise<ExtractOptions['to'] | undefined> {
  const title = t('Save Copy');
  if (!isOneFile) {
    const options = { title, openLabel: t('Save Here'), canSelectFiles: false, canSelectFolders: true };
    const [folder] = (await vscode.window.showOpenDialog(options)) ?? [];
    return folder && { folder: localPath(folder) };
  }
  // A name that a dialog takes on any system: the user may choose another one.
  const name = displayPath(nameOf(paths[0] ?? ROOT)).replace(/[<>:"|?*\\]/g, '_');
  const uri = await vscode.window.showSaveDialog({ title, defaultUri: vscode.Uri.file(join(homedir(), name)) });
  return uri && { file: localPath(uri) };
}

/** Not every dialog of every system asks before a file is replaced. */
const askAboutTaken: OnTaken = async (taken) => {
  const [first = ''] = taken;
  const isOne = taken.length === 1;
  const question = isOne
    ? t('Replace {0}?', first)
    : t('Replace {0} that are there already?', count(taken.length, 'file'));
  const detail = isOne ? t('There is a file of that name already.') : fewNames(taken);
  const keep = isOne ? [] : [t('Keep Those')];
  const replace = t('Replace');
  const answer = await showWarning(question, { modal: true, detail }, replace, ...keep);
  return answer === replace ? 'replace' : answer === undefined ? undefined : 'keep';
};

async function tell({ written, kept, unfit, bytes: size }: ExtractResult, target: string): Promise<void> {
  const sentences = [
    t('Copied {0}, {1}: {2}.', count(written.length, 'file'), bytes(size), target),
    ...(kept.length > 0
      ? [
          t(
            kept.length === 1 ? '{0} that was there stayed.' : '{0} that were there stayed.',
            count(kept.length, 'file'),
          ),
        ]
      : []),
    ...(unfit.length > 0 ? [t('Left out, because not every disk allows these names: {0}.', fewNames(unfit))] : []),
  ];
  const show = unfit.length > 0 ? showWarning : showInformation;
  if (await show(sentences.join(' '), showFolderLabel())) await showFolder(target);
}
