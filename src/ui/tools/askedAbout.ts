// Which board somebody was asked about. By the time that they agree, another one may be the only one, or at that port. Nothing that VS
// Code gives ties a question to what is done after it but what the model gave. If it may be one of several questions, none is taken.

import { BackupError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { connectedBoard, type Knowing, onlyBoard } from '../boardMeant.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import { type Input, textIn } from './input.js';

export class AskedAbout {
  /** Keys of boards, by what the model gave, one for each question. */
  private readonly keys = new Map<string, string[]>();

  /**
   * @param check throws if nobody is to be asked about that board
   * @returns the board that a question is about from now on
   * @throws BackupError as `connectedBoard` and `onlyBoard` do
   */
  begin(knowing: Knowing, input: Input, check: (board: ConnectedBoardChoice) => void = () => {}): ConnectedBoardChoice {
    const name = textIn(input, 'board');
    const board = name === undefined ? onlyBoard(knowing) : connectedBoard(knowing, name);
    check(board);
    const given = JSON.stringify(input);
    this.keys.set(given, [...(this.keys.get(given) ?? []), board.key]);
    return board;
  }

  /** @returns the board that the question was about @throws BackupError `bad-argument` if that is not sure; `port-not-found` if it is away */
  end(knowing: Knowing, input: Input): ConnectedBoardChoice {
    const given = JSON.stringify(input);
    const asked = this.keys.get(given) ?? [];
    // Whatever comes of it, a question counts once; and some of these may have been answered with no.
    this.keys.delete(given);
    const [key, ...others] = new Set(asked);
    if (key === undefined || others.length > 0) throw notSure();
    const board = connectedBoard(knowing, textIn(input, 'board') ?? key);
    // At the port that was named, or that of a board that had no id yet, there may be another one.
    if (board.key !== key) throw notSure();
    if (asked.length > 1) this.keys.set(given, asked.slice(1));
    return board;
  }
}

function notSure(): BackupError {
  return new BackupError('bad-argument', t('It is not clear which board is meant.'), {
    hint: t('Say which one is meant.'),
  });
}
