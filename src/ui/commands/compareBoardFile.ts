import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { displayPath, nameOf } from '../../core/paths.js';
import { moment } from '../../core/text.js';
import { backupUri } from '../files/backupUri.js';
import { boardUri } from '../live/boardUri.js';
import { showInformation } from '../messages.js';
import { isNode } from '../targets.js';
import { noteComparison } from '../walkthrough/followSteps.js';
import type { Command } from './command.js';

export const compareBoardFile: Command = {
  name: 'compareBoardFile',
  async run({ live }, target) {
    if (!isNode(target) || target.kind !== 'liveFile') {
      void showInformation(t('Choose a file below "Files on the board".'));
      return;
    }
    const { board, path } = target;
    const since = live.lookOf(board.url)?.since;
    if (!since) {
      void showInformation(t('{0} has no backup to compare with.', displayPath(board.name)));
      return;
    }
    noteComparison();
    const title = t(
      '{0} (backup of {1} ↔ on the board)',
      displayPath(nameOf(path)),
      moment(since.backup.createdAt, Date.now()),
    );
    await vscode.commands.executeCommand('vscode.diff', backupUri(since.backup, path), boardUri(board, path), title);
  },
};
