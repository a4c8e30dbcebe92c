// What a screen reader says of a row of the preview of a restore. Knows nothing of VS Code.

import { t } from '../../core/l10n.js';
import type { PreviewRow } from './previewRows.js';

/**
 * @param label of the row
 * @param description what stands beside it, in grey
 */
export function spokenStep(row: PreviewRow, label: string, description: string): string {
  return [nameOf(row, label), description].filter(Boolean).join(', ');
}

function nameOf(row: PreviewRow, label: string): string {
  switch (row.kind) {
    case 'run':
      return label;
    case 'problem':
      return t('Problem: {0} {1}', label, row.problem.hint ?? '');
    case 'folder':
      return t('Folder {0}', label);
    case 'item':
      return row.item.type === 'folder' ? t('Folder {0}', label) : t('File {0}', label);
  }
}
