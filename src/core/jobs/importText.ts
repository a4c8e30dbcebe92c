// What an import came to, in words: the same in VS Code and on the command line.

import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { lackingHint } from '../plan/soundness.js';
import { count } from '../text.js';
import type { ImportResult } from './importBackups.js';

/** @param root of the store */
export function describeImport({ imported, present, healed, missing }: ImportResult, root: string): string {
  return [
    t('{0} imported into {1}.', count(imported.length, 'backup'), displayPath(root)),
    ...(present > 0
      ? [t(present === 1 ? '{0} was already there.' : '{0} were already there.', count(present, 'backup'))]
      : []),
    ...(healed > 0 ? [t('{0} got back what had been lost.', count(healed, 'backup'))] : []),
    ...(missing.length > 0 ? [t('{0} came without content.', count(missing.length, 'file')), lackingHint()] : []),
  ].join(' ');
}

/** What the sum above leaves out: what was not taken in, and what came without its content. */
export function detailsOfImport({ refused, missing }: ImportResult): string[] {
  return [
    ...refused.map(({ path, error }) => t('Not imported: {0}. {1}', displayPath(path), displayPath(error.message))),
    ...missing.map(({ id, path }) => t('Missing in {0}: {1}', id.slice(0, 8), displayPath(path))),
  ];
}
