import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const clearFilter: Command = {
  name: 'clearFilter',
  async run({ tree, setLook }) {
    if (tree.look.criteria.length === 0) void showInformation(t('All backups are shown already.'));
    else await setLook({ ...tree.look, criteria: [] });
  },
};
