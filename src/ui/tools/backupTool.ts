// Backs a board up for a language model, once the user has agreed: its program may have to be stopped for that.

import { BackupError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { backUpQuietly } from '../backUpQuietly.js';
import { wishOf } from '../boardMeant.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { withSignal } from '../withSignal.js';
import { AskedAbout } from './askedAbout.js';
import { summary } from './lookTools.js';
import { answered, asText, forModel, programSentence, type Tool, toldModel } from './tool.js';

export function backupTool(services: Services): Tool {
  const asked = new AskedAbout();
  return {
    prepare: (input) =>
      toldModel(services, async () => {
        await services.boards.refresh();
        // What cannot be meant is said before anybody is asked.
        wishOf(input);
        const board = asked.begin(services, input, (found) => refuseReleased(services, found));
        const { storeFolder } = readSettings();
        const kept = t(
          'Its files are read and kept in {0}. Nothing is written to the board.',
          displayPath(storeFolder),
        );
        const shown = displayPath(board.name);
        return {
          invocationMessage: t('Backing up {0}', shown),
          confirmationMessages: {
            title: t('Back up {0}?', shown),
            message: asText([t('The board is on {0}.', displayPath(board.url)), kept, programSentence()]),
          },
        };
      }),
    invoke: (input, token) =>
      answered(services, () =>
        withSignal(token, async (signal) => {
          await services.boards.refresh();
          const board = asked.end(services, input);
          refuseReleased(services, board);
          const result = await backUpQuietly(services, board, wishOf(input), { signal });
          return {
            backup: summary(result.backup),
            unchanged: result.unchanged,
            unreadable: result.errors.map(({ path }) => displayPath(path)),
            warnings: result.warnings.map(forModel(services)),
          };
        }),
      ),
  };
}

/** Whoever wants its port may open it at any moment. @throws BackupError `port-busy` */
function refuseReleased({ others }: Services, { key, url }: ConnectedBoardChoice): void {
  if (!others.isReleased(key, url)) return;
  throw new BackupError('port-busy', t('Another extension asked for {0}, and may be using it.', displayPath(url)), {
    hint: t('Try again later, or have the user start the backup.'),
  });
}
