// Looks each minute whether something is due of the backups that happen by themselves, and remembers when boards came and went.

import type { Memento } from 'vscode';
import type { Env } from '../../core/env.js';
import { describeCauses } from '../../core/errors.js';
import type { Boards } from '../boards.js';
import { type Presence, type Presences, presencesAfter } from './presence.js';

/** VS Code has enough to do when it starts. */
const FIRST_LOOK_MS = 10_000;
const LOOK_EVERY_MS = 60_000;

const PRESENCES = 'boardPresences';

/** What is done of what is due. */
export interface ScheduledWork {
  /** @param present looks which boards are there, and since when */
  doWhatIsDue(present: () => Promise<Presences>): Promise<void>;
  /** Why a board was left alone at the last try, and since then: a sentence. */
  whyPutOff(boardId: string): string | undefined;
}

export class Scheduler {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private work: Promise<ScheduledWork> | undefined;
  private isStopped = false;
  /** How long the last look was at work: a backup over a slow line ends no session. */
  private blindMs = 0;

  constructor(
    private readonly env: Pick<Env, 'clock' | 'log'>,
    private readonly boards: Boards,
    /** For all windows. */
    private readonly memory: Memento,
    private readonly loadWork: () => Promise<ScheduledWork>,
  ) {}

  start(firstAfterMs = FIRST_LOOK_MS): void {
    this.timer = setTimeout(async () => {
      await this.look();
      if (!this.isStopped) this.start(LOOK_EVERY_MS);
    }, firstAfterMs);
  }

  dispose(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** When a board came and went, as far as it was seen. */
  presenceOf(boardId: string): Presence | undefined {
    return this.memory.get<Presences>(PRESENCES, {})[boardId];
  }

  /** Why a board was left alone: a sentence; undefined if it was not. */
  async whyPutOff(boardId: string): Promise<string | undefined> {
    return (await this.work)?.whyPutOff(boardId);
  }

  /** Does what is due. Never rejects. Whoever asks while a look is under way waits for that one. */
  look(): Promise<void> {
    this.looking ??= this.lookAndWork().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async lookAndWork(): Promise<void> {
    try {
      await this.boards.looked();
      // The first one may have been made on the command line since.
      if (this.boards.listing.backups.length === 0) await this.boards.refreshBackups();
      // Nobody is troubled who has made no backup yet, or has deleted all.
      if (this.boards.listing.backups.length === 0) {
        this.boards.noteHealth(undefined);
        return;
      }
      this.work ??= this.loadWork();
      // What could not be loaded may be there at the next look.
      this.work.catch(() => {
        this.work = undefined;
      });
      const work = await this.work;
      const start = this.env.clock.ticks();
      await work
        .doWhatIsDue(() => this.notePresences())
        .finally(() => {
          this.blindMs = this.env.clock.ticks() - start;
        });
    } catch (error) {
      this.env.log.error(`What is due could not be done: ${describeCauses(error)}`);
    }
  }

  private async notePresences(): Promise<Presences> {
    await this.boards.refresh();
    const there = this.boards.list.filter(({ url }) => url !== undefined).flatMap(({ id }) => id ?? []);
    const after = presencesAfter(this.memory.get<Presences>(PRESENCES, {}), there, this.env.clock.now(), this.blindMs);
    await this.memory.update(PRESENCES, after);
    return after;
  }
}
