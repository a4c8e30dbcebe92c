// What the scheduler has done: scheduled backups without a word, checks of what is there, and what of it needs a person. Loaded when
// there is a backup at all.

import { isBackupError, messageOf } from '../../core/errors.js';
import { pruneAfterBackup } from '../../core/jobs/pruneAfter.js';
import { askedOf, runDue, type ScheduledOutcome } from '../../core/jobs/scheduled.js';
import { runUpkeep } from '../../core/jobs/upkeep.js';
import { ROOT } from '../../core/paths.js';
import { type DueRun, dueRuns, retryAfterMs } from '../../core/plan/dueRuns.js';
import type { Schedule } from '../../core/plan/schedule.js';
import { plansFor, type ScheduleConfig } from '../../core/plan/scheduleRules.js';
import { addressOf } from '../approach.js';
import { showInformation } from '../messages.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import { retentionPolicy } from '../retentionSetting.js';
import { runQuietly } from '../runJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { logDetails, rememberBackup, wordsFor } from '../takeBackup.js';
import { transportOf } from '../transport.js';
import type { Presence } from './presence.js';
import type { ScheduledWork } from './scheduler.js';
import { readSchedules } from './readSchedules.js';

/** A board that was left alone: when it may be asked again, and how often it was in vain. */
interface PutOff {
  until: number;
  times: number;
}

export class WorkOfSchedules implements ScheduledWork {
  /** By the key of the board. */
  private readonly putOff = new Map<string, PutOff>();
  /** Runs for which the user was asked whether a program may be stopped. */
  private readonly asked = new Set<string>();

  constructor(private readonly services: Services) {}

  isWanted(): boolean {
    const config = readSchedules(this.services);
    const { checkSeconds, testRestore } = readSettings();
    if (!config) return false;
    const boards = this.services.boards.list.filter(({ id }) => id !== undefined);
    const isScheduled = boards.some((board) => plansFor(config, board).some(({ schedule }) => hasRule(schedule)));
    return isScheduled || checkSeconds > 0 || testRestore !== 'never';
  }

  async backUp(board: ConnectedBoardChoice, presence: Presence): Promise<void> {
    const config = readSchedules(this.services);
    const { id } = board;
    if (!config || id === undefined || (this.putOff.get(board.key)?.until ?? 0) > performance.now()) return;
    const { connectedAt, sessionEndedAt } = presence;
    const scheduled = { id, name: board.name, connectedAt, sessionEndedAt };
    const { env, boards } = this.services;
    const due = dueRuns(await askedOf({ env }, await boards.openStore(), scheduled, config));
    if (due.length > 0) await this.run(board, presence, config, readSettings().scheduledRuns === 'always');
  }

  private async run(
    board: ConnectedBoardChoice & { id: string },
    { connectedAt, sessionEndedAt }: Presence,
    config: ScheduleConfig,
    mayInterrupt: boolean,
  ): Promise<void> {
    const { services } = this;
    const { include, exclude, fullAfter, pruneAfterBackup: prunes, retention } = readSettings();
    const store = await services.boards.openStore();
    const address = {
      ...addressOf(services, board.url, 'backup', {}),
      ...{ open: transportOf(services, true), programs: mayInterrupt ? ('interrupt' as const) : ('spare' as const) },
    };
    const scheduled = { ...{ id: board.id, name: board.name, connectedAt, sessionEndedAt }, address };
    const outcomes = await runQuietly(services, { ...wordsFor(board), isWhole: areDone }, (context) =>
      runDue(context, store, scheduled, config, {
        ...{ usualScope: { root: ROOT, include, exclude }, fullAfter },
        ...(prunes && { afterBackup: async (id) => void (await pruneAfterBackup(context, store, retentionPolicy(retention), id)) }),
      }),
    );
    for (const outcome of outcomes) await this.tell(board, outcome);
  }
}

function hasRule({ connect, quick, session, daily, weekly, monthly }: Schedule): boolean {
  return connect || session || [quick, daily, weekly, monthly].some((rule) => rule !== null);
}

function areDone(outcomes: readonly ScheduledOutcome[]): boolean {
  return outcomes.every(({ state }) => state === 'done');
}
