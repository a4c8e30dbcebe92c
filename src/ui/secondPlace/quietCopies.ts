// Copies to the second place what waits, by itself and without a word: after a backup, and again later if that failed. The row
// of the second place in the tree says how it stands; the log has what came of it.

import { describeCauses, isBackupError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { isBehind } from '../../core/plan/offsitePlan.js';
import { COPY_SHARES } from '../jobBar.js';
import type { Copies, Services } from '../services.js';
import { readSettings } from '../settings.js';
import { SECOND_PLACE } from './secondPlaceWords.js';

/** Whoever is offline is so for a while. */
const AGAIN_AFTER_MS = 15 * 60_000;

type Parts = Pick<Services, 'env' | 'boards' | 'jobs'>;

export class QuietCopies implements Copies {
  private last: Promise<void> = Promise.resolve();
  private isNextQueued = false;
  /** By the clock that only runs forward. */
  private notBefore = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: Parts) {}

  afterBackup(): Promise<void> {
    if (!this.isNextQueued) {
      this.isNextQueued = true;
      this.last = this.last.then(() => {
        this.isNextQueued = false;
        return this.copy();
      });
    }
    return this.last;
  }

  async catchUp(): Promise<void> {
    const { boards, env } = this.parts;
    const { secondPlace } = boards;
    if (secondPlace && isBehind(secondPlace) && env.clock.ticks() >= this.notBefore) await this.afterBackup();
  }

  private async copy(): Promise<void> {
    const { env, boards } = this.parts;
    if (readSettings().secondPlaceCopies === 'never' || !boards.secondPlace) return;
    try {
      await this.copyWhatWaits();
      this.notBefore = Number.NEGATIVE_INFINITY;
    } catch (error) {
      this.notBefore = env.clock.ticks() + AGAIN_AFTER_MS;
      const isOther = isBackupError(error, 'store-busy');
      // Another window copies already; or somebody does not want it now.
      if (isOther || isBackupError(error, 'cancelled')) env.log.info(`Copying to the second place: ${error.message}`);
      else env.log.warn(`Copying to the second place: ${describeCauses(error)}`);
    } finally {
      await boards.refreshBackups();
    }
  }

  private async copyWhatWaits(): Promise<void> {
    const [{ syncOffsite }, { describeSync, detailsOfSync }, { runQuietly }] = await Promise.all([
      import('../../core/jobs/syncOffsite.js'),
      import('../../core/jobs/offsiteText.js'),
      import('../runJob.js'),
    ]);
    const { env, boards } = this.parts;
    const store = await boards.openStore();
    const words = {
      title: t('Copying to the second place'),
      noun: t('Copy'),
      shares: COPY_SHARES,
      boards: [SECOND_PLACE],
    };
    const { rclonePath } = readSettings();
    const result = await runQuietly(this.parts, words, (context) => syncOffsite(context, store, { rclonePath }));
    env.log.info(describeSync(result));
    for (const sentence of detailsOfSync(result)) env.log.warn(sentence);
  }
}
