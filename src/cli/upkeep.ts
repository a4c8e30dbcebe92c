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
  summary: 'Verifies some of the backups and tests one, where that is due; for cron',
  options: {
    ...storeOption,
    rules: { type: 'string', value: 'FILE', about: 'how much and how often, as JSON; see below' },
  },
  details: `Once a day, archives are read for a minute, those that were verified longest ago first. Once a week, the newest backup
of one board is restored onto a simulated one; each board has its turn. What was done already, by VS Code or by hand, is
not due. FILE has the settings of VS Code by their short names: {"checkSeconds": 60, "testRestore":
"never|weekly|monthly", "testRestoreSeconds": 120}. Exit codes: 0 nothing is wrong, 1 something is damaged.`,
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
  if (isBusy) return 'Another window or program checks these backups now.';
  const lines = [...(verified ? [verifiedText(verified)] : []), ...(tested ? describeTestRestore(tested) : [])];
  return lines.length > 0 ? lines.join('\n') : 'Nothing is due.';
}

function verifiedText({ archives, left, damaged, seconds }: NonNullable<UpkeepResult['verified']>): string {
  const found =
    damaged.length > 0 ? `${count(damaged.length, 'finding')}: see \`mpbackup verify\`` : 'every byte is sound';
  const rest = left > 0 ? `; ${count(left, 'backup')} left for another day` : '';
  return `${count(archives, 'archive')} verified in ${duration(seconds)}: ${found}${rest}.`;
}
