import { cautionsOfAll } from '../core/jobs/cautions.js';
import { describeTestRestore } from '../core/jobs/testRestoreText.js';
import { runUpkeep, type UpkeepResult } from '../core/jobs/upkeep.js';
import { storeNotFound } from '../core/jobs/verify.js';
import { count, duration } from '../core/text.js';
import { cautionLines } from './afterBackup.js';
import { rulesOf } from './rulesFile.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { testFields } from './test-restore.js';
import { takeArguments, type Verb } from './usage.js';

export const upkeepVerb: Verb = {
  usage: `${STORE_USAGE} [--rules FILE]`,
  summary: 'Verify some of the backups and test one, if that is due; for cron',
  options: {
    ...storeOption,
    rules: { type: 'string', value: 'FILE', about: 'file that says how much and how often, in JSON; see below' },
  },
  details: `Once a day, archives are read for a minute, beginning with those that were verified longest ago. Once a week, the
newest backup of one board is restored onto a simulated board, each board in turn. What was already done, by VS Code or by
hand, is not due.

FILE has VS Code's settings under their short names (testRestore is weekly, monthly or never):

  { "checkSeconds": 60, "testRestore": "weekly", "testRestoreSeconds": 120 }

Exit codes: 0 nothing is wrong, 1 something is damaged.`,
  async run(call) {
    takeArguments(call, 0);
    const { upkeep } = await rulesOf(call);
    const store = await storeOf(call);
    if (!(await store.exists())) throw storeNotFound(store.root, 'nothing to check');
    const result = await runUpkeep(call.context, store, upkeep);
    const { verified, tested, isBusy = false } = result;
    const warnings = cautionLines(await cautionsOfAll(call.context, store), store);
    for (const warning of warnings) call.output.note(warning);
    const isBad = (verified?.damaged.length ?? 0) > 0 || tested?.outcome === 'damaged';
    call.output.result(
      {
        ok: !isBad,
        busy: isBusy,
        verified: verified ?? null,
        tested: tested ? testFields(tested) : null,
        ...(warnings.length > 0 && { warnings }),
      },
      textOf(result),
    );
    return isBad ? 1 : 0;
  },
};

function textOf({ verified, tested, isBusy }: UpkeepResult): string {
  if (isBusy) return 'Another window or program is checking these backups now.';
  const lines = [...(verified ? [verifiedText(verified)] : []), ...(tested ? describeTestRestore(tested) : [])];
  return lines.length > 0 ? lines.join('\n') : 'Nothing is due.';
}

function verifiedText({ archives, left, damaged, seconds }: NonNullable<UpkeepResult['verified']>): string {
  const found =
    damaged.length > 0 ? `${count(damaged.length, 'finding')}: see \`mpbackup verify\`` : 'every byte is sound';
  const rest = left > 0 ? `; ${count(left, 'backup')} left for another day` : '';
  return `${count(archives, 'archive')} verified in ${duration(seconds)}: ${found}${rest}.`;
}
