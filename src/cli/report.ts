import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BackupError, messageOf, systemCode } from '../core/errors.js';
import { spaceIfKnown } from '../core/jobs/diskSpace.js';
import { offsiteState } from '../core/jobs/offsitePlace.js';
import { readReport } from '../core/jobs/readReport.js';
import { reportPage, reportText } from '../core/jobs/reportPage.js';
import { storeNotFound } from '../core/jobs/verify.js';
import { displayPath } from '../core/paths.js';
import { boardIdOf } from './boardNamed.js';
import { rulesOf } from './rulesFile.js';
import { storedBoards } from './storedBoards.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const reportVerb: Verb = {
  usage: `BOARD ${STORE_USAGE} [--html FILE] [--rules FILE]`,
  summary: 'Tells how the backups of a board came along; as a page with pictures, too',
  options: {
    ...storeOption,
    html: { type: 'string', value: 'FILE', about: 'writes the report as a page that stands alone' },
    rules: { type: 'string', value: 'FILE', about: 'the schedules, as for `mpbackup schedule`' },
  },
  details: `BOARD is the name or the id of a board. The page shows its backups over time, how they grow, what changes most, and how long
they take; it loads nothing from anywhere. FILE must not exist yet.`,
  async run(call) {
    const [named = ''] = takeArguments(call, 1);
    const { config, policy, warnBelow } = await rulesOf(call);
    const store = await storeOf(call);
    if (!(await store.exists())) throw storeNotFound(store.root, 'no backup can be seen');
    const id = await boardIdOf(store, named);
    const [board = { id, name: named }] = (await storedBoards(call, store, [])).filter((each) => each.id === id);
    const space = await spaceIfKnown(store, call.context.env, warnBelow, policy ?? undefined);
    const report = await readReport(call.context, store, { board, config, space, offsite: await offsiteState(store) });
    const file = call.text('html');
    if (file !== undefined) await writePage(resolve(file), reportPage(report));
    const written = file === undefined ? [] : [`The page with pictures: ${displayPath(resolve(file))}`];
    call.output.result(
      { report, ...(file !== undefined && { html: resolve(file) }) },
      [reportText(report), ...written].join('\n'),
    );
    return 0;
  },
};

/** Takes the place of no other file. */
async function writePage(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page, { flag: 'wx' });
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST')
      throw new BackupError('path-taken', `${path} exists already.`, { path, hint: 'Choose another name.' });
    throw new BackupError('bad-argument', `${path} could not be written: ${messageOf(cause)}`, {
      ...{ path, cause, hint: 'Choose a folder that you may write to.' },
    });
  }
}
