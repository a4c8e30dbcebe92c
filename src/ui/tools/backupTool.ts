// Backs a board up for a language model, once the user has agreed: its program may have to be stopped for that.

import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { told } from '../api/told.js';
import { backUpQuietly } from '../backUpQuietly.js';
import { connectedBoard, onlyBoard, wishOf } from '../boardMeant.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { withSignal } from '../withSignal.js';
import { summary } from './lookTools.js';
import { answered, asText, type Input, programSentence, type Tool, textIn } from './tool.js';

export function backupTool(services: Services): Tool {
  /** Key of the board that was named where the model named none: another one may be the only one by the time that somebody agrees. */
  let named: string | undefined;
  return {
    prepare: (input) =>
      told(async () => {
        const board = await boardIn(services, input);
        if (textIn(input, 'board') === undefined) named = board.key;
        // What cannot be meant is said before anybody is asked.
        wishOf(input);
        const { storeFolder } = readSettings();
        const kept = t(
          'Its files are read and kept in {0}. Nothing is written to the board.',
          displayPath(storeFolder),
        );
        const name = displayPath(board.name);
        return {
          invocationMessage: t('Backing up {0}', name),
          confirmationMessages: {
            title: t('Back up {0}?', name),
            message: asText([t('The board is on {0}.', displayPath(board.url)), kept, programSentence()]),
          },
        };
      }),
    invoke: (input, token) =>
      answered(() =>
        withSignal(token, async (signal) => {
          const board = await boardIn(services, input, named);
          const result = await backUpQuietly(services, board, wishOf(input), { signal });
          return {
            ...{ backup: summary(result.backup), unchanged: result.unchanged },
            unreadable: result.errors.map(({ path }) => displayPath(path)),
            warnings: result.warnings,
          };
        }),
      ),
  };
}

/** @param named the one that is meant where the model names none; if nothing is said, the only one */
async function boardIn(services: Services, input: Input, named?: string): Promise<ConnectedBoardChoice> {
  await services.boards.refresh();
  const name = textIn(input, 'board') ?? named;
  return name === undefined ? onlyBoard(services) : connectedBoard(services, name);
}
