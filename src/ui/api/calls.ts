// What the functions of the exported API do; what they throw is told by whoever loads them. Everything that is given may be anything:
// others are not type-checked against us.

import type { Disposable } from 'vscode';
import type {
  Backup,
  BackupOptions,
  BackupResult,
  Board,
  BoardReference,
  ReleaseOptions,
} from '../../../api/micropython-backup.js';
import { BackupError, throwIfCancelled } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { backUpQuietly } from '../backUpQuietly.js';
import { boardMeant, connectedBoard, wishOf } from '../boardMeant.js';
import type { Services } from '../services.js';
import { withSignal } from '../withSignal.js';
import { toldBackup, toldBoard } from './told.js';

export async function boards({ boards }: Services): Promise<Board[]> {
  await boards.refresh();
  return boards.list.map(toldBoard);
}

export async function backups(services: Services, reference: BoardReference): Promise<Backup[]> {
  const { boards } = services;
  await boards.refresh();
  if (boards.storeTrouble) throw boards.storeTrouble;
  const { id } = boardMeant(services, nameOf(reference));
  return boards.listing.backups.filter(({ board }) => board.id === id).map(toldBackup);
}

export async function backup(
  services: Services,
  reference: BoardReference,
  options?: BackupOptions | null,
): Promise<BackupResult> {
  const { kind, set, note, token } = options ?? {};
  await services.boards.refresh();
  const board = connectedBoard(services, nameOf(reference));
  const wish = wishOf({ kind, set, note });
  const result = await withSignal(token, (signal) => backUpQuietly(services, board, wish, { signal }));
  return {
    backup: toldBackup(result.backup),
    isUnchanged: result.unchanged,
    unreadable: result.errors.map(({ path }) => displayPath(path)),
    warnings: [...result.warnings],
    seconds: result.seconds,
  };
}

export async function releasePort(
  services: Services,
  reference: BoardReference,
  options?: ReleaseOptions | null,
): Promise<Disposable> {
  const { whenBusy = 'wait', token } = options ?? {};
  const { boards, jobs, others } = services;
  await boards.refresh();
  const board = connectedBoard(services, nameOf(reference));
  const isBusy = () => jobs.on(board.key, board.url).length > 0;
  if (whenBusy === 'refuse' && isBusy()) throw portUsed(board.name, board.url);
  // From now on, so that no job begins in the moment that the last one ends.
  const release = others.release(board.key, board.url);
  try {
    await withSignal(token, async (signal) => {
      while (isBusy() && !signal.aborted) await nextChange(jobs, signal);
      throwIfCancelled(signal);
    });
    return release;
  } catch (error) {
    release.dispose();
    throw error;
  }
}

function nameOf(reference: BoardReference): string {
  const name = typeof reference === 'string' ? reference : (reference?.id ?? reference?.url);
  if (typeof name === 'string' && name !== '') return name;
  throw new BackupError('bad-argument', t('No board was named.'), {
    hint: t('Give a board of boards(), or its id, its URL or its name.'),
  });
}

function portUsed(name: string, url: string): BackupError {
  return new BackupError('port-busy', t('A job of MicroPython Backup uses the port of {0}.', displayPath(name)), {
    path: url,
    hint: t('Wait until it has ended.'),
  });
}

/** Resolves when a job has begun, gone on or ended, or `signal` is aborted. */
function nextChange(jobs: Services['jobs'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      listening.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const listening = jobs.onDidChange(done);
    signal.addEventListener('abort', done);
  });
}
