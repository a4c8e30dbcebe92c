import { t } from '../../core/l10n.js';
import { openTwo } from '../files/openFiles.js';
import { showInformation } from '../messages.js';
import { isNode, selectedRows } from '../targets.js';
import type { Command } from './command.js';

export const compareSelected: Command = {
  name: 'compareSelected',
  async run({ view }, target, selection) {
    // From the palette, what is selected in the view.
    const rows = isNode(target) ? selectedRows(target, selection) : view.selection;
    const [one, other, ...more] = rows.flatMap((row) => (row.kind === 'file' ? [row] : []));
    if (one && other && more.length === 0) await openTwo(one, other);
    else void showInformation(t('Select two files of backups in the tree to compare them.'));
  },
};
