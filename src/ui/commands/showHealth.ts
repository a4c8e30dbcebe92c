import * as vscode from 'vscode';
import { wellSentence } from '../../core/jobs/healthText.js';
import { t } from '../../core/l10n.js';
import type { Health } from '../../core/plan/health.js';
import { examine } from '../health/examine.js';
import { REMEDIES } from '../health/remedies.js';
import { showInformation } from '../messages.js';
import { type Choice, pickOne } from '../quickPick.js';
import { readSchedules } from '../schedule/readSchedules.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

interface Remedy extends Choice {
  command: string;
  /** Key of the board that it is about. */
  board?: string;
}

export const showHealth: Command = {
  name: 'showHealth',
  async run(services, target) {
    const { boards } = services;
    const wanted = boardNamedBy(target);
    // A folder that has gone since is no health.
    await boards.refresh();
    if (boards.storeTrouble) throw boards.storeTrouble;
    const health = await examine(services, readSchedules().config);
    const key = boards.list.find(({ key, url }) => key === wanted?.key || url === wanted?.key)?.key;
    const choices = choicesOf(health, key);
    if (choices.length === 0) {
      const none = t('There is no backup yet: make the first one with "Backup Device".');
      void showInformation(wellSentence(health.boards, Date.now()) ?? none);
      return;
    }
    const placeHolder = t('Choose what helps');
    const options = { title: t('Health of Backups'), placeHolder, matchOnDescription: true, matchOnDetail: true };
    const picked = await pickOne(choices, options);
    if (picked)
      await vscode.commands.executeCommand(picked.command, ...(picked.board === undefined ? [] : [picked.board]));
  },
};

/** What needs somebody comes first. */
function choicesOf({ boards, findings }: Health, board: string | undefined): Remedy[] {
  const found = [
    ...findings.map((finding) => ({ finding, board: undefined })),
    ...boards
      .filter(({ id }) => board === undefined || id === board)
      .flatMap(({ id, findings }) => findings.map((finding) => ({ finding, board: id }))),
  ];
  const urgent = found.filter(({ finding }) => finding.needsPerson);
  const others = found.filter(({ finding }) => !finding.needsPerson);
  return [...urgent, ...others].map(({ finding, board }) => {
    const { title, command, isOfBoard } = REMEDIES[finding.remedy];
    return {
      label: t(title),
      // One line would have no room for both.
      description: finding.hint,
      detail: finding.sentence,
      icon: finding.needsPerson ? 'warning' : 'info',
      command: `micropythonBackup.${command}`,
      ...(isOfBoard && board !== undefined && { board }),
    };
  });
}
