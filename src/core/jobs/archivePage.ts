// The page that shows an archive: what it is, whether it is whole, what it belongs with, and what is in it. Markup made of data; what is
// done by a link is the business of who shows the page.

import { basename } from 'node:path';
import type { BackupKind, BackupOrigin } from '../archive/manifest.js';
import { setOf } from '../backupSet.js';
import { type Html, html } from '../html.js';
import { type Message, msg, t } from '../l10n.js';
import { kindName } from '../plan/originText.js';
import type { BackupSummary, ManifestSummary } from '../store/summary.js';
import { age, bytes, count, duration, figure, firmwareName, localTime, moment, moments } from '../text.js';
import type { ArchiveAction, ArchivePage, PageContext } from './archiveActions.js';
import { filesSection } from './archiveFilesPage.js';
import { findingsOf } from './archiveFindings.js';
import { shown, shownNote } from './archiveWords.js';
import { backupWords, originWords } from './backupWords.js';
import { closedPage } from './closedArchivePage.js';
import type { ArchiveDescription, OpenArchive } from './describeArchive.js';

/** How many backups are named on each side of one in its chain, besides the full one. */
const NEAREST = 6;
const MOST_CARRIED = 50;

const KINDS: Record<BackupKind, Message> = {
  full: msg('Full backup'),
  incremental: msg('Incremental backup: what changed since the backup before'),
  differential: msg('Differential backup: what changed since the last full one'),
};

const ORIGINS: Record<BackupOrigin, Message> = {
  manual: msg('by hand'),
  quick: msg('by Quick Backup'),
  connect: msg('automatic, when the board was connected'),
  session: msg('automatic, at the end of a session'),
  daily: msg('automatic, daily'),
  weekly: msg('automatic, weekly'),
  monthly: msg('automatic, monthly'),
  safety: msg('before a restore, of what it replaced'),
};

export function archivePage(archive: ArchiveDescription, context: PageContext): ArchivePage {
  if (archive.state === 'closed') return closedPage(archive, context);
  const { backup, name } = archive;
  const title = t('Backup of {0}', boardName(backup));
  const body = html`<main>
<h1>${title}</h1>
<p class="lead">${moment(backup.createdAt, context.now)} <span class="quiet">(${age(backup.createdAt, context.now)})</span>${labelOf(backup)}</p>
${findingsOf(archive, context)}
${buttons(archive, context)}
${facts(archive, context)}
${chainSection(archive, context)}
${carriedSection(archive, context)}
${filesSection(archive, context)}
${technical(archive)}
</main>`;
  return { title: `${title} (${name})`, body };
}

/** What can be done here, and why not the rest. */
function buttons(archive: OpenArchive, { hrefOf }: PageContext): Html {
  const { own, home, unknownHere } = archive;
  const mayImport = home !== undefined && unknownHere !== undefined && unknownHere > 0 && home.place !== 'trash';
  const isDeleted = home?.kind === 'own' && home.place === 'trash' && !own;
  const offered: Array<[ArchiveAction['do'] & OfButton, string] | false> = [
    own !== undefined && ['restore', t('Restore…')],
    isDeleted && ['undelete', t('Restore Deleted Backup…')],
    mayImport && ['import', t('Import')],
    ['verify', t('Verify')],
    own !== undefined && ['export', t('Export…')],
    own !== undefined && ['show', t('Show in Boards View')],
    ['find', t('Open File…')],
  ];
  const links = offered.filter((each) => each !== false);
  return html`<p class="buttons">${links.map(
    ([action, label], index) =>
      html`<a class="${index === 0 && action !== 'verify' ? 'button primary' : 'button'}" href="${hrefOf({ do: action })}">${label}</a> `,
  )}</p>
${sentence(whyNot(archive))}${twin(archive, hrefOf)}`;
}

type OfButton = 'restore' | 'verify' | 'export' | 'show' | 'import' | 'find' | 'undelete';

/** What can be done with a copy is done with what it is a copy of. */
function twin({ own, path }: OpenArchive, hrefOf: PageContext['hrefOf']): Html | undefined {
  if (!own || own.archive === path) return undefined;
  const link = html`<a href="${hrefOf({ do: 'open', archive: own.archive })}">${shown(basename(own.archive))}</a>`;
  return html`<p>${t('Your backups include the same one. Opening a file, restoring and exporting use that copy:')} ${link}</p>`;
}

function whyNot({ own, home, unknownHere, carried }: OpenArchive): string | undefined {
  if (!home)
    return t(
      'This file is not on a disk of this computer. Save a copy of it here, and open that one to import it; then it can be restored.',
    );
  if (own && unknownHere === 0) return undefined;
  if (own) return t('It also holds backups that are not among yours: import them to restore those as well.');
  if (home.kind === 'own' && home.place === 'trash') return t('It was deleted: bring it back to restore or export it.');
  if (unknownHere === undefined) return t('Restoring and exporting need your own backups, which cannot be listed now.');
  if (home.place === 'trash')
    return t(
      'It was deleted from a folder of backups that VS Code does not use. To import it, copy the file out of the trash.',
    );
  return carried.length > 0
    ? t('To restore or export what is in it, import it first: your backups do not have all of it.')
    : t('To restore or export it, import it first: it is not among your backups.');
}

function facts(archive: OpenArchive, { now }: PageContext): Html {
  const { backup, manifest, size, isEncrypted } = archive;
  const { board, note, tags, pinned, checkedAt } = backup;
  const { statistics } = manifest;
  const set = setOf(manifest.metadata);
  const rows: Array<[string, string | Html | undefined]> = [
    [t('Kind'), t(KINDS[backup.kind])],
    [t('Taken'), `${t(ORIGINS[backup.origin])}, ${localTime(backup.createdAt)}`],
    [t('Backup set'), set && shown(set)],
    [t('Note'), note === '' ? undefined : html`<span class="note">${shownNote(note)}</span>`],
    [t('Tags'), tags.length > 0 ? tags.map((tag) => `#${shown(tag)}`).join(' ') : undefined],
    [t('Pinned'), pinned ? t('Yes: neither deleted nor pruned') : undefined],
    [t('Machine'), shown(board.machine)],
    [t('Firmware'), shown(firmwareName(board.firmware))],
    [t('Files of the board'), t('{0}, {1}', count(statistics.files, 'file'), bytes(statistics.bytes))],
    [t('The board was last found unchanged'), checkedAt === undefined ? undefined : age(checkedAt, now)],
    [t('This archive'), size === undefined ? undefined : bytes(size)],
    [t('Encrypted'), isEncrypted ? t('Yes, and opened with a key that this computer has') : t('No')],
    [t('File'), html`<span class="path">${shown(archive.path)}</span>`],
  ];
  return factList(rows);
}

function factList(rows: ReadonlyArray<readonly [string, string | Html | undefined]>): Html {
  const told = rows.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl class="facts">${told.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function chainSection(archive: OpenArchive, context: PageContext): Html {
  const { backup, chain, home } = archive;
  const { before, after, isBroken } = chain;
  // The nearest ones, and the full one that all of them go back to.
  const near = before.slice(0, NEAREST);
  const full = before.length > NEAREST ? before.at(-1) : undefined;
  const between = before.length - near.length - (full ? 1 : 0);
  const next = after.slice(0, NEAREST);
  const when = moments(
    [backup, ...(full ? [full] : []), ...near, ...next].map(({ createdAt }) => createdAt),
    context.now,
  );
  const row = (each: BackupSummary) => chainRow(each, when(each.createdAt), context);
  const isAlone = before.length + after.length === 0;
  return html`<section aria-labelledby="chain">
<h2 id="chain">${t('Backups before and after it')}</h2>
${sentence(isAlone && !isBroken ? t('It builds on no other backup, and none builds on it.') : undefined)}
${sentence(isBroken ? brokenWords(home?.kind) : undefined)}
${
  isAlone
    ? undefined
    : html`${dependence(archive)}
<ol class="chain">
${full && row(full)}
${between > 0 ? html`<li class="more">${t('… {0} in between', count(between, 'backup'))}</li>` : undefined}
${near.toReversed().map(row)}
<li aria-current="true"><strong>${t('This one')}</strong>, ${when(backup.createdAt)} <span class="quiet">${chainWords(backup)}</span></li>
${next.map(row)}
${after.length > NEAREST ? html`<li class="more">${t('… {0} after these', count(after.length - NEAREST, 'backup'))}</li>` : undefined}
</ol>`
}
</section>`;
}

/** Files that somebody takes away are gone: only the deletion of a backup looks at what others need. */
function dependence({ path, chain, home }: OpenArchive): Html | undefined {
  // An export carries them.
  if ([...chain.before, ...chain.after].every(({ archive }) => archive === path)) return undefined;
  const words =
    home?.kind === 'own' && home.place === 'store'
      ? t('When one of them is deleted in the Boards view, the others lose no file: what they need is moved to them.')
      : t('They need each other: keep these archives together. If one is taken away, others lose files.');
  return html`<p class="quiet">${words}</p>`;
}

function brokenWords(kind: 'own' | 'other' | 'folder' | undefined): string {
  return kind === 'folder' || kind === undefined
    ? t('The backup that it was compared with when it was taken does not lie beside it.')
    : t('The backup that it was compared with when it was taken is gone. Its files do not need that one.');
}

function chainRow(backup: BackupSummary, when: string, { hrefOf }: PageContext): Html {
  return html`<li><a href="${hrefOf({ do: 'open', archive: backup.archive })}">${when}</a> <span class="quiet">${chainWords(backup)}</span></li>`;
}

/** As the Boards view has it, whose icon tells the kind, too. */
function chainWords(backup: BackupSummary): string {
  const { kind, origin } = backup;
  return [
    ...(kind === 'full' ? [] : [kindName(kind)]),
    ...backupWords(backup).map(shown),
    ...(origin === 'manual' ? [originWords(origin)] : []),
  ].join(', ');
}

/** What an export has in it besides. */
function carriedSection({ carried }: OpenArchive, { now }: PageContext): Html | undefined {
  if (carried.length === 0) return undefined;
  const listed = carried.toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1)).slice(0, MOST_CARRIED);
  const more = carried.length - listed.length;
  return html`<section aria-labelledby="carried">
<h2 id="carried">${t('Other backups in this file')}</h2>
<p>${t('It is an export: it needs no other archive, and importing it brings these along.')}</p>
<ul class="chain">${listed.map(
    (each) =>
      html`<li>${boardName(each)}, ${moment(each.createdAt, now)} <span class="quiet">${kindName(each.kind)}, ${count(each.files, 'file')}</span></li>`,
  )}${more > 0 ? html`<li class="more">${t('… {0} more', figure(more))}</li>` : undefined}</ul>
</section>`;
}

function technical({ backup, manifest }: OpenArchive): Html {
  const { format, product, timeZone, statistics, scope } = manifest;
  const scoped = [...(scope.root === '' ? [] : [scope.root]), ...scope.include].map(shown).join(', ');
  return html`<details><summary>${t('About this archive')}</summary>
${factList([
  [t('Id'), html`<span class="path">${backup.id}</span>`],
  [t('Id of the board'), html`<span class="path">${shown(backup.board.id)}</span>`],
  [t('Name when it was written'), html`<span class="path">${shown(manifest.archive)}</span>`],
  [t('Written by'), shown(product)],
  [t('Format version'), figure(format.version)],
  [t('Number of the backup'), figure(backup.sequence)],
  [t('Time zone'), shown(timeZone)],
  [t('Only these paths'), scoped],
  [t('Left out'), scope.exclude.map(shown).join(', ')],
  [t('Read from the board'), t('{0}, {1}', count(statistics.read, 'file'), bytes(statistics.readBytes))],
  [t('Time it took'), duration(statistics.durationMs / 1000)],
])}
</details>`;
}

function labelOf({ label }: BackupSummary): Html | undefined {
  return label ? html` · ${shown(label)}` : undefined;
}

function boardName({ board }: Pick<ManifestSummary, 'board'>): string {
  return shown(board.name === '' ? board.id : board.name);
}

function sentence(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p>${text}</p>`;
}
