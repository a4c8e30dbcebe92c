// Backups that happen by themselves, without a word: the status bar shows that one is under way, and the log has what came of it.
// Then backups are checked, and what needs a person is told by the tree and the status bar.

import * as vscode from 'vscode';
import { type BackupError, describeCauses, isBackupError } from '../../core/errors.js';
import { pruneAfterBackup } from '../../core/jobs/pruneAfter.js';
import { askedOf, runDue, type ScheduledBoard, type ScheduledOutcome } from '../../core/jobs/scheduled.js';
import { runUpkeep, upkeepDue } from '../../core/jobs/upkeep.js';
import { displayPath, ROOT } from '../../core/paths.js';
import { dueRuns, retryAfterMs } from '../../core/plan/dueRuns.js';
import { retentionPolicy } from '../../core/plan/retentionSetting.js';
import type { Schedule } from '../../core/plan/schedule.js';
import { plansFor, type ScheduleConfig } from '../../core/plan/scheduleRules.js';
import type { UpkeepRules } from '../../core/plan/upkeepRules.js';
import type { StoreListing } from '../../core/store/summary.js';
import { addressOf } from '../approach.js';
import { showFailure } from '../failures.js';
import { examine } from '../health/examine.js';
import { VERIFY_SHARES } from '../jobBar.js';
import { showInformation } from '../messages.js';
import { type ConnectedBoardChoice, isConnected } from '../pickBoard.js';
import { runQuietly } from '../runJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { BACKUP, logDetails, rememberBackup, wordsFor } from '../takeBackup.js';
import { transportOf } from '../transport.js';
import type { Presence, Presences } from './presence.js';
import { readSchedules, type Schedules } from './readSchedules.js';
import type { ScheduledWork } from './scheduler.js';

/** A connected board that has a backup. */
type Board = ConnectedBoardChoice & { id: string };

/** A board that was left alone. */
interface PutOff {
  /** By the clock that only runs forward: milliseconds. */
  until: number;
  times: number;
}

export class WorkOfSchedules implements ScheduledWork {
  /** By the id of the board. */
  private readonly putOff = new Map<string, PutOff>();
  /** What the user was asked about, so that they are asked once. */
  private readonly asked = new Set<string>();
  private refused: string | undefined;

  /** The backups whose health is known. */
  private examined: StoreListing | undefined;

  constructor(private readonly services: Services) {
    services.extension.subscriptions.push(services.boards.onDidChange(() => void this.followBackups()));
  }

  async doWhatIsDue(present: () => Promise<Presences>): Promise<void> {
    const schedules = this.readSchedules();
    if (!schedules) return;
    const { config, upkeep } = schedules;
    let presences: Presences = {};
    // Who has no schedule has no ports looked at.
    if (this.isAnyBoardScheduled(config)) {
      presences = await present();
      await Promise.all(this.boards.map((board) => this.backUp(board, presences[board.id], config)));
    }
    if (this.services.jobs.list.length === 0) await this.check(upkeep);
    await this.examine(config);
  }

  /** What a repair has mended, or a backup that somebody took, is seen at once. */
  private async followBackups(): Promise<void> {
    const { boards, log } = this.services;
    if (!boards.health || boards.storeTrouble || boards.listing === this.examined) return;
    const schedules = this.readSchedules();
    try {
      if (schedules) await this.examine(schedules.config);
    } catch (error) {
      log.error(`The health of the backups could not be found out: ${describeCauses(error)}`);
    }
  }

  private async examine(config: ScheduleConfig): Promise<void> {
    this.examined = this.services.boards.listing;
    await examine(this.services, config);
  }

  private get boards(): Board[] {
    return this.services.boards.list.filter(isConnected).filter((board): board is Board => board.id !== undefined);
  }

  private isAnyBoardScheduled(config: ScheduleConfig): boolean {
    const known = this.services.boards.list.filter(({ id }) => id !== undefined);
    return known.some((board) => plansFor(config, board).some(({ schedule }) => hasRule(schedule)));
  }

  /** @returns undefined where they cannot be meant, of which the user is told once */
  private readSchedules(): Schedules | undefined {
    try {
      const schedules = readSchedules();
      this.refused = undefined;
      return schedules;
    } catch (error) {
      if (!isBackupError(error, 'bad-argument')) throw error;
      if (error.message !== this.refused)
        void showFailure(this.services, 'Reading the schedule', error, { 'Open Settings': openSettings });
      this.refused = error.message;
      return undefined;
    }
  }

  private async backUp(board: Board, presence: Presence | undefined, config: ScheduleConfig): Promise<void> {
    const { env, boards, jobs } = this.services;
    const isBusy = jobs.on(board.key, board.url).length > 0;
    const isWaiting = (this.putOff.get(board.id)?.until ?? 0) > env.clock.ticks();
    if (isBusy || isWaiting || !presence) return;
    const { connectedAt, sessionEndedAt } = presence;
    const scheduled = { id: board.id, name: board.name, connectedAt, sessionEndedAt };
    const due = dueRuns(await askedOf({ env }, await boards.openStore(), scheduled, config));
    if (due.length > 0) await this.run(board, scheduled, config, readSettings().scheduledRuns === 'always');
  }

  private async run(
    board: Board,
    scheduled: ScheduledBoard,
    config: ScheduleConfig,
    interrupts: boolean,
  ): Promise<void> {
    const { services } = this;
    const { include, exclude, fullAfter, pruneAfterBackup: prunes, retention } = readSettings();
    const store = await services.boards.openStore();
    const open = transportOf(services, true);
    const programs = interrupts ? 'interrupt' : 'spare';
    const address = { ...addressOf(services, board.url, BACKUP, {}), open, programs } as const;
    const outcomes = await runQuietly(services, { ...wordsFor(board), isWhole: areDone }, (context) =>
      runDue(context, store, { ...scheduled, address }, config, {
        usualScope: { root: ROOT, include, exclude },
        fullAfter,
        afterBackup: async (boardId) => {
          if (prunes) await pruneAfterBackup(context, store, retentionPolicy(retention), boardId);
        },
      }),
    );
    for (const outcome of outcomes) await this.note(board, outcome);
    const [putOff] = outcomes.filter(({ state }) => state === 'putOff');
    if (putOff?.state !== 'putOff') this.putOff.delete(board.id);
    else
      this.wait(board, putOff.error, () => this.run(board, scheduled, config, true), JSON.stringify(putOff.run.serves));
  }

  private async note(board: Board, outcome: ScheduledOutcome): Promise<void> {
    const { log } = this.services;
    const { set, origin } = outcome.run;
    const what = `Scheduled backup of ${displayPath(board.name)} (${set === null ? origin : `${set}, ${origin}`})`;
    if (outcome.state === 'done') {
      log.info(`${what}: ${outcome.result.unchanged ? 'nothing has changed' : 'done'}`);
      logDetails(this.services, outcome.result);
      await rememberBackup(this.services, board, outcome.result);
    } else if (outcome.state === 'putOff') log.info(`${what}: put off: ${outcome.error.message}`);
    else log.error(`${what}: ${describeCauses(outcome.error)}`);
  }

  /** A board whose program runs all day is not asked each minute. */
  private wait(board: Board, error: BackupError, runAnyway: () => Promise<void>, run: string): void {
    const times = (this.putOff.get(board.id)?.times ?? 0) + 1;
    this.putOff.set(board.id, { times, until: this.services.env.clock.ticks() + retryAfterMs(Math.min(times, 3)) });
    const key = `${board.id} ${run}`;
    if (error.code !== 'program-running' || readSettings().scheduledRuns !== 'ask' || this.asked.has(key)) return;
    this.asked.add(key);
    void this.ask(board, runAnyway);
  }

  private async ask({ name }: Board, runAnyway: () => Promise<void>): Promise<void> {
    const question = `A backup of ${name} is due, and a program runs on the board. Stop it for the backup? Else the backup waits until the board is idle.`;
    const answer = await showInformation(question, 'Stop and Back Up', 'Wait');
    if (answer === 'Stop and Back Up') await runAnyway();
  }

  private async check(rules: UpkeepRules): Promise<void> {
    const { services } = this;
    const { env, boards } = services;
    const store = await boards.openStore();
    const now = env.clock.now();
    const due = await upkeepDue({ env }, store, rules, now);
    if (!due.verify && due.test === undefined) return;
    const words = { title: 'Checking backups', noun: 'Check', shares: VERIFY_SHARES };
    await runQuietly(services, words, (context) => runUpkeep(context, store, rules, now));
    await boards.refreshBackups();
  }
}

function hasRule({ connect, quick, session, daily, weekly, monthly }: Schedule): boolean {
  return connect || session || [quick, daily, weekly, monthly].some((rule) => rule !== null);
}

function areDone(outcomes: readonly ScheduledOutcome[]): boolean {
  return outcomes.every(({ state }) => state === 'done');
}

function openSettings(): void {
  void vscode.commands.executeCommand(
    'workbench.action.openSettings',
    '@ext:micropython-backup.micropython-backup schedule',
  );
}
