// The exported API: see api/micropython-backup.d.ts. Made at the start; what its functions need is loaded when one is called.

import type { ApiError, MicropythonBackupApi, MicropythonBackupExports } from '../../../api/micropython-backup.js';
import { t } from '../../core/l10n.js';
import type { Services } from '../services.js';

const VERSION = 1;

export function exportsOf(services: Services): MicropythonBackupExports {
  const { onWillWrite, onDidBackup } = services.others;
  const calls = () => import('./calls.js');
  const api: MicropythonBackupApi = {
    version: VERSION,
    boards: async () => (await calls()).boards(services),
    backups: async (board) => (await calls()).backups(services, board),
    backup: async (board, options) => (await calls()).backup(services, board, options),
    releasePort: async (board, options) => (await calls()).releasePort(services, board, options),
    ...{ onWillWrite, onDidBackup },
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
  const sentence = t('MicroPython Backup has version {0} of its API, and not version {1}.', VERSION, String(version));
  return Object.assign(new Error(sentence), { code: 'bad-argument' });
}
