import type * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import type { ConflictChoice } from '../../core/plan/restoreItem.js';
import { showInformation } from '../messages.js';
import { pickOne } from '../quickPick.js';
import type { PreviewRow } from '../restore/previewRows.js';
import type { Command } from './command.js';

const choicesOf = (): ReadonlyArray<vscode.QuickPickItem & { choice: ConflictChoice }> => [
  {
    label: t("Keep Backup's File"),
    detail: t('It takes the place of the one on the board, which is backed up first.'),
    choice: 'backup',
  },
  { label: t("Keep Board's File"), detail: t('The one on the board stays as it is.'), choice: 'board' },
  { label: t('Keep Both'), detail: t("The backup's file goes beside it, under another name."), choice: 'both' },
];

export const settleConflict: Command = {
  name: 'settleConflict',
  async run({ restoreView }, target) {
    if (!isItemRow(target)) {
      void showInformation(t('Conflicts are settled in the preview of a restore.'));
      return;
    }
    const placeHolder = t('No backup has {0} as it is on the board.', displayPath(target.item.path));
    const choices = choicesOf().filter(({ choice }) => target.item.wanted !== null || choice !== 'both');
    const picked = await pickOne(choices, { placeHolder });
    if (picked) restoreView.settle(target, picked.choice);
  },
};

function isItemRow(target: unknown): target is Extract<PreviewRow, { kind: 'item' }> {
  return typeof target === 'object' && target !== null && 'kind' in target && target.kind === 'item';
}
