// What is said first of an archive: whether it is whole, and what of it cannot be had.

import { basename } from 'node:path';
import type { Damage } from '../archive/verify.js';
import { type Html, html } from '../html.js';
import { t } from '../l10n.js';
import { isSound, type Soundness, soundnessOf } from '../plan/soundness.js';
import { age, bytes, count, figure, localTime, moment } from '../text.js';
import type { PageContext } from './archiveActions.js';
import { shown } from './archiveWords.js';
import { deletedAt, type OpenArchive } from './describeArchive.js';

/** Names that are told; more would hide what comes below. */
const MOST_NAMED = 100;

type Level = 'good' | 'warning' | 'error' | 'open';

/** Of an archive that was not read now. */
const LEVELS: Record<Soundness, Level> = { sound: 'open', unknown: 'open', lacking: 'warning', damaged: 'error' };

export function findingsOf(archive: OpenArchive, context: PageContext): Html {
  return html`<ul class="findings" aria-label="${t('What was found')}">
${missing(archive, context)}
${integrity(archive, context)}
${place(archive, context)}
${borrowed(archive)}
${unread(archive)}
${trouble(archive, context)}
</ul>`;
}

function integrity(archive: OpenArchive, { now, hrefOf }: PageContext): Html {
  const { reading, size = 0, backup, home, own, path } = archive;
  if (!reading) {
    const { verified } = backup;
    const before = verified && {
      sound: t('It was verified {0}, and found sound.', age(verified.at, now)),
      damaged: t('When it was verified {0}, damage was found.', age(verified.at, now)),
      lacking: t('When it was verified {0}, files were missing.', age(verified.at, now)),
    };
    const soundness = soundnessOf(backup);
    const words = soundness === 'unknown' ? undefined : before?.[soundness];
    const how = t(
      'It has {0}, and is read whole when you verify it. Its directory and its manifest are in order.',
      bytes(size),
    );
    return finding(LEVELS[soundness], t('Not verified now'), [words, how]);
  }
  const { damages, at } = reading;
  // The page may stay open for days: it says when that was, and not how long ago.
  const when = t('It was read at {0}.', localTime(at));
  // Below what is missing, it must not read as if all were well.
  if (damages.length === 0 && archive.missing > 0)
    return finding('good', t('This archive itself is undamaged'), [
      t('Every byte that it holds is as it was written.'),
      when,
    ]);
  if (damages.length === 0)
    return finding('good', t('Sound'), [t('Every byte was read and is as it was written.'), when]);
  const isRead = damages.some(({ certainty }) => certainty !== 'read-error');
  const mark = isRead ? t('Damaged') : t('Not readable');
  const words = isRead
    ? t('The following is damaged. Everything else is sound.')
    : t('The disk could not read the following. It may be undamaged: try again, or copy the file from elsewhere.');
  const next =
    home?.kind === 'own'
      ? html`<p><a href="${hrefOf({ do: 'repair' })}">${t('Repair Backups…')}</a> ${t('takes what is damaged from other archives, the trash and the board.')}</p>`
      : own && own.archive !== path && isSound(own)
        ? html`<p>${t('Your backups include the same one, with no known damage: use that one.')}</p>`
        : html`<p>${t('Look for another copy of the file: the place that it was copied from, a second place, or the computer that wrote it.')}</p>`;
  return finding('error', mark, [words, when], html`${damageList(damages)}${next}`);
}

function damageList(damages: readonly Damage[]): Html {
  const lines = damages.map(({ path, reason, archive }) => {
    const words = shown(withoutPath(reason, archive));
    return path === null ? html`<li>${words}</li>` : html`<li><span class="path">${shown(path)}</span>: ${words}</li>`;
  });
  return listOf(lines);
}

/** A failure names its archive, and then says what is wrong. Here there is but one. */
function withoutPath(reason: string, archive: string): string {
  const at = reason.indexOf(archive);
  const end = at < 0 ? -1 : reason.indexOf(': ', at + archive.length);
  if (end < 0) return reason;
  const words = reason.slice(end + 2);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function place(archive: OpenArchive, { now }: PageContext): Html | undefined {
  const { home, own } = archive;
  if (home?.place === 'quarantine')
    return finding('warning', t('Set aside'), [
      t('It was found damaged when the backups were repaired, and is no longer used.'),
    ]);
  if (home?.place !== 'trash') return undefined;
  const at = deletedAt(archive);
  const when =
    at === undefined ? t('It is in the trash of its folder of backups.') : t('It was deleted: {0}.', moment(at, now));
  return finding('warning', t('In the trash'), [
    own ? t('It was replaced there by a newer form of the same backup.') : when,
  ]);
}

function missing({ entries, missing, home }: OpenArchive, { hrefOf }: PageContext): Html | undefined {
  if (missing === 0) return undefined;
  const lost = entries.filter((entry) => entry.type === 'file' && entry.archive === undefined);
  const words = t(
    'The bytes of {0} of {1} are in no archive that can be found.',
    figure(missing),
    count(filesIn(entries), 'file'),
  );
  const next =
    home?.kind === 'own'
      ? html`<p><a href="${hrefOf({ do: 'repair' })}">${t('Repair Backups…')}</a> ${t('looks for them in the trash and on the board. Or import the archives that have them.')}</p>`
      : html`<p>${t('They are in other archives of the same board: move this archive into the folder of those backups, or move them next to it.')}</p>`;
  const names = lost.map(({ path }) => html`<li class="path">${shown(path)}</li>`);
  return finding('warning', t('Files are missing'), [words], html`${listOf(names)}${next}`);
}

function borrowed({ lenders }: OpenArchive): Html | undefined {
  const trashed = lenders.filter(({ isTrashed }) => isTrashed);
  if (trashed.length === 0) return undefined;
  const names = trashed.map(({ archive }) => html`<li class="path">${shown(basename(archive))}</li>`);
  return finding(
    'warning',
    t('Needs the trash'),
    [t('Some of its content is only in archives in the trash. Bring those back before you empty the trash.')],
    listOf(names),
  );
}

function unread({ manifest: { errors } }: OpenArchive): Html | undefined {
  if (errors.length === 0) return undefined;
  const words = t(
    'When it was taken, the board did not give {0}: not deleted, only unknown.',
    count(errors.length, 'path'),
  );
  const lines = errors.map(
    ({ path, message }) => html`<li><span class="path">${shown(path)}</span>: ${shown(message)}</li>`,
  );
  return finding('warning', t('Not complete'), [words], listOf(lines));
}

function trouble({ trouble }: OpenArchive, { hrefOf }: PageContext): Html | undefined {
  if (!trouble) return undefined;
  const isOfKey = trouble.code === 'key-missing' || trouble.code === 'key-wrong';
  const next = isOfKey && html`<p><a href="${hrefOf({ do: 'enterKey' })}">${t('Enter Key…')}</a></p>`;
  return finding(
    'warning',
    t('Not all is known'),
    [shown(trouble.message), trouble.hint && shown(trouble.hint)],
    next === false ? undefined : next,
  );
}

const SIGNS: Record<Level, string> = { good: '✓', warning: '⚠', error: '✗', open: '○' };

/** A sign besides the colour: not everybody sees that. */
function finding(level: Level, mark: string, sentences: ReadonlyArray<string | undefined>, more?: Html): Html {
  const text = sentences.filter((each) => each !== undefined && each !== '').join(' ');
  return html`<li class="${level}"><span class="mark ${level}"><span aria-hidden="true">${SIGNS[level]}</span> ${mark}.</span> ${text}${more}</li>`;
}

/** Few stand there; many are folded. */
function listOf(lines: readonly Html[]): Html {
  const rest = lines.length - MOST_NAMED;
  const list = html`<ul>${lines.slice(0, MOST_NAMED)}${rest > 0 ? html`<li>${t('… {0} more', figure(rest))}</li>` : undefined}</ul>`;
  return lines.length <= 5
    ? list
    : html`<details><summary>${t('Show all {0}', figure(lines.length))}</summary>${list}</details>`;
}

function filesIn(entries: OpenArchive['entries']): number {
  return entries.filter(({ type }) => type === 'file').length;
}
