// The section of a report on the files that changed most often.

import { type Html, html } from '../html.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { BoardReport } from '../plan/boardReport.js';
import { count, figure, shortened } from '../text.js';
import { bars } from './reportPictures.js';
import { section } from './reportSection.js';

const LONGEST_PATH = 44;

export function changesSection({ backups, changes }: BoardReport): Html {
  const title = t('What changes most');
  const { top, changed, unchanged } = changes;
  if (backups.length < 2)
    return section('changes', title, html`<p>${t('This is shown from the second backup on.')}</p>`);
  if (top.length === 0)
    return section('changes', title, html`<p>${t('Nothing has changed between these backups.')}</p>`);
  const rows = top.map(({ path, changes: number }) => ({
    name: html`<span class="path" title="${displayPath(path)}">${shortened(displayPath(path), LONGEST_PATH)}</span>`,
    value: number,
    label: figure(number),
  }));
  return section(
    'changes',
    title,
    html`<p>${t('Changed, added or deleted since the first backup: {0} of {1}. The figures say in how many backups.', figure(changed), count(changed + unchanged, 'file'))}</p>
${bars(rows)}`,
  );
}
