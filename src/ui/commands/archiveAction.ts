// What the links of an archive's page call. Nobody else does: what it is about is in its argument.

import { t } from '../../core/l10n.js';
import { parseCall } from '../archiveEditor/archiveLinks.js';
import { performAction } from '../archiveEditor/performAction.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const archiveAction: Command = {
  name: 'archiveAction',
  async run(services, target) {
    const call = parseCall(target);
    const view = call && services.archives.viewOf(call.uri);
    if (view) await performAction(services, view, call);
    else void showInformation(t('Open a backup file first: this belongs to its page.'));
  },
};
