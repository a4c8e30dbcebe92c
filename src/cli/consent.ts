// What cannot be taken for granted is asked for: at a terminal by a question, else by `--yes`.

import { cancelled } from '../core/errors.js';
import { ask } from './ask.js';
import type { Call } from './usage.js';
import { UsageError } from './usageError.js';

export const YES_USAGE = '[--yes]';

export const yesOption = { yes: { type: 'boolean', about: 'do not ask for confirmation' } } as const;

/**
 * To be called before anything else: a call that could never be answered is refused at once.
 *
 * @param why what would happen, as the beginning of a sentence: `A restore writes to the board`
 */
export function refuseSilence(call: Call, why: string): void {
  if (!call.flag('yes') && !process.stdin.isTTY) throw new UsageError(`${why}: add --yes to allow it.`);
}

/** @throws BackupError `cancelled` if the answer is not yes */
export async function consent(call: Call, question: string, signal = call.context.signal): Promise<void> {
  if (call.flag('yes')) return;
  const answer = await ask(`${question} [y/N] `, { input: process.stdin, output: process.stderr }, signal);
  if (!/^y(es)?$/i.test(answer.trim())) throw cancelled();
}
