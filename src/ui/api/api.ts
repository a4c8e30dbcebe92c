// The exported API: see api/micropython-backup.d.ts. Made at the start; what its functions need is loaded when one is called.

import type { ApiError, MicropythonBackupApi, MicropythonBackupExports } from '../../../api/micropython-backup.js';
import { describeCauses } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import type { Services } from '../services.js';
import { told } from './told.js';

const VERSION = 1;

type Calls = typeof import('./calls.js');

export function exportsOf(
  services: Services,
  load: () => Promise<Calls> = () => import('./calls.js'),
): MicropythonBackupExports {
  const { onWillWrite, onDidBackup } = services.others;
  const call = <T>(work: (calls: Calls) => Promise<T>) => told(async () => work(await loaded()));
  const loaded = async () => {
    try {
      return await load();
    } catch (error) {
      // The extension may have been updated meanwhile, and its files be gone: whoever calls is told like of any other failure.
      services.log.error(`A call of another extension: ${describeCauses(error)}`);
      throw error;
    }
  };
  const api: MicropythonBackupApi = {
    version: VERSION,
    boards: () => call(({ boards }) => boards(services)),
    backups: (board) => call(({ backups }) => backups(services, board)),
    backup: (board, options) => call(({ backup }) => backup(services, board, options)),
    releasePort: (board, options) => call(({ releasePort }) => releasePort(services, board, options)),
    onWillWrite,
    onDidBackup,
  };
  Object.freeze(api);
  return Object.freeze({
    getApi(version: number) {
      if (version === VERSION) return api;
      throw noSuchVersion(version);
    },
  });
}

function noSuchVersion(version: number): ApiError {
  const sentence = t('MicroPython Backup has version {0} of its API, not version {1}.', VERSION, String(version));
  return Object.assign(new Error(sentence), { code: 'bad-argument' });
}
