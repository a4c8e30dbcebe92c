import { join, resolve, sep } from 'node:path';
import type { Env } from '../core/env.js';
import { BackupError, messageOf, systemCode } from '../core/errors.js';
import { spaceIfKnown } from '../core/jobs/diskSpace.js';
import { offsiteState } from '../core/jobs/offsitePlace.js';
import { readReport } from '../core/jobs/readReport.js';
import { HEAD_OF_REPORT, isReportPage, reportPage, reportText } from '../core/jobs/reportPage.js';
import { storeNotFound } from '../core/jobs/verify.js';
import { displayPath } from '../core/paths.js';
import { replaceFile } from '../core/store/durable.js';
import { boardIdOf } from './boardNamed.js';
import { rulesOf } from './rulesFile.js';
import { storedBoards } from './storedBoards.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

/** In place of the name of a file: standard output. */
const STDOUT = '-';

export const reportVerb: Verb = {
  usage: `BOARD ${STORE_USAGE} [--html FILE] [--rules FILE]`,
  summary: 'Tells how the backups of a board came along; as a page with pictures, too',
  options: {
    ...storeOption,
    html: { type: 'string', value: 'FILE', about: 'writes the report as a page that stands alone' },
    rules: { type: 'string', value: 'FILE', about: 'the schedules, as for `mpbackup schedule`' },
  },
  details: `BOARD is the name or the id of a board. The page shows its backups over time, how they grow, what changes most, and how long
they take; it loads nothing from anywhere. A FILE that is such a page is replaced, and no other one; with - the page goes to standard output, and nothing else does.`,
  async run(call) {
    const [named = ''] = takeArguments(call, 1);
    const to = await placeOfPage(call);
    const { config, policy, warnBelow } = await rulesOf(call);
    const store = await storeOf(call);
    if (!(await store.exists())) throw storeNotFound(store.root, 'no backup can be seen');
    const id = await boardIdOf(store, named);
    const [board = { id, name: named }] = (await storedBoards(call, store, [])).filter((each) => each.id === id);
    const space = await spaceIfKnown(store, call.context.env, warnBelow, policy ?? undefined);
    const report = await readReport(call.context, store, { board, config, space, offsite: await offsiteState(store) });
    if (to === STDOUT) {
      call.stdout.write(reportPage(report));
      return 0;
    }
    if (to !== undefined) await writePage(call.context.env, to, reportPage(report));
    const written = to === undefined ? [] : [`The page with pictures: ${displayPath(to)}`];
    call.output.result({ report, ...(to !== undefined && { html: to }) }, [reportText(report), ...written].join('\n'));
    return 0;
  },
};

/** Before anything is read: takes the place of no file but an earlier page. @returns an absolute path, or {@link STDOUT}. @throws BackupError, UsageError */
async function placeOfPage(call: Call): Promise<string | undefined> {
  const file = call.text('html');
  if (file === undefined) return undefined;
  if (file === STDOUT) {
    if (call.flag('json')) throw new UsageError('`--html -` writes the page itself: it has no JSON.');
    return STDOUT;
  }
  const path = resolve(file);
  const there = await call.context.env.fs.info(path).catch((cause: unknown) => {
    throw notWritten(path, cause);
  });
  if (there?.kind === 'folder' || file.endsWith('/') || file.endsWith(sep)) {
    const hint = `Name a file, such as ${join(path, 'report.html')}.`;
    throw new BackupError('bad-argument', `${path} is a folder.`, { path, hint });
  }
  if (there && !(there.kind === 'file' && (await isEarlierPage(call.context.env, path)))) {
    const hint = 'Choose another name.';
    throw new BackupError('path-taken', `${path} exists already, and is no report that could be replaced.`, {
      path,
      hint,
    });
  }
  return path;
}

async function isEarlierPage({ fs }: Env, path: string): Promise<boolean> {
  const head = new Uint8Array(HEAD_OF_REPORT);
  try {
    const file = await fs.open(path, 'read');
    try {
      return isReportPage(head.subarray(0, await file.read(head, 0)));
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

/** All of it or nothing, also where the disk is full. */
async function writePage(env: Env, path: string, page: string): Promise<void> {
  try {
    await replaceFile(env, path, Buffer.from(page));
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

function notWritten(path: string, cause: unknown): BackupError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(systemCode(cause) ?? '');
  const hint = isFull ? 'Free some space there, or choose another disk.' : 'Choose a folder that you may write to.';
  const sentence = `${path} could not be written: ${messageOf(cause)}`;
  return new BackupError(isFull ? 'store-full' : 'bad-argument', sentence, { path, cause, hint });
}
