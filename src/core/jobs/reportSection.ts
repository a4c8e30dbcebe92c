// What the sections of a report share: their frame, the time scale, and the marks of backups and failures on it. A section is a
// sentence that says what was found, a picture that shows it, and the figures as a table.

import { type Html, html } from '../html.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { BoardReport, ReportedBackup } from '../plan/boardReport.js';
import { whyFailed } from '../plan/healthFindings.js';
import { unsoundWord } from '../plan/soundness.js';
import type { Mark } from './reportPictures.js';
import { type TimeScale, timeScale } from './reportScales.js';
import type { ReportTimes } from './reportTimes.js';

export function section(id: string, title: string, content: Html): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

export function scaleOf({ at, backups, failures }: BoardReport): TimeScale {
  const times = [...backups.map(({ createdAt }) => createdAt), ...failures.map((failure) => failure.at)].map(
    Date.parse,
  );
  return timeScale(times, Date.parse(at));
}

export function markOf({ createdAt, kind, label, soundness, pinned }: ReportedBackup, times: ReportTimes): Mark {
  const when = times.at(createdAt);
  const title = label === null ? when : `${when}, ${displayPath(label)}`;
  return {
    at: Date.parse(createdAt),
    shape: kind,
    isPinned: pinned,
    soundness,
    title: soundness === 'damaged' || soundness === 'lacking' ? `${title}, ${unsoundWord(soundness)}` : title,
  };
}

export function failuresOf({ failures }: BoardReport, times: ReportTimes): Mark[] {
  return failures.map(({ at, code }) => ({
    at: Date.parse(at),
    shape: 'failed',
    title: t('{0}, failed: {1}', times.at(at), reasonOf(code)),
  }));
}

export function reasonOf(code: string): string {
  return whyFailed(code) ?? displayPath(code);
}
