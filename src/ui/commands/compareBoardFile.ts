import * as vscode from 'vscode';
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
      void showInformation('Choose a file below "Files on the board".');
      return;
    }
    const { board, path } = target;
    const since = live.lookOf(board.url)?.since;
    if (!since) {
      void showInformation(`${displayPath(board.name)} has no backup to compare with.`);
      return;
    }
    noteComparison();
    const title = `${displayPath(nameOf(path))} (backup of ${moment(since.backup.createdAt, Date.now())} ↔ on the board)`;
    await vscode.commands.executeCommand('vscode.diff', backupUri(since.backup, path), boardUri(board, path), title);
  },
};
