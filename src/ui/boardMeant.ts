// Which board and what kind of backup does a task, another extension or a language model mean? They name it: nobody is asked, and no
// address is taken that is not one of a known board. Knows nothing of VS Code.

import { KINDS } from '../core/archive/manifest.js';
import { BackupError } from '../core/errors.js';
import type { BackupOptions } from '../core/jobs/backup.js';
import { t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import { boardNamed, type KnownBoard } from '../core/plan/knownBoards.js';
import type { ConnectedBoardChoice } from './pickBoard.js';

/** As much as is needed of what is known of boards. */
export interface Knowing {
  boards: { readonly list: readonly KnownBoard[]; readonly troubles: readonly BackupError[] };
}

/** @throws BackupError `port-not-found`; `bad-argument` if several boards have this name */
export function boardMeant({ boards }: Knowing, name: string): KnownBoard {
  const exact = boardNamed(boards.list, name);
  if (exact) return exact;
  const [found, ...others] = boards.list.filter((board) => board.name === name);
  if (!found)
    throw new BackupError('port-not-found', t('There is no board {0}.', displayPath(name)), {
      hint: t('Use its name, its id or its port, as the Boards view shows them.'),
    });
  if (others.length === 0) return found;
  throw new BackupError('bad-argument', t('Several boards are called {0}.', displayPath(name)), {
    hint: t('Name it by its id or its port.'),
  });
}

/** @throws BackupError as {@link boardMeant} does; `port-not-found` if it is away */
export function connectedBoard(knowing: Knowing, name: string): ConnectedBoardChoice {
  const board = boardMeant(knowing, name);
  return { ...board, url: urlOf(board) };
}

/** The only one that is connected. @throws BackupError `port-not-found` if there is none; `bad-argument` if there are several */
export function onlyBoard({ boards }: Knowing): ConnectedBoardChoice {
  const [only, ...others] = boards.list.flatMap((board) =>
    board.url === undefined ? [] : [{ ...board, url: board.url }],
  );
  if (!only)
    throw (
      boards.troubles[0] ??
      new BackupError('port-not-found', t('No board was found.'), {
        hint: t('Plug one in with a data cable, or name its port.'),
      })
    );
  if (others.length === 0) return only;
  throw new BackupError('bad-argument', t('Several boards are connected.'), { hint: t('Say which one is meant.') });
}

function urlOf({ url, name }: KnownBoard): string {
  if (url !== undefined) return url;
  throw new BackupError('port-not-found', t('{0} is not connected.', displayPath(name)), {
    hint: t('Plug it in and try again.'),
  });
}

/** What others may wish, as they gave it. */
export interface GivenWish {
  kind?: unknown;
  set?: unknown;
  note?: unknown;
}

export type NamedWish = Pick<BackupOptions, 'kind' | 'origin' | 'set' | 'label'>;

/** @throws BackupError `bad-argument` for what cannot be meant */
export function wishOf({ kind = 'auto', set, note }: GivenWish): NamedWish {
  const found = (['auto', ...KINDS] as const).find((known) => known === kind);
  if (!found)
    throw new BackupError('bad-argument', t('No backup is of the kind {0}.', shown(kind)), {
      hint: t('The kinds are {0}.', ['auto', ...KINDS].join(', ')),
    });
  const ofSet = textOf('set', set);
  const label = textOf('note', note);
  return {
    kind: found,
    origin: 'manual' as const,
    ...(ofSet !== undefined && { set: ofSet }),
    ...(label !== undefined && { label }),
  };
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new BackupError('bad-argument', t('{0} must be text, not {1}.', name, shown(value)));
}

function shown(value: unknown): string {
  return displayPath(JSON.stringify(value) ?? String(value)).slice(0, 60);
}
