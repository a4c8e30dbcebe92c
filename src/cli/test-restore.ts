import { isBackupError } from '../core/errors.js';
import { type TestRestoreResult, testRestore } from '../core/jobs/testRestore.js';
import { describeTestRestore } from '../core/jobs/testRestoreText.js';
import type { Store } from '../core/store/store.js';
import type { BackupSummary } from '../core/store/summary.js';
import { boardIdOf } from './boardNamed.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

const MOST_SECONDS = 1_000_000;

export const testRestoreVerb: Verb = {
  usage: `[BACKUP|BOARD] ${STORE_USAGE} [--seconds N]`,
  summary: 'Restore a backup onto a simulated board and compare it, file by file',
  options: {
    ...storeOption,
    seconds: { type: 'string', value: 'N', about: 'stop after about this long, and say what was not reached' },
  },
  details: `Without an argument, the newest backup of all is tested; with the name or the id of a board, the newest backup of that
board. None of your boards is touched, and nothing is left behind.

Exit codes: 0 nothing is wrong, 1 something is damaged.`,
  async run(call) {
    const [reference = 'latest'] = takeArguments(call, 0, 1);
    const seconds = secondsOf(call.text('seconds'));
    const store = await storeOf(call);
    const backup = await backupNamed(store, reference);
    const result = await testRestore(call.context, store, backup, { ...(seconds !== undefined && { seconds }) });
    if (result.damaged.some(({ certainty }) => certainty === 'damaged' || certainty === 'missing'))
      call.output.note('`mpbackup repair` saves what is sound, and looks for the rest.');
    call.output.result(testFields(result), describeTestRestore(result).join('\n'));
    return result.outcome === 'damaged' ? 1 : 0;
  },
};

/** For JSON. */
export function testFields({ backup, ...result }: TestRestoreResult): Record<string, unknown> {
  const { id, archive, board, createdAt } = backup;
  return {
    ok: result.outcome !== 'damaged',
    backup: { id, archive, createdAt, board: { id: board.id, name: board.name } },
    ...result,
  };
}

/** A backup has ids of its own, so that no board is taken for one. */
async function backupNamed(store: Store, reference: string): Promise<BackupSummary> {
  try {
    return await store.find(reference);
  } catch (error) {
    if (!isBackupError(error, 'backup-not-found')) throw error;
    const { backups } = await store.list();
    if (!backups.some(({ board }) => board.id === reference || board.name === reference)) throw error;
    return store.find('latest', await boardIdOf(store, reference));
  }
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds <= MOST_SECONDS) return seconds;
  throw new UsageError(`--seconds must be a number of seconds, not ${text}.`);
}
