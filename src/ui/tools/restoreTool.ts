// Restores for a language model. The user is shown what would be written and agrees to that plan: it is named, and no other one is
// carried out. Where the plan cannot be had without stopping a program, or was never shown, it is shown in the view Restore first.

import { isBackupError } from '../../core/errors.js';
import type { JobContext } from '../../core/jobs/job.js';
import { previewRestore, type RestoreOptions, type RestoreResult, restore } from '../../core/jobs/restore.js';
import { changesOf, describePlan, sumsOf } from '../../core/jobs/restoreText.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath, parseUserPath, ROOT } from '../../core/paths.js';
import type { RestorePlan } from '../../core/plan/planToward.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { bytes, count } from '../../core/text.js';
import { toldError } from '../api/told.js';
import { addressOf } from '../approach.js';
import { boardMeant, connectedBoard } from '../boardMeant.js';
import { RESTORE_SHARES } from '../jobBar.js';
import { whileWriting } from '../live/whileWriting.js';
import { nameBackup } from '../nameBackups.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import { runQuietly } from '../runJob.js';
import { restoreOptions } from '../runRestore.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { backupIn, summary } from './lookTools.js';
import { answered, asText, type Input, type Tool, withSignal } from './tool.js';

/** Lines of a plan that a dialog has room for. */
const MOST_LINES = 12;

/** What the model wants. */
interface Wanted {
  board: ConnectedBoardChoice;
  backup: BackupSummary;
  paths: BoardPath[];
}

export function restoreTool(services: Services): Tool {
  /** Names of the plans that were shown, by what they were shown for. */
  const shown = new Map<string, string>();
  return {
    async prepare(input, token) {
      try {
        const key = JSON.stringify(input);
        shown.delete(key);
        const wanted = await wantedIn(services, input);
        const { plan, lines } = await withSignal(token, (signal) => figures(services, wanted, signal));
        if (plan !== undefined) shown.set(key, plan);
        const { board, backup } = wanted;
        const name = displayPath(board.name);
        const from = t('From the backup of {0} to {1} on {2}.', nameBackup(backup), name, displayPath(board.url));
        return {
          invocationMessage: t('Restoring to {0}', name),
          confirmationMessages: { title: t('Restore to {0}?', name), message: asText([from, ...lines]) },
        };
      } catch (error) {
        throw toldError(error);
      }
    },
    invoke: (input, token) =>
      answered(() =>
        withSignal(token, async (signal) => {
          const key = JSON.stringify(input);
          const planId = shown.get(key);
          // Agreed to once.
          shown.delete(key);
          return resultOf(await put(services, await wantedIn(services, input), planId, signal));
        }),
      ),
  };
}

async function wantedIn(services: Services, input: Input): Promise<Wanted> {
  const backup = await backupIn(services, input, 'backup');
  const given = input.board === undefined ? backup.board.id : String(input.board);
  const board = connectedBoard(services, boardMeant(services, given).key);
  const { paths } = input;
  const texts = Array.isArray(paths) ? paths.map(String) : [];
  return { board, backup, paths: texts.length > 0 ? texts.map(parseUserPath) : [ROOT] };
}

/** Never onto another board than that of the backup: what a model takes for the same may be another one. */
function optionsFor({ board, backup, paths }: Wanted): RestoreOptions {
  return { ...restoreOptions(board, backup, { paths }), allowOtherBoard: false };
}

/** @returns the name of the plan where it could be had, and what it comes to. Stops no program, and writes nothing */
async function figures(
  services: Services,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<{ plan?: string; lines: string[] }> {
  const { env, boards } = services;
  const saved = t('What is replaced or deleted is backed up first, and the restore can be undone.');
  const later = t('What would be written is shown in the view Restore, and nothing is written before you agree there.');
  const address = { ...addressOf(services, wanted.board.url, 'restore', {}), programs: 'spare' } as const;
  try {
    const preview = await previewRestore({ env, signal }, address, await boards.openStore(), optionsFor(wanted));
    const { plan, warnings, included, planId } = preview;
    const [problem] = plan.problems;
    if (problem) return { plan: planId, lines: [t('This restore cannot be done: {0}', problem.message)] };
    if (sumsOf(plan).conflict > 0 && readSettings().conflicts === 'ask')
      return { lines: [t('Files on the board are in no backup as they are there.'), later] };
    return { plan: planId, lines: [...sentencesOn(plan), ...warnings, ...filesOf(plan), included, saved] };
  } catch (error) {
    if (!isBackupError(error, 'program-running') && !isBackupError(error, 'board-busy')) throw error;
    return { lines: [t('A program runs on the board, and has to be stopped for this.'), later] };
  }
}

function sentencesOn(plan: RestorePlan): string[] {
  const { files, bytes: size, deleted } = changesOf(plan);
  if (files + deleted === 0) return [t('No file has to be written.')];
  const written = t('{0} will be written ({1}).', count(files, 'file'), bytes(size));
  return deleted === 0 ? [written] : [written, t('{0} will be deleted.', count(deleted, 'file'))];
}

/** A line for each path that is not just as it shall be. */
function filesOf(plan: RestorePlan): string[] {
  const changing = plan.items.filter(({ action }) => action !== 'same').length;
  const lines = describePlan(plan).split('\n').slice(0, Math.min(changing, MOST_LINES));
  return changing > lines.length ? [...lines, t('and {0} more', count(changing - lines.length, 'path'))] : lines;
}

async function put(
  services: Services,
  wanted: Wanted,
  planId: string | undefined,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const { boards, others, restoreView } = services;
  const { board } = wanted;
  const title = t('Restoring to {0}', displayPath(board.name));
  const words = { title, noun: t('Restore'), shares: RESTORE_SHARES, boards: [board.key, board.url] };
  const job = async (context: JobContext, more: Partial<RestoreOptions>) => {
    const told = { ...context, onWillWrite: others.beforeWriting(context.signal) };
    const address = addressOf(services, board.url, 'restore', {});
    return restore(told, address, await boards.openStore(), { ...optionsFor(wanted), ...more });
  };
  return whileWriting(services, board.url, async () => {
    const done = await runQuietly(services, words, ({ signal: ours, ...context }) => {
      const either = { ...context, signal: AbortSignal.any([signal, ...(ours ? [ours] : [])]) };
      if (planId !== undefined) return job(either, { planId });
      const { conflicts } = readSettings();
      const heading = t('Restore to {0}', displayPath(board.name));
      return restoreView.whileDeciding(heading, conflicts === 'ask', (decide) => job(either, { decide }));
    });
    await boards.learn(board.url, done.board.id);
    return done;
  });
}

function resultOf({ restored, unchanged, deleted, skipped, safety, record, verified }: RestoreResult): unknown {
  return {
    ...{
      restored: restored.map(displayPath),
      deleted: deleted.map(displayPath),
      unchanged: unchanged.length,
      verified,
    },
    skipped: skipped.map(({ path, skip }) => ({ path: displayPath(path), reason: skip })),
    ...(safety && { safetyBackup: summary(safety) }),
    ...(record !== undefined && { restore: record.slice(-8) }),
  };
}
