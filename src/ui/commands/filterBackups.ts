import { t } from '../../core/l10n.js';
import { count } from '../../core/text.js';
import { showInformation } from '../messages.js';
import { pickSome } from '../quickPick.js';
import { choicesOf } from '../tree/treeLook.js';
import type { Command } from './command.js';

export const filterBackups: Command = {
  name: 'filterBackups',
  async run({ boards, tree, setLook }) {
    await boards.looked();
    const choices = choicesOf(boards.listing.backups);
    if (choices.length === 0) {
      void showInformation(t('There is no backup yet.'));
      return;
    }
    const { look } = tree;
    const items = choices.map(({ criterion, label, backups }) => ({
      label,
      criterion,
      description: count(backups, 'backup'),
      picked: look.criteria.includes(criterion),
    }));
    const picked = await pickSome(items, {
      placeHolder: t('Show only backups that are one of these; nothing ticked shows all'),
    });
    if (picked) await setLook({ criteria: picked.map(({ criterion }) => criterion) });
  },
};
