import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const clearFilter: Command = {
  name: 'clearFilter',
  async run({ tree, setLook }) {
    if (tree.look.criteria.length === 0) void showInformation(t('All backups are shown already.'));
    // Also one that was lifted to show a row, and would come back.
    await setLook({ criteria: [] });
  },
};
