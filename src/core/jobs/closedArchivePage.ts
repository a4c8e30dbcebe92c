// The page of an archive that cannot be shown: why, and what to do.

import { type Html, html } from '../html.js';
import { type Message, msg, t } from '../l10n.js';
import { bytes, moment } from '../text.js';
import type { ArchiveAction, ArchivePage, PageContext } from './archiveActions.js';
import { shown } from './archiveWords.js';
import type { WhyClosed } from './closedArchive.js';
import type { ClosedArchive } from './describeArchive.js';

interface Words {
  title: Message;
  /** What it is, and what to do, as sentences. */
  text: Message;
  buttons?: ReadonlyArray<readonly [ArchiveAction['do'] & ('enterKey' | 'reload'), Message]>;
}

const AGAIN = ['reload', msg('Try Again')] as const;
const ENTER = ['enterKey', msg('Enter Key…')] as const;
const COPY = msg(
  'Get another copy of it: from the place that it was copied from, from a second place, or from the computer that wrote it.',
);

const WORDS: Record<WhyClosed, Words> = {
  gone: {
    title: msg('This file is gone'),
    text: msg(
      'It was moved, renamed or deleted. A backup that was deleted in the Boards view can be brought back: Restore Deleted Backup.',
    ),
    buttons: [AGAIN],
  },
  empty: {
    title: msg('This file is empty'),
    text: msg('There is nothing in it: copying or downloading it may have been cut off.'),
  },
  foreign: {
    title: msg('This is not an archive of MicroPython Backup'),
    text: msg(
      'Its name ends in .blb, but its content is of another kind. Open it with the program that wrote it (Reopen Editor With… offers others). If it should be a backup, copy or download it again.',
    ),
  },
  'named-encrypted': {
    title: msg('This archive is not encrypted'),
    text: msg('Its name says that it is. Take .age off the end of its name, and open it again.'),
  },
  'named-plain': {
    title: msg('This archive is encrypted'),
    text: msg('Its name does not say so. Put .age at the end of its name, and open it again.'),
  },
  'key-missing': {
    title: msg('This archive is encrypted'),
    text: msg(
      'It opens with the passphrase or the key file that its backups were encrypted with. This computer does not have that key.',
    ),
    buttons: [ENTER],
  },
  'key-wrong': {
    title: msg('This archive is encrypted'),
    text: msg(
      'No key that this computer has opens it: it was encrypted with another passphrase, or for another key file.',
    ),
    buttons: [ENTER],
  },
  newer: {
    title: msg('This archive needs a newer version'),
    text: msg('Update MicroPython Backup, and open it again. Nothing was changed.'),
    buttons: [AGAIN],
  },
  'cut-short': {
    title: msg('This archive is cut short'),
    text: msg('Its end is missing or was overwritten: copying or downloading it may have been cut off.'),
  },
  damaged: {
    title: msg('This archive is damaged'),
    text: msg('What says which files it holds cannot be read. What is sound in it can be taken out by any unzip.'),
  },
  unreadable: {
    title: msg('This file cannot be read'),
    text: msg('The disk or the system could not read it.'),
    buttons: [AGAIN],
  },
};

/** Where another copy is all that helps. */
const NEEDS_COPY: ReadonlySet<WhyClosed> = new Set(['empty', 'cut-short', 'damaged'] as const);
/** Where the page says more than the failure does. */
const IS_PLAIN: ReadonlySet<WhyClosed> = new Set([
  ...(['gone', 'empty', 'foreign', 'named-encrypted', 'named-plain', 'key-missing', 'key-wrong'] as const),
]);

export function closedPage(archive: ClosedArchive, { now, hrefOf }: PageContext): ArchivePage {
  const { why, name, path, size, modified, error, isOwn } = archive;
  const { title, text, buttons = [] } = WORDS[why];
  const mayRepair = isOwn && NEEDS_COPY.has(why);
  const links = [...buttons, ...(mayRepair ? [['repair', msg('Repair Backups…')] as const] : [])];
  const isOfKey = buttons.includes(ENTER);
  const body = html`<main>
<h1>${t(title)}</h1>
<p class="lead"><span class="path">${shown(name)}</span></p>
<ul class="findings"><li class="${isOfKey ? 'warning' : 'error'}">${t(text)}${NEEDS_COPY.has(why) ? html` ${t(COPY)}` : undefined}${mayRepair ? html` ${t('Repairing takes what is lost from other archives, the trash and the board.')}` : undefined}</li></ul>
${
  links.length === 0
    ? undefined
    : html`<p class="buttons">${links.map(
        ([action, label], index) =>
          html`<a class="${index === 0 ? 'button primary' : 'button'}" href="${hrefOf({ do: action })}">${t(label)}</a> `,
      )}</p>`
}
<dl class="facts">
<dt>${t('File')}</dt><dd><span class="path">${shown(path)}</span></dd>
${size === undefined ? undefined : html`<dt>${t('Size')}</dt><dd>${bytes(size)}</dd>`}
${modified === undefined ? undefined : html`<dt>${t('Written')}</dt><dd>${moment(new Date(modified).toISOString(), now)}</dd>`}
</dl>
${IS_PLAIN.has(why) ? undefined : details(error.message)}
</main>`;
  return { title: `${t(title)} (${shown(name)})`, body };
}

function details(message: string): Html {
  return html`<details><summary>${t('What was found')}</summary><p>${shown(message)}</p></details>`;
}
