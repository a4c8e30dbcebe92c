// The section of a report on size: what the archives take on disk, and how large the files of the board are.

import { type Html, html } from '../html.js';
import { t } from '../l10n.js';
import type { BoardReport } from '../plan/boardReport.js';
import { bytes } from '../text.js';
import { steps } from './reportPictures.js';
import { valueScale } from './reportScales.js';
import { scaleOf, section } from './reportSection.js';
import { growthTable } from './reportTables.js';
import type { ReportTimes } from './reportTimes.js';

const RECENT_MS = 30 * 86_400_000;

export function growthSection(report: BoardReport, times: ReportTimes): Html {
  const { at, backups, storeBytes } = report;
  const now = Date.parse(at);
  const title = t('Growth');
  // A set is a part of the board: its size says nothing of the whole.
  const whole = backups.some(({ set }) => set === null) ? backups.filter(({ set }) => set === null) : backups;
  const board = whole.at(-1)?.bytes ?? 0;
  const recent = backups.filter(({ createdAt }) => now - Date.parse(createdAt) <= RECENT_MS);
  const grown = recent.reduce((sum, { added }) => sum + added, 0);
  const words = [
    t(
      'The archives of all backups take {0} on disk. Unpacked, the files of the board are {1}.',
      bytes(storeBytes),
      bytes(board),
    ),
    ...(recent.length < backups.length ? [t('The last 30 days have added {0}.', bytes(grown))] : []),
  ].join(' ');
  if (backups.length < 2) return section('growth', title, html`<p>${words}</p>`);
  const time = scaleOf(report);
  let sum = 0;
  const store = backups.map(({ createdAt, added }) => {
    sum += added;
    return { at: Date.parse(createdAt), value: sum };
  });
  const sizes = whole.map((backup) => ({ at: Date.parse(backup.createdAt), value: backup.bytes }));
  const draw = (colour: 'store' | 'board', name: string, points: typeof store) => {
    const most = points.reduce((top, { value }) => Math.max(top, value), 0);
    const scales = { time, value: valueScale(most, 'bytes') };
    return html`<div><h3>${name}</h3>${steps({ id: colour, title: name, description: words }, scales, points, { format: bytes, colour })}</div>`;
  };
  return section(
    'growth',
    title,
    html`<p>${words}</p>
<div class="pair">${draw('store', t('Archives on disk: {0}', bytes(storeBytes)), store)}${draw('board', t('Files of the board, unpacked: {0}', bytes(board)), sizes)}</div>
${growthTable(report, times)}`,
  );
}
