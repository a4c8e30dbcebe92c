// The section of a report on how long backups take, and how fast their lines are.

import { type Html, html } from '../html.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { BoardReport, ReportedBackup } from '../plan/boardReport.js';
import { medianOf } from '../plan/median.js';
import { bytes, firmwareName, shortened, timeTaken } from '../text.js';
import { dots, type Point, type Turn } from './reportPictures.js';
import { valueScale } from './reportScales.js';
import { failuresOf, markOf, scaleOf, section } from './reportSection.js';
import { paceTable, rateOf } from './reportTables.js';
import type { ReportTimes } from './reportTimes.js';

/** The line of what is usual, for the legend. */
const DASHES = html`<svg class="dashes" aria-hidden="true" width="24" height="8"><line class="usual" x1="0" x2="24" y1="4" y2="4" /></svg>`;

const LONGEST_NAME = 32;
/** So many changes of the firmware fit above a picture. */
const MOST_TURNS = 3;
/** Values that many times larger than nearly all others do not count for the scale: they would flatten those. */
const FAR = 4;

export function paceSection(report: BoardReport, times: ReportTimes): Html {
  const title = t('Duration and speed');
  const { backups } = report;
  const usual = usualOf(backups);
  const rates = backups.map((backup) => ({ backup, value: rateOf(backup) })).filter(isKnown);
  const usualRate = medianOf(rates.map(({ value }) => value));
  if (!usual) return section('pace', title, html`<p>${t('It is not known how long these backups took.')}</p>`);
  const fulls = usual.taken.filter(({ backup }) => backup.kind === 'full');
  const full = medianOf(fulls.map(({ value }) => value));
  const words = [
    paceWords(usual, backups),
    ...(full === undefined || fulls.length === usual.taken.length ? [] : [t('A full one takes {0}.', timeTaken(full))]),
    ...(rates.length < 2
      ? []
      : [t('Speed is that of the line. Short backups mostly wait for answers, which lowers it.')]),
  ].join(' ');
  if (usual.taken.length < 2 && rates.length < 2) return section('pace', title, html`<p>${words}</p>`);
  const time = scaleOf(report);
  const turns = turnsOf(backups);
  const draw = (id: string, name: string, unit: 'seconds' | 'bytes', values: readonly Taken[], middle: number) => {
    const format = unit === 'seconds' ? timeTaken : perSecond;
    const points: Point[] = values.map(({ backup, value }) => {
      const { title: about, ...mark } = markOf(backup, times);
      return { ...mark, title: `${about}: ${format(value)}`, value, isPinned: false };
    });
    const scales = { time, value: valueScale(mostOf(values.map(({ value }) => value)), unit) };
    const failed = unit === 'seconds' ? failuresOf(report, times).map((mark) => ({ ...mark, value: 0 })) : [];
    const options = { format, usual: middle, turns };
    return html`<div><h3>${name} ${DASHES}</h3>${dots({ id, title: name, description: words }, scales, [...points, ...failed], options)}</div>`;
  };
  const duration = t('Duration: usually {0}', timeTaken(usual.seconds));
  return section(
    'pace',
    title,
    html`<p>${words}</p>
<div class="pair">${usual.taken.length < 2 ? undefined : draw('duration', duration, 'seconds', usual.taken, usual.seconds)}${
      usualRate === undefined || rates.length < 2
        ? undefined
        : draw('rate', t('Speed: usually {0}', perSecond(usualRate)), 'bytes', rates, usualRate)
    }</div>
${paceTable(report, times, usual.isWhole)}`,
  );
}

interface Taken {
  backup: ReportedBackup;
  value: number;
}

function isKnown(each: { backup: ReportedBackup; value: number | null | undefined }): each is Taken {
  return typeof each.value === 'number';
}

interface Usual {
  taken: Taken[];
  seconds: number;
  isWhole: boolean;
}

/** The durations of whole jobs if enough are known, else of their part on the line: all figures must mean the same. */
function usualOf(backups: readonly ReportedBackup[]): Usual | undefined {
  const whole = takenOf(backups, true);
  const line = takenOf(backups, false);
  // One whole job beside many imported ones must not hide what is known of those.
  const isWhole = whole.length >= 2 || whole.length === backups.length || line.length === 0;
  const taken = isWhole ? whole : line;
  const seconds = medianOf(taken.map(({ value }) => value));
  return seconds === undefined ? undefined : { taken, seconds, isWhole };
}

function takenOf(backups: readonly ReportedBackup[], isWhole: boolean): Taken[] {
  return backups.map((backup) => ({ backup, value: isWhole ? backup.seconds : backup.lineSeconds })).filter(isKnown);
}

function paceWords({ seconds, isWhole }: Usual, backups: readonly ReportedBackup[]): string {
  const usually = timeTaken(seconds);
  if (isWhole) return t('A backup usually takes {0}, from the connection to the checked archive.', usually);
  return t(
    takenOf(backups, true).length > 0
      ? 'Reading the board usually takes {0}. How long the whole backup took is known for only one.'
      : 'Reading the board usually takes {0}. How long whole backups took is not known: this folder of backups has no history of them.',
    usually,
  );
}

/** The top of a scale. If a few values are far beyond all others, they stand at its edge. */
function mostOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const most = sorted.at(-1) ?? 0;
  const nearlyAll = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? most;
  return most > FAR * nearlyAll ? 1.5 * nearlyAll : most;
}

/** The backups from which on the firmware was a different one. */
function turnsOf(backups: readonly ReportedBackup[]): Turn[] {
  const known = backups.filter(({ firmware }) => firmware !== null);
  const turns = known.filter(({ firmware }, at) => at > 0 && firmware !== known[at - 1]?.firmware);
  return turns.slice(-MOST_TURNS).map(({ createdAt, firmware }) => ({
    at: Date.parse(createdAt),
    label: shortened(displayPath(firmwareName(firmware ?? '')), LONGEST_NAME),
  }));
}

function perSecond(value: number): string {
  return t('{0}/s', bytes(value));
}
