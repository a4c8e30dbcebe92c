// The figures behind the pictures of a report, as tables: a row for each backup where they are few, else for each month.

import { type Html, html } from '../html.js';
import { msg, t } from '../l10n.js';
import type { BoardReport, ReportedBackup } from '../plan/boardReport.js';
import { medianOf } from '../plan/median.js';
import { bytes, duration, figure, localTime } from '../text.js';

interface Period {
  /** `2026-03`, or `2026-03-12 09:10` of a single backup. */
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
  added: msg('Added to the archives'),
  board: msg('Files on the board'),
  seconds: msg('Usual duration'),
  rate: msg('Usual bytes a second'),
} as const;

export function runsTable(report: BoardReport): Html {
  const heads = ['when', 'backups', 'full', 'differential', 'incremental', 'failed'] as const;
  return table(heads, report, ({ backups, failures }) => {
    const ofKind = (wanted: ReportedBackup['kind']) => figure(backups.filter(({ kind }) => kind === wanted).length);
    return [
      figure(backups.length),
      ...(['full', 'differential', 'incremental'] as const).map(ofKind),
      figure(failures),
    ];
  });
}

export function growthTable(report: BoardReport): Html {
  return table(['when', 'added', 'board'], report, ({ backups }) => [
    bytes(backups.reduce((sum, { added }) => sum + added, 0)),
    bytes(backups.at(-1)?.bytes ?? 0),
  ]);
}

export function paceTable(report: BoardReport): Html {
  return table(['when', 'seconds', 'rate'], report, ({ backups }) => {
    const seconds = medianOf(backups.flatMap((backup) => backup.seconds ?? []));
    const rate = medianOf(backups.flatMap((each) => (each.seconds ? (each.wireBytes ?? 0) / each.seconds : [])));
    return [seconds === undefined ? '' : duration(seconds), rate === undefined ? '' : bytes(rate)];
  });
}

function table(
  heads: ReadonlyArray<keyof typeof HEADS>,
  report: BoardReport,
  cells: (period: Period) => string[],
): Html {
  return html`<details><summary>${t('Show the figures')}</summary><div class="scroll" tabindex="0"><table>
<thead><tr>${heads.map((head, at) => html`<th scope="col"${at > 0 ? html` class="figure"` : undefined}>${t(HEADS[head])}</th>`)}</tr></thead>
<tbody>${periodsOf(report).map(
    (period) =>
      html`<tr><th scope="row">${period.name}</th>${cells(period).map((cell) => html`<td class="figure">${cell}</td>`)}</tr>`,
  )}</tbody></table></div></details>`;
}

function periodsOf({ backups, failures }: BoardReport): Period[] {
  const length = backups.length + failures.length <= MOST_ROWS ? undefined : '2026-03'.length;
  const periods = new Map<string, { backups: ReportedBackup[]; failures: number }>();
  const periodOf = (iso: string) => {
    const name = localTime(iso).slice(0, length);
    const period = periods.get(name) ?? { backups: [], failures: 0 };
    periods.set(name, period);
    return period;
  };
  for (const backup of backups) periodOf(backup.createdAt).backups.push(backup);
  for (const { at } of failures) periodOf(at).failures += 1;
  return [...periods].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, period]) => ({ name, ...period }));
}
