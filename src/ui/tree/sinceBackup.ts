// What has changed on a board since its last backup, in a few words. Knows nothing of VS Code.

import { t } from '../../core/l10n.js';
import { changesSince } from '../../core/plan/changesSince.js';
import type { TreeDifference } from '../../core/plan/compareTrees.js';

/** `2 changed, 1 new, 1 missing`; empty if there is nothing to compare with */
export function sinceBackup(difference: TreeDifference | undefined): string {
  if (!difference) return '';
  const { changed, added, removed, unknown } = changesSince(difference);
  const parts = [
    ...(changed > 0 ? [t('{0} changed', changed)] : []),
    ...(added > 0 ? [t('{0} new', added)] : []),
    ...(removed > 0 ? [t('{0} missing', removed)] : []),
    ...(unknown > 0 ? [t('{0} not compared', unknown)] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : t('as in the last backup');
}
