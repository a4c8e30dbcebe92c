// Whose report does the user mean? Any board that has a backup has one.

import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { unawaited } from '../failures.js';
import { offerFirstBackup } from '../pickBackup.js';
import { boardItem } from '../pickBoard.js';
import { pickOne } from '../quickPick.js';
import type { Services } from '../services.js';
import { boardNamedBy } from '../targets.js';

export type ReportedBoard = KnownBoard & { id: string };

/** @returns undefined if there is none or none was chosen: the user has been told */
export async function pickReported(
  services: Services,
  target: unknown,
  placeHolder: string,
): Promise<ReportedBoard | undefined> {
  const { boards } = services;
  const wanted = boardNamedBy(target);
  await boards.refresh();
  if (boards.storeTrouble) throw boards.storeTrouble;
  const reported = boards.list.filter(isReported);
  if (wanted) {
    const found = reported.find(({ key, url }) => key === wanted.key || url === wanted.key);
    if (!found) unawaited(services, offerFirst(wanted.name));
    return found;
  }
  if (reported.length === 0) unawaited(services, offerFirstBackup());
  if (reported.length < 2) return reported[0];
  const items = reported.map((board) => ({ ...boardItem(board, boards), board }));
  return (await pickOne(items, { placeHolder, matchOnDescription: true }))?.board;
}

async function offerFirst(name: string): Promise<void> {
  await offerFirstBackup(t('There is no backup of {0} yet, so there is nothing to report.', displayPath(name)));
}

function isReported(board: KnownBoard): board is ReportedBoard {
  return board.id !== undefined && board.latest !== undefined;
}
