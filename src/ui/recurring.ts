// Messages that come again and again when all is well, and that somebody may have seen often enough. Failures, and warnings about
// data, are never among them.

import type * as vscode from 'vscode';
import { showInformation } from './messages.js';

const HIDDEN = 'hiddenMessages';

const DONT_SHOW = "Don't Show Again";

/** What is remembered of each kind for ever: a name that is not changed. */
export type RecurringKind = 'backedUp' | 'backedUpWithLimits' | 'quickBackedUp' | 'nothingChanged';

export class RecurringMessages {
  constructor(
    /** For all windows. */
    private readonly memory: vscode.Memento,
    private readonly log: Pick<vscode.LogOutputChannel, 'info'>,
  ) {}

  /** @returns the action that was chosen, if any; none where the user does not want to see this kind */
  async show(kind: RecurringKind, sentence: string, ...actions: readonly string[]): Promise<string | undefined> {
    this.log.info(sentence);
    if (this.hidden.includes(kind)) return undefined;
    const answer = await showInformation(sentence, ...actions, DONT_SHOW);
    if (answer !== DONT_SHOW) return answer;
    await this.memory.update(HIDDEN, [...this.hidden.filter((other) => other !== kind), kind]);
    return undefined;
  }

  /** @returns how many kinds were hidden */
  async showAgain(): Promise<number> {
    const { length } = this.hidden;
    await this.memory.update(HIDDEN, undefined);
    return length;
  }

  private get hidden(): readonly string[] {
    return this.memory.get<string[]>(HIDDEN, []);
  }
}
