import { type Message, msg, t } from '../../core/l10n.js';
import { pickOne } from '../quickPick.js';
import type { TreeLook } from '../tree/treeLook.js';
import type { Command } from './command.js';

const ORDERS: ReadonlyArray<{ label: Message; look: Partial<TreeLook> }> = [
  { label: msg('Newest backups first'), look: { oldestFirst: false } },
  { label: msg('Oldest backups first'), look: { oldestFirst: true } },
  { label: msg('Connected boards first, by name'), look: { boardsBy: 'name' } },
  { label: msg('Boards without a recent backup first'), look: { boardsBy: 'lastBackup' } },
];

export const sortBackups: Command = {
  name: 'sortBackups',
  async run({ tree, setLook }) {
    const { look } = tree;
    const isSo = (order: (typeof ORDERS)[number]) =>
      Object.entries(order.look).every(([key, value]) => look[key as keyof TreeLook] === value);
    const items = ORDERS.map((order) => ({
      ...order,
      label: t(order.label),
      ...(isSo(order) && { icon: 'check' }),
    }));
    const picked = await pickOne(items, { placeHolder: t('How do you want to sort the backups?') });
    if (picked) await setLook(picked.look);
  },
};
