// Restores for a language model. VS Code asks whether the tool may run at all, unless somebody has told it to ask no more. So what would
// be written is asked here, always: by a message with the figures of a plan, and no other plan is carried out. If it cannot be had
// without stopping a program, or another extension has the port, that is asked first, and the plan is shown in the view Restore instead.

import { BackupError, cancelled, isBackupError } from '../../core/errors.js';
import type { BoardAddress, JobContext } from '../../core/jobs/job.js';
import { previewRestore, type RestoreOptions, type RestoreResult, restore } from '../../core/jobs/restore.js';
import { changesOf, describePlan, sumsOf } from '../../core/jobs/restoreText.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, displayPath, parseUserPath, ROOT } from '../../core/paths.js';
import type { RestorePlan } from '../../core/plan/planToward.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { bytes, count } from '../../core/text.js';
import { addressOf } from '../approach.js';
import { boardMeant, connectedBoard } from '../boardMeant.js';
import { showFailure } from '../failures.js';
import { RESTORE_SHARES } from '../jobBar.js';
import { whileWriting } from '../live/whileWriting.js';
import { showInformation, showWarning } from '../messages.js';
import { nameBackup } from '../nameBackups.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import { runQuietly } from '../runJob.js';
import { restoreOptions } from '../runRestore.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { withSignal } from '../withSignal.js';
import type { Input } from './input.js';
import { backupIn, summary } from './lookTools.js';
import { answered, asText, forModel, programSentence, type Tool, toldModel } from './tool.js';

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
      toldModel(services, async () => {
        const wanted = await wantedIn(services, input);
        const name = displayPath(wanted.board.name);
        const next = t(
          'Before a program is stopped or anything is written, you are asked again, with what would be written.',
        );
        return {
          invocationMessage: t('Restoring to {0}', name),
          confirmationMessages: { title: t('Restore to {0}?', name), message: asText([fromWhere(wanted), next]) },
        };
      }),
    invoke: (input, token) =>
      answered(services, () =>
        withSignal(token, async (signal) => {
          const wanted = await wantedIn(services, input);
          try {
            const done = await whileWriting(services, wanted.board.url, () => put(services, wanted, signal));
            return resultOf(done, forModel(services));
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
  return { board, backup, paths: pathsIn(input) };
}

/** All that is in the backup, if nothing is said; what is no list of paths never means that. */
function pathsIn({ paths }: Input): BoardPath[] {
  if (paths === undefined) return [ROOT];
  const isList = Array.isArray(paths) && paths.length > 0;
  if (isList && paths.every((path) => typeof path === 'string' && path.trim() !== '')) return paths.map(parseUserPath);
  throw new BackupError('bad-argument', t('What to restore must be a list of paths.'), {
    hint: t('Name files and folders of the backup, or leave the list out to restore all of it.'),
  });
}

/** Never onto another board than that of the backup: what a model takes for the same may be another one. */
function optionsFor({ board, backup, paths }: Wanted): RestoreOptions {
  return { ...restoreOptions(board, backup, { paths }), allowOtherBoard: false };
}

function titleFor({ board }: Wanted): string {
  return t('Restoring to {0}', displayPath(board.name));
}

type Preview = Awaited<ReturnType<typeof previewRestore>>;

/** Why a look at the board has to be agreed to. */
type Hindrance = 'running' | 'released';

/** Stops no program, opens no port that another extension has, and writes nothing. @returns why there is no plan, if there is none */
async function planFor(services: Services, wanted: Wanted, signal: AbortSignal): Promise<Preview | Hindrance> {
  if (isReleased(services, wanted)) return 'released';
  try {
    return await asJob(services, wanted, signal, async (context) =>
      previewRestore(context, sparing(services, wanted), await services.boards.openStore(), optionsFor(wanted)),
    );
  } catch (error) {
    if (isBackupError(error, 'program-running') || isBackupError(error, 'board-busy')) return 'running';
    throw error;
  }
}

function isReleased({ others }: Services, { board }: Wanted): boolean {
  return others.isReleased(board.key, board.url);
}

/** No program is stopped that nobody was asked about, also if one was started since. */
function sparing(services: Services, { board }: Wanted): BoardAddress {
  return { ...addressOf(services, board.url, 'restore', {}), programs: 'spare' };
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

/** What would be written. @throws BackupError `cancelled` */
async function ask(wanted: Wanted, preview: Preview, signal: AbortSignal): Promise<void> {
  const { plan, warnings, included } = preview;
  const { files, deleted } = changesOf(plan);
  const name = displayPath(wanted.board.name);
  const question =
    files > 0 || deleted === 0
      ? t('Restore {0} to {1}?', count(files, 'file'), name)
      : t('Delete {0} on {1}?', count(deleted, 'file'), name);
  const saved = t('What is replaced or deleted is backed up first, and the restore can be undone.');
  const detail = [fromWhere(wanted), ...sentencesOn(plan), ...warnings, ...filesOf(plan), included, saved];
  await agreed(wanted, question, detail, t('Restore'), signal);
}

/**
 * What a look at the board does to what uses it.
 *
 * @param isAgreed to what is to be written
 * @throws BackupError `cancelled`
 */
async function askToLook(wanted: Wanted, hindrance: Hindrance, isAgreed: boolean, signal: AbortSignal): Promise<void> {
  const { name, url } = wanted.board;
  const [shown, port] = [displayPath(name), displayPath(url)];
  const isRunning = hindrance === 'running';
  const question = isRunning
    ? t('Stop the program of {0} to look at its files?', shown)
    : t('Open the port of {0} to look at its files?', shown);
  const why = isRunning
    ? t('A program runs on the board, or it does not answer.')
    : t('Another extension asked for {0}, and may be using it.', port);
  const next = isAgreed
    ? t('What you agreed to is written then.')
    : t('What would be written is shown in the view Restore. Nothing is written before you confirm it there.');
  const yes = isRunning ? t('Stop Program and Look') : t('Open Port and Look');
  await agreed(wanted, question, [fromWhere(wanted), why, programSentence(), next], yes, signal);
}

function fromWhere({ board, backup }: Wanted): string {
  const [name, port] = [displayPath(board.name), displayPath(board.url)];
  return t('From the backup of {0} to {1} on {2}.', nameBackup(backup), name, port);
}

/** @throws BackupError `cancelled` if somebody says no, or the model does not wait any longer */
async function agreed(
  { board }: Wanted,
  question: string,
  sentences: readonly string[],
  yes: string,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) throw cancelled();
  const detail = [t('A language model asks for this.'), ...sentences].join('\n');
  const given = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const answer = showWarning(question, { modal: true, detail }, yes);
  const isYes = (await Promise.race([answer, given])) === yes;
  // A dialog stays open until somebody answers it.
  if (signal.aborted) {
    const name = displayPath(board.name);
    void answer.then((late) => {
      if (late === yes) void showInformation(t('The chat was stopped before, so nothing was restored to {0}.', name));
    });
  }
  if (!isYes || signal.aborted) throw cancelled();
}

function sentencesOn(plan: RestorePlan): string[] {
  const { files, bytes: size, deleted } = changesOf(plan);
  if (files + deleted === 0) return [t('No file has to be written.')];
  const written = t('{0} will be written ({1}).', count(files, 'file'), bytes(size));
  return deleted === 0 ? [written] : [written, t('{0} will be deleted.', count(deleted, 'file'))];
}

/** A line for each path that is not already as it should be. */
function filesOf(plan: RestorePlan): string[] {
  const changing = plan.items.filter(({ action }) => action !== 'same').length;
  const lines = describePlan(plan).split('\n').slice(0, Math.min(changing, MOST_LINES));
  return changing > lines.length ? [...lines, t('and {0} more', count(changing - lines.length, 'path'))] : lines;
}

async function put(services: Services, wanted: Wanted, signal: AbortSignal): Promise<RestoreResult> {
  const { boards, others, restoreView } = services;
  const { board } = wanted;
  const found = await planFor(services, wanted, signal);
  const preview = typeof found === 'string' ? undefined : found;
  const isOpen = preview && sumsOf(preview.plan).conflict > 0 && readSettings().conflicts === 'ask';
  const isToBeAsked = preview && !isOpen && preview.plan.problems.length === 0 && preview.plan.steps.length > 0;
  if (isToBeAsked) await ask(wanted, preview, signal);
  const hindrance = typeof found === 'string' ? found : isReleased(services, wanted) ? 'released' : undefined;
  if (hindrance) await askToLook(wanted, hindrance, isToBeAsked === true, signal);
  // It may have been given away while the question about the program was open.
  if (hindrance === 'running' && isReleased(services, wanted)) await askToLook(wanted, 'released', false, signal);
  const address = hindrance ? addressOf(services, board.url, 'restore', {}) : sparing(services, wanted);
  const done = await asJob(services, wanted, signal, async (context) => {
    const job = async (more: Partial<RestoreOptions>) => {
      const telling = { ...context, onWillWrite: others.beforeWriting(context.signal) };
      return restore(telling, address, await boards.openStore(), { ...optionsFor(wanted), ...more });
    };
    if (preview && !isOpen) return job({ planId: preview.planId });
    const heading = t('A language model asks: restore to {0}', displayPath(board.name));
    return restoreView.whileDeciding(heading, readSettings().conflicts === 'ask', (decide) => job({ decide }));
  });
  await boards.learn(board.url, done.board.id);
  return done;
}

function resultOf(result: RestoreResult, shown: (sentence: string) => string): unknown {
  const { restored, unchanged, deleted, skipped, safety, record, verified, warnings, limits, program } = result;
  return {
    restored: restored.map(displayPath),
    deleted: deleted.map(displayPath),
    unchanged: unchanged.length,
    verified,
    skipped: skipped.map(({ path, skip }) => ({ path: displayPath(path), reason: skip })),
    warnings: warnings.map(shown),
    limits: limits.map(shown),
    program: program.state,
    ...(safety && { safetyBackup: summary(safety) }),
    ...(record !== undefined && { restore: record.slice(-8) }),
  };
}
