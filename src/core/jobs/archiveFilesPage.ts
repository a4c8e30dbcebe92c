// The tree of an archive on its page: folders that can be opened, files that are links, and where the bytes are of those that are not
// in this archive.

import { basename } from 'node:path';
import { type Html, html } from '../html.js';
import { t } from '../l10n.js';
import { bytes, count, figure } from '../text.js';
import type { PageContext } from './archiveActions.js';
import { type ArchiveTree, archiveTree, type TreeFolder } from './archiveTree.js';
import { shown } from './archiveWords.js';
import type { DescribedEntry, OpenArchive } from './describeArchive.js';

type FileEntry = DescribedEntry & { type: 'file' };
type Folder = TreeFolder<DescribedEntry>;

/** So many rows are all shown at once. */
const FEW_ROWS = 40;
/** Who has a longer path than any board has can still open it from the list of all files. */
const LONGEST_PATH = 4096;
const MOST_LENDERS = 30;

export function filesSection(archive: OpenArchive, context: PageContext): Html {
  const tree = archiveTree(archive.entries);
  return html`<section aria-labelledby="files">
<h2 id="files">${t('Files')}</h2>
<p>${whereWords(archive)}</p>
${lendersOf(archive, context)}
${cutWords(tree, archive, context)}
${tree.root.count + tree.root.folders.length === 0 ? undefined : rowsOf(tree.root, archive, context, tree.rows <= FEW_ROWS)}
</section>`;
}

function whereWords({ here, missing, entries, lenders, chain }: OpenArchive): string {
  const all = entries.filter(({ type }) => type === 'file').length;
  if (all === 0) return t('The board had no files.');
  if (here === all) return t('The bytes of all {0} are in this archive.', count(all, 'file'));
  const elsewhere = all - here - missing;
  if (here === 0 && missing === 0 && chain.before.length > 0)
    return t(
      'Nothing had changed: the bytes of all {0} are in {1}.',
      count(all, 'file'),
      count(lenders.length, 'older archive'),
    );
  return t(
    'Of {0}, the bytes of {1} are in this archive, and those of {2} in {3}.',
    count(all, 'file'),
    figure(here),
    figure(elsewhere),
    count(lenders.length, 'other archive'),
  );
}

function lendersOf({ lenders }: OpenArchive, { hrefOf }: PageContext): Html | undefined {
  if (lenders.length === 0) return undefined;
  const more = lenders.length - MOST_LENDERS;
  return html`<details><summary>${t('Which other archives')}</summary>
<div class="scroll"><table>
<thead><tr><th scope="col">${t('Archive')}</th><th scope="col" class="figure">${t('Files')}</th><th scope="col" class="figure">${t('Bytes')}</th></tr></thead>
<tbody>${lenders
    .slice(0, MOST_LENDERS)
    .map(
      ({ archive, files, bytes: size, isTrashed, board }) =>
        html`<tr><td><a href="${hrefOf({ do: 'open', archive })}">${shown(basename(archive))}</a>${ofBoard(board)}${isTrashed ? html` <span class="quiet">${t('in the trash')}</span>` : undefined}</td><td class="figure">${figure(files)}</td><td class="figure">${bytes(size)}</td></tr>`,
    )}</tbody></table></div>
${more > 0 ? html`<p class="quiet">${t('… {0} more', figure(more))}</p>` : undefined}
</details>`;
}

function cutWords(
  { hidden }: ArchiveTree<DescribedEntry>,
  { own }: OpenArchive,
  { hrefOf }: PageContext,
): Html | undefined {
  if (hidden === 0) return undefined;
  const words = t('Not listed here, to keep the page quick: {0}.', count(hidden, 'item'));
  const find = html`<a href="${hrefOf({ do: 'find' })}">${t('Open File…')}</a>`;
  const show = own && html` <a href="${hrefOf({ do: 'show' })}">${t('Show in Boards View')}</a>`;
  return html`<p class="cut">${words} ${t('All of them:')} ${find}${show}</p>`;
}

function rowsOf({ folders, files, hidden }: Folder, archive: OpenArchive, context: PageContext, isOpen: boolean): Html {
  const more = hidden > 0 ? html`<li class="more">${t('… {0} not listed', count(hidden, 'item'))}</li>` : undefined;
  return html`<ul class="tree">${folders.map((folder) => folderRow(folder, archive, context, isOpen))}${files.map(
    ({ name, entry }) => (entry.type === 'file' ? fileRow(name, entry, archive, context) : undefined),
  )}${more}</ul>`;
}

function folderRow(folder: Folder, archive: OpenArchive, context: PageContext, isOpen: boolean): Html {
  const name = shown(folder.name);
  if (folder.count === 0 && folder.folders.length + folder.hidden === 0)
    return html`<li class="row"><span class="name path">${name}/</span> <span class="quiet">${t('empty')}</span></li>`;
  const open = isOpen ? html` open` : undefined;
  return html`<li><details${open}><summary><span class="path">${name}/</span> <span class="quiet">${t('{0}, {1}', count(folder.count, 'file'), bytes(folder.bytes))}</span></summary>${rowsOf(folder, archive, context, isOpen)}</details></li>`;
}

function fileRow(
  name: string,
  { path, size, archive: lender }: FileEntry,
  { path: own, lenders }: OpenArchive,
  { hrefOf }: PageContext,
): Html {
  const label = shown(name);
  const words =
    lender === undefined
      ? html`<span class="where mark error"><span aria-hidden="true">✗</span> ${t('not reachable')}</span>`
      : lender === own
        ? undefined
        : html`<a class="where" href="${hrefOf({ do: 'open', archive: lender })}">${t('in {0}', shown(basename(lender)))}${ofBoard(lenders.find(({ archive }) => archive === lender)?.board)}</a>`;
  const link =
    lender === undefined || path.length > LONGEST_PATH
      ? html`<span class="name path">${label}</span>`
      : html`<a class="name path" href="${hrefOf({ do: 'file', path })}">${label}</a>`;
  return html`<li class="row">${link} ${words} <span class="size figure quiet">${bytes(size)}</span></li>`;
}

/** Two boards may have the same file; whose archive it is, its name does not say. */
function ofBoard(name: string | undefined): Html | undefined {
  return name === undefined ? undefined : html` <span class="quiet">${t('of {0}', shown(name))}</span>`;
}
