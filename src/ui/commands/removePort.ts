import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import { pickOne } from '../quickPick.js';
import { readSettings, removeExtraPort } from '../settings.js';
import { isNode } from '../targets.js';
import type { Command } from './command.js';

export const removePort: Command = {
  name: 'removePort',
  async run({ boards }, target) {
    const port = isNode(target) && target.kind === 'board' ? target.board.url : await pickPort();
    if (port === undefined) return;
    await removeExtraPort(port);
    await boards.refresh();
  },
};

async function pickPort(): Promise<string | undefined> {
  const { extraPorts } = readSettings();
  const items = extraPorts.map((port) => ({ label: port, port }));
  if (items.length > 0) return (await pickOne(items, { placeHolder: t('Which port do you want to remove?') }))?.port;
  void showInformation(t('No port was added. Those in the list were found automatically.'));
  return undefined;
}
