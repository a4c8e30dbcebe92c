// Restores for a language model. VS Code asks whether the tool may run at all, unless somebody has told it to ask no more. So what would
// be written is asked here, always: by a message with the figures of a plan, and no other plan is carried out. Where it cannot be had
// without stopping a program, or another extension has the port, it is shown in the view Restore instead.

import { cancelled, isBackupError } from '../../core/errors.js';
import type { JobContext } from '../../core/jobs/job.js';
import { previewRestore, type RestoreOptions, type RestoreResult, restore } from '../../core/jobs/restore.js';
import { changesOf, describePlan, sumsOf } from '../../core/jobs/restoreText.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath, parseUserPath, ROOT } from '../../core/paths.js';
import type { RestorePlan } from '../../core/plan/planToward.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { bytes, count } from '../../core/text.js';
import { told } from '../api/told.js';
import { addressOf } from '../approach.js';
import { boardMeant, connectedBoard } from '../boardMeant.js';
import { showFailure } from '../failures.js';
import { RESTORE_SHARES } from '../jobBar.js';
import { whileWriting } from '../live/whileWriting.js';
import { showWarning } from '../messages.js';
import { nameBackup } from '../nameBackups.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import { runQuietly } from '../runJob.js';
import { restoreOptions } from '../runRestore.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { withSignal } from '../withSignal.js';
import { backupIn, summary } from './lookTools.js';
import { answered, asText, type Input, type Tool } from './tool.js';

/** Lines of a plan that a dialog has room for. */
const MOST_LINES = 12;

/** What the model wants. */
interface Wanted {
  board: ConnectedBoardChoice;
  backup: BackupSummary;
  paths: BoardPath[];
}

export function restoreTool(services: Services): Tool {
  return {
    prepare: (input) =>
      told(async () => {
        const { board, backup } = await wantedIn(services, input);
        const name = displayPath(board.name);
        const from = t('From the backup of {0} to {1} on {2}.', nameBackup(backup), name, displayPath(board.url));
        const next = t('Before anything is written, you are asked again, with what would be written.');
        return {
          invocationMessage: t('Restoring to {0}', name),
          confirmationMessages: { title: t('Restore to {0}?', name), message: asText([from, next]) },
        };
      }),
    invoke: (input, token) =>
      answered(() =>
        withSignal(token, async (signal) => {
          const wanted = await wantedIn(services, input);
          try {
            return resultOf(await whileWriting(services, wanted.board.url, () => put(services, wanted, signal)));
          } catch (error) {
            // The model may keep it to itself.
            if (!isBackupError(error, 'cancelled')) void showFailure(services, titleFor(wanted), error);
            throw error;
          }
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

function titleFor({ board }: Wanted): string {
  return t('Restoring to {0}', displayPath(board.name));
}

type Preview = Awaited<ReturnType<typeof previewRestore>>;

/** Stops no program, and writes nothing. @returns undefined where the plan is to be shown in the view Restore */
async function planFor(services: Services, wanted: Wanted, signal: AbortSignal): Promise<Preview | undefined> {
  const { boards, others } = services;
  const { key, url } = wanted.board;
  if (others.isReleased(key, url)) return undefined;
  const address = { ...addressOf(services, url, 'restore', {}), programs: 'spare' } as const;
  try {
    const preview = await asJob(services, wanted, signal, async (context) =>
      previewRestore(context, address, await boards.openStore(), optionsFor(wanted)),
    );
    const isOpen = sumsOf(preview.plan).conflict > 0 && readSettings().conflicts === 'ask';
    return isOpen ? undefined : preview;
  } catch (error) {
    if (isBackupError(error, 'program-running') || isBackupError(error, 'board-busy')) return undefined;
    throw error;
  }
}

/** Seen in the status bar, where it can be cancelled; the port is not given away in between. */
function asJob<T>(
  services: Services,
  wanted: Wanted,
  signal: AbortSignal,
  job: (context: JobContext) => Promise<T>,
): Promise<T> {
  const { key, url } = wanted.board;
  const words = { title: titleFor(wanted), noun: t('Restore'), shares: RESTORE_SHARES, boards: [key, url] };
  return runQuietly<T>(services, words, ({ signal: ours, ...context }) =>
    job({ ...context, signal: AbortSignal.any([signal, ...(ours ? [ours] : [])]) }),
  );
}

/** @throws BackupError `cancelled` where somebody says no, or the model does not wait any longer */
async function ask({ board, backup }: Wanted, preview: Preview, signal: AbortSignal): Promise<void> {
  const { plan, warnings, included } = preview;
  const { files, deleted } = changesOf(plan);
  const name = displayPath(board.name);
  const question =
    files > 0 || deleted === 0
      ? t('Restore {0} to {1}?', count(files, 'file'), name)
      : t('Delete {0} on {1}?', count(deleted, 'file'), name);
  const from = t('From the backup of {0} to {1} on {2}.', nameBackup(backup), name, displayPath(board.url));
  const saved = t('What is replaced or deleted is backed up first, and the restore can be undone.');
  const asked = t('A language model asks for this.');
  const detail = [asked, from, ...sentencesOn(plan), ...warnings, ...filesOf(plan), included, saved].join('\n');
  const restoreIt = t('Restore');
  const given = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const answer = await Promise.race([showWarning(question, { modal: true, detail }, restoreIt), given]);
  if (answer !== restoreIt || signal.aborted) throw cancelled();
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

async function put(services: Services, wanted: Wanted, signal: AbortSignal): Promise<RestoreResult> {
  const { boards, others, restoreView } = services;
  const { board } = wanted;
  const preview = await planFor(services, wanted, signal);
  const isToBeAsked = preview !== undefined && preview.plan.problems.length === 0 && preview.plan.steps.length > 0;
  if (isToBeAsked) await ask(wanted, preview, signal);
  const done = await asJob(services, wanted, signal, async (context) => {
    const job = async (more: Partial<RestoreOptions>) => {
      const telling = { ...context, onWillWrite: others.beforeWriting(context.signal) };
      const address = addressOf(services, board.url, 'restore', {});
      return restore(telling, address, await boards.openStore(), { ...optionsFor(wanted), ...more });
    };
    if (preview) return job({ planId: preview.planId });
    const heading = t('Restore to {0}', displayPath(board.name));
    return restoreView.whileDeciding(heading, readSettings().conflicts === 'ask', (decide) => job({ decide }));
  });
  await boards.learn(board.url, done.board.id);
  return done;
}

function resultOf(result: RestoreResult): unknown {
  const { restored, unchanged, deleted, skipped, safety, record, verified, warnings, limits, program } = result;
  return {
    ...{
      restored: restored.map(displayPath),
      deleted: deleted.map(displayPath),
      unchanged: unchanged.length,
      verified,
    },
    skipped: skipped.map(({ path, skip }) => ({ path: displayPath(path), reason: skip })),
    ...{ warnings, limits, program: program.state },
    ...(safety && { safetyBackup: summary(safety) }),
    ...(record !== undefined && { restore: record.slice(-8) }),
  };
}
