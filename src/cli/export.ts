import { resolve } from 'node:path';
import { exportBackups } from '../core/jobs/exportBackups.js';
import { displayPath } from '../core/paths.js';
import { chainsOf } from '../core/plan/chains.js';
import type { Store } from '../core/store/store.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count } from '../core/text.js';
import { nameBackups } from './backupText.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const exportVerb: Verb = {
  usage: `BACKUP TARGET ${STORE_USAGE} [--chain]`,
  summary: 'Copy a backup out of the store, as a self-contained archive or a plain folder',
  options: {
    ...storeOption,
    chain: { type: 'boolean', about: 'export all backups of its chain: the full one and those since' },
  },
  details: `If TARGET ends in .blb, an archive is written; if it ends in .blb.age, an archive that is encrypted with the key
of the store; otherwise, a folder. TARGET must not exist yet. Archives that end in .blb and folders are not encrypted, even
if the store is.

\`mpbackup import\` imports any of them into another store. Files can also be taken out of a .blb archive without this
software, with any unzip.`,
  async run(call) {
    const [reference = '', name = ''] = takeArguments(call, 2);
    const store = await storeOf(call);
    const backup = await store.find(reference);
    const target = resolve(name);
    const result = await exportBackups(call.context, store, {
      backups: call.flag('chain') ? await chainOf(store, backup) : [backup],
      target,
      form: /\.blb(\.age)?$/i.test(target) ? 'archive' : 'folder',
    });
    const { backups, contents, bytes: size, seconds } = result;
    const what = backups === 1 ? nameBackups([backup]) : count(backups, 'backup');
    call.output.result(
      { target, backups, contents, bytes: size, seconds },
      `Exported ${what}, ${bytes(size)} of files, verified: ${displayPath(target)}`,
    );
    return 0;
  },
};

async function chainOf(store: Store, backup: BackupSummary): Promise<readonly BackupSummary[]> {
  const chains = chainsOf(await store.backupsOf(backup.board.id));
  const chain = chains.find(({ backups }) => backups.some(({ id }) => id === backup.id))?.backups ?? [];
  // The one that was named comes first: its files are those that an unzip gives under their names.
  return [backup, ...chain.filter(({ id }) => id !== backup.id)];
}
