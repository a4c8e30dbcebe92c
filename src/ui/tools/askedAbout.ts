// Which board somebody was asked about. By the time that they agree, another one may be the only one, or at that port. Nothing that VS
// Code gives ties a question to what is done after it but what the model gave. Where it may be one of several questions, none is taken.

import { BackupError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { connectedBoard, type Knowing, onlyBoard } from '../boardMeant.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import { type Input, textIn } from './input.js';

export class AskedAbout {
  /** Keys of boards, by what the model gave, one for each question. */
  private readonly keys = new Map<string, string[]>();

  /** @returns the board that a question is about from now on @throws BackupError as `connectedBoard` and `onlyBoard` do */
  begin(knowing: Knowing, input: Input): ConnectedBoardChoice {
    const name = textIn(input, 'board');
    const board = name === undefined ? onlyBoard(knowing) : connectedBoard(knowing, name);
    const given = JSON.stringify(input);
    this.keys.set(given, [...(this.keys.get(given) ?? []), board.key]);
    return board;
  }

  /** @returns the board that the question was about @throws BackupError `bad-argument` where that is not sure; `port-not-found` where it is away */
  end(knowing: Knowing, input: Input): ConnectedBoardChoice {
    const name = textIn(input, 'board');
    const given = JSON.stringify(input);
    const asked = this.keys.get(given) ?? [];
    const keys = new Set(asked);
    if (name !== undefined) keys.add(connectedBoard(knowing, name).key);
    const [key, ...others] = keys;
    const board = key === undefined || others.length > 0 ? undefined : connectedBoard(knowing, key);
    // At the port of a board that had no id yet, there may be another one.
    if (board === undefined || board.key !== key) {
      // Some of those questions were answered with no: the next one counts alone.
      this.keys.delete(given);
      throw new BackupError('bad-argument', t('It is not sure which board was asked about.'), {
        hint: t('Say which one is meant.'),
      });
    }
    this.keys.set(given, asked.slice(1));
    return board;
  }
}
