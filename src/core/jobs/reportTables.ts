// The figures behind the pictures of a report, as tables: a row for each backup if they are few, else for each month.

import { type Html, html } from '../html.js';
import { msg, t } from '../l10n.js';
import type { BoardReport, ReportedBackup } from '../plan/boardReport.js';
import { medianOf } from '../plan/median.js';
import { bytes, figure, localTime, timeTaken } from '../text.js';
import type { ReportTimes } from './reportTimes.js';

interface Period {
  /** A month, or the moment of a single backup. */
  name: string;
  backups: readonly ReportedBackup[];
  failures: number;
}

/** More rows are too many to look at. */
const MOST_ROWS = 40;

const HEADS = {
  when: msg('When'),
  backups: msg('Backups'),
  full: msg('Full'),
  differential: msg('Differential'),
  incremental: msg('Incremental'),
  failed: msg('Failed'),
  added: msg('Archives on disk'),
  board: msg('Files of the board, unpacked'),
  seconds: msg('Usual duration'),
  rate: msg('Usual bytes a second'),
} as const;

export function runsTable(report: BoardReport, times: ReportTimes): Html {
  const heads = ['when', 'backups', 'full', 'differential', 'incremental', 'failed'] as const;
  return table(heads, { report, times }, ({ backups, failures }) => {
    const ofKind = (wanted: ReportedBackup['kind']) => figure(backups.filter(({ kind }) => kind === wanted).length);
    return [
      figure(backups.length),
      ...(['full', 'differential', 'incremental'] as const).map(ofKind),
      figure(failures),
    ];
  });
}

export function growthTable(report: BoardReport, times: ReportTimes): Html {
  return table(['when', 'added', 'board'], { report, times }, ({ backups }) => [
    bytes(backups.reduce((sum, { added }) => sum + added, 0)),
    bytes(backups.at(-1)?.bytes ?? 0),
  ]);
}

/** @param isWhole durations are those of whole jobs, else of their part on the line */
export function paceTable(report: BoardReport, times: ReportTimes, isWhole: boolean): Html {
  return table(['when', 'seconds', 'rate'], { report, times }, ({ backups }) => {
    const seconds = medianOf(backups.flatMap((backup) => backup[isWhole ? 'seconds' : 'lineSeconds'] ?? []));
    const rate = medianOf(backups.flatMap((each) => rateOf(each) ?? []));
    return [seconds === undefined ? '' : timeTaken(seconds), rate === undefined ? '' : bytes(rate)];
  });
}

function table(
  heads: ReadonlyArray<keyof typeof HEADS>,
  told: { report: BoardReport; times: ReportTimes },
  cells: (period: Period) => string[],
): Html {
  return html`<details><summary>${t('Show the figures')}</summary><div class="scroll" tabindex="0"><table>
<thead><tr>${heads.map((head, at) => html`<th scope="col"${at > 0 ? html` class="figure"` : undefined}>${t(HEADS[head])}</th>`)}</tr></thead>
<tbody>${periodsOf(told.report, told.times).map(
    (period) =>
      html`<tr><th scope="row">${period.name}</th>${cells(period).map((cell) => html`<td class="figure">${cell}</td>`)}</tr>`,
  )}</tbody></table></div></details>`;
}

/** Bytes a second on the line. */
export function rateOf({ lineSeconds, wireBytes }: ReportedBackup): number | undefined {
  return lineSeconds && wireBytes !== null ? wireBytes / lineSeconds : undefined;
}

function periodsOf({ backups, failures }: BoardReport, times: ReportTimes): Period[] {
  const isMany = backups.length + failures.length > MOST_ROWS;
  const periods = new Map<string, { name: string; backups: ReportedBackup[]; failures: number }>();
  const periodOf = (iso: string) => {
    const key = localTime(iso).slice(0, isMany ? '2026-03'.length : undefined);
    const period = periods.get(key) ?? { name: isMany ? times.month(iso) : times.at(iso), backups: [], failures: 0 };
    periods.set(key, period);
    return period;
  };
  for (const backup of backups) periodOf(backup.createdAt).backups.push(backup);
  for (const { at } of failures) periodOf(at).failures += 1;
  return [...periods].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, period]) => period);
}
