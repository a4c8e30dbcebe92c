// Backups that happen by themselves: looks each minute which boards are there and what is due, and has it done without a word. What
// needs a person is told by the tree and the status bar.

import type { Memento } from 'vscode';
import type { Env } from '../../core/env.js';
import { describeCauses, isBackupError } from '../../core/errors.js';
import type { Boards } from '../boards.js';
import { type ConnectedBoardChoice, isConnected } from '../pickBoard.js';
import type { RunningJobs } from '../runningJobs.js';
import { type Presence, type Presences, presencesAfter } from './presence.js';

/** VS Code has enough to do when it starts. */
const FIRST_LOOK_MS = 10_000;
const LOOK_EVERY_MS = 60_000;

const PRESENCES = 'boardPresences';

/** What is done with what is due: loaded when there is something. */
export interface ScheduledWork {
  /** @returns whether a rule of any board asks for backups, or backups are to be checked */
  isWanted(): boolean;
  /** Backs up a board as far as that is due. */
  backUp(board: ConnectedBoardChoice, presence: Presence): Promise<void>;
  /** Reads backups again, and restores one for a test, as far as that is due. */
  checkBackups(): Promise<void>;
  /** Finds out what needs a person. */
  examine(): Promise<void>;
}

export class Scheduler {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly services: { env: Pick<Env, 'clock' | 'log'>; boards: Boards; jobs: RunningJobs },
    /** For all windows. */
    private readonly memory: Memento,
    private readonly work: () => Promise<ScheduledWork>,
  ) {}

  start(firstAfterMs = FIRST_LOOK_MS): void {
    this.timer = setTimeout(async () => {
      await this.look();
      if (!this.stopped) this.start(LOOK_EVERY_MS);
    }, firstAfterMs);
  }

  dispose(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Does what is due. Never rejects. Whoever asks while a look is under way waits for that one. */
  look(): Promise<void> {
    this.looking ??= this.lookAndWork().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async lookAndWork(): Promise<void> {
    const { env, boards } = this.services;
    try {
      await boards.looked();
      // Nobody is troubled who has made no backup yet.
      if (boards.listing.backups.length === 0) return;
      const work = await this.work();
      if (work.isWanted()) {
        await boards.refresh();
        const presences = await this.notePresences();
        await Promise.all(
          boards.list.filter(isConnected).map(async (board) => {
            const presence = board.id === undefined ? undefined : presences[board.id];
            if (presence && !this.isBusy(board)) await work.backUp(board, presence);
          }),
        );
        if (!this.stopped && this.services.jobs.list.length === 0) await work.checkBackups();
      }
      await work.examine();
    } catch (error) {
      env.log.error(`Scheduled backups: ${isBackupError(error) ? describeCauses(error) : String(error)}`);
    }
  }

  private isBusy({ key, url }: ConnectedBoardChoice): boolean {
    return this.services.jobs.on(key, url).length > 0;
  }

  private async notePresences(): Promise<Presences> {
    const there = this.services.boards.list.filter(isConnected).flatMap(({ id }) => id ?? []);
    const before = this.memory.get<Presences>(PRESENCES, {});
    const after = presencesAfter(before, there, this.services.env.clock.now());
    await this.memory.update(PRESENCES, after);
    return after;
  }
}
