// Messages that come again and again, and that somebody may have seen often enough. Failures, and warnings about data, are never
// among them.

import type * as vscode from 'vscode';
import { msg, t } from '../core/l10n.js';
import { showInformation, showWarning } from './messages.js';

const HIDDEN = 'hiddenMessages';

const DONT_SHOW = msg("Don't Show Again");

/** What is remembered of each kind forever: a name that is not changed. */
export type RecurringKind =
  | 'backedUp'
  | 'backedUpWithLimits'
  | 'quickBackedUp'
  | 'nothingChanged'
  | 'diskShort'
  | 'secretsInBackups'
  | 'backupsInGit';

export class RecurringMessages {
  constructor(
    /** For all windows. */
    private readonly memory: vscode.Memento,
    private readonly log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>,
  ) {}

  /** @returns the action that was chosen, if any; none if the user does not want to see this kind */
  show(kind: RecurringKind, sentence: string, ...actions: readonly string[]): Promise<string | undefined> {
    this.log.info(sentence);
    return this.unlessHidden(kind, () => showInformation(sentence, ...actions, t(DONT_SHOW)));
  }

  /** The same for what will not do forever. */
  warn(kind: RecurringKind, sentence: string, ...actions: readonly string[]): Promise<string | undefined> {
    this.log.warn(sentence);
    return this.unlessHidden(kind, () => showWarning(sentence, ...actions, t(DONT_SHOW)));
  }

  private async unlessHidden(
    kind: RecurringKind,
    ask: () => PromiseLike<string | undefined>,
  ): Promise<string | undefined> {
    if (this.hidden.includes(kind)) return undefined;
    const answer = await ask();
    if (answer !== t(DONT_SHOW)) return answer;
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
