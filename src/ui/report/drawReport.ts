// What the panel of a report shows: the page, with buttons that call our commands.

import { MEGABYTE } from '../../core/defaults.js';
import { isBackupError } from '../../core/errors.js';
import { html, htmlPage } from '../../core/html.js';
import { spaceIfKnown } from '../../core/jobs/diskSpace.js';
import { PAGE_STYLE } from '../../core/jobs/pageStyle.js';
import { readReport } from '../../core/jobs/readReport.js';
import { type ReportLinks, reportPage } from '../../core/jobs/reportPage.js';
import { t } from '../../core/l10n.js';
import type { BoardReport } from '../../core/plan/boardReport.js';
import { sentenceOf } from '../failures.js';
import { connectedSince } from '../health/examine.js';
import { REMEDIES } from '../health/remedies.js';
import { readSchedules } from '../schedule/readSchedules.js';
import type { Services } from '../services.js';
import { readSettings, SECTION } from '../settings.js';

/** What the page may call: nothing else, whatever stands in it. */
export function commandsOf(): string[] {
  const names = [
    'backupDevice',
    'verifyBackups',
    'exportReport',
    'setUpSecondPlace',
    ...Object.values(REMEDIES).map(({ command }) => command),
  ];
  return [...new Set(names)].map((name) => `${SECTION}.${name}`);
}

/** Anything that a report tells of, as a text: it is another one if the report would be another one. */
export async function stateOf({ boards }: Services, id: string): Promise<string> {
  const { listing, list, health, secondPlace, storeTrouble } = boards;
  const store = await boards.openStore();
  const ran = storeTrouble ? [] : await store.history();
  const backups = listing.backups.filter(({ board }) => board.id === id);
  const url = list.find((board) => board.id === id)?.url;
  return JSON.stringify([backups, ran.length, ran.at(-1), health, secondPlace, url, storeTrouble?.message]);
}

/** @throws BackupError as {@link readReport} */
export async function reportOf({ env, boards, scheduler }: Services, id: string): Promise<BoardReport> {
  const store = await boards.openStore();
  const known = boards.list.find((board) => board.id === id);
  const name = known?.name ?? id;
  const { freeSpaceWarning } = readSettings();
  return readReport({ env }, store, {
    board: { id, name, ...(known?.url !== undefined && { url: known.url }) },
    config: readSchedules().config,
    space: await spaceIfKnown(store, env, freeSpaceWarning * MEGABYTE),
    offsite: boards.secondPlace,
    connectedAt: connectedSince({ env, boards, scheduler }),
  });
}

/** What cannot be shown is said on the page. */
export async function drawReport(services: Services, id: string): Promise<string> {
  try {
    return reportPage(await reportOf(services, id), linksFor(services, id));
  } catch (error) {
    if (!isBackupError(error)) throw error;
    const isEmpty = error.code === 'backup-not-found';
    const heading = isEmpty ? t('There is nothing to report') : t('The report could not be made');
    return htmlPage({
      title: t('Report'),
      body: html`<main><h1>${heading}</h1><p>${sentenceOf(error)}</p></main>`,
      style: PAGE_STYLE,
    });
  }
}

function linksFor({ boards }: Services, id: string): ReportLinks {
  const key = boards.list.find((board) => board.id === id)?.key;
  const ofBoard = key === undefined ? [] : [key];
  return {
    buttons: [
      { title: t('Back Up Now'), href: hrefOf('backupDevice', ofBoard), isPrimary: true },
      { title: t('Verify Backups'), href: hrefOf('verifyBackups', []) },
      { title: t('Export Report…'), href: hrefOf('exportReport', ofBoard) },
    ],
    secondPlace: { title: t('Set Up Second Place…'), href: hrefOf('setUpSecondPlace', []) },
    remedy(finding) {
      const { title, command, isOfBoard } = REMEDIES[finding.remedy];
      return { title: t(title), href: hrefOf(command, isOfBoard ? ofBoard : []) };
    },
  };
}

function hrefOf(command: string, values: readonly string[]): string {
  const query = values.length > 0 ? `?${encodeURIComponent(JSON.stringify(values))}` : '';
  return `command:${SECTION}.${command}${query}`;
}
