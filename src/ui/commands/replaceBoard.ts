import { t } from '../../core/l10n.js';
import { displayPath, ROOT } from '../../core/paths.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { unawaited } from '../failures.js';
import { backupItem, offerFirstBackup } from '../pickBackup.js';
import { boardItem, pickOtherBoard } from '../pickBoard.js';
import { pickOne } from '../quickPick.js';
import { restoreTo } from '../runRestore.js';
import type { Services } from '../services.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

export const replaceBoard: Command = {
  name: 'replaceBoard',
  async run(services, target) {
    const { boards } = services;
    await boards.refresh();
    const dead = await pickDead(services, target);
    if (!dead) return;
    const backups = boards.listing.backups.filter(({ board }) => board.id === dead.id);
    const items = backups.map((backup) => ({ ...backupItem(backup), backup }));
    const placeHolder = t('Which backup of {0}? The first is the newest.', displayPath(dead.name));
    const backup = (await pickOne(items, { placeHolder }))?.backup;
    if (!backup) return;
    const board = await pickOtherBoard(
      services,
      t('Which board takes the place of {0}?', displayPath(dead.name)),
      backup.board.id,
    );
    // It is to be what the other one was: with its passwords, too.
    if (board) await restoreTo(services, board, backup, { paths: [ROOT], replacesBoard: true });
  },
};

async function pickDead(services: Services, target: unknown): Promise<KnownBoard | undefined> {
  const { boards } = services;
  const named = boardNamedBy(target);
  const known = boards.list.filter(({ latest }) => latest !== undefined);
  const found = known.find(({ key }) => key === named?.key);
  if (found) return found;
  if (known.length === 0) {
    unawaited(services, offerFirstBackup(t('No board has a backup yet, so there is nothing to put on a new one.')));
    return undefined;
  }
  // What is gone for good is away.
  const sorted = [...known].sort((one, other) => Number(one.url !== undefined) - Number(other.url !== undefined));
  const items = sorted.map((board) => ({ ...boardItem(board, boards), board }));
  return (await pickOne(items, { placeHolder: t('Which board do you want to replace?') }))?.board;
}
