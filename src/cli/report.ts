import { spaceIfKnown } from '../core/jobs/diskSpace.js';
import { offsiteState } from '../core/jobs/offsitePlace.js';
import { readReport } from '../core/jobs/readReport.js';
import { reportPage, reportText } from '../core/jobs/reportPage.js';
import { storeNotFound } from '../core/jobs/verify.js';
import { displayPath } from '../core/paths.js';
import { boardIdOf } from './boardNamed.js';
import { placeOfPage, writePage } from './reportFile.js';
import { rulesOf } from './rulesFile.js';
import { storedBoards } from './storedBoards.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

/** In place of the name of a file: standard output. */
const STDOUT = '-';

export const reportVerb: Verb = {
  usage: `BOARD ${STORE_USAGE} [--html FILE] [--rules FILE]`,
  summary: 'Report on the backups of a board, also as a page with charts',
  options: {
    ...storeOption,
    html: {
      type: 'string',
      value: 'FILE',
      about: 'write the report as a self-contained page with charts; - for standard output',
    },
    rules: { type: 'string', value: 'FILE', about: 'file with the schedules, as for `mpbackup schedule`' },
  },
  details: `BOARD is the name or the id of a board. The page shows its backups over time, how they grow, what changes most,
and how long they take; it loads nothing from anywhere. An existing FILE is replaced only if it is such a page. With
--html -, the page and nothing else is written to standard output.`,
  async run(call) {
    const [named = ''] = takeArguments(call, 1);
    const to = await placeAsked(call);
    const { config, policy, warnBelow } = await rulesOf(call);
    const store = await storeOf(call);
    if (!(await store.exists())) throw storeNotFound(store.root, 'there is nothing to look at');
    const id = await boardIdOf(store, named);
    const [board = { id, name: named }] = (await storedBoards(call, store, [])).filter((each) => each.id === id);
    const space = await spaceIfKnown(store, call.context.env, warnBelow, policy ?? undefined);
    const report = await readReport(call.context, store, { board, config, space, offsite: await offsiteState(store) });
    if (to === STDOUT) {
      call.stdout.write(reportPage(report));
      return 0;
    }
    if (to !== undefined) await writePage(call.context.env, to, reportPage(report));
    const written = to === undefined ? [] : [`The page with charts: ${displayPath(to)}`];
    call.output.result({ report, ...(to !== undefined && { html: to }) }, [reportText(report), ...written].join('\n'));
    return 0;
  },
};

/** @returns an absolute path, or {@link STDOUT} @throws BackupError, UsageError */
async function placeAsked(call: Call): Promise<string | undefined> {
  const file = call.text('html');
  if (file !== STDOUT) return file === undefined ? undefined : placeOfPage(call.context.env, file);
  if (call.flag('json')) throw new UsageError('`--html -` writes the page itself, so it does not take --json.');
  return STDOUT;
}
