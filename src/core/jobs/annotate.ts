// What people note on a backup after it was taken: label, note, tags, pin, and whatever else they like. The archive stays as it is.

import { SET_KEY } from '../backupSet.js';
import { BackupError } from '../errors.js';
import { msg, t } from '../l10n.js';
import type { Annotation } from '../store/annotations.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { figure } from '../text.js';
import { holding } from './holding.js';
import type { JobContext } from './job.js';

/** Characters: a label stands in one line of a list. */
const LONGEST = { label: 200, note: 10_000, tag: 100, metadata: 10_000 };

export type UserAnnotation = Pick<Annotation, 'label' | 'note' | 'tags' | 'pinned' | 'metadata'>;

/** @throws BackupError `bad-argument` for what is too long or has more than one line, `store-…` */
export async function annotate(
  context: JobContext,
  store: Store,
  backups: readonly BackupSummary[],
  annotation: UserAnnotation,
): Promise<void> {
  checkAnnotation(annotation);
  await holding(context, store, 'shared', 'notes something on backups', () => store.annotate(backups, annotation));
}

/** @throws BackupError `bad-argument` for what is too long, has more than one line, or would be taken for something else */
export function checkAnnotation({ label, note, tags = [], metadata = [] }: UserAnnotation): void {
  for (const text of [label ?? '', ...tags]) {
    if (/[\r\n]/.test(text))
      throw bad(t('A label or a tag must be a single line.'), t('Use the note for longer texts.'));
  }
  if (metadata.some(([key]) => key === SET_KEY))
    throw bad(t('The key "{0}" is reserved for backup sets.', SET_KEY), t('Use another key.'));
  const sizes = [
    [msg('A label can have {0} characters at most.'), label?.length ?? 0, LONGEST.label],
    [msg('A note can have {0} characters at most.'), note?.length ?? 0, LONGEST.note],
    [msg('A tag can have {0} characters at most.'), Math.max(0, ...tags.map(({ length }) => length)), LONGEST.tag],
    [
      msg('A value can have {0} characters at most.'),
      Math.max(0, ...metadata.flat().map(({ length }) => length)),
      LONGEST.metadata,
    ],
  ] as const;
  for (const [words, size, most] of sizes) {
    if (size > most) throw bad(t(words, figure(most)), t('Make it shorter.'));
  }
}

function bad(message: string, hint: string): BackupError {
  return new BackupError('bad-argument', message, { hint });
}
