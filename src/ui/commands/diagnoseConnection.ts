import type * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { isConnected } from '../pickBoard.js';
import { pickOne } from '../quickPick.js';
import { runDiagnosis } from '../runDiagnosis.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { isNode } from '../targets.js';
import type { Command } from './command.js';

export const diagnoseConnection: Command = {
  name: 'diagnoseConnection',
  async run(services, target) {
    const meant = await portMeant(services, target);
    if (!meant) return;
    const probe = meant.url === undefined ? false : await askWhetherToProbe();
    if (probe !== undefined) await runDiagnosis(services, meant.url, probe);
  },
};

/** @returns no URL if all ports are meant; undefined if nothing was chosen */
async function portMeant({ boards }: Services, target: unknown): Promise<{ url?: string } | undefined> {
  if (typeof target === 'string') return { url: target };
  const row = isNode(target) && target.kind === 'board' ? target.board.url : undefined;
  if (row !== undefined) return { url: row };
  await boards.refresh();
  const connected = boards.list.filter(isConnected);
  if (connected.length === 0) return {};
  const items: Array<vscode.QuickPickItem & { url?: string }> = [
    ...connected.map(({ name, url }) => ({ label: name, description: url, url })),
    { label: t('All Ports'), description: t('also where a board is missing here') },
  ];
  const placeHolder = t('Which connection do you want to diagnose?');
  const picked = await pickOne(items, { placeHolder, matchOnDescription: true });
  return picked && (picked.url === undefined ? {} : { url: picked.url });
}

/** @returns undefined if nothing was chosen */
async function askWhetherToProbe(): Promise<boolean | undefined> {
  const restarts = readSettings().programAfterwards === 'restart';
  const items = [
    { label: t('Look at the Port Only'), detail: t('Nothing is opened, and no program is stopped.'), probe: false },
    {
      label: t('Ask the Board Too'),
      detail: restarts
        ? t('A program that runs on it is stopped for that, and restarted afterwards.')
        : t('A program that runs on it is stopped for that.'),
      probe: true,
    },
  ];
  const placeHolder = t('Should the board be asked, too?');
  return (await pickOne(items, { placeHolder }))?.probe;
}
