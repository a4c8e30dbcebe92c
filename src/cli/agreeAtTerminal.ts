// The plan of what will be written to a board, shown at the terminal before anything is done: the user agrees to it, and settles
// conflicts one by one if they want to.

import { createTwoFilesPatch } from 'diff';
import type { Decide, RestorePreview } from '../core/jobs/restorePreview.js';
import { describePlan } from '../core/jobs/restoreText.js';
import { type BoardPath, displayPath } from '../core/paths.js';
import { type Decisions, NO_DECISIONS, type RestorePlan } from '../core/plan/planToward.js';
import { CONFLICT_CHOICES, type ConflictChoice, type RestoreItem } from '../core/plan/restoreItem.js';
import { ask } from './ask.js';
import { consent } from './consent.js';
import type { Call } from './usage.js';
import { UsageError } from './usageError.js';

export const CONFLICTS_USAGE = '[--conflicts backup|board|both|ask]';

export const conflictsOption = {
  conflicts: {
    type: 'string',
    value: 'backup|board|both|ask',
    about: 'which file to keep if the one on the board is in no backup (default: backup)',
  },
} as const;

/** @returns undefined for `ask`. @throws UsageError */
export function conflictsOf(call: Call): ConflictChoice | undefined {
  const text = call.text('conflicts') ?? 'backup';
  if (text === 'ask') {
    if (call.flag('yes'))
      throw new UsageError('--conflicts ask cannot be combined with --yes, which allows no question.');
    return undefined;
  }
  const found = CONFLICT_CHOICES.find((choice) => choice === text);
  if (found) return found;
  throw new UsageError(`--conflicts must be ${CONFLICT_CHOICES.join(', ')} or ask, not ${text}.`);
}

/** @param question what is asked below the plan. @returns undefined with `--yes`, which asks nothing */
export function agreeAtTerminal(
  call: Call,
  question: (preview: RestorePreview, plan: RestorePlan) => string,
): Decide | undefined {
  if (call.flag('yes')) return undefined;
  return async (preview, over) => {
    const { signal: cancelled } = call.context;
    const signal = AbortSignal.any([over, ...(cancelled ? [cancelled] : [])]);
    if (preview.isAgain) call.output.note('The board has changed in the meantime. This is what would be done now:');
    for (const warning of preview.warnings) call.output.note(warning);
    const decisions = conflictsOf(call) === undefined ? await settleEach(call, preview, signal) : NO_DECISIONS;
    const plan = preview.planWith(decisions);
    call.output.note(describePlan(plan));
    call.output.note(preview.included);
    // What cannot be done is said by the job, better than by a question.
    if (plan.problems.length === 0 && plan.steps.length > 0) await consent(call, question(preview, plan), signal);
    return decisions;
  };
}

async function settleEach(call: Call, preview: RestorePreview, signal: AbortSignal): Promise<Decisions> {
  const conflicts = new Map<BoardPath, ConflictChoice>();
  for (const item of preview.plan.items) {
    if (item.action === 'conflict') conflicts.set(item.path, await settle(call, preview, item, signal));
  }
  return { leftOut: new Set(), conflicts };
}

const ANSWERS = new Map<string, ConflictChoice>([
  ['b', 'backup'],
  ['o', 'board'],
  ['t', 'both'],
]);

async function settle(
  call: Call,
  preview: RestorePreview,
  item: RestoreItem,
  signal: AbortSignal,
): Promise<ConflictChoice> {
  const what = item.wanted === null ? 'is not in the backup' : 'differs from the backup';
  call.output.note(`${displayPath(item.path)} on the board ${what}, and no backup has it as it is now.`);
  for (;;) {
    const question = 'Keep the file from the [b]ackup, the one [o]n the board, or bo[t]h, or show the [d]ifference? ';
    const terminal = { input: process.stdin, output: process.stderr };
    const answer = (await ask(question, terminal, signal)).trim().toLowerCase();
    const choice = ANSWERS.get(answer) ?? CONFLICT_CHOICES.find((each) => each === answer);
    if (choice) return choice;
    if (answer === 'd') call.output.note(await difference(preview, item));
  }
}

async function difference(preview: RestorePreview, { path, wanted }: RestoreItem): Promise<string> {
  const onBoard = await preview.readFromBoard(path);
  const inBackup = wanted === null || wanted === 'folder' ? new Uint8Array() : await preview.readWanted(wanted);
  const [before, after] = [textOf(onBoard), textOf(inBackup)];
  if (before === undefined || after === undefined)
    return `Binary file: ${onBoard.length} bytes on the board, ${inBackup.length} in the backup.`;
  const name = displayPath(path);
  const patch = createTwoFilesPatch(name, name, before, after, 'on the board', 'in the backup').trimEnd();
  // Without the lines that are for programs; a terminal is shown no control characters.
  return patch.replace(/^Index: .*\n=+\n/, '').replaceAll('\t', '    ');
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    // No text: it is told by its size.
    return undefined;
  }
}
