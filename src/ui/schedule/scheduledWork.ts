// Backups that happen by themselves, without a word: the status bar shows that one is under way, and the log has what came of it.
// Then backups are checked, and what needs a person is told by the tree and the status bar.

import { describeCauses, isBackupError } from '../../core/errors.js';
import { askedOf, runDue, type ScheduledBoard, type ScheduledOutcome } from '../../core/jobs/scheduled.js';
import { runUpkeep, upkeepDue } from '../../core/jobs/upkeep.js';
import { t } from '../../core/l10n.js';
import { displayPath, ROOT } from '../../core/paths.js';
import { dueRuns, retryAfterMs } from '../../core/plan/dueRuns.js';
import type { Schedule } from '../../core/plan/schedule.js';
import { plansFor, type ScheduleConfig } from '../../core/plan/scheduleRules.js';
import { settingsFinding } from '../../core/plan/storeFindings.js';
import type { UpkeepRules } from '../../core/plan/upkeepRules.js';
import type { StoreListing } from '../../core/store/summary.js';
import { addressOf } from '../approach.js';
import { showFailure, unawaited } from '../failures.js';
import { examine } from '../health/examine.js';
import { VERIFY_SHARES } from '../jobBar.js';
import { showInformation } from '../messages.js';
import { type ConnectedBoardChoice, isConnected } from '../pickBoard.js';
import { runQuietly } from '../runJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { logDetails, pruneIfWished, rememberBackup, wordsFor } from '../takeBackup.js';
import { transportOf } from '../transport.js';
import { warnOfSecrets } from '../warnOfSecrets.js';
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
  why: string;
}

type PutOffRun = Extract<ScheduledOutcome, { state: 'putOff' }>;

export class WorkOfSchedules implements ScheduledWork {
  /** By the id of the board. */
  private readonly putOff = new Map<string, PutOff>();
  /** What the user was asked about last, by the id of the board: they are asked once. */
  private readonly asked = new Map<string, string>();
  /** Boards whose question nobody has answered yet. */
  private readonly asking = new Set<string>();
  /** What went wrong last, by what was done. */
  private readonly troubles = new Map<string, string>();
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
      const backups = this.boards.map((board) =>
        this.attempt(t('Scheduled backup of {0}', displayPath(board.name)), () =>
          this.backUp(board, presences[board.id], config),
        ),
      );
      await Promise.all(backups);
    }
    if (this.services.jobs.list.length === 0) await this.attempt(t('Checking backups'), () => this.check(upkeep));
    // Nobody waits for it: a far place may take its time.
    void this.services.copies.catchUp();
    await this.examine(config);
  }

  whyPutOff(boardId: string): string | undefined {
    return this.putOff.get(boardId)?.why;
  }

  /** What a repair has mended, or a backup that somebody took, is seen at once. */
  private async followBackups(): Promise<void> {
    const { boards } = this.services;
    if (!boards.health || boards.storeTrouble || boards.listing === this.examined) return;
    await this.attempt(t('The health of backups'), async () => {
      const schedules = this.readSchedules();
      if (schedules) await this.examine(schedules.config);
    });
  }

  private async examine(config: ScheduleConfig): Promise<void> {
    this.examined = this.services.boards.listing;
    await examine(this.services, config);
  }

  /** A store that cannot be written to keeps nobody from being told how its backups are. A trouble that stays is logged once. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.troubles.delete(what);
    } catch (error) {
      const causes = describeCauses(error);
      if (this.troubles.get(what) !== causes) this.services.log.error(`${what}: ${causes}`);
      this.troubles.set(what, causes);
    }
  }

  private get boards(): Board[] {
    return this.services.boards.list.filter(isConnected).filter((board): board is Board => board.id !== undefined);
  }

  private isAnyBoardScheduled(config: ScheduleConfig): boolean {
    const known = this.services.boards.list.filter(({ id }) => id !== undefined);
    return known.some((board) => plansFor(config, board).some(({ schedule }) => hasRule(schedule)));
  }

  /** @returns undefined if they cannot be meant, of which the user is told once */
  private readSchedules(): Schedules | undefined {
    try {
      const schedules = readSchedules();
      this.refused = undefined;
      return schedules;
    } catch (error) {
      if (!isBackupError(error, 'bad-argument')) throw error;
      if (error.message !== this.refused) void showFailure(this.services, t('Reading the schedule'), error);
      this.refused = error.message;
      this.services.boards.noteHealth({ boards: [], findings: [settingsFinding(error)] });
      return undefined;
    }
  }

  private async backUp(board: Board, presence: Presence | undefined, config: ScheduleConfig): Promise<void> {
    const { env, boards, jobs, others } = this.services;
    const isTaken = () => jobs.on(board.key, board.url).length > 0 || others.isReleased(board.key, board.url);
    const isWaiting = (this.putOff.get(board.id)?.until ?? 0) > env.clock.ticks();
    if (isTaken() || isWaiting || !presence) return;
    const { connectedAt, sessionEndedAt } = presence;
    const scheduled = { id: board.id, name: board.name, connectedAt, sessionEndedAt };
    const due = dueRuns(await askedOf({ env }, await boards.openStore(), scheduled, config));
    if (due.length > 0) await this.run(board, scheduled, config, readSettings().scheduledRuns === 'always', isTaken);
  }

  /** @param isTaken whether the port is somebody's, and nothing is to be run */
  private async run(
    board: Board,
    scheduled: ScheduledBoard,
    config: ScheduleConfig,
    interrupts: boolean,
    isTaken: () => boolean,
  ): Promise<void> {
    const { services } = this;
    const { include, exclude, fullAfter } = readSettings();
    const store = await services.boards.openStore();
    const open = transportOf(services, true);
    const programs = interrupts ? 'interrupt' : 'spare';
    const address = { ...addressOf(services, board.url, 'backup', {}), open, programs } as const;
    // It may have become so while disks were read. Whoever wants the port from now on sees a job, and waits for it.
    if (isTaken()) return;
    const outcomes = await runQuietly(services, { ...wordsFor(board), isWhole: areDone }, (context) =>
      runDue(context, store, { ...scheduled, address }, config, {
        usualScope: { root: ROOT, include, exclude },
        fullAfter,
        afterBackup: async (boardId) => {
          const pruned = await pruneIfWished(services, context, boardId);
          if (pruned?.warning !== undefined) services.log.warn(pruned.warning);
        },
      }),
    );
    for (const outcome of outcomes) await this.note(board, outcome);
    // No look waits for the answer.
    const results = outcomes.flatMap((outcome) => (outcome.state === 'done' ? [outcome.result] : []));
    unawaited(services, warnOfSecrets(services, results));
    const putOff = outcomes.find((outcome) => outcome.state === 'putOff');
    if (!putOff) {
      this.putOff.delete(board.id);
      this.asked.delete(board.id);
      // It is not there, and the program of another one is not stopped a second time.
    } else if (putOff.error.code === 'wrong-board') await services.boards.forget(board.url);
    else this.wait(board, putOff);
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
  private wait(board: Board, { run, error }: PutOffRun): void {
    const times = (this.putOff.get(board.id)?.times ?? 0) + 1;
    const until = this.services.env.clock.ticks() + retryAfterMs(Math.min(times, 3));
    this.putOff.set(board.id, { times, until, why: error.message });
    // Quick ones become due again while the program runs: whoever said that they wait has said it of those too.
    const what = JSON.stringify([run.set, run.serves.filter(({ rule }) => rule !== 'quick')]);
    const isToBeAsked = error.code === 'program-running' && readSettings().scheduledRuns === 'ask';
    if (!isToBeAsked || this.asked.get(board.id) === what || this.asking.has(board.id)) return;
    this.asked.set(board.id, what);
    // No look waits for the answer.
    void this.ask(board).catch((error) => showFailure(this.services, t('Backing up {0}', board.name), error));
  }

  private async ask({ id, name }: Board): Promise<void> {
    const question = t(
      'A backup of {0} is due, but a program is running on the board. Stop it for the backup? Otherwise, the backup waits until the board is idle.',
      name,
    );
    this.asking.add(id);
    const stop = t('Stop and Back Up');
    const answer = await showInformation(question, stop, t('Wait'));
    this.asking.delete(id);
    if (answer === stop) await this.runAnyway(id, name);
  }

  /** The answer may come hours later: the board may be elsewhere by then, and its schedule another one. */
  private async runAnyway(id: string, name: string): Promise<void> {
    const { boards, jobs, scheduler } = this.services;
    await boards.refresh();
    const board = this.boards.find((each) => each.id === id);
    const presence = scheduler.presenceOf(id);
    if (!board || !presence) {
      void showInformation(t('{0} is not connected. The backup waits for it.', name));
      return;
    }
    const { connectedAt, sessionEndedAt } = presence;
    const scheduled = { id, name: board.name, connectedAt, sessionEndedAt };
    // The user wants it: another extension that has the port is no reason not to try.
    const isTaken = () => jobs.on(board.key, board.url).length > 0;
    await this.run(board, scheduled, readSchedules().config, true, isTaken);
  }

  private async check(rules: UpkeepRules): Promise<void> {
    const { services } = this;
    const { env, boards } = services;
    const store = await boards.openStore();
    const due = await upkeepDue({ env }, store, rules, env.clock.now());
    if (!due.verify && due.test === undefined) return;
    const words = { title: t('Checking backups'), noun: t('Check'), shares: VERIFY_SHARES };
    await runQuietly(services, words, (context) => runUpkeep(context, store, rules));
    unawaited(services, warnOfSecrets(services));
    await boards.refreshBackups();
  }
}

function hasRule({ connect, quick, session, daily, weekly, monthly }: Schedule): boolean {
  return connect || session || [quick, daily, weekly, monthly].some((rule) => rule !== null);
}

function areDone(outcomes: readonly ScheduledOutcome[]): boolean {
  return outcomes.every(({ state }) => state === 'done');
}
